// What the page knows, as plain values, and the words for what can happen to it.
import type {
  AlarmView,
  DeviceView,
  FaultView,
  IncidentRequest,
  Overview,
  PersonView,
  Session,
} from '../../../protocol/console.ts'
import type { AlarmId, BootId, ButtonId, DeviceId, NotificationId, ResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { AlarmKind, NotificationMessage, Place } from '../../../protocol/messages.ts'
import type { Language, Text } from '../../../protocol/text.ts'
import { type WallTime, wallTime } from '../../../protocol/time.ts'
import type { Route } from './routes.ts'

/** Times called `at` are milliseconds of the browser's monotonic clock. */
export type State = {
  readonly language: Language
  /** What the person chose on this machine; null: follow the account. */
  readonly languageChosen: Language | null
  readonly access: Access
  readonly connection: Connection
  readonly route: Route
  readonly at: number
  /** The gateway's wall clock minus `at`: every age is counted from the gateway's clock. Null: not heard yet. */
  readonly offset: number | null
  readonly alarms: ReadonlyMap<AlarmId, AlarmView>
  readonly devices: readonly DeviceView[]
  readonly faults: readonly FaultView[]
  readonly incidentLevels: Overview['incidentLevels']
  /** Alarms that this account was told of and that nobody has taken yet. */
  readonly calls: ReadonlyMap<AlarmId, Call>
  /** The person looks at the page behind; the calls stay in sight as a bar, and the next telling fills the screen again. */
  readonly steppedBack: boolean
  readonly notices: readonly Notice[]
  /** Notifications that are on the screen and not yet confirmed to the gateway. */
  readonly unconfirmed: readonly NotificationId[]
  readonly history: History
  readonly tests: ReadonlyMap<string, ButtonTest>
  readonly begun: Begun | null
  readonly sound: Sound
  readonly permission: Permission
}

export type Access =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'loggedOut'
      readonly gateway: string | null
      readonly why: LoggedOutBecause
      /** Alarms were open when the page last knew of any: they may still wait for a person. */
      readonly alarmsOpen: boolean
    }
  | { readonly kind: 'loggedIn'; readonly session: Session }
  /** Too many pages are open in this browser, and this one gave way: nothing reaches it until a person wants it back. */
  | { readonly kind: 'displaced'; readonly session: Session }
/** `asked`: the person wanted it, or nobody was logged in. `replaced`: another login in the same browser took its place. */
export type LoggedOutBecause =
  | { readonly kind: 'asked' | 'ended' }
  | { readonly kind: 'replaced'; readonly by: Session['name'] }
export type Connection =
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'live'; readonly heardAt: number }
  /** `why`: the gateway's word, if it is there and has refused this page. */
  | { readonly kind: 'lost'; readonly lastContact: WallTime | null; readonly why: Text | null }
/** Closed alarms, newest first. `stale`: to be asked for again. */
export type History = {
  readonly alarms: readonly AlarmView[]
  readonly state: 'stale' | 'loaded' | 'failed'
  readonly complete: boolean
  /** The last record of the last page. An older alarm that is closed meanwhile is on the list and moves no page. */
  readonly oldest: number | null
}
/** `boot`: the start of the device that was asked. It forgets the test when it begins anew. */
export type ButtonTest = { readonly startedAt: WallTime; readonly endsAt: WallTime; readonly boot: BootId | null }
/** Drafts that were begun and are not saved. They outlast the end of a login, for its account alone and only in this page. */
export type Begun = { readonly account: ResponderId; readonly drafts: ReadonlyMap<AlarmId, Entered> }
/** What a person has entered for a draft so far: level and ground are missing until they are chosen. */
export type Entered = Omit<IncidentRequest, 'level' | 'ground'> & {
  readonly level: IncidentRequest['level'] | null
  readonly ground: IncidentRequest['ground'] | null
}
/** `blocked`: the browser waits for a gesture. `muted`: the person wants none. */
export type Sound = 'ready' | 'blocked' | 'muted'
export type Permission = 'granted' | 'default' | 'denied' | 'unsupported'

export type Call = {
  readonly alarm: AlarmId
  readonly kind: AlarmKind
  readonly place: Place
  readonly presses: number
  readonly pressedAt: WallTime
  readonly isAgeKnown: boolean
  readonly late: boolean
  readonly step: number
  readonly stepName: string
  /** Somebody silenced the signal: until the next telling. */
  readonly hushed: boolean
}

