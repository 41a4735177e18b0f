// A console without a gateway behind it: a state and a store that a test fills by hand, and real HTTP on a free port.
import { type ClientRequest, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alarm } from '../../gateway/core/durable.ts'
import type { State } from '../../gateway/core/model.ts'
import type { GatewayRecord, RecordNumber } from '../../gateway/core/record-types.ts'
import { emptyDurable, fold } from '../../gateway/core/records.ts'
import { type Http, type HttpOptions, startHttp } from '../../gateway/shell/http/http.ts'
import type { Account, Accounts, KeptSession, SessionStorage, Store, Unstamped } from '../../gateway/shell/ports.ts'
import type { AccountRole, ConsoleEvents } from '../../protocol/console.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { configuration } from './samples.ts'

const silent = () => undefined
export const silentLog = { debug: silent, info: silent, warn: silent, error: silent }
export const password = 'ein langes Passwort'

export type World = {
  readonly http: Http
  readonly base: string
  readonly records: GatewayRecord[]
  readonly emitted: Unstamped[]
  readonly accounts: Map<string, Account>
  /** What the step would do with an event; by default nothing. */
  onEvent: (event: Unstamped) => void
  /** The live part of the state, replaced by a test that needs another. */
  live: Partial<State['live']>
  readonly state: () => State
  readonly logIn: (name: string) => Promise<Browser>
} & AsyncDisposable

/** A logged-in browser: its cookie, and a page's `Origin` on every write. */
export type Browser = {
  readonly cookie: string
  readonly get: (path: string) => Promise<Response>
  readonly post: (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Response>
  readonly openPage: () => Promise<Page>
}

export async function startWorld(options: Partial<HttpOptions> = {}): Promise<World> {
  const records: GatewayRecord[] = []
  const emitted: Unstamped[] = []
  const accounts = new Map<string, Account>()
  for (const role of ['administrator', 'responder', 'monitor'] as const) accounts.set(role, account(role, role))
  accounts.set('anna', account('anna', 'responder'))
  const pages: Page[] = []
  const state = (): State => stateOf(records, world.live)
  const http = await startHttp({
    listen: { address: '127.0.0.1', port: 0 },
    tls: null,
    consoleFolder: join(tmpdir(), 'stillruf-no-such-folder'),
    store: storeOf(records),
    accounts: accountsOf(accounts),
    sessions: sessionsIn([]),
    state,
    emit: event => {
      emitted.push(event)
      world.onEvent(event)
    },
    isListening: () => true,
    whenRecorded: async () => 'recorded',
    log: silentLog,
    ...options,
  })
  const base = `http://127.0.0.1:${http.address.port}`
  const world: World = {
    http,
    base,
    records,
    emitted,
    accounts,
    onEvent: () => undefined,
    live: {},
    state,
    logIn: async name => browser(base, name, await cookieOf(base, name), pages),
    [Symbol.asyncDispose]: async () => {
      for (const page of pages) page.leave()
      await http[Symbol.asyncDispose]()
    },
  }
  return world
}

export const account = (id: string, role: AccountRole): Account => ({
  id: id as ResponderId,
  name: `Konto ${id}`,
  role,
})

/** Login as a browser would do it. */
export const login = (base: string, name: string, secret: string, headers: Record<string, string> = { origin: base }) =>
  fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name, password: secret }),
  })

