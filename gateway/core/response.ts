// What people do with an alarm: take it, close it, write its incident draft, ask a device for a test.
// The first one wins; whoever comes later changes nothing and is on record. Anyone may take an alarm, told or not.
import type { AlarmId, NotificationId } from '../../protocol/ids.ts'
import { parseAlarmId } from '../../protocol/ids.ts'
import { same, text } from '../../protocol/text.ts'
import { acknowledge, close } from './alarm.ts'
import { nameOf } from './directory.ts'
import { tell } from './dispatch.ts'
import type { Alarm } from './durable.ts'
import { clearFault, raiseFault } from './fault.ts'
import type { Event } from './model.ts'
import { acknowledgeWhenRecorded } from './promise.ts'
import type { RecordNumber } from './record-types.ts'
import { securityEvent } from './security.ts'
import { afterwards, record, type Turn } from './turn.ts'

type EventOf<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>
type Said = EventOf<'responderSaid'>

/** A person takes or closes an alarm. The PUBACK follows the commit. */
export function responderSaid(turn: Turn, said: Said): void {
  const { alarm: id, kind } = said.message
  const alarm = turn.durable.alarms.get(id)
  let number: RecordNumber | null = null
  if (alarm !== undefined) number = answered(turn, alarm, said)
  else if (said.isOnRecord) number = tooLate(turn, said)
  else
    securityEvent(turn, {
      event: 'foreignAlarm',
      source: said.address,
      account: said.responder,
      detail: text(`${kind} eines Alarms, der nicht im Protokoll steht`, `${kind} of an alarm that is not on record`),
    })
  acknowledgeWhenRecorded(turn, number, said.delivery)
}

/** The channel says what became of a telling. A queue that overflows is a fault until the responder is back. */
export function notificationEnded(turn: Turn, event: EventOf<'notificationEnded'>): void {
  const { notification, responder, channel, outcome } = event
  const subject = `${responder}/${channel}`
  if (outcome === 'queueFull')
    raiseFault(turn, 'channelFailed', 'gateway', subject, same(nameOf(turn.configuration, responder)))
  if (outcome === 'delivered') clearFault(turn, 'channelFailed', 'gateway', subject)
  const alarm = alarmOfNotification(notification)
  const ended = { notification, responder, channel, outcome } as const
  if (alarm === null) record(turn, { kind: 'faultNotificationEnded', ...ended })
  else record(turn, { kind: 'notificationEnded', alarm, ...ended })
}

/** A person wrote a draft [D10]. An alarm that is still open can have none. */
export function incidentWritten(turn: Turn, { responder, draft }: EventOf<'incidentWritten'>): void {
  if (!turn.durable.alarms.has(draft.alarm))
    record(turn, { kind: 'incidentDrafted', alarm: draft.alarm, responder, draft })
}

/** Asks a device that was heard to take its next presses for tests. The record's number numbers the command for ever. */
export function testRequested(turn: Turn, event: EventOf<'testRequested'>): void {
  const { responder, device, button, durationMs } = event
  const n = record(turn, { kind: 'testRequested', responder, device, button, durationMs })
  const boot = turn.live.devices.get(device)?.boot ?? null
  if (boot === null) return
  const command = durationMs > 0 ? 'startTest' : 'endTest'
  afterwards(turn, {
    kind: 'sendToDevice',
    message: { v: 1, kind: 'command', device, boot, n, command, button, durationMs },
  })
}

function answered(turn: Turn, alarm: Alarm, { responder, channel, message }: Said): RecordNumber {
  if (message.kind === 'close') {
    const { outcome, note = '' } = message
    return close(turn, alarm, { responder, channel, outcome, note })
  }
  if (alarm.acknowledgedBy === null) return acknowledge(turn, alarm, responder, channel)
  const reason = alarm.acknowledgedBy === responder ? 'sameResponder' : 'takenOver'
  const number = record(turn, { kind: 'acknowledgedLate', alarm: alarm.id, responder, channel, reason })
  const telling = { alarm, state: alarm.state, reason: 'takenOver', by: alarm.acknowledgedBy } as const
  if (reason === 'takenOver') tell(turn, telling, [responder])
  return number
}

function tooLate(turn: Turn, { responder, channel, message }: Said): RecordNumber {
  const { alarm } = message
  if (message.kind === 'close')
    return record(turn, { kind: 'closedLate', alarm, responder, channel, outcome: message.outcome })
  return record(turn, { kind: 'acknowledgedLate', alarm, responder, channel, reason: 'closed' })
}

/** Null: it told of faults. */
const alarmOfNotification = (notification: NotificationId): AlarmId | null =>
  parseAlarmId(notification.slice(0, notification.lastIndexOf('/')))
