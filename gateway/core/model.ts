// What the gateway's step speaks about: configuration, events, records, effects, state. Types only.
import type { Unsigned } from '../../protocol/codec.ts'
import type { ContactReport } from '../../protocol/contact.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import type {
  AlarmId,
  BootId,
  Brand,
  ButtonId,
  DeviceId,
  GatewayId,
  NotificationId,
  PolicyId,
  PressId,
  ResponderId,
  SiteId,
  ZoneId,
} from '../../protocol/ids.ts'
import type {
  AcknowledgementMessage,
  AlarmKind,
  AlarmStateMessage,
  CloseMessage,
  CommandMessage,
  ConfigMessage,
  DeviceMessage,
  DeviceStateMessage,
  GatewayStateMessage,
  NotificationMessage,
  NotificationReason,
  Outcome,
  Place,
  PressMessage,
  ProgressMessage,
  ReceiptMessage,
  SecurityEventKind,
  SecurityEventMessage,
} from '../../protocol/messages.ts'
import type { Language, Text } from '../../protocol/text.ts'
import type { Instant, Millis, WallTime } from '../../protocol/time.ts'
import type { Live } from './live.ts'

// ---- configuration: a checked value, made by the shell from gateway.yaml -------------------------------------------

export type Configuration = {
  /** Hash of the file's content. */
  readonly version: string
  readonly gateway: { readonly id: GatewayId; readonly name: string }
  /** Language of texts that go to people without a screen of their own. */
  readonly language: Language
  readonly sites: readonly Site[]
  readonly devices: readonly DeviceEntry[]
  readonly responders: readonly Responder[]
  readonly policies: readonly Policy[]
  /** For buttons that name no policy, and for alarms of buttons that are not in the directory. */
  readonly defaultPolicy: PolicyId
  /** Who is told of faults. */
  readonly faultResponders: readonly ResponderId[]
  readonly silentMs: Millis
  readonly incidentLevels: readonly IncidentLevel[]
}
export type Site = {
  readonly id: SiteId
  readonly name: string
  readonly zones: readonly { readonly id: ZoneId; readonly name: string }[]
}
export type DeviceEntry = {
  readonly id: DeviceId
  readonly site: SiteId
  readonly heartbeatMs: Millis
  readonly indicator: 'off' | 'afterAcknowledgement'
  readonly buttons: readonly ButtonEntry[]
}
export type ButtonEntry = {
  readonly id: ButtonId
  readonly name: string
  readonly room: string
  readonly zone: ZoneId
  readonly policy: PolicyId
}
export type Responder = { readonly id: ResponderId; readonly name: string }
export type Policy = {
  readonly id: PolicyId
  readonly steps: readonly PolicyStep[] /** The last step repeats this often until a person takes the alarm. */
  readonly repeatMs: Millis
}
export type PolicyStep = {
  readonly name: string
  /** Since the alarm was raised; the first step has 0, each next one more than the one before. */
  readonly afterMs: Millis
  readonly notify: readonly ResponderId[]
}
export type IncidentLevel = { readonly level: 0 | 1 | 2 | 3; readonly text: Text }

// ---- events --------------------------------------------------------------------------------------------------------

/** One publish waiting for its PUBACK: the broker's handle for it. */
export type Delivery = Brand<number, 'Delivery'>
/** Position in the record, from 1, without gaps. */
export type RecordNumber = Brand<number, 'RecordNumber'>
export const channels = ['mqtt', 'console'] as const
export type Channel = (typeof channels)[number]

