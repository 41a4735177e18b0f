// What the records say, and nothing else: fold(records) gives it [S4]. Types only.
import type { FaultCode } from '../../protocol/faults.ts'
import type { AlarmId, BootId, ButtonId, DeviceId, NotificationId, PressId, ResponderId } from '../../protocol/ids.ts'
import type { AlarmKind, Place } from '../../protocol/messages.ts'
import type { Text } from '../../protocol/text.ts'
import type { WallTime } from '../../protocol/time.ts'
import type { Policy } from './configuration.ts'
import type { FaultSource, RecordNumber } from './record-types.ts'

export type Durable = {
  readonly lastRecord: RecordNumber
  /** Open alarms: a closed one leaves. */
  readonly alarms: ReadonlyMap<AlarmId, Alarm>
  readonly devices: ReadonlyMap<DeviceId, DeviceMemory>
  readonly faults: ReadonlyMap<string, ActiveFault>
  /** The keys of each source's active faults, so that a heartbeat need not look at the faults of all devices. */
  readonly faultKeys: ReadonlyMap<FaultSource, readonly string[]>
}

export type Alarm = {
  readonly id: AlarmId
  /** Number of the record that raised it. */
  readonly record: RecordNumber
  readonly kind: AlarmKind
  readonly device: DeviceId
  readonly button: ButtonId
  readonly place: Place
  readonly pressedAt: WallTime
  readonly raisedAt: WallTime
  readonly late: boolean
  /** False: pressed before its machine was started again, by a clock of which nobody knows how wrong it is. */
  readonly isAgeKnown: boolean
  readonly policy: Policy
  readonly state: 'raised' | 'notifying' | 'unanswered' | 'acknowledged'
  /** From 1; 0 before the first step. */
  readonly step: number
  /** Last time that a step was entered or repeated. */
  readonly steppedAt: WallTime
  readonly presses: number
  /** Number of notifications so far: makes their ids. */
  readonly notifications: number
  /** Who was told, by at least one channel, with the last telling. */
  readonly told: ReadonlyMap<ResponderId, NotificationId>
  /** Of those told: whose program confirmed the last telling. The others are told again as soon as they are present. */
  readonly confirmed: ReadonlySet<ResponderId>
  readonly acknowledgedBy: ResponderId | null
  readonly acknowledgedAt: WallTime | null
}

/** What is remembered of a device's presses, so that none is raised twice [S8]. Bounded; the oldest yields. */
export type DeviceMemory = {
  readonly presses: ReadonlyMap<PressId, AlarmId>
  readonly boots: ReadonlyMap<BootId, number>
  /** The open alarm of each button that has one. */
  readonly open: ReadonlyMap<ButtonId, AlarmId>
}

export type ActiveFault = {
  readonly code: FaultCode
  readonly source: FaultSource
  readonly subject: string
  readonly detail: Text
  readonly since: WallTime
  /** Who was told, with the last telling. */
  readonly told: ReadonlyMap<ResponderId, NotificationId>
  /** Of those told: whose program confirmed the last telling. The others are told again as soon as they are present. */
  readonly confirmed: ReadonlySet<ResponderId>
}
