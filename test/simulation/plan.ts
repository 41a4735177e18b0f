// A run as data: who is there, how it is configured, and everything that happens from outside. A plan is plain JSON, so that a
// failing one can be kept, made smaller and run again.
import type { ButtonId, DeviceId, GatewayId, ResponderId } from '../../protocol/ids.ts'

export type Plan = {
  /** All chance of the run: delays, reactions, what survives a power cut. */
  readonly seed: number
  readonly hours: number
  readonly gateways: readonly GatewayPlan[]
  readonly devices: readonly DevicePlan[]
  readonly people: readonly PersonPlan[]
  readonly rules: Rules
  /** What a packet takes on a path in good health. */
  readonly latencyMs: number
  /** bytes: every message is encoded, signed, decoded and checked as by the shells. objects: only what attackers send. */
  readonly wire: 'objects' | 'bytes'
  /** In the order of their times. */
  readonly acts: readonly Act[]
}

export type GatewayPlan = { readonly id: GatewayId; readonly driftPpm: number }
export type DevicePlan = {
  readonly id: DeviceId
  readonly driftPpm: number
  readonly buttons: readonly ButtonId[]
  readonly confirmMs: number
  /** Who stamps the edges. */
  readonly timeSource: 'kernel' | 'arrival'
  /** Without a battery its wall clock stands still while it is off, until a time server sets it. */
  readonly hasClockBattery: boolean
  /** How its buttons are wired. antivalent: one contact closes and one opens. */
  readonly wiring: 'normallyOpen' | 'normallyClosed' | 'antivalent'
}
export type PersonPlan = {
  readonly id: ResponderId
  readonly channel: 'mqtt' | 'console'
  readonly habits: Habits
}
export type Habits = {
  /** Probability of taking an alarm at all. */
  readonly takes: number
  readonly reactionMs: readonly [least: number, most: number]
  /** Acts on the full ten seconds, like everybody else with this habit. */
  readonly inStep: boolean
  /** Probability of taking it a second time. */
  readonly twice: number
  /** Takes even what is known to be taken or closed. */
  readonly stubborn: boolean
  readonly closingMs: readonly [least: number, most: number]
}

/** What the configuration says of this town, before anybody changes it. */
export type Rules = {
  readonly heartbeatMs: number
  readonly silentMs: number
  readonly indicator: 'off' | 'afterAcknowledgement'
  readonly steps: readonly { readonly afterMs: number; readonly notify: readonly ResponderId[] }[]
  readonly repeatMs: number
  readonly faultResponders: readonly ResponderId[]
}

/** One way through the network. `client` is a device, a person or the monitor. */
export type PathName = { readonly client: string; readonly gateway: GatewayId }
export type ButtonName = { readonly device: DeviceId; readonly button: ButtonId }
type Lasting = { readonly durationMs: number }
/** Down, and perhaps down again so soon that it has not recovered. */
export type Outage = Lasting & { readonly again: { readonly afterMs: number; readonly durationMs: number } | null }

export type Act = { readonly at: number } & (
  | ({ readonly kind: 'press'; readonly holdMs: number; readonly bounces: number } & ButtonName)
  /** The same button several times; below 250 ms between release and closure it is one hold. */
  | ({
      readonly kind: 'pressAgain'
      readonly holdMs: number
      readonly times: number
      readonly gapMs: number
    } & ButtonName)
  | {
      readonly kind: 'pressTogether'
      readonly device: DeviceId
      readonly buttons: readonly ButtonId[]
      readonly holdMs: number
    }
  /** So many different buttons of the whole town within one second. */
  | { readonly kind: 'storm'; readonly presses: number }
  /** Closed for so short a time that it is interference, not a finger. */
  | ({ readonly kind: 'brush'; readonly closedMs: number } & ButtonName)
  | ({ readonly kind: 'chatter'; readonly periodMs: number } & ButtonName & Lasting)
  | ({ readonly kind: 'stuck' } & ButtonName & Lasting)
  | ({ readonly kind: 'deadInterrupt' } & ButtonName & Lasting)
  /** atOnce: the backend says so. atReading: it is found when the level is read. */
  | ({ readonly kind: 'lineFailure'; readonly noticed: 'atOnce' | 'atReading' } & ButtonName & Lasting)
  /** The wire of the contact that a press opens is cut: the two contacts of the button disagree. */
  | ({ readonly kind: 'cutWire' } & ButtonName & Lasting)
  | ({ readonly kind: 'heldAtStart'; readonly holdMs: number } & ButtonName & Lasting)
  | ({ readonly kind: 'powerCut' | 'crash'; readonly machine: string } & Outage)
  /** A press, and in the midst of what follows from it the machine is gone: after so many steps of its program. */
  | ({
      readonly kind: 'crashMidway'
      readonly machine: string
      readonly steps: number
      readonly how: 'powerCut' | 'crash'
    } & ButtonName &
      Lasting)
  /** Stopped by its administrator, for an update: it says goodbye. */
  | ({ readonly kind: 'stop'; readonly machine: DeviceId } & Lasting)
  | ({ readonly kind: 'partition'; readonly path: PathName } & Lasting)
  /** Nobody reaches this gateway. */
  | ({ readonly kind: 'isolation'; readonly gateway: GatewayId } & Lasting)
  /** A connection that one side or both believe in carries nothing any more, for ever. */
  | { readonly kind: 'halfOpen'; readonly path: PathName; readonly deaf: 'client' | 'gateway' | 'both' }
  | { readonly kind: 'reset'; readonly path: PathName }
  /** Beyond what TCP does: messages lost, doubled and overtaking each other on a connection that stands. */
  | ({
      readonly kind: 'unruly'
      readonly path: PathName
      readonly loss: number
      readonly duplication: number
      readonly reordering: number
    } & Lasting)
  | ({ readonly kind: 'slowPath'; readonly path: PathName; readonly delayMs: number } & Lasting)
  | ({ readonly kind: 'away'; readonly person: ResponderId } & Lasting)
  /** The program of this person takes packets and reads none of them. */
  | ({ readonly kind: 'slowReader'; readonly person: ResponderId } & Lasting)
  /** Somebody closes what has been open for long. */
  | { readonly kind: 'sweep'; readonly person: ResponderId }
  | ({ readonly kind: 'testMode'; readonly person: ResponderId; readonly pressAfterMs: number } & ButtonName & Lasting)
  | ({ readonly kind: 'disk'; readonly machine: string; readonly how: DiskFault } & Lasting)
  /** Wrong by so much, and after a while right again. */
  | ({ readonly kind: 'clockStep'; readonly machine: string; readonly byMs: number } & Lasting)
  /** The configuration is changed, and after a while changed back. */
  | ({ readonly kind: 'reload'; readonly change: ConfigurationChange } & Lasting)
  | ({ readonly kind: 'deviceRemoved'; readonly device: DeviceId } & Lasting)
  | { readonly kind: 'attack'; readonly gateway: GatewayId; readonly device: DeviceId; readonly attack: Attack }
  /** A building: its devices are configured, get power, live, lose it, and are taken out of the configuration. */
  | {
      readonly kind: 'building'
      readonly devices: number
      readonly darkMs: number
      readonly litMs: number
      readonly presses: number
    }
)

