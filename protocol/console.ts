// What the gateway and its web console agree on: views as JSON over HTTP, changes as server-sent events.
//
//   GET    /api/session                        Session, or 401: NotLoggedIn
//   POST   /api/session           LoginRequest Session, or 401; sets an HttpOnly, SameSite=Strict cookie. The session
//                                             of the same account is prolonged, that of another ends
//   DELETE /api/session                        204, or 401 if another account has logged in meanwhile
//   GET    /api/overview                       Overview
//   GET    /api/events                         server-sent events, see ConsoleEvents
//   GET    /api/alarms?before=N&limit=N        AlarmView[] of closed alarms, newest first (before: a `record` number)
//   GET    /api/alarms/:alarm                  AlarmDetail
//   POST   /api/alarms/:alarm/acknowledgement  ActionResult
//   POST   /api/alarms/:alarm/close            CloseRequest → ActionResult
//   POST   /api/alarms/:alarm/incident         IncidentRequest → ActionResult
//   GET    /api/alarms/:alarm/incident         the incident draft as a JSON download, or 404
//   POST   /api/notifications/seen             SeenRequest → 204: the page has shown it
//   POST   /api/presence                       Session as it is now: the page answers a heartbeat; once it has, its silence
//                                              means that it is gone
//   POST   /api/devices/:device/buttons/:button/test   TestRequest → TestResult
//
// Tabs of a browser share its cookie. So each request, except those for the session itself, names the account that its page
// shows as logged in, in the header `stillruf-account` or as `?account=`; the cookie of another account is then a 401.
// Every error is Problem with a fitting status. A monitor account may only read, and sees no person: neither who was told, took
// or closed (null or empty), nor their notes, nor a name in a fault or a timeline.
import { type Static, Type } from 'typebox'
import type { FaultCode, Severity } from './faults.ts'
import type { AlarmId, BootId, ButtonId, DeviceId, NotificationId, ResponderId } from './ids.ts'
import { limits } from './limits.ts'
import {
  type AlarmKind,
  type AlarmState,
  type DeviceState,
  type NotificationMessage,
  type Outcome,
  outcomes,
  type Place,
} from './messages.ts'
import type { Language, Text } from './text.ts'
import type { WallTime } from './time.ts'

/** Names the account that the asking page shows as logged in. A type: the page gets by without the schemas below. */
export type AccountHeader = 'stillruf-account'

/** administrator: may do everything. responder: takes and closes alarms. monitor: reads only. */
export const accountRoles = ['administrator', 'responder', 'monitor'] as const
export type AccountRole = (typeof accountRoles)[number]

export type Session = {
  /** Also the responder's id: whom a policy names, and who is on record as having taken an alarm. */
  readonly account: ResponderId
  readonly name: string
  readonly role: AccountRole
  readonly language: Language
  readonly gateway: string
  /** A policy that a button follows names this account: a press can call it. */
  readonly inPolicy: boolean
  /** When it ends; up to an hour later while an alarm of the account waits for a person or is in its hands. */
  readonly endsAt: WallTime
}

/** `ended`: somebody was logged in here, and did not log out. */
export type NotLoggedIn = Problem & { readonly gateway: string; readonly ended: boolean }

export type Overview = {
  /** The gateway's clock now: ages are counted from it, not from the browser's clock. */
  readonly now: WallTime
  readonly alarms: readonly AlarmView[]
  readonly devices: readonly DeviceView[]
  readonly faults: readonly FaultView[]
  readonly incidentLevels: readonly {
    readonly level: 0 | 1 | 2 | 3
    readonly text: Text
  }[]
}

export type AlarmView = {
  readonly id: AlarmId
  /** Number of the record that raised it. */
  readonly record: number
  readonly kind: AlarmKind
  readonly device: DeviceId
  readonly button: ButtonId
  readonly place: Place
  readonly state: AlarmState
  readonly step: number
  readonly stepName: string
  readonly presses: number
  readonly pressedAt: WallTime
  /** False: pressed before a restart of its device, by a clock of which nobody knows how wrong it is. */
  readonly isAgeKnown: boolean
  readonly receivedAt: WallTime
  readonly late: boolean
  readonly acknowledgedBy: PersonView | null
  readonly acknowledgedAt: WallTime | null
  readonly closedBy: PersonView | null
  readonly closedAt: WallTime | null
  readonly outcome: Outcome | null
  readonly incident: boolean
  /** Responders told so far. */
  readonly told: readonly PersonView[]
}
export type PersonView = { readonly id: ResponderId; readonly name: string }

