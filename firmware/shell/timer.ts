// The timer of the device's step. A press waits for it, and Node's own timers fire up to a millisecond and more too late:
// they count in whole milliseconds. So it wakes early, has what is to come prepared, and if that is a press it looks at the
// clock in each turn of the event loop until the moment is there [D20].
import { monotonicNow } from '../../hardware/clock.ts'
import { limits } from '../../protocol/limits.ts'
import type { Instant } from '../../protocol/time.ts'

/**
 * Calls `fire` once, at the moment or right after it, and after every edge that came before.
 * @param prepare called once, shortly before. False: nothing hurries, a millisecond does not matter.
 * @returns a function that cancels.
 */
export function setTimer(at: Instant, fire: () => void, prepare: () => boolean): () => void {
  let turn: NodeJS.Immediate | null = null
  const remainingMs = (): number => Math.max(0, at - monotonicNow())
  const look = (): void => {
    if (remainingMs() === 0) fire()
    else turn = setImmediate(look)
  }
  const wake = (): void => {
    if (prepare())
      turn = setImmediate(look) // one turn at least: edges that wait are heard first
    else timer = setTimeout(fire, Math.ceil(remainingMs()))
  }
  let timer = setTimeout(wake, Math.floor(Math.max(0, remainingMs() - limits.preparationMs)))
  return () => {
    clearTimeout(timer)
    if (turn !== null) clearImmediate(turn)
  }
}
