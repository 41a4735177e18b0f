// Where a probe looks: the system's own folders, or, in a test, folders that were made for it.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Roots = {
  readonly proc: string
  readonly sys: string
  readonly dev: string
  readonly etc: string
  readonly run: string
}
export const systemRoots: Roots = { proc: '/proc', sys: '/sys', dev: '/dev', etc: '/etc', run: '/run' }

/** Without white space and zero bytes at its ends; null if there is no such file or it cannot be read. */
export async function readFact(...path: readonly string[]): Promise<string | null> {
  try {
    return (await readFile(join(...path), 'utf8')).replace(/^[\s\0]+|[\s\0]+$/g, '')
  } catch {
    return null // What the system does not tell is judged as not told.
  }
}

/** Names in a folder, sorted; none if it cannot be read. */
export async function namesIn(...path: readonly string[]): Promise<readonly string[]> {
  try {
    return (await readdir(join(...path))).toSorted()
  } catch {
    return [] // As above.
  }
}
