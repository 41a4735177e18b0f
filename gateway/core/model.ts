// What the gateway's step speaks about: events, effects, state. Types only.
import type { Unsigned } from '../../protocol/codec.ts'
import type { AlarmId, Brand, ButtonId, DeviceId, NotificationId, ResponderId } from '../../protocol/ids.ts'
import type {
  AcknowledgementMessage,
  AlarmStateMessage,
  CloseMessage,
  CommandMessage,
  ConfigMessage,
  DeviceMessage,
  DeviceStateMessage,
  GatewayStateMessage,
  NotificationMessage,
  ProgressMessage,
  ReceiptMessage,
  SecurityEventKind,
  SecurityEventMessage,
} from '../../protocol/messages.ts'
import type { Text } from '../../protocol/text.ts'
import type { Instant, Millis, WallTime } from '../../protocol/time.ts'
import type { Configuration } from './configuration.ts'
import type { Durable } from './durable.ts'
import type { Live } from './live.ts'
import type { Channel, DeliveryOutcome, GatewayRecord, IncidentDraft, RecordNumber } from './record-types.ts'

/** One publish waiting for its PUBACK: the broker's handle for it. */
export type Delivery = Brand<number, 'Delivery'>

/** Every event carries both clocks: the monotonic one decides, the wall clock is written down. */
type When = { readonly at: Instant; readonly wall: WallTime }
export type Event = When &
  (
    | { readonly kind: 'started'; readonly configuration: Configuration }
    | { readonly kind: 'configured'; readonly configuration: Configuration }
    /** The configuration file was changed but is invalid; `reason` names file, line and field. */
    | { readonly kind: 'configurationRefused'; readonly reason: Text }
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
    | ({ readonly kind: 'securityObserved' } & SecurityObservation)
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
        /** The network address of the connection. */
        readonly address: string
        readonly message: AcknowledgementMessage | CloseMessage
        /** The record has this alarm, open or closed: the state remembers only the last ones of each device. */
        readonly isOnRecord: boolean
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
    /** Of an alarm that is on record. */
    | { readonly kind: 'incidentWritten'; readonly responder: ResponderId; readonly draft: IncidentDraft }
    | {
        readonly kind: 'testRequested'
        readonly responder: ResponderId
        readonly device: DeviceId
        readonly button: ButtonId
        readonly durationMs: Millis
      }
    | { readonly kind: 'recorded'; readonly through: RecordNumber }
    | { readonly kind: 'recordFailed'; readonly reason: Text }
    /** Their connections have ended: nobody waits for these PUBACKs any more. */
    | { readonly kind: 'deliveriesEnded'; readonly deliveries: readonly Delivery[] }
  )

/** Something tried what it may not. */
export type SecurityObservation = {
  readonly event: SecurityEventKind
  /** The name of a proved device, or else the network address. */
  readonly source: string
  /** The account that is proved, or whose password was wrong; null: none. Monitors are not told which [D11]. */
  readonly account: ResponderId | null
  /** One clause; never the content of what was sent, nor an account's name. */
  readonly detail: Text
}

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
  | { readonly kind: 'show'; readonly what: 'everything' }

export type State = {
  readonly configuration: Configuration | null
  /** What the records say, and nothing else: fold(records) gives it [S4]. */
  readonly durable: Durable
  readonly live: Live
}
