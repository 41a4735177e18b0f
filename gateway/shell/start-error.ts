// A user's mistake or a machine's condition that a person must put right first: one sentence on stderr, exit status 2.

/** The message is the whole sentence: what was found, what is expected, what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
  ECONNREFUSED: 'nothing listens there',
  EADDRINUSE: 'another program uses this port',
  EADDRNOTAVAIL: 'this machine has no such address',
}

/** The system's reason in words, for the middle of a sentence. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return words[code] ?? (error instanceof Error ? error.message : String(error))
}