export async function cookieOf(base: string, name: string): Promise<string> {
  const answer = await login(base, name, password)
  if (!answer.ok) throw new Error(`login refused: ${answer.status}`)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** @param name the account that the browser's pages show; @param cookie of whoever logged in last. */
export function browser(base: string, name: string, cookie: string, pages: Page[] = []): Browser {
  const own = { cookie, 'stillruf-account': name }
  return {
    cookie,
    get: path => fetch(base + path, { headers: own }),
    post: (path, body, headers = { origin: base }) =>
      fetch(base + path, {
        method: 'POST',
        headers: { ...own, ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    openPage: async () => {
      const page = await openPage(base, name, cookie)
      pages.push(page)
      return page
    },
  }
}

export type PageEvent = {
  [Name in keyof ConsoleEvents]: { readonly name: Name; readonly data: ConsoleEvents[Name] }
}[keyof ConsoleEvents]

/** One open event stream. */
export type Page = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly events: readonly PageEvent[]
  readonly isOpen: () => boolean
  /** Stops reading without closing, as a frozen page does. */
  readonly freeze: () => void
  readonly leave: () => void
}

/** Resolves once the first event has come. @throws with the answer of a stream that was refused. */
export function openPage(base: string, name: string, cookie: string): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = request(`${base}/api/events?account=${name}`, { headers: { cookie } }, response => {
      const events: PageEvent[] = []
      let text = ''
      let isOpen = true
      response.setEncoding('utf8')
      if (response.statusCode !== 200) reject(new Error(`stream refused: ${response.statusCode}`))
      response.on('data', (chunk: string) => {
        const blocks = (text + chunk).split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) events.push(eventOf(block))
        if (events.length > 0)
          resolve({
            headers: response.headers,
            events,
            isOpen: () => isOpen,
            freeze: () => response.socket.pause(),
            leave: () => asked.destroy(),
          })
      })
      response.on('error', () => undefined) // ended by the gateway; `close` follows
      response.on('close', () => {
        isOpen = false
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

function eventOf(block: string): PageEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .find(line => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? ''
  return { name: field('event'), data: JSON.parse(field('data')) } as PageEvent
}

function stateOf(records: readonly GatewayRecord[], live: Partial<State['live']>): State {
  const durable = records.length === 0 ? emptyDurable() : fold(records)
  return {
    configuration,
    durable,
    live: {
      startedAt: wallTime(0),
      deadlines: new Map(),
      deadlineCheckAt: null,
      pressedAt: new Map(),
      devices: new Map(),
      silenceCheckAt: null,
      unreachable: new Map(),
      present: new Map(),
      pending: [],
      recordedThrough: 0 as RecordNumber,
      yielded: { count: 0, told: 0 },
      returning: null,
      securityCounts: new Map(),
      clockLead: millis(0),
      securityMinute: { since: instant(0), recorded: 0 },
      securityEvents: 0,
      nextHeartbeatAt: instant(0),
      ...live,
    },
  }
}

function accountsOf(accounts: Map<string, Account>): Accounts {
  return {
    authenticate: async (name, secret) => (secret === password ? (accounts.get(name) ?? null) : null),
    find: id => accounts.get(id) ?? null,
  }
}

/** Keeps sessions in the hand of the test, as the database does on disk. */
export const sessionsIn = (kept: KeptSession[]): SessionStorage => ({
  all: () => [...kept],
  change: (opened, ended) => {
    const left = kept.filter(({ key }) => !ended.includes(key))
    kept.splice(0, kept.length, ...left, ...(opened === null ? [] : [opened]))
  },
})

/** A store that keeps nothing but what the test has in its hand. */
export function storeOf(records: readonly GatewayRecord[]): Store {
  const raised = () => records.flatMap(record => (record.kind === 'alarmRaised' ? [record] : [])).reverse()
  const isClosed = (alarm: Alarm['id']) => records.some(record => record.kind === 'closed' && record.alarm === alarm)
  return {
    append: () => undefined,
    prepare: () => undefined,
    collect: () => undefined,
    records: () => records,
    recordsOfAlarm: alarm => records.filter(record => 'alarm' in record && record.alarm === alarm),
    closedAlarms: (before, limit) =>
      raised()
        .filter(record => isClosed(record.alarm) && (before === null || record.number < before))
        .slice(0, limit)
        .map(record => record.alarm),
    latestAlarms: limit =>
      raised()
        .slice(0, limit)
        .map(record => record.alarm),
    lastPressAt: (device, button) =>
      raised().find(record => record.device === device && record.button === button)?.pressedAt ?? null,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
