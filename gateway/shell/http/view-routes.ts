// What the console reads: views, and the stream of their changes.
import type { FastifyInstance } from 'fastify'
import type { AccountRole, AlarmDetail, AlarmView } from '../../../protocol/console.ts'
import { type AlarmId, parseAlarmId } from '../../../protocol/ids.ts'
import { wallTime } from '../../../protocol/time.ts'
import type { RecordNumber } from '../../core/record-types.ts'
import { namesOf } from '../names.ts'
import { alarmView } from './alarm-views.ts'
import { eventText } from './events.ts'
import type { ConsoleContext } from './http.ts'
import { badField, refusals } from './problems.ts'
import { seenBy, timelineFor } from './sight.ts'
import { overview } from './views.ts'

export function serveViews(app: FastifyInstance, context: ConsoleContext): void {
  const { guard, store, state, pages, presses } = context
  const prepared = () => presses.prepare(state().configuration?.devices ?? [])
  const current = (role: AccountRole) => seenBy(role, 'overview', overview(state(), presses, wallTime(Date.now())))

  app.get('/api/overview', async request => {
    const { account } = guard.reader(request)
    await prepared()
    return current(account.role)
  })

  app.get('/api/events', async (request, reply) => {
    guard.reader(request)
    await prepared()
    const person = guard.reader(request) // again: the session may have ended meanwhile
    const refusal = pages.admit(person)
    const first = JSON.stringify(current(person.account.role))
    reply.hijack()
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...streamHeaders }))
      if (value !== undefined) reply.raw.setHeader(name, value)
    // A browser shows its page no status and no body of a stream that is refused: there it is an event.
    if (refusal !== null) reply.raw.end(eventText('refused', JSON.stringify(refusal.problem)))
    else pages.open(person, reply.raw, first)
  })

  app.get<{ Querystring: { before?: string; limit?: string } }>('/api/alarms', (request): readonly AlarmView[] => {
    const { role } = guard.reader(request).account
    const before = numberFrom(request.query, 'before', null)
    const limit = Math.min(numberFrom(request.query, 'limit', pageSize) ?? pageSize, pageSizeMax)
    const now = state()
    const alarms = store.closedAlarms(before as RecordNumber | null, limit)
    return alarms.flatMap(id => alarmView(now, store, id) ?? []).map(alarm => seenBy(role, 'alarm', alarm))
  })

  app.get<{ Params: { alarm: string } }>('/api/alarms/:alarm', (request): AlarmDetail => {
    const { role } = guard.reader(request).account
    const id = alarmIdOf(request.params.alarm)
    const alarm = alarmView(state(), store, id)
    if (alarm === null) throw refusals.unknownAlarm()
    const timeline = timelineFor(role, store.recordsOfAlarm(id), namesOf(state().configuration))
    return { alarm: seenBy(role, 'alarm', alarm), timeline }
  })
}

const pageSize = 50
const pageSizeMax = 200

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** @throws Refusal 404 for a text that is no alarm's id. */
export function alarmIdOf(text: string): AlarmId {
  const id = parseAlarmId(text)
  if (id === null) throw refusals.unknownAlarm()
  return id
}

function numberFrom<Name extends string>(query: Partial<Record<Name, string>>, name: Name, missing: number | null) {
  const text = query[name]
  if (text === undefined) return missing
  if (!/^[1-9][0-9]{0,14}$/.test(text))
    throw badField(name, { de: 'muss eine ganze Zahl ab 1 sein', en: 'must be a whole number from 1' })
  return Number(text)
}
