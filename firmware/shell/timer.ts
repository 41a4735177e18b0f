// The timer of the device's step. A press waits for it, and Node's own timers fire up to a millisecond and more too late:
// they count in whole milliseconds. So the last stretch is spent in turns of the event loop, which stays open for edges.
import { monotonicNow } from '../../hardware/clock.ts'
import type { Instant } from '../../protocol/time.ts'

/** Spent awake before each wake-up; a few wake-ups in a second at most make this less than a thousandth of a core. */
const awakeMs = 1.5

/** Calls back once, at the moment or right after it. The returned function cancels. */
export function setTimer(at: Instant, fire: () => void): () => void {
  let turn: NodeJS.Immediate | null = null
  const look = (): void => {
    if (monotonicNow() >= at) fire()
    else turn = setImmediate(look)
  }
  const timer = setTimeout(look, Math.max(0, Math.floor(at - monotonicNow() - awakeMs)))
  return () => {
    clearTimeout(timer)
    if (turn !== null) clearImmediate(turn)
  }
}
