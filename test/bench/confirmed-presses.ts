// From an edge to the confirmed press, as on the device: its own debouncing, by its own timer.
import { type Debounced, dueAt, edgeSeen, levelRead, timePassed, unseenContact } from '../../firmware/core/debounce.ts'
import { setTimer } from '../../firmware/shell/timer.ts'
import { monotonicNow } from '../../hardware/clock.ts'
import type { Edge } from '../../hardware/lines.ts'
import { limits } from '../../protocol/limits.ts'
import { instant } from '../../protocol/time.ts'

const timing = { confirmMs: limits.confirmMsDefault, releaseMs: limits.releaseMs }
const now = () => instant(monotonicNow())

/**
 * @param onPressed called when a press is confirmed, with the moment (ms, monotonic).
 * @returns what hears the edges of a contact that is open at first.
 */
export function confirmPresses(onPressed: (at: number) => void): (edge: Edge) => void {
  let contact = levelRead(unseenContact(now()), 'open', now(), timing).contact
  let cancel = (): void => {}

  function settle({ contact: next, findings }: Debounced): void {
    for (const { kind } of findings) if (kind === 'pressed') onPressed(monotonicNow())
    contact = next
    cancel()
    const due = dueAt(contact, timing)
    if (due !== null) cancel = setTimer(due, passed, isUndecided)
  }
  const passed = (): void => settle(timePassed(contact, now(), timing))
  const isUndecided = (): boolean => contact.phase.kind === 'moving'

  return ({ level, at, timeSource }) => settle(edgeSeen(contact, level, instant(at), timeSource, timing))
}
