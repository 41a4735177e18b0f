// What a person does in the console. Each action is an event; the step decides, and the answer is read from the state once
// what was decided is on disk: who is told "done" can rely on it. All pages are shown the change before that [D13].
import type { FastifyInstance } from 'fastify'
import type { ActionResult, TestResult } from '../../../protocol/console.ts'
import { type AlarmId, type DeviceId, parseButtonId, parseDeviceId, type ResponderId } from '../../../protocol/ids.ts'
import { millis } from '../../../protocol/time.ts'
import type { GatewayRecord } from '../../core/record-types.ts'
import { draftFile } from '../../zemag/export.ts'
import { alarmView } from './alarm-views.ts'
import { bodyOf, checks } from './body.ts'
import type { ConsoleContext } from './http.ts'
import { refusals } from './problems.ts'
import { alarmIdOf } from './view-routes.ts'

type AlarmRoute = { Params: { alarm: string } }

export function serveActions(app: FastifyInstance, context: ConsoleContext): void {
  const { guard, store, state, emit, pages } = context

  app.post<AlarmRoute>('/api/alarms/:alarm/acknowledgement', async (request): Promise<ActionResult> => {
    const { account } = guard.taker(request)
    const id = knownAlarm(context, request.params.alarm)
    const open = state().durable.alarms.has(id)
    emit({ ...said(account.id, request.ip), message: { v: 1, kind: 'acknowledgement', alarm: id } })
    const taken = state().durable.alarms.get(id)?.acknowledgedBy ?? null
    if (open && taken === null) throw refusals.notTaken()
    await decidedOnDisk(context)
    return { result: taken === account.id ? 'done' : 'late', alarm: alarmView(state(), store, id) }
  })

  app.post<AlarmRoute>('/api/alarms/:alarm/close', async (request): Promise<ActionResult> => {
    const { account } = guard.taker(request)
    const id = knownAlarm(context, request.params.alarm)
    const { outcome, note } = bodyOf(checks.close, request)
    const wasOpen = state().durable.alarms.has(id)
    emit({ ...said(account.id, request.ip), message: { v: 1, kind: 'close', alarm: id, outcome, note } })
    if (state().durable.alarms.has(id)) throw refusals.notClosed()
    await decidedOnDisk(context)
    return { result: wasOpen ? 'done' : 'late', alarm: alarmView(state(), store, id) }
  })

  app.post<AlarmRoute>('/api/alarms/:alarm/incident', async (request): Promise<ActionResult> => {
    const { account } = guard.taker(request)
    const id = knownAlarm(context, request.params.alarm)
    const body = bodyOf(checks.incident, request)
    refuseWithoutIncident(context, id)
    if (!(state().configuration?.incidentLevels ?? []).some(({ level }) => level === body.level))
      throw refusals.unknownLevel()
    const before = state().durable.lastRecord
    emit({ kind: 'incidentWritten', responder: account.id, draft: { alarm: id, ...body } })
    const isDraft = ({ kind, number }: GatewayRecord) => kind === 'incidentDrafted' && number > before
    if (!store.recordsOfAlarm(id).some(isDraft)) throw refusals.notDrafted()
    await decidedOnDisk(context)
    return { result: 'done', alarm: alarmView(state(), store, id) }
  })

  app.get<AlarmRoute>('/api/alarms/:alarm/incident', (request, reply) => {
    guard.taker(request)
    const id = knownAlarm(context, request.params.alarm)
    const { configuration } = state()
    const file = configuration === null ? null : draftFile(id, store.recordsOfAlarm(id), configuration)
    if (file === null) throw refusals.noDraft()
    reply.header('content-disposition', `attachment; filename="${file.name}"`)
    return reply.type('application/json; charset=utf-8').send(file.json)
  })

  app.post('/api/notifications/seen', (request, reply) => {
    const { account } = guard.taker(request)
    pages.channel.seen(bodyOf(checks.seen, request).notification, account.id)
    return reply.code(204).send()
  })

  app.post<{ Params: { device: string; button: string } }>(
    '/api/devices/:device/buttons/:button/test',
    async (request): Promise<TestResult> => {
      const { account } = guard.taker(request)
      const durationMs = millis(bodyOf(checks.test, request).durationMs)
      const { device, button } = knownButton(context, request.params)
      if (!canHear(context, device)) throw refusals.deviceNotConnected()
      emit({ kind: 'testRequested', responder: account.id, device, button, durationMs })
      const boot = state().live.devices.get(device)?.boot ?? null
      await decidedOnDisk(context)
      return { result: 'done', boot }
    },
  )
}

/** Called in the turn of the step's decision. @throws Refusal 503 if its records are not on disk in time. */
async function decidedOnDisk({ state, whenRecorded }: ConsoleContext): Promise<void> {
  if ((await whenRecorded(state().durable.lastRecord)) !== 'recorded') throw refusals.notRecorded()
}

/** Of an alarm that the record was just found to have. */
const said = (responder: ResponderId, address: string) =>
  ({ kind: 'responderSaid', channel: 'console', isOnRecord: true, delivery: null, responder, address }) as const

function knownAlarm({ state, store }: ConsoleContext, text: string): AlarmId {
  const id = alarmIdOf(text)
  if (alarmView(state(), store, id) === null) throw refusals.unknownAlarm()
  return id
}

/** A draft belongs to an alarm that a person closed as an incident [D10]. */
function refuseWithoutIncident({ state, store }: ConsoleContext, id: AlarmId): void {
  const alarm = alarmView(state(), store, id)
  if (alarm?.state !== 'closed') throw refusals.stillOpen()
  if (alarm.kind === 'test') throw refusals.onlyTest()
  if (alarm.outcome !== 'incident') throw refusals.noIncident()
}

/** The device was heard, so that its boot is known, and a command to it goes out now instead of into the void. */
const canHear = ({ state, isListening }: ConsoleContext, device: DeviceId): boolean =>
  state().live.devices.get(device)?.state === 'online' && isListening(device)

function knownButton({ state }: ConsoleContext, names: { device: string; button: string }) {
  const device = parseDeviceId(names.device)
  const button = parseButtonId(names.button)
  const entry = state().configuration?.devices.find(candidate => candidate.id === device)
  if (device === null || button === null || !entry?.buttons.some(candidate => candidate.id === button))
    throw refusals.unknownButton()
  return { device, button }
}
