// What a program prints, and whether it was written.

/** Standard output, as Node has it. */
export type Output = {
  readonly on: (event: 'error', heard: (error: Error) => void) => unknown
  readonly write: (text: string, written: (error?: Error | null) => void) => unknown
}

/**
 * Watches the output from now on. Whoever reads it may leave at any moment, as `head` does once it has enough: the command
 * still does its work, and that is no failure.
 * @returns waits until all that was printed is written, and gives the error if it could not be, otherwise null
 */
export function watched(output: Output): () => Promise<Error | null> {
  /** Those that follow the first one only say that the output is closed. */
  let first: Error | null = null
  output.on('error', error => {
    first ??= error
  })
  return async () => {
    const last = await new Promise<Error | null>(resolve => output.write('', error => resolve(error ?? null)))
    const error = first ?? last
    return error !== null && 'code' in error && error.code === 'EPIPE' ? null : error
  }
}
