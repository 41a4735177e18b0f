// What the journal asks of a file system, small enough that a test can fail each call in turn.
import { access, constants, copyFile, open, readFile, rename } from 'node:fs/promises'

export type OpenFile = {
  /** Writes all bytes at the end, or rejects; then some may have been written. */
  readonly append: (bytes: Uint8Array) => Promise<void>
  /** Settles once content and size are on the disk. */
  readonly datasync: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Each call rejects with the system's error. */
export type Files = {
  /** Null if there is no such file. */
  readonly read: (path: string) => Promise<Buffer | null>
  readonly exists: (path: string) => Promise<boolean>
  /** Opens for appending; makes the file if there is none. Only the owner may read it. */
  readonly openToAppend: (path: string) => Promise<OpenFile>
  /** Opens empty, whatever was there before. */
  readonly create: (path: string) => Promise<OpenFile>
  readonly copy: (from: string, to: string) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  /** Settles once the folder's names are on the disk. */
  readonly syncFolder: (path: string) => Promise<void>
}

export const systemFiles: Files = {
  read: async path => {
    try {
      return await readFile(path)
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  },
  exists: path =>
    access(path).then(
      () => true,
      error => !isMissing(error),
    ),
  openToAppend: path => openFile(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY),
  create: path => openFile(path, constants.O_TRUNC | constants.O_CREAT | constants.O_WRONLY),
  copy: (from, to) => copyFile(from, to),
  rename: (from, to) => rename(from, to),
  syncFolder: async path => {
    await using folder = await open(path, constants.O_RDONLY)
    await folder.sync()
  },
}

async function openFile(path: string, flags: number): Promise<OpenFile> {
  const handle = await open(path, flags, 0o600)
  return {
    append: bytes => handle.writeFile(bytes),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  }
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
