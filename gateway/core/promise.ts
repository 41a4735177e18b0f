// What the gateway promises: a receipt and a PUBACK leave only when the record they stand on is on the disk [S1, D4].

import { faultKey } from '../../protocol/faults.ts'
import type { AlarmId, PressId } from '../../protocol/ids.ts'
import type { PressMessage } from '../../protocol/messages.ts'
import type { Text } from '../../protocol/text.ts'
import { clearFault, raiseFault } from './fault.ts'
import type { Pending } from './live.ts'
import type { Delivery } from './model.ts'
import type { RecordNumber } from './record-types.ts'
import { afterwards, setLive, type Turn } from './turn.ts'

/** @param number the record to wait for; null: the press is on the disk already. */
export function receiptWhenRecorded(
  turn: Turn,
  message: PressMessage,
  alarm: AlarmId,
  number: RecordNumber | null,
  delivery: Delivery | null,
): void {
  const { device, id } = message
  const receipt = { v: 1, kind: 'receipt', device, id, alarm, recordedAt: turn.wall } as const
  keepPromise(turn, number, { receipt, delivery })
}

/** Lets the PUBACK go. @param number the record to wait for; null: there is nothing to wait for. */
export function acknowledgeWhenRecorded(turn: Turn, number: RecordNumber | null, delivery: Delivery | null): void {
  if (delivery !== null) keepPromise(turn, number, { receipt: null, delivery })
}

/** The disk has everything up to this record: what waited for it leaves. */
export function recorded(turn: Turn, through: RecordNumber): void {
  for (const pending of turn.live.pending) if (pending.record <= through) fulfil(turn, pending)
  const pending = turn.live.pending.filter(({ record }) => record > through)
  setLive(turn, { pending, recordedThrough: through })
  clearFault(turn, 'storeFailed', 'gateway', 'records')
}

/** Nothing that waits is lost: the store writes it again, this fault with it, and `recorded` follows. */
export function recordFailed(turn: Turn, reason: Text): void {
  if (!isStoreFailing(turn)) raiseFault(turn, 'storeFailed', 'gateway', 'records', reason)
}

/** Nobody waits for these PUBACKs any more; a receipt is sent all the same, on the device's next connection [S6]. */
export function deliveriesEnded(turn: Turn, deliveries: readonly Delivery[]): void {
  const ended = new Set(deliveries)
  const pending = turn.live.pending.flatMap(each => {
    if (each.delivery === null || !ended.has(each.delivery)) return each
    return each.receipt === null ? [] : { ...each, delivery: null }
  })
  setLive(turn, { pending })
}

/** True from a failed write until the next one that succeeds. */
export const isStoreFailing = (turn: Turn): boolean =>
  turn.durable.faults.has(faultKey('storeFailed', 'gateway', 'records'))

/** The record that this press waits for; null: it is on the disk. */
export const pendingRecord = (turn: Turn, press: PressId): RecordNumber | null =>
  turn.live.pending.find(pending => pending.receipt?.id === press)?.record ?? null

type Promised = Omit<Pending, 'record'>

function keepPromise(turn: Turn, number: RecordNumber | null, promised: Promised): void {
  if (number === null) fulfil(turn, promised)
  else owe(turn, { record: number, ...promised })
}

function owe(turn: Turn, pending: Pending): void {
  setLive(turn, { pending: [...turn.live.pending, pending] })
  if (pending.receipt !== null) afterwards(turn, { kind: 'prepareReceipt', message: pending.receipt })
}

function fulfil(turn: Turn, { receipt, delivery }: Promised): void {
  if (receipt !== null) afterwards(turn, { kind: 'sendToDevice', message: receipt })
  if (delivery !== null) afterwards(turn, { kind: 'acknowledgeDelivery', delivery })
}
