// What the device's step speaks about: settings, events, effects, state. Types, and the state at the start.
import type { Unsigned } from '../../protocol/codec.ts'
import type { ContactReport } from '../../protocol/contact.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import type { AlarmId, BootId, Brand, ButtonId, DeviceId, PressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type {
  CommandMessage,
  ConfigMessage,
  DeviceMessage,
  PressMessage,
  ProgressMessage,
  ReceiptMessage,
} from '../../protocol/messages.ts'
import type { Instant, Millis, WallTime } from '../../protocol/time.ts'
import { type Circuit, type CircuitSettings, type LineId, unseenCircuit } from './circuit.ts'
import type { Level, TimeSource } from './debounce.ts'

/** One way to one gateway: its URL. */
export type LinkId = Brand<string, 'LinkId'>

export type Settings = {
  readonly device: DeviceId
  readonly boot: BootId
  /** Version of the device program. */
  readonly program: string
  readonly buttons: readonly (CircuitSettings & { readonly id: ButtonId })[]
  /** The contact of the case; null: it has none. */
  readonly tamper: CircuitSettings | null
  readonly links: readonly LinkId[]
}

// ---- a press -------------------------------------------------------------------------------------------------------

/**
 * How the age of a press is known. monotonic: pressed since this start of the machine, exact. wall: the machine was
 * restarted since; its wall clock tells, and the age is at least the time since the journal gave the press back.
 */
export type PressAge =
  | { readonly basis: 'monotonic'; readonly pressedAt: Instant }
  | { readonly basis: 'wall'; readonly recoveredAt: Instant }

export type Press = {
  readonly id: PressId
  readonly button: ButtonId
  readonly meaning: Meaning
  readonly age: PressAge
  /** The device's wall clock at the press. */
  readonly pressedWall: WallTime
  readonly contact: ContactReport
}
export type Meaning =
  | { readonly kind: Extract<PressMessage['kind'], 'alarm' | 'testAlarm'> }
  | { readonly kind: 'repeatPress'; readonly alarm: AlarmId }

export type JournalEntry =
  | { readonly kind: 'pressed'; readonly press: Press }
  /** The press is receipted, or yielded to more important ones: nothing is owed for it any more. */
  | { readonly kind: 'retired'; readonly press: PressId }
  /** Written only to prove that writing works. */
  | { readonly kind: 'checked' }

// ---- events --------------------------------------------------------------------------------------------------------

export type FromGateway = ReceiptMessage | ProgressMessage | CommandMessage | ConfigMessage

/** Every event carries both clocks and one random number from [0, 1): the step has none of its own. */
type When = { readonly at: Instant; readonly wall: WallTime; readonly random: number }
export type Event = When &
  (
    | { readonly kind: 'started'; readonly recovered: readonly Press[] }
    | { readonly kind: 'woken' }
    | { readonly kind: 'stopping' }
    | {
        readonly kind: 'edgeSeen'
        readonly line: LineId
        /** Of the circuit. */
        readonly level: Level
        readonly stampedAt: Instant
        readonly timeSource: TimeSource
      }
    /** readAt: when the reading was asked for. */
    | { readonly kind: 'levelRead'; readonly line: LineId; readonly level: Level; readonly readAt: Instant }
    | { readonly kind: 'lineFailed'; readonly line: LineId }
    | { readonly kind: 'lineRecovered'; readonly line: LineId }
    /** An audit came to its end. answered: lines that gave a level or failed; silent: lines that gave no answer in time. */
    | { readonly kind: 'levelsAudited'; readonly answered: readonly LineId[]; readonly silent: readonly LineId[] }
    /** What was asked of this output was done, or could not be. */
    | { readonly kind: 'outputAnswered'; readonly output: Output; readonly works: boolean }
    | { readonly kind: 'journaled'; readonly entry: JournalEntry }
    | { readonly kind: 'journalFailed'; readonly entry: JournalEntry }
    /** Entries of the journal could not be read: a press may be lost. */
    | { readonly kind: 'journalDamaged' }
    | { readonly kind: 'connected'; readonly link: LinkId; readonly session: number }
    | { readonly kind: 'disconnected'; readonly link: LinkId; readonly session: number }
    /** Decoded, and its signature verifies with the key of the gateway at the other end of the link. */
    | { readonly kind: 'received'; readonly link: LinkId; readonly message: FromGateway }
    /** clockErrorMs null: not known; synchronised null: this machine does not say. */
    | { readonly kind: 'clockRead'; readonly clockErrorMs: Millis | null; readonly synchronised: boolean | null }
  )

// ---- effects -------------------------------------------------------------------------------------------------------

