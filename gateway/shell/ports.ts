// What the runtime needs of its parts, so that each can be built, tested and replaced alone.

import type { AccountRole } from '../../protocol/console.ts'
import type { AlarmId, DeviceId, NotificationId, ResponderId } from '../../protocol/ids.ts'
import type { NotificationMessage } from '../../protocol/messages.ts'
import type { WallTime } from '../../protocol/time.ts'
import type { Delivery, Effect, Event } from '../core/model.ts'
import type { DeliveryOutcome, GatewayRecord, RecordNumber } from '../core/record-types.ts'

/** An event before the runtime stamps both clocks on it. */
export type Unstamped = Event extends infer Each ? (Each extends Event ? Omit<Each, 'at' | 'wall'> : never) : never
export type Emit = (event: Unstamped) => void

/** Whether the record has this alarm, open or closed. It never throws. */
export type IsOnRecord = (alarm: AlarmId) => boolean

/** What the shell needs of pino. Never keys, payloads or names of persons. */
export type Log = {
  readonly [Level in 'debug' | 'info' | 'warn' | 'error']: (fields: object, text: string) => void
}

/** One way to tell a person. Delivery is never assumed: `onEnded` says what became of each notification, exactly once. */
export type NotificationChannel = {
  readonly name: 'mqtt' | 'console'
  /** Hands the notification over now, to every connection of the responder. It never waits and never throws. */
  readonly notify: (message: NotificationMessage) => void
}
export type OnNotificationEnded = (
  notification: NotificationId,
  responder: ResponderId,
  outcome: DeliveryOutcome,
) => void

export type Broker = {
  readonly address: { readonly host: string; readonly port: number }
  readonly channel: NotificationChannel
  /** Signs what `sendToDevice` will be asked to send as this very object. */
  readonly prepareReceipt: (message: Extract<Effect, { kind: 'prepareReceipt' }>['message']) => void
  readonly sendToDevice: (effect: Extract<Effect, { kind: 'sendToDevice' }>) => void
  /** The device has a connection on which it hears commands. One that is not connected was heard perhaps a moment ago. */
  readonly isListening: (device: DeviceId) => boolean
  readonly tellMonitors: (effect: Extract<Effect, { kind: 'tellMonitors' }>) => void
  readonly acknowledgeDelivery: (delivery: Delivery) => void
  /** Ends the connections of a device or account whose right has ended. */
  readonly disconnect: (party: string) => void
} & AsyncDisposable

export type Account = { readonly id: ResponderId; readonly name: string; readonly role: AccountRole }
export type Accounts = {
  /** The account, if the password is right; null otherwise. Takes the same time in both cases. */
  readonly authenticate: (name: string, password: string) => Promise<Account | null>
  readonly find: (id: ResponderId) => Account | null
}

/** A console session as it is kept over a restart. The key is the hash of its token: it opens nothing. */
export type KeptSession = { readonly key: string; readonly account: ResponderId; readonly startedAt: WallTime }
export type SessionStorage = {
  /** In the order in which they were opened. */
  readonly all: () => readonly KeptSession[]
  /** Keeps the opened session and forgets the ended ones in one commit. @throws if that failed: then nothing has changed. */
  readonly change: (opened: KeptSession | null, ended: readonly string[]) => void
}

export type RecordWriter = {
  /** Asks for a commit of these records, at once or together with the next ones; answered once per commit. */
  readonly append: (records: readonly GatewayRecord[]) => void
  /** A press is about to come [D20]: whoever writes it wakes up. */
  readonly prepare: () => void
  /** Hears now of what has been committed, which otherwise has its turn among all that comes in. */
  readonly collect: () => void
}

export type RecordReader = {
  /** All records in order. */
  readonly records: () => Iterable<GatewayRecord>
  /** In order; those that were appended and are not yet committed too, so that an answer says what the step decided. */
  readonly recordsOfAlarm: (alarm: AlarmId) => readonly GatewayRecord[]
  /** Ids of closed alarms, newest first, raised by a record below `before`. */
  readonly closedAlarms: (before: RecordNumber | null, limit: number) => readonly AlarmId[]
  /** Ids of all alarms, newest first. */
  readonly latestAlarms: (limit: number) => readonly AlarmId[]
  /** Those not yet committed too. */
  readonly lastPressAt: (device: DeviceId, button: string) => WallTime | null
}

export type Store = RecordWriter & RecordReader & AsyncDisposable