/** slow: writes take seconds. full, readOnly: nothing is written. failing: written, but the sync says it failed. */
export type DiskFault = 'slow' | 'full' | 'failing' | 'readOnly'
export type ConfigurationChange = 'steps' | 'names' | 'silence' | 'mistake'
export type Attack =
  | 'forged'
  | 'foreignDevice'
  | 'foreignAlarm'
  | 'replay'
  | 'malformed'
  | 'foreignTopic'
  | 'inventedAlarm'

export type ActKind = Act['kind']
/** powerCut and crash are one member of the union: of them this gives both. */
export type ActOf<Kind extends ActKind> = Act extends infer Each
  ? Each extends Act
    ? Kind extends Each['kind']
      ? Each
      : never
    : never
  : never

/** Acts that disturb the system: while one of them lasts the world is not calm. */
const disturbing: ReadonlySet<ActKind> = new Set<ActKind>([
  ...(['chatter', 'stuck', 'deadInterrupt', 'lineFailure', 'cutWire', 'heldAtStart'] as const),
  ...(['powerCut', 'crash', 'crashMidway', 'stop'] as const),
  ...(['partition', 'isolation', 'halfOpen', 'reset', 'unruly', 'slowPath', 'slowReader'] as const),
  ...(['disk', 'clockStep', 'deviceRemoved', 'building'] as const),
])
export const isDisturbing = (kind: ActKind): boolean => disturbing.has(kind)

/** After this long everybody has noticed that a connection carries nothing. */
const noticedMs = 60_000
/** What follows from a press is over by then. */
export const armedMs = 5000
const reconnectedMs = 30_000
const releasedMs = 500

/** When the act itself is over; what follows from it may take longer. */
export function endOf(act: Act): number {
  switch (act.kind) {
    case 'press':
    case 'pressTogether':
      return act.at + act.holdMs
    case 'pressAgain':
      return act.at + act.times * (act.holdMs + act.gapMs)
    case 'storm':
      return act.at + 2000
    case 'brush':
      return act.at + act.closedMs
    case 'stuck':
      return act.at + act.durationMs + releasedMs
    case 'heldAtStart':
      return act.at + act.durationMs + act.holdMs + releasedMs
    case 'powerCut':
    case 'crash':
      return act.at + act.durationMs + (act.again === null ? 0 : act.again.afterMs + act.again.durationMs)
    case 'crashMidway':
      return act.at + armedMs + act.durationMs
    case 'halfOpen':
      return act.at + noticedMs
    case 'reset':
      return act.at + reconnectedMs
    case 'building':
      return act.at + act.darkMs + act.litMs
    default:
      return act.at + ('durationMs' in act ? act.durationMs : 0)
  }
}

/** True if the act may concern this device. */
export function isAbout(plan: Plan, act: Act, device: DeviceId): boolean {
  if (act.kind === 'crashMidway' && act.device === device) return true
  if ('machine' in act) return act.machine === device || plan.gateways.some(({ id }) => id === act.machine)
  if ('device' in act) return act.device === device
  if ('path' in act) return act.path.client === device
  return act.kind === 'isolation' || act.kind === 'storm' || act.kind === 'reload'
}
