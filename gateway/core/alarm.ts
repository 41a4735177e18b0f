// The life of an alarm: raised, repeated by further presses, taken by a person, closed with an outcome.
// The gateway decides what a press means, whatever the device believed: a button with an open alarm repeats it.
import { type AlarmId, alarmOfPress, type ResponderId } from '../../protocol/ids.ts'
import type { Outcome, PressMessage } from '../../protocol/messages.ts'
import { type WallTime, wallTime } from '../../protocol/time.ts'
import { beginAge, endAge } from './age.ts'
import { placeOf, policyOf } from './directory.ts'
import { tell } from './dispatch.ts'
import type { Alarm } from './durable.ts'
import { startEscalation, stopEscalation } from './escalation.ts'
import { clearFault } from './fault.ts'
import { isLate } from './lateness.ts'
import type { Channel, RecordNumber } from './record-types.ts'
import { memoryOf } from './records.ts'
import { record, type Turn } from './turn.ts'

/** What became of a press: the alarm it belongs to, and the record that says so. */
export type Pressed = { readonly alarm: AlarmId; readonly record: RecordNumber }

/**
 * A new press: repeats the open alarm of its button, or raises one. A genuine press does not repeat a test alarm: it
 * raises a real alarm, and the test is over.
 */
export function press(turn: Turn, message: PressMessage): Pressed {
  const open = openAlarmOf(turn, message)
  if (open === undefined) return raise(turn, message)
  if (open.kind === 'alarm' || message.kind === 'testAlarm') return repeat(turn, open, message)
  const raised = raise(turn, message)
  close(turn, open, { responder: null, channel: null, outcome: 'test', note: '' })
  return raised
}

/** Whether this press would raise a genuine alarm: not a test, and not a repetition of one that is open. */
export function isFirstPress(turn: Turn, message: PressMessage): boolean {
  const open = openAlarmOf(turn, message)
  return message.kind !== 'testAlarm' && (open === undefined || open.kind === 'test')
}

/** A person takes the alarm: escalation stops, the others who were told hear who it is. */
export function acknowledge(turn: Turn, alarm: Alarm, responder: ResponderId, channel: Channel): RecordNumber {
  const number = record(turn, { kind: 'acknowledged', alarm: alarm.id, responder, channel })
  settle(turn, alarm.id)
  const taken = turn.durable.alarms.get(alarm.id) ?? alarm
  const telling = { alarm: taken, state: 'acknowledged', reason: 'takenOver', by: responder } as const
  tell(turn, telling, others(alarm.told.keys(), responder))
  return number
}

export type Close = {
  /** Null: the gateway itself, when a genuine press ends a test. */
  readonly responder: ResponderId | null
  readonly channel: Channel | null
  readonly outcome: Outcome
  readonly note: string
}

/**
 * Ends the alarm. Whoever closes an alarm that nobody has taken takes it by that; the others hear only of the close. So does
 * whoever has taken it, told or not: nobody goes on caring for what another one has ended.
 */
export function close(turn: Turn, alarm: Alarm, how: Close): RecordNumber {
  const { responder, channel } = how
  if (alarm.state !== 'acknowledged' && responder !== null && channel !== null)
    record(turn, { kind: 'acknowledged', alarm: alarm.id, responder, channel })
  const last = turn.durable.alarms.get(alarm.id) ?? alarm
  const number = record(turn, { kind: 'closed', alarm: alarm.id, ...how })
  turn.closed.set(alarm.id, { alarm: last, at: turn.wall, outcome: how.outcome })
  settle(turn, alarm.id)
  const telling = { alarm: last, state: 'closed', reason: 'closed', by: responder } as const
  tell(turn, telling, others(concerned(alarm), responder))
  endAge(turn, alarm.id)
  return number
}

function openAlarmOf(turn: Turn, message: PressMessage): Alarm | undefined {
  const id = memoryOf(turn.durable, message.device).open.get(message.button)
  return id === undefined ? undefined : turn.durable.alarms.get(id)
}

function raise(turn: Turn, message: PressMessage): Pressed {
  const { device, button } = message
  const alarm = alarmOfPress(message.id)
  const number = record(turn, {
    kind: 'alarmRaised',
    alarm,
    alarmKind: message.kind === 'testAlarm' ? 'test' : 'alarm',
    device,
    button,
    place: placeOf(turn.configuration, device, button),
    pressedAt: pressedAt(turn, message),
    late: isLate(message),
    policy: policyOf(turn.configuration, device, button),
    contact: message.contact,
    message,
  })
  beginAge(turn, alarm, message.ageMs)
  startEscalation(turn, alarm)
  return { alarm, record: number }
}

/** Those who were told hear that it was pressed again, and so does whoever has taken it. */
function repeat(turn: Turn, open: Alarm, message: PressMessage): Pressed {
  const number = record(turn, {
    kind: 'pressRepeated',
    alarm: open.id,
    press: message.id,
    pressedAt: pressedAt(turn, message),
    message,
  })
  const alarm = turn.durable.alarms.get(open.id) ?? open
  const telling = { alarm, state: alarm.state, reason: 'repeatPress', by: alarm.acknowledgedBy } as const
  tell(turn, telling, concerned(alarm))
  return { alarm: open.id, record: number }
}

/** The moment of the press by the gateway's clock: the device's age counts, its wall clock does not [S9]. */
const pressedAt = (turn: Turn, message: PressMessage): WallTime => wallTime(Math.max(0, turn.wall - message.ageMs))

function settle(turn: Turn, id: AlarmId): void {
  stopEscalation(turn, id)
  clearFault(turn, 'alarmUnanswered', 'gateway', id)
  clearFault(turn, 'responderUnreachable', 'gateway', id)
}

/** Whoever has taken the alarm, and those who were told of it. */
const concerned = ({ acknowledgedBy, told }: Alarm): ReadonlySet<ResponderId> =>
  new Set([...(acknowledgedBy === null ? [] : [acknowledgedBy]), ...told.keys()])

const others = (people: Iterable<ResponderId>, except: ResponderId | null): readonly ResponderId[] =>
  [...people].filter(person => person !== except)
