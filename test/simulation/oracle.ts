// An oracle holds one promise against the truth of a run. It lies outside of the programs: it sees what they were told, what
// they asked for, and what really was; never what they believe.
import type { Watch } from './observation.ts'
import type { Truth } from './truth/truth.ts'
import type { World } from './world.ts'

export type PromiseId = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'S8' | 'S9' | 'L1' | 'L2' | 'L3' | 'L4'

export type Oracle = {
  readonly promise: PromiseId
  readonly id: string
  /** The promise, worded as what is checked. */
  readonly sentence: string
  /** Begins to watch a run. What it returns is told what can be seen, right after it happened. */
  readonly watch: (court: Court) => Watch
}

export type Court = {
  readonly world: World
  readonly truth: Truth
  /** @throws Violation */
  readonly accuse: (detail: string) => never
  /** Called when the run is over, and the world has been calm for long. */
  readonly atEnd: (check: () => void) => void
}

/** A promise that was broken. */
export class Violation extends Error {
  readonly oracle: Oracle
  readonly at: number

  constructor(oracle: Oracle, detail: string, at: number) {
    super(detail)
    this.oracle = oracle
    this.at = at
  }
}
