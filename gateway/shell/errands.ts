// What nobody waits for to the millisecond: it leaves behind the commit under way, because the receipt needs the processor
// first [D13]. A slow disk does not hold it up.

export type Errands = {
  /** A commit is under way: what comes now waits for `release`, or for some milliseconds at most. */
  readonly hold: () => void
  readonly release: () => void
  /** In the order of the calls, never within one. */
  readonly run: (errand: () => void) => void
}

/** A commit that takes longer is not waited for. */
const holdMsMax = 20

export function createErrands(): Errands {
  const waiting: (() => void)[] = []
  let held: NodeJS.Timeout | null = null

  function release(): void {
    if (held !== null) clearTimeout(held)
    held = null
    for (const errand of waiting.splice(0)) setImmediate(errand)
  }

  return {
    hold: () => {
      held ??= setTimeout(release, holdMsMax)
    },
    release,
    run: errand => void (held === null ? setImmediate(errand) : waiting.push(errand)),
  }
}
