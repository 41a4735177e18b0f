// When the timers of a device are exact: from half a minute before an act that is about it until what follows has settled.

import type { DeviceId } from '../../protocol/ids.ts'
import { endOf, isAbout, type Plan } from './plan.ts'

const beforeMs = 30_000
const settlingMs = 60_000

/** @returns for a time of the world, in ascending order: null within such a window, and otherwise when the next one begins. */
export function attentionTo(plan: Plan, device: DeviceId): (now: number) => number | null {
  const windows = plan.acts
    .filter(act => isAbout(plan, act, device))
    .map(act => ({ from: act.at - beforeMs, to: endOf(act) + settlingMs }))
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
