// How old the press of an open alarm is [S9]. The device told its age on arrival; from then on the monotonic clock counts, because
// the wall clock may be stepped at any moment.
import type { AlarmId } from '../../protocol/ids.ts'
import { between, instant, type Millis, millis, type WallTime, wallBetween, wallTime } from '../../protocol/time.ts'
import type { Alarm } from './durable.ts'
import type { Live } from './live.ts'
import { put, remove } from './persistent-map.ts'
import { setLive, type Turn } from './turn.ts'

/** @param age of the press now, as its device tells it; whatever it tells, nothing is older than 1970 */
export function beginAge(turn: Turn, id: AlarmId, age: Millis): void {
  const pressedAt = instant(turn.at - Math.min(age, turn.wall))
  setLive(turn, { pressedAt: put(turn.live.pressedAt, id, pressedAt) })
}

/** After a restart only the wall clock knows how much time has passed: it is asked this once. */
export function resumeAges(turn: Turn): void {
  for (const { id, pressedAt } of turn.durable.alarms.values())
    beginAge(turn, id, millis(Math.max(0, wallBetween(pressedAt, turn.wall))))
}

export function endAge(turn: Turn, id: AlarmId): void {
  setLive(turn, { pressedAt: remove(turn.live.pressedAt, id) })
}

/** Notes that somebody has set the wall clock. That the two clocks run a little apart is not noted. */
export function readClocks(turn: Turn): void {
  const lead = turn.wall - turn.at
  if (Math.abs(lead - turn.live.clockLead) > clockStepMs) setLive(turn, { clockLead: millis(lead) })
}

/** When an open alarm was pressed, by the wall clock as it is set now: ages that are counted from there are true ones. */
export function pressedAtNow({ clockLead, pressedAt }: Live, alarm: Alarm): WallTime {
  const at = pressedAt.get(alarm.id)
  const now = at === undefined ? alarm.pressedAt : Math.max(0, Math.round(at + clockLead))
  return Math.abs(now - alarm.pressedAt) > 2 * clockStepMs ? wallTime(now) : alarm.pressedAt
}

const clockStepMs = 1000

/** @param alarm one that is open, or was until this step */
export const ageOf = (turn: Turn, { id }: Alarm): Millis => between(turn.live.pressedAt.get(id) ?? turn.at, turn.at)
