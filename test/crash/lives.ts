// A program that is killed at ordered points of its lives, and started again each time as its supervisor would.
import { assert } from '../../protocol/assert.ts'
import type { Program } from '../integration/program.ts'
import type { FaultyDisk } from './faulty-disk.ts'
import { insist, type Town, type Which } from './town.ts'

export type LivesOptions = {
  /** The machine dies with the program: what no sync saved is gone. */
  readonly disk?: FaultyDisk
}

/** Disposing kills what still lives. @throws then if it died unasked. */
export type Lives = {
  /** The first point is counted from now, each further one from the start of the life after. */
  readonly kill: (points: readonly [number, ...number[]]) => void
  readonly deaths: () => number
  /** Resolves when it has died at each ordered point: its heartbeat alone brings it to all of them. */
  readonly allDied: () => Promise<void>
} & AsyncDisposable

/** Resolves when it runs, or is dead for the first time and being started again. */
export async function live(town: Town, which: Which, { disk }: LivesOptions = {}): Promise<Lives> {
  let deaths = 0
  let deathsOrdered = 0
  /** Of the lives after this one, each counted from its start. */
  let points: readonly number[] = []
  let program: Program | null = null
  let isOver = false
  let next: Promise<void> = Promise.resolve()

  async function begin(): Promise<void> {
    const [killAtPoint = 0, ...later] = points
    points = later
    program = await town.start(which, disk === undefined ? { killAtPoint } : { killAtPoint, disk })
    if (program === null) die()
    else void program.ended.then(() => isOver || die())
  }

  function die(): void {
    deaths += 1
    if (deaths > deathsOrdered) return // told at the end
    disk?.cutPower()
    next = begin()
  }

  const lastWords = (): string => program?.lines.slice(-8).join('\n') ?? 'before it ran'

  await begin()
  return {
    kill: ([first, ...later]) => {
      points = later
      deathsOrdered = deaths + 1 + later.length
      town.order(which, first)
    },
    deaths: () => deaths,
    allDied: () => insist(() => assert(deaths === deathsOrdered, () => `${deaths} of ${deathsOrdered} deaths`)),
    [Symbol.asyncDispose]: async () => {
      for (let last: Promise<void> | null = null; last !== next; ) {
        last = next // a life may end while its start is waited for
        await last
      }
      assert(deaths <= deathsOrdered, () => `the ${which} ended unasked: ${lastWords()}`)
      isOver = true
      program?.signal('SIGKILL')
      await program?.ended
    },
  }
}