export type DeviceView = {
  readonly id: DeviceId
  readonly site: string
  readonly state: DeviceState
  /** Last sign of life of a device that is not online; null while it is, and if there was none since the gateway's start. */
  readonly lastHeardAt: WallTime | null
  /** Its start: another one means that it has begun anew and knows of no test. Null: not heard since the gateway's start. */
  readonly boot: BootId | null
  readonly buttons: readonly {
    readonly id: ButtonId
    readonly place: Place
    /** Last genuine or test press on record: the proof that the button works. */
    readonly lastPressAt: WallTime | null
  }[]
}

export type FaultView = {
  readonly code: FaultCode
  readonly severity: Severity
  readonly source: string
  readonly subject: string
  readonly detail: Text
  readonly since: WallTime
}

/** One line of an alarm's timeline, already in the words of both languages. */
export type TimelineEntry = {
  readonly record: number
  readonly at: WallTime
  readonly text: Text
}
export type AlarmDetail = { readonly alarm: AlarmView; readonly timeline: readonly TimelineEntry[] }

/** `event:` name → the JSON in `data:`. `overview` comes first on every connection that is not `refused`, and again whenever the configuration is another one. */
export type ConsoleEvents = {
  readonly overview: Overview
  readonly alarm: AlarmView
  readonly device: DeviceView
  readonly faults: readonly FaultView[]
  /** This account is told: show it full-screen, sound, browser notification; then POST /api/notifications/seen. */
  readonly notification: NotificationMessage
  /** Every 10 s; a page that misses two says that it has lost the gateway. */
  readonly heartbeat: { readonly now: WallTime }
  /** The last event of a page that gives way to newer ones of its login: it must not come back until a person wants it. */
  readonly displaced: Record<string, never>
  /** The first and last event of a page that is one too many. It may ask again: another one may be closed. */
  readonly refused: Problem
}

export const LoginRequest = Type.Object(
  { name: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
)
export const CloseRequest = Type.Object(
  {
    outcome: Type.Unsafe<Outcome>(Type.String({ enum: [...outcomes] })),
    note: Type.String({ maxLength: limits.noteLengthMax }),
  },
  { additionalProperties: false },
)
export const incidentGrounds = ['none', 'houseBan', 'criminalComplaint', 'applicationForProsecution'] as const
export const IncidentRequest = Type.Object(
  {
    level: Type.Unsafe<0 | 1 | 2 | 3>(Type.Integer({ minimum: 0, maximum: 3 })),
    summary: Type.String({ maxLength: limits.noteLengthMax }),
    measures: Type.String({ maxLength: limits.noteLengthMax }),
    ground: Type.Unsafe<(typeof incidentGrounds)[number]>(Type.String({ enum: [...incidentGrounds] })),
    groundReference: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
)
export const SeenRequest = Type.Object(
  { notification: Type.Unsafe<NotificationId>(Type.String({ maxLength: 96 })) },
  { additionalProperties: false },
)
export const TestRequest = Type.Object(
  { durationMs: Type.Integer({ minimum: 0, maximum: limits.testModeMsMax }) },
  { additionalProperties: false },
)
export type LoginRequest = Static<typeof LoginRequest>
export type CloseRequest = Static<typeof CloseRequest>
export type IncidentRequest = Static<typeof IncidentRequest>
export type SeenRequest = Static<typeof SeenRequest>
export type TestRequest = Static<typeof TestRequest>

/** What became of an action: `late` when somebody else was first; the view says who. */
export type ActionResult = { readonly result: 'done' | 'late'; readonly alarm: AlarmView | null }
/** The start of the device that was asked: the test lasts no longer than it. */
export type TestResult = { readonly result: 'done'; readonly boot: BootId | null }
export type Problem = { readonly error: Text }
