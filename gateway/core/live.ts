// What only this run of the gateway knows: connections, timers, what waits for the disk. It ends with the program.
import type { Unsigned } from '../../protocol/codec.ts'
import type { AlarmId, BootId, DeviceId, ResponderId } from '../../protocol/ids.ts'
import type { DeviceState, ReceiptMessage, SecurityEventKind } from '../../protocol/messages.ts'
import type { Text } from '../../protocol/text.ts'
import type { Instant, Millis, WallTime } from '../../protocol/time.ts'
import type { Delivery } from './model.ts'
import type { Channel, RecordNumber } from './record-types.ts'

export type Live = {
  readonly startedAt: WallTime
  /** How far the wall clock is ahead of the monotonic one; it becomes another one when somebody sets the wall clock. */
  readonly clockLead: Millis
  /** Monotonic moment of each open alarm's next step or repetition. */
  readonly deadlines: ReadonlyMap<AlarmId, Instant>
  /** No deadline lies before this moment, so that not every event looks at every alarm; null: none is set. */
  readonly deadlineCheckAt: Instant | null
  /** Monotonic moment of each open alarm's press, so that no step of the wall clock falsifies its age [S9]. */
  readonly pressedAt: ReadonlyMap<AlarmId, Instant>
  readonly devices: ReadonlyMap<DeviceId, Supervised>
  /** No device becomes silent before this moment; null: none can. */
  readonly silenceCheckAt: Instant | null
  /** Policies and steps that reach nobody by any channel, by the subjects of their faults, with the moment at which that becomes one. */
  readonly unreachable: ReadonlyMap<string, Instant>
  /** Channels on which a responder can be reached now. */
  readonly present: ReadonlyMap<ResponderId, ReadonlySet<Channel>>
  /** Receipts and PUBACKs that wait for the disk, with the record they wait for. */
  readonly pending: readonly Pending[]
  readonly recordedThrough: RecordNumber
  /** Records not made in this run [S6], and of how many of them the record tells. */
  readonly yielded: { readonly count: number; readonly told: number }
  /** After the start: alarms whose step reached nobody so far, and until when they wait for those who are coming back. */
  readonly returning: { readonly until: Instant; readonly alarms: ReadonlySet<AlarmId> } | null
  readonly securityCounts: ReadonlyMap<string, SecurityCount>
  /** Of all sources, in the minute that runs. */
  readonly securityMinute: { readonly since: Instant; readonly recorded: number }
  /** Since the start, on record or counted. */
  readonly securityEvents: number
  readonly nextHeartbeatAt: Instant
}

export type Supervised = {
  readonly state: DeviceState
  /** When this run began to wait for it: until then silence is not counted. */
  readonly since: Instant
  readonly lastHeardAt: Instant | null
  readonly lastHeardWall: WallTime | null
  readonly boot: BootId | null
  readonly session: number
  /** Last number heard of each boot, the current one included. */
  readonly boots: ReadonlyMap<BootId, number>
  readonly configVersion: string
}
export type Pending = {
  readonly record: RecordNumber
  readonly receipt: Unsigned<ReceiptMessage> | null
  readonly delivery: Delivery | null
}
export type SecurityCount = {
  readonly event: SecurityEventKind
  readonly source: Text
  readonly account: ResponderId | null
  readonly since: Instant
  readonly recorded: number
  readonly suppressed: number
}
