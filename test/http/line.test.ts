import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { gatewayStep, initialState } from '../../gateway/core/gateway.ts'
import type { Effect, Event, State } from '../../gateway/core/model.ts'
import { createErrands } from '../../gateway/shell/errands.ts'
import { perform } from '../../gateway/shell/perform.ts'
import type { Broker, Unstamped } from '../../gateway/shell/ports.ts'
import { createCommits } from '../../gateway/shell/store/commits.ts'
import { createDatabase } from '../../gateway/shell/store/database.ts'
import { openStore } from '../../gateway/shell/store/store.ts'
import { startLoop } from '../../protocol/step.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { alarmId, configuration, device, pressMessage } from './samples.ts'
import { silentLog, startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const patience = { timeout: 20_000, interval: 5 }
const alarm = alarmId(1)
const path = `/api/alarms/${alarm}`

/** Nobody is connected by MQTT; what devices are sent is kept. */
function silentBroker(sent: string[]): Broker {
  return {
    address: { host: '127.0.0.1', port: 0 },
    channel: { name: 'mqtt', notify: () => undefined },
    prepareReceipt: () => undefined,
    sendToDevice: ({ message }) => sent.push(message.kind),
    isListening: () => true,
    tellMonitors: () => undefined,
    acknowledgeDelivery: () => undefined,
    disconnect: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** The real step, the real store on disk and the real HTTP, joined as the gateway joins them. */
async function startGateway(sent: string[]) {
  const stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-line-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const database = join(folder, 'stillruf.db')
  createDatabase(database)
  const stamp = (event: Unstamped): Event => ({
    ...event,
    at: instant(Math.round(performance.now())),
    wall: wallTime(Date.now()),
  })
  const emit = (event: Unstamped) => loop.dispatch(stamp(event))
  const errands = createErrands()
  const commits = stack.use(createCommits(millis(patience.timeout)))
  const store = stack.use(
    openStore(database, {
      onRecorded: through => {
        emit({ kind: 'recorded', through })
        commits.recorded(through)
        errands.release()
      },
      onFailed: reason => emit({ kind: 'recordFailed', reason }),
    }),
  )
  const loop = startLoop<State, Event, Effect>({
    initial: initialState(),
    step: gatewayStep,
    perform: effect =>
      perform(effect, { store, broker: silentBroker(sent), http: world.http, errands, log: silentLog }),
    wake: () => stamp({ kind: 'woken' }),
    setTimer: (at, fire) => {
      const timer = setTimeout(fire, Math.max(0, at - performance.now()))
      return () => clearTimeout(timer)
    },
  })
  stack.defer(loop.stop)
  const { whenRecorded } = commits
  const world = stack.use(await startWorld({ store, state: loop.state, emit, whenRecorded }))
  emit({ kind: 'started', configuration })
  return { ...world, emit, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a press reaches the page, is taken, closed, drafted and taken along, and every answer is true at once', async () => {
  const sent: string[] = []
  await using gateway = await startGateway(sent)
  const [anna, wache] = [await gateway.logIn('anna'), await gateway.logIn('responder')]
  const [page, other] = [await anna.openPage(), await wache.openPage()]
  const on = (events: typeof page.events, name: string) => events.filter(event => event.name === name)

  const message = pressMessage(alarm)
  gateway.emit({ kind: 'received', sender: device, message, authentic: true, delivery: null })
  await vi.waitFor(() => expect(on(page.events, 'notification')).toHaveLength(1), patience)
  await vi.waitFor(
    () => expect(on(page.events, 'alarm').at(-1)).toMatchObject({ data: { id: alarm, state: 'notifying' } }),
    patience,
  )
  await vi.waitFor(() => expect(sent).toContain('receipt'), patience)
  const [told] = on(page.events, 'notification')
  if (told?.name !== 'notification') throw new Error('a notification was told')
  expect((await anna.post('/api/notifications/seen', { notification: told.data.id })).status).toBe(204)

  expect(await (await anna.post(`${path}/acknowledgement`)).json()).toMatchObject({
    result: 'done',
    alarm: { state: 'acknowledged', acknowledgedBy: { name: 'Anna Beispiel' } },
  })
  expect((await (await wache.post(`${path}/acknowledgement`)).json()).result).toBe('late')
  await vi.waitFor(
    () => expect(on(other.events, 'notification').at(-1)).toMatchObject({ data: { reason: 'takenOver' } }),
    patience,
  )

  expect(await (await anna.post(`${path}/close`, { outcome: 'incident', note: '' })).json()).toMatchObject({
    result: 'done',
    alarm: { state: 'closed', outcome: 'incident', closedBy: { id: 'anna' } },
  })
  await vi.waitFor(
    () => expect(on(other.events, 'alarm').at(-1)).toMatchObject({ data: { state: 'closed' } }),
    patience,
  )
  const draft = {
    level: 2,
    summary: 'Ein Tisch wurde geworfen.',
    measures: 'Platz verwiesen',
    ground: 'criminalComplaint',
    groundReference: 'Az. 7',
  }
  expect((await (await anna.post(`${path}/incident`, draft)).json()).alarm.incident).toBe(true)
  const file = await (await anna.get(`${path}/incident`)).json()
  expect(file).toMatchObject({ reference: alarm, summary: 'Ein Tisch wurde geworfen.', threshold: { met: true } })

  const { alarm: view, timeline } = await (await wache.get(path)).json()
  expect(view).toMatchObject({ state: 'closed', incident: true, told: [{ id: 'anna' }, { id: 'responder' }] })
  const story = timeline.map((entry: { text: { de: string } }) => entry.text.de).join('\n')
  expect(story).toContain('Die Meldung an Anna Beispiel über die Konsole ist angekommen.')
  expect(story).toContain('Anna Beispiel hat einen Vorfallsentwurf geschrieben')
  expect((await (await wache.get('/api/alarms')).json())[0].id).toBe(alarm)
})
