// When the timers of a program are exact: at the beginning, and from half a minute before an act that is about it until what
// follows has settled.
import { type Act, endOf, type Plan } from './plan.ts'

const beforeMs = 30_000
/** Spread over more than any rhythm of the programs, so that none of them meets every act at the same beat. */
const spreadMs = 9973

/** @returns for a time of the world, in ascending order: null within such a window, and otherwise when the next one begins. */
export type Attention = (now: number) => number | null

export function attentionTo(plan: Plan, isAbout: (act: Act) => boolean, settlingMs: number): Attention {
  const windows = plan.acts
    .filter(isAbout)
    .map(act => ({ from: act.at - beforeMs - (act.at % spreadMs), to: endOf(act) + settlingMs }))
    .concat({ from: 0, to: settlingMs })
    .sort((a, b) => a.from - b.from)
  let index = 0
  return now => {
    let window = windows[index]
    while (window !== undefined && window.to < now) {
      index += 1
      window = windows[index]
    }
    if (window === undefined) return Number.POSITIVE_INFINITY
    return window.from <= now ? null : window.from
  }
}