/** Every event carries both clocks: the monotonic one decides, the wall clock is written down. */
type When = { readonly at: Instant; readonly wall: WallTime }
export type Event = When &
  (
    | { readonly kind: 'started'; readonly configuration: Configuration }
    | { readonly kind: 'configured'; readonly configuration: Configuration }
    /** The configuration file was changed but is invalid; `reason` names file, line and field. */
    | { readonly kind: 'configurationRefused'; readonly reason: string }
    | { readonly kind: 'woken' }
    /**
     * A message of a device, decoded against its schema. `sender` is the name in the connection's certificate;
     * `authentic`: the signature verifies with that certificate's key. `delivery` null: a will, or nothing to answer.
     */
    | {
        readonly kind: 'received'
        readonly sender: DeviceId
        readonly message: DeviceMessage
        readonly authentic: boolean
        readonly delivery: Delivery | null
      }
    /** Set aside by the shell: it never got as far as a message. */
    | {
        readonly kind: 'securityObserved'
        readonly event: SecurityEventKind
        readonly source: string
        readonly detail: string
      }
    | { readonly kind: 'deviceConnected'; readonly device: DeviceId }
    /** Can be reached by this channel from now on; said again for each further connection, because those before may be dead. */
    | {
        readonly kind: 'responderPresent'
        readonly responder: ResponderId
        readonly channel: Channel
        readonly present: boolean
      }
    | {
        readonly kind: 'responderSaid'
        readonly responder: ResponderId
        readonly channel: Channel
        readonly message: AcknowledgementMessage | CloseMessage
        readonly delivery: Delivery | null
      }
    /** The channel's outcome: delivered = the receiver's program confirmed it (PUBACK, or the page has shown it). */
    | {
        readonly kind: 'notificationEnded'
        readonly notification: NotificationId
        readonly responder: ResponderId
        readonly channel: Channel
        readonly outcome: DeliveryOutcome
      }
    | { readonly kind: 'incidentWritten'; readonly responder: ResponderId; readonly draft: IncidentDraft }
    | {
        readonly kind: 'testRequested'
        readonly responder: ResponderId
        readonly device: DeviceId
        readonly button: ButtonId
        readonly durationMs: Millis
      }
    | { readonly kind: 'recorded'; readonly through: RecordNumber }
    | { readonly kind: 'recordFailed'; readonly reason: string }
    /** Their connections have ended: nobody waits for these PUBACKs any more. */
    | { readonly kind: 'deliveriesEnded'; readonly deliveries: readonly Delivery[] }
  )

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

// ---- records -------------------------------------------------------------------------------------------------------

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
      readonly detail: string
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
      readonly source: string
      readonly detail: string
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
export type FaultSource = DeviceId | 'gateway'
/** unreached: the step before reached nobody, so this one did not wait for its time. */
export type StepReason = 'first' | 'escalated' | 'unreached' | 'repeat'

// ---- effects -------------------------------------------------------------------------------------------------------

export type ToDevice =
  | Unsigned<ReceiptMessage>
  | Unsigned<ProgressMessage>
  | Unsigned<CommandMessage>
  | Unsigned<ConfigMessage>
export type ToMonitor = AlarmStateMessage | DeviceStateMessage | GatewayStateMessage | SecurityEventMessage
export type Effect =
  /** Tell one responder by one channel. Leaves in the step that asks for the record [D13]. */
  | { readonly kind: 'notify'; readonly channel: Channel; readonly message: NotificationMessage }
  /** Commit these, in order; answered by `recorded` or `recordFailed`. A failed write is tried again by the store. */
  | { readonly kind: 'record'; readonly records: readonly GatewayRecord[] }
  /** This very message will be sent once its record is on the disk: sign it meanwhile. Nothing of it may leave before [S1]. */
  | { readonly kind: 'prepareReceipt'; readonly message: Unsigned<ReceiptMessage> }
  /** Sign and send to a device, if it is connected. A `config` is retained. */
  | { readonly kind: 'sendToDevice'; readonly message: ToDevice }
  /** Send to every monitor; `retain`: keep for monitors that subscribe later, replacing the one of the same topic. */
  | { readonly kind: 'tellMonitors'; readonly message: ToMonitor; readonly retain: boolean }
  /** Let the PUBACK go. */
  | { readonly kind: 'acknowledgeDelivery'; readonly delivery: Delivery }
  /** The console's view of this changed. */
  | { readonly kind: 'show'; readonly what: 'alarm'; readonly alarm: AlarmId }
  | { readonly kind: 'show'; readonly what: 'device'; readonly device: DeviceId }
  | { readonly kind: 'show'; readonly what: 'faults' }

// ---- state ---------------------------------------------------------------------------------------------------------

export type State = {
  readonly configuration: Configuration | null
  /** What the records say, and nothing else: fold(records) gives it [S4]. */
  readonly durable: Durable
  readonly live: Live
}

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
  readonly detail: string
  readonly since: WallTime
  /** Who was told, with the last telling. */
  readonly told: ReadonlyMap<ResponderId, NotificationId>
  /** Of those told: whose program confirmed the last telling. The others are told again as soon as they are present. */
  readonly confirmed: ReadonlySet<ResponderId>
}
