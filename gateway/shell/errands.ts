// What nobody waits for to the millisecond: it leaves behind the commit under way, because the receipt needs the processor
// first [D13]. A slow disk does not hold it up.
import type { Emit } from './ports.ts'

/** Errands never overtake each other. Disposed of, it runs what waits. */
export type Errands = {
  /** A commit is under way: what comes now waits for `release`, or for some milliseconds at most. */
  readonly hold: () => void
  readonly release: () => void
  /** Never within the call. */
  readonly run: (errand: () => void) => void
  /** Within the call if nothing waits and no commit is under way. */
  readonly runBehind: (errand: () => void) => void
} & Disposable

/** A commit that takes longer is not waited for. */
const holdMsMax = 20

export function createErrands(): Errands {
  /** Behind the commit under way. */
  const waiting: (() => void)[] = []
  /** For the next turn of the event loop, whatever begins until then. */
  const due: (() => void)[] = []
  let held: NodeJS.Timeout | null = null
  let isPlanned = false

  function release(): void {
    if (held !== null) clearTimeout(held)
    held = null
    for (const errand of waiting.splice(0)) run(errand)
  }

  function run(errand: () => void): void {
    if (held !== null) {
      waiting.push(errand)
      return
    }
    due.push(errand)
    if (!isPlanned) plan()
  }

  function plan(): void {
    isPlanned = true
    setImmediate(runDue)
  }

  /** What an errand asks for comes behind all others. */
  function runDue(): void {
    for (let left = due.length; left > 0; left -= 1) due.shift()?.()
    isPlanned = false
    if (due.length > 0) plan()
  }

  return {
    hold: () => {
      held ??= setTimeout(release, holdMsMax)
    },
    release,
    run,
    runBehind: errand => {
      if (held === null && due.length === 0) errand()
      else run(errand)
    },
    [Symbol.dispose]: () => {
      for (release(); due.length > 0; release()) runDue() // an errand may begin a commit
    },
  }
}

/** What became of a notification is put on record when the receipts of the commit under way have left [D13]. */
export const withOutcomesBehind =
  (errands: Errands, emit: Emit): Emit =>
  event => {
    if (event.kind === 'notificationEnded') errands.runBehind(() => emit(event))
    else emit(event)
  }
