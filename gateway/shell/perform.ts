// Performs what the step asks for: each effect goes to the part of the shell that can do it.
import { assertNever } from '../../protocol/assert.ts'
import type { Effect } from '../core/model.ts'
import type { GatewayRecord } from '../core/record-types.ts'
import type { Errands } from './errands.ts'
import type { Http } from './http/http.ts'
import type { Broker, Log, Store } from './ports.ts'

export type Parts = {
  readonly store: Store
  readonly broker: Broker
  readonly http: Pick<Http, 'channel' | 'show'>
  readonly errands: Errands
  readonly log: Log
}

/**
 * `notify` has written its bytes when it returns, and `record` has handed its rows to the thread that commits them, or they go
 * there behind the commit under way [D13].
 */
export function perform(effect: Effect, { store, broker, http, errands, log }: Parts): void {
  switch (effect.kind) {
    case 'notify':
      if (effect.channel === 'mqtt') broker.channel.notify(effect.message)
      else http.channel.notify(effect.message)
      break
    case 'record':
      errands.hold()
      store.append(effect.records)
      for (const record of effect.records) logRecord(record, log)
      break
    case 'prepareReceipt':
      setImmediate(() => {
        broker.prepareReceipt(effect.message) // while the record's thread waits for the disk
        store.collect() // and if it is through by now, the receipt leaves before anything else is read
      })
      break
    case 'sendToDevice':
      if (effect.message.kind === 'receipt') broker.sendToDevice(effect)
      else errands.run(() => broker.sendToDevice(effect))
      break
    case 'tellMonitors':
      errands.run(() => broker.tellMonitors(effect))
      break
    case 'acknowledgeDelivery':
      broker.acknowledgeDelivery(effect.delivery)
      break
    case 'show':
      errands.run(() => http.show(effect))
      break
    default:
      assertNever(effect)
  }
}

/** The record is the account of what happened; the log only says what a technician looks for in it. */
function logRecord(record: GatewayRecord, log: Log): void {
  if (record.kind === 'faultRaised')
    log.warn({ code: record.code, source: record.source, subject: record.subject }, 'fault raised')
  if (record.kind === 'faultCleared')
    log.info({ code: record.code, source: record.source, subject: record.subject }, 'fault cleared')
}
