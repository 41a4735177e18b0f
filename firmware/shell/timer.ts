// The timer of the device's step. A press waits for it, and Node's own timers fire up to a millisecond and more too late:
// they count in whole milliseconds. So it wakes early, rehearses what is to come, and looks at the clock in each turn of the
// event loop until the moment is there [D20].
import { monotonicNow } from '../../hardware/clock.ts'
import type { Instant } from '../../protocol/time.ts'

/** Spent awake before each wake-up; there are a few in ten seconds, so this is less than a thousandth of a core. */
const awakeMs = 1.5

/**
 * Calls `fire` once, at the moment or right after it, and after every edge that came before.
 * @param rehearse called again and again shortly before, with that moment, as long as it finds something worth rehearsing.
 * @returns a function that cancels.
 */
export function setTimer(at: Instant, fire: () => void, rehearse: (at: Instant) => boolean): () => void {
  let turn: NodeJS.Immediate | null = null
  const look = (): void => {
    if (monotonicNow() >= at) fire()
    else turn = setImmediate(look)
  }
  const wake = (): void => {
    while (monotonicNow() < at && rehearse(at));
    turn = setImmediate(look) // one turn at least: edges that wait are heard first
  }
  const timer = setTimeout(wake, Math.max(0, Math.floor(at - monotonicNow() - awakeMs)))
  return () => {
    clearTimeout(timer)
    if (turn !== null) clearImmediate(turn)
  }
}
