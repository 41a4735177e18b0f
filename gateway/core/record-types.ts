// What is put on record, in its words; `records.ts` folds it.
import type { ContactReport } from '../../protocol/contact.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import type {
  AlarmId,
  BootId,
  Brand,
  ButtonId,
  DeviceId,
  gatewaySource,
  NotificationId,
  PressId,
  ResponderId,
} from '../../protocol/ids.ts'
import type {
  AlarmKind,
  NotificationReason,
  Outcome,
  Place,
  PressMessage,
  SecurityEventKind,
} from '../../protocol/messages.ts'
import type { Millis, WallTime } from '../../protocol/time.ts'
import type { Policy } from './configuration.ts'
import type { KeptText } from './kept-text.ts'

/** Position in the record, from 1, without gaps. */
export type RecordNumber = Brand<number, 'RecordNumber'>
export const channels = ['mqtt', 'console'] as const
export type Channel = (typeof channels)[number]

/** An event worth keeping. Folding all records gives the durable state [S4]. Texts of people and places are snapshots. */
export type GatewayRecord = { readonly number: RecordNumber; readonly at: WallTime } & RecordBody
/** What a device said of a press that is on record, under a number of its own [D15]. */
type Sending = { readonly alarm: AlarmId; readonly press: PressId; readonly boot: BootId; readonly n: number }
export type RecordBody =
  | {
      readonly kind: 'alarmRaised'
      readonly alarm: AlarmId
      readonly alarmKind: AlarmKind
      readonly device: DeviceId
      readonly button: ButtonId
      readonly place: Place
      /** The press by the gateway's clock: received − age. */
      readonly pressedAt: WallTime
      readonly late: boolean
      /** Snapshot: an alarm follows the policy that was in force when it was raised. */
      readonly policy: Policy
      readonly contact: ContactReport
      /** The signed message as received: proof of who sent it [D9]. */
      readonly message: PressMessage
    }
  | {
      readonly kind: 'pressRepeated'
      readonly alarm: AlarmId
      readonly press: PressId
      readonly pressedAt: WallTime
      readonly message: PressMessage
    }
  /** The device sent again what is on record; counted, so that a lost receipt can be told. */
  | ({ readonly kind: 'pressDuplicated' } & Sending)
  /** The device said afterwards how long the button was held. */
  | ({ readonly kind: 'pressReleased'; readonly heldMs: Millis } & Sending)
  | { readonly kind: 'stepEntered'; readonly alarm: AlarmId; readonly step: number; readonly reason: StepReason }
  | {
      readonly kind: 'notified'
      readonly alarm: AlarmId
      readonly notification: NotificationId
      readonly responder: ResponderId
      readonly channel: Channel
      readonly step: number
      readonly reason: NotificationReason
    }
  /** Who was not told, and why: the non-event is on record too. */
  | {
      readonly kind: 'notNotified'
      readonly alarm: AlarmId
      readonly responder: ResponderId
      readonly step: number
      readonly reason: 'notConnected' | 'unknownResponder'
    }
  | {
      readonly kind: 'notificationEnded'
      readonly alarm: AlarmId
      readonly notification: NotificationId
      readonly responder: ResponderId
      readonly channel: Channel
      readonly outcome: DeliveryOutcome
    }
  | {
      readonly kind: 'acknowledged'
      readonly alarm: AlarmId
      readonly responder: ResponderId
      readonly channel: Channel
    }
  /** A second person wanted to take it, or it was closed already: nothing changes, the attempt is on record. */
  | {
      readonly kind: 'acknowledgedLate'
      readonly alarm: AlarmId
      readonly responder: ResponderId
      readonly channel: Channel
      readonly reason: 'sameResponder' | 'takenOver' | 'closed'
    }
  | { readonly kind: 'unanswered'; readonly alarm: AlarmId }
  | {
      readonly kind: 'closed'
      readonly alarm: AlarmId
      readonly responder: ResponderId | null
      readonly channel: Channel | null
      readonly outcome: Outcome
      readonly note: string
    }
  | {
      readonly kind: 'closedLate'
      readonly alarm: AlarmId
      readonly responder: ResponderId
      readonly channel: Channel
      readonly outcome: Outcome
    }
  | {
      readonly kind: 'incidentDrafted'
      readonly alarm: AlarmId
      readonly responder: ResponderId
      readonly draft: IncidentDraft
    }
  | {
      readonly kind: 'faultRaised'
      readonly code: FaultCode
      readonly source: FaultSource
      readonly subject: string
      readonly detail: KeptText
    }
  | { readonly kind: 'faultCleared'; readonly code: FaultCode; readonly source: FaultSource; readonly subject: string }
  | {
      readonly kind: 'faultNotified'
      readonly notification: NotificationId
      readonly code: FaultCode
      readonly source: FaultSource
      readonly subject: string
      readonly responder: ResponderId
      readonly channel: Channel
    }
  /** The outcome of telling faults, one or many at once. */
  | {
      readonly kind: 'faultNotificationEnded'
      readonly notification: NotificationId
      readonly responder: ResponderId
      readonly channel: Channel
      readonly outcome: DeliveryOutcome
    }
  | {
      readonly kind: 'securityEvent'
      readonly event: SecurityEventKind
      readonly source: KeptText
      /** Absent: none, or an earlier version wrote it as the source or into the detail. */
      readonly account?: ResponderId
      readonly detail: KeptText
      readonly count: number
    }
  /** Lesser records that were not made while too many waited for the disk [S6]. */
  | { readonly kind: 'recordsYielded'; readonly count: number }
  | { readonly kind: 'configurationApplied'; readonly version: string }
  | {
      readonly kind: 'testRequested'
      readonly responder: ResponderId
      readonly device: DeviceId
      readonly button: ButtonId
      readonly durationMs: Millis
    }
  | { readonly kind: 'gatewayStarted'; readonly version: string }

/** The device that has the fault, or the gateway itself. */
export type FaultSource = DeviceId | typeof gatewaySource
/** unreached: the step before reached nobody, so this one did not wait for its time. */
export type StepReason = 'first' | 'escalated' | 'unreached' | 'repeat'

export type DeliveryOutcome = 'delivered' | 'connectionLost' | 'queueFull'

/** ZeMAG gets a draft, from a human [D10]. No data about visitors, none about the person who pressed. */
export type IncidentDraft = {
  readonly alarm: AlarmId
  /** Chosen by a person from the configured catalogue. */
  readonly level: 0 | 1 | 2 | 3
  readonly summary: string
  readonly measures: string
  /** What the law asks for before an entry [BSchG NRW § 3(2)]; a person ticks it. */
  readonly ground: 'none' | 'houseBan' | 'criminalComplaint' | 'applicationForProsecution'
  readonly groundReference: string
}