export type Notice =
  | {
      readonly kind: 'taken' | 'closed'
      readonly key: string
      readonly alarm: AlarmId
      readonly place: Place
      /** Null: the gateway has not said it yet. */
      readonly by: PersonView | null
    }
  | {
      readonly kind: 'fault' | 'faultCleared'
      readonly key: string
      /** Null: several at once. */
      readonly fault: NamedFault | null
    }

/** Which fault it is. What to say of it in the language of the page is in the fault table. */
export type NamedFault = Pick<FaultView, 'code' | 'source' | 'subject' | 'detail'>

export type PageEvent =
  | { readonly kind: 'loggedOut'; readonly gateway: string | null; readonly why: LoggedOutBecause }
  | { readonly kind: 'loggedIn'; readonly session: Session; readonly at: number }
  | { readonly kind: 'displaced' }
  /** The same login as the gateway sees it now: it may end later than before, and the configuration may have changed. */
  | { readonly kind: 'sessionKnown'; readonly session: Session }
  | { readonly kind: 'languageChosen'; readonly language: Language }
  | { readonly kind: 'routed'; readonly route: Route }
  | { readonly kind: 'ticked'; readonly at: number }
  | { readonly kind: 'connectionLost'; readonly why: Text | null }
  | { readonly kind: 'overview'; readonly overview: Overview; readonly at: number }
  | { readonly kind: 'heartbeat'; readonly now: WallTime; readonly at: number }
  | { readonly kind: 'alarm'; readonly alarm: AlarmView; readonly at: number }
  | { readonly kind: 'device'; readonly device: DeviceView; readonly at: number }
  | { readonly kind: 'faults'; readonly faults: readonly FaultView[]; readonly at: number }
  | { readonly kind: 'notification'; readonly message: NotificationMessage; readonly at: number }
  | { readonly kind: 'confirmed'; readonly notification: NotificationId }
  /** The answer to an action of this person shows the alarm as it is now. */
  | { readonly kind: 'answered'; readonly alarm: AlarmView }
  /** One page of closed alarms: the newest, or those before a record. */
  | {
      readonly kind: 'historyLoaded'
      readonly before: number | null
      readonly alarms: readonly AlarmView[]
      readonly complete: boolean
    }
  | { readonly kind: 'historyFailed' }
  | { readonly kind: 'steppedBack' }
  | { readonly kind: 'steppedForward' }
  | { readonly kind: 'hushed' }
  | { readonly kind: 'noticeDismissed'; readonly key: string }
  | {
      readonly kind: 'testStarted'
      readonly device: DeviceId
      readonly button: ButtonId
      readonly durationMs: number
      readonly boot: ButtonTest['boot']
    }
  | { readonly kind: 'testLeft'; readonly device: DeviceId; readonly button: ButtonId }
  /** No part: it is saved, or the person does not want it. */
  | { readonly kind: 'draftEdited'; readonly alarm: AlarmId; readonly part: Partial<Entered> | null }
  | { readonly kind: 'soundChanged'; readonly sound: Sound }
  | { readonly kind: 'permissionChanged'; readonly permission: Permission }

/** Two heartbeats have been missed, with one second for the way. */
export const silenceMs = 2 * limits.consoleHeartbeatMs + 1000
/** A gateway that accepted the connection but says nothing for this long is not there. */
export const greetingMs = 10_000

export const initialState = (languageChosen: Language | null, route: Route, at: number): State => ({
  language: languageChosen ?? 'de',
  languageChosen,
  access: { kind: 'unknown' },
  connection: { kind: 'connecting', since: at },
  route,
  at,
  offset: null,
  alarms: new Map(),
  devices: [],
  faults: [],
  incidentLevels: [],
  calls: new Map(),
  steppedBack: false,
  notices: [],
  unconfirmed: [],
  history: { alarms: [], state: 'stale', complete: false, oldest: null },
  tests: new Map(),
  begun: null,
  sound: 'ready',
  permission: 'default',
})

export const nothingEntered: Entered = { level: null, summary: '', measures: '', ground: null, groundReference: '' }
/** The gateway's wall clock now, as far as the page knows it. */
export const gatewayNow = (state: State): WallTime => wallTime(Math.round(state.at + (state.offset ?? 0)))
export const testKey = (device: DeviceId, button: ButtonId): string => `${device}/${button}`
export const isTaken = (alarm: AlarmView): boolean => alarm.state === 'acknowledged' || alarm.state === 'closed'
