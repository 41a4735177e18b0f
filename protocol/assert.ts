// Two helpers for a programmer's mistakes. They stay on in production: the process ends, is restarted, and the journal replays.

/**
 * @param why a function where the sentence takes work: it is put together only when it is needed.
 * @throws if the condition does not hold: a mistake in the program, never a mistake of a user or a peer.
 */
export function assert(condition: boolean, why: string | (() => string)): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${typeof why === 'string' ? why : why()}`)
}

/** The end of every switch over a union: the compiler proves that it cannot be reached. */
export function assertNever(value: never): never {
  throw new Error(`assertion failed: unexpected ${JSON.stringify(value)}`)
}
