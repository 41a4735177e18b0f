// What the fake gateway answers: the routes of protocol/console.ts, with just enough behind them for a page.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type {
  ActionResult,
  AlarmView,
  CloseRequest,
  IncidentRequest,
  LoginRequest,
  NotLoggedIn,
  TestResult,
} from '../../protocol/console.ts'
import { type AlarmId, parseAlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { type FakeGateway, password, type Who, writeEvent } from './fake-gateway.ts'
import { boot, later, people } from './samples.ts'

type Asked = {
  readonly gateway: FakeGateway
  readonly who: Who
  readonly body: unknown
  readonly response: ServerResponse
}

export async function answerApi(
  gateway: FakeGateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request)
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway')
  const key = `${request.method} ${pathname}`
  gateway.asked.push(key)
  const token = /session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
  const who = gateway.sessions.get(token)
  if (key === 'POST /api/session') return logIn(gateway, token, body as LoginRequest, response)
  if (who === undefined) return logInFirst(response, token !== '')
  const asked = { gateway, who, body, response }
  const [area, id, part] = pathname.replace('/api/', '').split('/')
  const alarm = gateway.alarms.get(parseAlarmId(id ?? '') ?? ('' as AlarmId))
  if (key === 'GET /api/session') return json(response, gateway.session(who))
  const named = request.headers['stillruf-account'] ?? searchParams.get('account')
  if (named !== people[who].id) return refuse(response, 401, 'Hier ist ein anderes Konto.', 'This is another account.')
  if (key === 'DELETE /api/session') return logOut(asked)
  if (key === 'GET /api/events') return stream(asked)
  if (key === 'POST /api/notifications/seen') return seen(asked)
  if (key === 'POST /api/presence') return json(response, gateway.session(who))
  if (area === 'devices') return json(response, { result: 'done', boot } satisfies TestResult)
  if (area === 'alarms' && id === undefined) return history(asked, searchParams)
  if (alarm === undefined) return refuse(response, 404, 'Diesen Alarm gibt es hier nicht.', 'There is no such alarm.')
  if (part === undefined) return json(response, { alarm, timeline: gateway.timelines.get(alarm.id) ?? [] })
  if (part === 'acknowledgement') return take(asked, alarm)
  if (part === 'close') return close(asked, alarm)
  return request.method === 'POST' ? draft(asked, alarm) : download(asked, alarm)
}

function logIn(
  gateway: FakeGateway,
  before: string,
  { name, password: typed }: LoginRequest,
  response: ServerResponse,
): void {
  if (!(name in people) || typed !== password) {
    refuse(response, 401, 'Name oder Passwort ist falsch.', 'Name or password is wrong.')
    return
  }
  const who = name as Who
  const replaced = gateway.sessions.get(before)
  gateway.loginEndsAt = later(gateway.now(), limits.sessionMs)
  if (replaced === who) {
    json(response, gateway.session(who))
    return
  }
  gateway.sessions.delete(before)
  for (const [stream, account] of gateway.streams) if (account === replaced) stream.destroy()
  const token = `${who}${Date.now()}`
  gateway.sessions.set(token, who)
  response.setHeader('set-cookie', `session=${token}; HttpOnly; SameSite=Strict; Path=/`)
  json(response, gateway.session(who))
}

function logOut({ gateway, who, response }: Asked): void {
  for (const [token, account] of gateway.sessions) if (account === who) gateway.sessions.delete(token)
  response.writeHead(204, { 'set-cookie': 'session=; Max-Age=0; Path=/' }).end()
}

function logInFirst(response: ServerResponse, ended: boolean): void {
  response.statusCode = 401
  const error = { de: 'Bitte melden Sie sich an.', en: 'Please log in.' }
  json(response, { error, gateway: 'Rathaus Lindenau', ended } satisfies NotLoggedIn)
}

function stream({ gateway, who, response }: Asked): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  if (gateway.full !== null) {
    writeEvent(response, 'refused', { error: gateway.full })
    response.end()
    return
  }
  gateway.streams.set(response, who)
  response.on('close', () => gateway.streams.delete(response))
  writeEvent(response, 'overview', gateway.overview())
}

function seen({ gateway, body, response }: Asked): void {
  gateway.seen.push((body as { notification: string }).notification)
  response.writeHead(204).end()
}

function history({ gateway, response }: Asked, page: URLSearchParams): void {
  const before = Number(page.get('before') ?? Number.POSITIVE_INFINITY)
  const closed = [...gateway.alarms.values()].filter(({ state, record }) => state === 'closed' && record < before)
  const newestFirst = closed.sort((a, b) => b.record - a.record)
  json(response, newestFirst.slice(0, Number(page.get('limit'))))
}

function take({ gateway, who, response }: Asked, alarm: AlarmView): void {
  if (alarm.acknowledgedBy !== null) {
    const result = alarm.acknowledgedBy.id === people[who].id ? 'done' : 'late'
    json(response, { result, alarm } satisfies ActionResult)
    return
  }
  const person = people[who]
  const taken = gateway.put(
    { ...alarm, state: 'acknowledged', acknowledgedBy: person, acknowledgedAt: gateway.now() },
    `${person.name} hat übernommen.`,
    `${person.name} took it.`,
  )
  const others = alarm.told.map(({ id }) => id as string as Who).filter(account => account !== who)
  gateway.tell(taken, 'takenOver', ...others)
  json(response, { result: 'done', alarm: taken } satisfies ActionResult)
}

function close({ gateway, who, body, response }: Asked, alarm: AlarmView): void {
  const { outcome, note } = body as CloseRequest
  const person = people[who]
  const closed = gateway.put(
    { ...alarm, state: 'closed', closedBy: person, closedAt: gateway.now(), outcome },
    `${person.name} hat abgeschlossen: ${outcome}. ${note}`,
    `${person.name} closed it: ${outcome}. ${note}`,
  )
  json(response, { result: 'done', alarm: closed } satisfies ActionResult)
}

function draft({ gateway, who, body, response }: Asked, alarm: AlarmView): void {
  gateway.drafts.set(alarm.id, body as IncidentRequest)
  const name = people[who].name
  const drafted = gateway.put(
    { ...alarm, incident: true },
    `${name} hat einen Vorfallsentwurf geschrieben.`,
    `${name} wrote an incident draft.`,
  )
  json(response, { result: 'done', alarm: drafted } satisfies ActionResult)
}

function download({ gateway, response }: Asked, alarm: AlarmView): void {
  const draft = gateway.drafts.get(alarm.id)
  if (draft === undefined) refuse(response, 404, 'Es gibt keinen Entwurf.', 'There is no draft.')
  else {
    response.setHeader('content-disposition', 'attachment; filename="entwurf.json"')
    json(response, draft)
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(value))
}

function refuse(response: ServerResponse, status: number, de: string, en: string): void {
  response.statusCode = status
  json(response, { error: { de, en } })
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? null : JSON.parse(text)
}
