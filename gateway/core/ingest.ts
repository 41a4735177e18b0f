// What arrives from a device: accepted, a duplicate, or rejected with a reason [S8]. A rejected message is set aside and
// answered like any other, so that it disturbs nobody [D5].
import { assertNever } from '../../protocol/assert.ts'
import { type AlarmId, deviceOfPress } from '../../protocol/ids.ts'
import type { DeviceMessage, PressMessage, ReleasedMessage, SecurityEventKind } from '../../protocol/messages.ts'
import { type Text, text } from '../../protocol/text.ts'
import { isFirstPress, press } from './alarm.ts'
import { isBacklogFull } from './backlog.ts'
import type { Delivery, Event } from './model.ts'
import { acknowledgeWhenRecorded, isStoreFailing, pendingRecord, receiptWhenRecorded } from './promise.ts'
import { memoryOf } from './records.ts'
import { securityEvent } from './security.ts'
import { faultReported, heard, heartbeatHeard, statusHeard } from './supervision.ts'
import { record, type Turn } from './turn.ts'

type Received = Extract<Event, { kind: 'received' }>
type Rejection = { readonly event: SecurityEventKind; readonly detail: Text }

/** A message of a device, decoded; its signature was checked by the shell. */
export function received(turn: Turn, event: Received): void {
  const rejection = rejectionOf(turn, event)
  if (rejection === null) accept(turn, event.message, event.delivery)
  else {
    securityEvent(turn, { ...rejection, source: event.sender, account: null })
    acknowledgeWhenRecorded(turn, null, event.delivery)
  }
}

function rejectionOf(turn: Turn, { message, sender, authentic }: Received): Rejection | null {
  const { kind } = message
  if (!authentic) return { event: 'badSignature', detail: rejections.badSignature(kind) }
  if (message.device !== sender) return { event: 'foreignTopic', detail: rejections.foreignName(kind) }
  if (message.kind === 'status') return null
  if ('id' in message && deviceOfPress(message.id) !== sender)
    return { event: 'foreignAlarm', detail: rejections.foreignId(kind) }
  const last = lastNumberOf(turn, message)
  if (message.n > last) return null
  return { event: 'replay', detail: rejections.usedNumber(kind, message.n, last) }
}

/** The highest number heard of this boot, before or after the last start of the gateway [D15]. */
function lastNumberOf(turn: Turn, { device, boot }: DeviceMessage): number {
  const live = turn.live.devices.get(device)?.boots.get(boot) ?? 0
  return Math.max(live, memoryOf(turn.durable, device).boots.get(boot) ?? 0)
}

function accept(turn: Turn, message: DeviceMessage, delivery: Delivery | null): void {
  const recordedBefore = turn.durable.lastRecord
  if (message.kind !== 'status') heard(turn, message)
  switch (message.kind) {
    case 'alarm':
    case 'repeatPress':
    case 'testAlarm':
      acceptPress(turn, message, delivery)
      return
    case 'released':
      releaseHeard(turn, message)
      break
    case 'fault':
      faultReported(turn, message)
      break
    case 'heartbeat':
      heartbeatHeard(turn, message)
      break
    case 'status':
      statusHeard(turn, message)
      break
    default:
      assertNever(message)
  }
  const last = turn.durable.lastRecord
  acknowledgeWhenRecorded(turn, last > recordedBefore ? last : null, delivery)
}

function acceptPress(turn: Turn, message: PressMessage, delivery: Delivery | null): void {
  const known = memoryOf(turn.durable, message.device).presses.get(message.id)
  if (known !== undefined) {
    duplicate(turn, message, known, delivery)
    return
  }
  if (isBacklogFull(turn) && !isFirstPress(turn, message)) {
    // The device owes it until its receipt and sends it again: it is not lost, and comes when there is room [S6].
    acknowledgeWhenRecorded(turn, turn.durable.lastRecord, delivery)
    return
  }
  const { alarm, record: number } = press(turn, message)
  receiptWhenRecorded(turn, message, alarm, number, delivery)
}

/**
 * The device did not get its receipt: it gets it again, as soon as the press itself is on the disk [S1]. While the disk
 * fails, its asking again is not recorded, so that what waits for the disk does not grow with every sending [S6].
 */
function duplicate(turn: Turn, message: PressMessage, alarm: AlarmId, delivery: Delivery | null): void {
  const { id: press, boot, n } = message
  const original = pendingRecord(turn, press)
  if (original === null || !isStoreFailing(turn)) record(turn, { kind: 'pressDuplicated', alarm, press, boot, n })
  if (original === null) receiptWhenRecorded(turn, message, alarm, null, delivery)
  else acknowledgeWhenRecorded(turn, original, delivery)
}

/** It changes nothing of the alarm, which may be closed by now, and adds nothing to what waits for a disk that fails [S6]. */
function releaseHeard(turn: Turn, { device, id: press, heldMs, boot, n }: ReleasedMessage): void {
  const alarm = memoryOf(turn.durable, device).presses.get(press)
  if (alarm !== undefined && !isStoreFailing(turn))
    record(turn, { kind: 'pressReleased', alarm, press, heldMs, boot, n })
}

const rejections = {
  badSignature: (kind: string) => text(`${kind}: Die Signatur stimmt nicht`, `${kind}: the signature does not verify`),
  foreignName: (kind: string) => text(`${kind} im Namen eines anderen Geräts`, `${kind} in the name of another device`),
  foreignId: (kind: string) =>
    text(`${kind} mit der Kennung eines anderen Geräts`, `${kind} with the id of another device`),
  usedNumber: (kind: string, n: number, last: number) =>
    text(
      `${kind}: Nummer ${n} liegt nicht über ${last}, der letzten seit dem Start des Geräts`,
      `${kind}: number ${n} of this boot is not above ${last}`,
    ),
} as const