export type Effect =
  /** Sign and send on this connection, if it still stands. Nothing but the outbox sends again. */
  | {
      readonly kind: 'publish'
      readonly link: LinkId
      readonly session: number
      readonly message: Unsigned<DeviceMessage>
    }
  /** Append and sync; answered by `journaled` or `journalFailed`. */
  | { readonly kind: 'journal'; readonly entry: JournalEntry }
  /** One attempt; answered by `connected` and later `disconnected`, or by `disconnected` alone. */
  | { readonly kind: 'connect'; readonly link: LinkId; readonly session: number }
  /** Read the level of every line; each gives `levelRead`, or `lineFailed` once; `levelsAudited` ends it. */
  | { readonly kind: 'auditLevels' }
  /** Program and lines are alive: whoever would restart them otherwise is told so. */
  | { readonly kind: 'feedWatchdogs' }
  | { readonly kind: 'readClock' }
  /** Both are answered by `outputAnswered`, if the device has that output. */
  | { readonly kind: 'indicate'; readonly state: Indication }
  | { readonly kind: 'switchRelay'; readonly state: RelayState }
  /** For the log: a fault began or ended. */
  | {
      readonly kind: 'reportFault'
      readonly code: FaultCode
      readonly subject: string
      readonly state: 'raised' | 'cleared'
    }
  /** For the log: a press gave way because the outbox is full [S6]. */
  | { readonly kind: 'reportYielded'; readonly press: PressId }

export type Output = 'indicator' | 'relay'
export type Indication = 'off' | 'acknowledged'
export type RelayState = 'open' | 'closed'

// ---- state ---------------------------------------------------------------------------------------------------------

export type State = {
  readonly settings: Settings
  readonly startedAt: Instant
  /** Sendings so far [D15], presses so far, connections so far. */
  readonly n: number
  readonly presses: number
  readonly sessions: number
  readonly clockErrorMs: Millis | null
  readonly config: Pick<ConfigMessage, 'version' | 'heartbeatMs' | 'indicator'>
  readonly buttons: ReadonlyMap<ButtonId, Button>
  readonly tamper: Circuit | null
  /** What the outputs were last asked to do. */
  readonly outputs: { readonly indicator: Indication; readonly relay: RelayState }
  readonly links: ReadonlyMap<LinkId, Link>
  /** In the order of pressing. */
  readonly outbox: readonly Pending[]
  readonly journal: Journal
  readonly faults: ReadonlyMap<string, ActiveFault>
  readonly nextHeartbeatAt: Instant
  readonly nextAuditAt: Instant
  /** Lines that have answered an audit since the start. */
  readonly answering: ReadonlySet<LineId>
}

export type Button = {
  readonly id: ButtonId
  readonly circuit: Circuit
  /** The press that it is held in, until its release was told. */
  readonly heldPress: PressId | null
  /** The alarm that this device takes to be open; the gateway has the last word. */
  readonly openAlarm: Said | null
  readonly test: { readonly from: Instant; readonly until: Instant } | null
  readonly lastTestAt: Instant | null
  /** The alarm that a person took and nobody closed yet: all that the outputs may show. */
  readonly acknowledged: Said | null
  /** The last alarm that a person was said to have taken, even if that was taken back. */
  readonly answered: AlarmId | null
}

/** The last word about an alarm: when, and the gateway whose it is. by null: the device's own, of a press that it owes. */
export type Said = { readonly alarm: AlarmId; readonly by: LinkId | null; readonly at: Instant }

export type Link = {
  readonly id: LinkId
  readonly state: 'down' | 'connecting' | 'up'
  readonly session: number
  /** Attempts in a row that brought no lasting connection. */
  readonly failures: number
  readonly retryAt: Instant | null
  readonly upSince: Instant | null
  /** Highest command number taken from this gateway. */
  readonly lastCommand: number
}

/** A press without a receipt [S2]. */
export type Pending = {
  readonly press: Press
  readonly queuedAt: Instant
  /** volatile: only in memory, because the journal failed. */
  readonly durability: 'journaling' | 'journaled' | 'volatile'
  /** Rounds of sending since the last new connection. */
  readonly rounds: number
  readonly resendAt: Instant | null
}

export type Journal = {
  /** When each write that is under way was asked for; they are answered in order. */
  readonly underWay: readonly Instant[]
  readonly nextCheckAt: Instant
  /** When what failed is tried again; null: nothing failed. */
  readonly retryAt: Instant | null
  readonly retirementsOwed: ReadonlySet<PressId>
}

export type ActiveFault = { readonly code: FaultCode; readonly subject: string }

export function initialState(settings: Settings, at: Instant): State {
  const buttons = settings.buttons.map(({ id, ...circuit }): [ButtonId, Button] => [
    id,
    {
      id,
      circuit: unseenCircuit(circuit, at),
      heldPress: null,
      openAlarm: null,
      test: null,
      lastTestAt: null,
      acknowledged: null,
      answered: null,
    },
  ])
  const links = settings.links.map((id): [LinkId, Link] => [
    id,
    { id, state: 'down', session: 0, failures: 0, retryAt: null, upSince: null, lastCommand: 0 },
  ])
  return {
    settings,
    startedAt: at,
    n: 0,
    presses: 0,
    sessions: 0,
    clockErrorMs: null,
    config: { version: '', heartbeatMs: limits.heartbeatMsDefault, indicator: 'off' },
    buttons: new Map(buttons),
    tamper: settings.tamper === null ? null : unseenCircuit(settings.tamper, at),
    outputs: { indicator: 'off', relay: 'open' },
    links: new Map(links),
    outbox: [],
    journal: { underWay: [], nextCheckAt: at, retryAt: null, retirementsOwed: new Set() },
    faults: new Map(),
    nextHeartbeatAt: at,
    nextAuditAt: at,
    answering: new Set(),
  }
}
