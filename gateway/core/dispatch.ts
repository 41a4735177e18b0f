// Who is told, by which channel, and why [S3]. Who is not told is on record too, with the reason.
import type { ResponderId } from '../../protocol/ids.ts'
import { notificationId } from '../../protocol/ids.ts'
import type { AlarmState, NotificationMessage, NotificationReason } from '../../protocol/messages.ts'
import { ageOf } from './age.ts'
import { directoryOf, nameOf } from './directory.ts'
import type { Alarm } from './durable.ts'
import type { Channel } from './record-types.ts'
import { notify, record, type Turn } from './turn.ts'
import { alarmText } from './wording.ts'

export type Telling = {
  /** As it is now; after its close, as it was before. */
  readonly alarm: Alarm
  readonly state: AlarmState
  readonly reason: NotificationReason
  /** Who took or closed it. */
  readonly by: ResponderId | null
}

/** Tells these responders by every channel on which they are present. Returns how many of them could be reached. */
export function tell(turn: Turn, telling: Telling, responders: Iterable<ResponderId>): number {
  let number = lastNumberOf(turn, telling.alarm)
  let reached = 0
  for (const responder of responders) {
    const channels = channelsOf(turn, responder)
    for (const channel of channels) tellBy(turn, telling, responder, channel, ++number)
    if (channels.length > 0) reached++
    else notTold(turn, telling, responder)
  }
  return reached
}

/** Channels by which the responder can be reached now. */
export const channelsOf = (turn: Turn, responder: ResponderId): readonly Channel[] => [
  ...(turn.live.present.get(responder) ?? []),
]

/**
 * A responder can be reached again by this channel. Told are the alarms that nobody has taken, whose steps have come to
 * this responder and whose last telling was not confirmed; of an alarm taken meanwhile only those who were told, and
 * whoever has taken it, if it was pressed again [S3].
 * Returns these alarms: somebody can be reached for them again.
 */
export function tellReturned(turn: Turn, responder: ResponderId, channel: Channel): readonly Alarm[] {
  const alarms = [...turn.durable.alarms.values()].filter(alarm => isOwed(alarm, responder))
  for (const alarm of alarms.sort((a, b) => a.raisedAt - b.raisedAt)) {
    const reason = reasonOnReturn(alarm, responder)
    const telling = { alarm, state: alarm.state, reason, by: alarm.acknowledgedBy } as const
    tellBy(turn, telling, responder, channel, lastNumberOf(turn, alarm) + 1)
  }
  return alarms
}

/** Whoever has taken the alarm knows that, and can only have missed that it was pressed again. */
function reasonOnReturn(alarm: Alarm, responder: ResponderId): NotificationReason {
  if (alarm.state !== 'acknowledged') return 'reconnected'
  return alarm.acknowledgedBy === responder ? 'repeatPress' : 'takenOver'
}

function isOwed(alarm: Alarm, responder: ResponderId): boolean {
  if (alarm.confirmed.has(responder)) return false
  if (alarm.state === 'acknowledged') return alarm.told.has(responder) || alarm.acknowledgedBy === responder
  return alarm.policy.steps.slice(0, alarm.step).some(step => step.notify.includes(responder))
}

/** Of the alarm's tellings. Those that are not on record count too, so that no id is given twice [S6]. */
const lastNumberOf = (turn: Turn, { notifications }: Alarm): number => notifications + turn.live.yielded.count

function tellBy(turn: Turn, telling: Telling, responder: ResponderId, channel: Channel, number: number): void {
  const { alarm, reason } = telling
  const notification = notificationId(alarm.id, number)
  notify(turn, channel, messageOf(turn, telling, responder, notification))
  record(turn, { kind: 'notified', alarm: alarm.id, notification, responder, channel, step: alarm.step, reason })
}

function notTold(turn: Turn, { alarm }: Telling, responder: ResponderId): void {
  const known = directoryOf(turn.configuration).responders.has(responder)
  const isNamed = alarm.policy.steps.some(({ notify }) => notify.includes(responder)) // else: has taken it, as anyone may
  record(turn, {
    kind: 'notNotified',
    alarm: alarm.id,
    responder,
    step: alarm.step,
    reason: known || !isNamed ? 'notConnected' : 'unknownResponder',
  })
}

function messageOf(
  turn: Turn,
  telling: Telling,
  responder: ResponderId,
  id: NotificationMessage['id'],
): NotificationMessage {
  const { alarm, state, reason, by } = telling
  const { configuration } = turn
  const age = ageOf(turn, alarm)
  const name = by === null ? null : nameOf(configuration, by)
  const { kind, place, presses, late, isAgeKnown } = alarm
  return {
    v: 1,
    kind: 'notification',
    id,
    gateway: configuration.gateway.id,
    responder,
    reason,
    alarm: alarm.id,
    alarmKind: kind,
    state,
    place,
    presses,
    ageMs: age,
    late,
    step: alarm.step,
    text: alarmText(configuration.language, {
      ...{ kind, place, state, reason, presses, late, by: name },
      age: isAgeKnown ? age : null,
    }),
  }
}
