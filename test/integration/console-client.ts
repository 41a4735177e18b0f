// A console without a browser: logs in, reads the event stream, takes and closes alarms. Speaks protocol/console.ts.
import { request } from 'node:http'
import type { ActionResult, AlarmDetail, ConsoleEvents, Overview } from '../../protocol/console.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import type { Outcome } from '../../protocol/messages.ts'

export type ConsoleEvent = {
  [Name in keyof ConsoleEvents]: { readonly name: Name; readonly data: ConsoleEvents[Name]; readonly at: number }
}[keyof ConsoleEvents]

export type ConsoleClient = {
  readonly events: readonly ConsoleEvent[]
  /** Called for each event as it arrives; `at` is the monotonic clock in ms. */
  readonly onEvent: (listener: (event: ConsoleEvent) => void) => void
  readonly overview: () => Promise<Overview>
  readonly detail: (alarm: AlarmId) => Promise<AlarmDetail>
  readonly acknowledge: (alarm: AlarmId) => Promise<ActionResult>
  readonly close: (alarm: AlarmId, outcome: Outcome, note?: string) => Promise<ActionResult>
  readonly post: (path: string, body: unknown) => Promise<Response>
} & Disposable

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Returns the session's cookie. @throws if the login is refused. */
export async function logIn(base: string, name: string, password: string): Promise<string> {
  const login = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base },
    body: JSON.stringify({ name, password }),
  })
  if (!login.ok) throw new Error(`login refused: ${login.status} ${await login.text()}`)
  return login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** @throws if the login is refused. */
export async function openConsole(base: string, name: string, password: string): Promise<ConsoleClient> {
  const cookie = await logIn(base, name, password)
  const events: ConsoleEvent[] = []
  const listeners: ((event: ConsoleEvent) => void)[] = []
  const stop = readEvents(`${base}/api/events?account=${name}`, cookie, event => {
    events.push(event)
    for (const listener of listeners) listener(event)
  })
  const get = async <Answer>(path: string): Promise<Answer> => {
    const answer = await fetch(base + path, { headers: { cookie, 'stillruf-account': name } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stillruf-account': name, origin: base, cookie },
      body: JSON.stringify(body),
    })
  const act = async (path: string, body: unknown): Promise<ActionResult> => {
    const answer = await post(path, body)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as ActionResult
  }
  return {
    events,
    onEvent: listener => listeners.push(listener),
    overview: () => get('/api/overview'),
    detail: alarm => get(`/api/alarms/${alarm}`),
    acknowledge: alarm => act(`/api/alarms/${alarm}/acknowledgement`, {}),
    close: (alarm, outcome, note = '') => act(`/api/alarms/${alarm}/close`, { outcome, note }),
    post,
    [Symbol.dispose]: stop,
  }
}

/** Reads server-sent events and opens the stream again whenever it ends, as a browser does. */
function readEvents(url: string, cookie: string, listen: (event: ConsoleEvent) => void): () => void {
  let stopped = false
  let current: ReturnType<typeof request> | null = null
  let again: NodeJS.Timeout | null = null
  const reopen = (): void => {
    if (!stopped && again === null) again = setTimeout(open, 200)
  }
  function open(): void {
    again = null
    let text = ''
    current = request(url, { headers: { cookie, accept: 'text/event-stream' } }, response => {
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        const at = monotonicMs()
        const blocks = (text + chunk).split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) deliver(block, at, listen)
      })
      response.on('close', reopen)
      response.on('error', reopen)
    })
    current.on('error', reopen)
    current.end()
  }
  open()
  return () => {
    stopped = true
    if (again !== null) clearTimeout(again)
    current?.destroy()
  }
}

function deliver(block: string, at: number, listen: (event: ConsoleEvent) => void): void {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find(line => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const name = field('event')
  const data = field('data')
  if (name !== undefined && data !== undefined) listen({ name, data: JSON.parse(data), at } as ConsoleEvent)
}
