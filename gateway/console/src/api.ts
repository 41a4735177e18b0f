// Asks the gateway and says what became of it. Nothing here throws: no answer is an answer too.
import type {
  AccountHeader,
  ActionResult,
  AlarmDetail,
  AlarmView,
  CloseRequest,
  IncidentRequest,
  LoginRequest,
  NotLoggedIn,
  Problem,
  SeenRequest,
  Session,
  TestRequest,
  TestResult,
} from '../../../protocol/console.ts'
import type { AlarmId, ButtonId, DeviceId, NotificationId, ResponderId } from '../../../protocol/ids.ts'

export type Answer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: Refusal }
  /** Nobody answered in time: it is not known whether the gateway heard it. */
  | { readonly kind: 'unreachable' }
/** With "please log in" comes the gateway's name, so that a person sees where, and whether a login has ended here. */
export type Refusal = Problem & Partial<NotLoggedIn>

/** A person waits; after this they are told that nobody answered. */
const answerMs = 8000

/** Whom this page shows as logged in. Another tab may have logged in somebody else: then the gateway refuses. */
let shown: ResponderId | null = null
export function speakFor(account: ResponderId | null): void {
  shown = account
}

async function ask<Value>(method: string, path: string, body?: unknown): Promise<Answer<Value>> {
  try {
    const response = await fetch(`/api/${path}`, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(answerMs),
      headers: {
        ...(shown === null ? {} : { ['stillruf-account' satisfies AccountHeader]: shown }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const value: unknown = text === '' ? null : JSON.parse(text)
    return response.ok
      ? { kind: 'answered', value: value as Value }
      : { kind: 'refused', status: response.status, problem: refusal(value) }
  } catch {
    return { kind: 'unreachable' } // no connection, no answer in time, or an answer that is none
  }
}

const unexplained: Problem = {
  error: { de: 'Die Zentrale hat ohne Begründung abgelehnt.', en: 'The gateway refused without a reason.' },
}
/** Something between page and gateway may answer as well; then there is no reason to show. */
const refusal = (value: unknown): Refusal =>
  typeof value === 'object' && value !== null && 'error' in value ? (value as Refusal) : unexplained

const alarmPath = (alarm: AlarmId): string => `alarms/${encodeURIComponent(alarm)}`

export const api = {
  session: () => ask<Session>('GET', 'session'),
  logIn: (request: LoginRequest) => ask<Session>('POST', 'session', request),
  logOut: () => ask<null>('DELETE', 'session'),
  closedAlarms: (before: number | null, limit: number) =>
    ask<readonly AlarmView[]>('GET', `alarms?limit=${limit}${before === null ? '' : `&before=${before}`}`),
  alarm: (alarm: AlarmId) => ask<AlarmDetail>('GET', alarmPath(alarm)),
  take: (alarm: AlarmId) => ask<ActionResult>('POST', `${alarmPath(alarm)}/acknowledgement`),
  close: (alarm: AlarmId, request: CloseRequest) => ask<ActionResult>('POST', `${alarmPath(alarm)}/close`, request),
  writeIncident: (alarm: AlarmId, request: IncidentRequest) =>
    ask<ActionResult>('POST', `${alarmPath(alarm)}/incident`, request),
  seen: (notification: NotificationId) =>
    ask<null>('POST', 'notifications/seen', { notification } satisfies SeenRequest),
  /** Answers a heartbeat: a page whose network was cut must not pass for a person who can be told. Hears what its account is now. */
  present: () => ask<Session>('POST', 'presence'),
  startTest: (device: DeviceId, button: ButtonId, durationMs: number) =>
    ask<TestResult>('POST', `devices/${device}/buttons/${button}/test`, { durationMs } satisfies TestRequest),
}
export type Api = typeof api

/** A browser sends no header of ours with a stream or a download: there the address names the account. */
const named = (path: string): string => `/api/${path}?account=${encodeURIComponent(shown ?? '')}`
export const eventsAddress = (): string => named('events')
/** Address of the incident draft, for a download link. */
export const incidentAddress = (alarm: AlarmId): string => named(`${alarmPath(alarm)}/incident`)
