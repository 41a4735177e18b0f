// A gateway for the console's own tests: it speaks protocol/console.ts over real HTTP and does what the test tells it.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { AlarmView, ConsoleEvents, Overview, Session, TimelineEntry } from '../../protocol/console.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { NotificationReason } from '../../protocol/messages.ts'
import type { Text } from '../../protocol/text.ts'
import { type WallTime, wallTime } from '../../protocol/time.ts'
import { answerApi } from './fake-routes.ts'
import { devices, incidentLevels, later, notificationOf, type people, sessionOf } from './samples.ts'

export type Who = keyof typeof people
export const password = 'ein langes Passwort'

/** As strict as the real one: a page that needs more than this breaks here. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export class FakeGateway {
  readonly alarms = new Map<AlarmId, AlarmView>()
  readonly timelines = new Map<AlarmId, TimelineEntry[]>()
  readonly drafts = new Map<AlarmId, unknown>()
  readonly seen: string[] = []
  readonly asked: string[] = []
  readonly sessions = new Map<string, Who>()
  readonly streams = new Map<ServerResponse, Who>()
  faults: Overview['faults'] = []
  /** Why it takes no further page; null: it does. */
  full: Text | null = null
  /** Whether a policy names the accounts. */
  inPolicy = true
  devices: Overview['devices']
  /** The gateway's clock is not the browser's: an hour apart, so that a page that trusts its own shows it. */
  readonly now = (): WallTime => wallTime(Date.now() + 3_600_000)
  /** When every login ends. */
  loginEndsAt = later(this.now(), limits.sessionMs)
  readonly #server: Server
  readonly #folder: string
  #tellings = 0

  constructor(folder: string) {
    this.#folder = folder
    this.devices = devices(this.now())
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  /** @param port 0: a free one. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Goes away like a gateway that lost its power: every connection ends at once. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    this.streams.clear()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.close()
  }

  session(who: Who): Session {
    return { ...sessionOf(who, this.loginEndsAt), inPolicy: this.inPolicy }
  }

  overview(): Overview {
    const alarms = [...this.alarms.values()].filter(alarm => alarm.state !== 'closed')
    return { now: this.now(), alarms, devices: this.devices, faults: this.faults, incidentLevels }
  }

  /** Sends an event to every page. */
  send<Name extends keyof ConsoleEvents>(name: Name, data: ConsoleEvents[Name]): void {
    for (const stream of this.streams.keys()) writeEvent(stream, name, data)
  }

  /** The alarm as it is from now on, with what its timeline says about the change. */
  put(alarm: AlarmView, de: string, en: string): AlarmView {
    const timeline = this.timelines.get(alarm.id) ?? []
    timeline.push({ record: alarm.record + timeline.length, at: this.now(), text: { de, en } })
    this.timelines.set(alarm.id, timeline)
    this.alarms.set(alarm.id, alarm)
    this.send('alarm', alarm)
    return alarm
  }

  /** Tells these accounts of an alarm that is on record. */
  tell(alarm: AlarmView, reason: NotificationReason, ...accounts: readonly Who[]): void {
    const ageMs = this.now() - alarm.pressedAt
    for (const account of accounts) {
      this.#tellings += 1
      const message = notificationOf(alarm, account, reason, this.#tellings, ageMs)
      for (const [stream, who] of this.streams) if (who === account) writeEvent(stream, 'notification', message)
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-security-policy', policy)
    const url = request.url ?? '/'
    if (url.startsWith('/api/')) return answerApi(this, request, response)
    const path = normalize(url.split('?')[0] ?? '/')
    const file = path === '/' ? '/index.html' : path
    try {
      const content = await readFile(join(this.#folder, file))
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(content)
    } catch {
      response.writeHead(404).end() // the page asked for a file that the build did not make
    }
  }
}

export function writeEvent<Name extends keyof ConsoleEvents>(
  stream: ServerResponse,
  name: Name,
  data: ConsoleEvents[Name],
): void {
  stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}
