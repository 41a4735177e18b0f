import { expect, test, vi } from 'vitest'
import { instant } from '../../protocol/time.ts'
import { acknowledged, alarmId, boot, button, closed, device, drafted, numbered, raised } from './samples.ts'
import { startWorld, type World } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const alarm = alarmId(1)
const path = `/api/alarms/${alarm}`
const incident = { level: 2, summary: 'Text', measures: '', ground: 'houseBan', groundReference: 'Az. 1' }

/** What a step would do with what people say; the first one wins. */
function listen(world: World): void {
  world.onEvent = event => {
    const number = world.records.length + 1
    if (event.kind === 'incidentWritten')
      world.records.push(
        numbered(number, { kind: 'incidentDrafted', alarm, responder: event.responder, draft: event.draft }),
      )
    if (event.kind !== 'responderSaid') return
    const open = world.state().durable.alarms.get(alarm)
    if (event.message.kind === 'close' && open !== undefined)
      world.records.push(closed(number, alarm, event.responder, event.message.outcome))
    else if (open?.acknowledgedBy === null) world.records.push(acknowledged(number, alarm, event.responder))
  }
}

test('who takes an alarm first has it, who is later learns who has it', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarm))
  listen(world)
  const [anna, wache] = [await world.logIn('anna'), await world.logIn('administrator')]
  const first = await anna.post(`${path}/acknowledgement`)
  expect(first.status).toBe(200)
  expect(await first.json()).toMatchObject({
    result: 'done',
    alarm: { state: 'acknowledged', acknowledgedBy: { id: 'anna', name: 'Anna Beispiel' } },
  })
  expect(await (await wache.post(`${path}/acknowledgement`, {})).json()).toMatchObject({
    result: 'late',
    alarm: { acknowledgedBy: { id: 'anna' } },
  })
  expect((await (await anna.post(`${path}/acknowledgement`)).json()).result).toBe('done')
  expect(world.emitted[0]).toEqual({
    kind: 'responderSaid',
    responder: 'anna',
    channel: 'console',
    address: '127.0.0.1',
    message: { v: 1, kind: 'acknowledgement', alarm },
    isOnRecord: true,
    delivery: null,
  })
})

test('who closes an alarm ends it with an outcome, who is later is told so', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarm))
  listen(world)
  const anna = await world.logIn('anna')
  const close = () => anna.post(`${path}/close`, { outcome: 'falseAlarm', note: 'Putzkraft' })
  expect(await (await close()).json()).toMatchObject({
    result: 'done',
    alarm: { state: 'closed', outcome: 'falseAlarm', closedBy: { id: 'anna' } },
  })
  expect(await (await close()).json()).toMatchObject({ result: 'late', alarm: { state: 'closed' } })
  expect((await (await anna.post(`${path}/acknowledgement`)).json()).result).toBe('late')
  expect(world.emitted[0]).toMatchObject({ message: { kind: 'close', outcome: 'falseAlarm', note: 'Putzkraft' } })
})

test('what the gateway did not do is not called done', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarm))
  const anna = await world.logIn('anna')
  expect((await anna.post(`${path}/acknowledgement`)).status).toBe(409)
  expect((await anna.post(`${path}/close`, { outcome: 'test', note: '' })).status).toBe(409)
})

test('a draft can be written only for a genuine alarm that was closed as an incident', async () => {
  await using world = await startWorld()
  listen(world)
  const anna = await world.logIn('anna')
  const refused = async (sentence: string) => {
    const answer = await anna.post(`${path}/incident`, incident)
    expect(answer.status).toBe(409)
    expect((await answer.json()).error.de).toContain(sentence)
    expect((await anna.get(`${path}/incident`)).status).toBe(404)
  }
  const first = raised(1, alarm)
  world.records.splice(0, 9, first)
  await refused('noch nicht abgeschlossen')
  world.records.splice(0, 9, first, closed(2, alarm, 'anna', 'noIncident'))
  await refused('nicht als Vorfall abgeschlossen')
  if (first.kind !== 'alarmRaised') throw new Error('the first record raises the alarm')
  world.records.splice(0, 9, { ...first, alarmKind: 'test' }, closed(2, alarm, 'anna', 'incident'))
  await refused('Probealarm')
  expect(world.emitted).toEqual([])
  world.records.splice(0, 9, first, closed(2, alarm, 'anna', 'incident'))
  expect(await (await anna.post(`${path}/incident`, incident)).json()).toMatchObject({
    result: 'done',
    alarm: { incident: true },
  })
  expect(world.emitted).toEqual([{ kind: 'incidentWritten', responder: 'anna', draft: { alarm, ...incident } }])
})

test('a level that the catalogue does not have is refused', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarm), closed(2, alarm, 'anna', 'incident'))
  const answer = await (await world.logIn('anna')).post(`${path}/incident`, { ...incident, level: 3 })
  expect(answer.status).toBe(400)
  expect((await answer.json()).error.en).toContain('“level”')
  expect(world.emitted).toEqual([])
})

test('a draft that does not go on record is not called done', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarm), closed(2, alarm, 'anna', 'incident'), drafted(3, alarm, 'anna'))
  const answer = await (await world.logIn('anna')).post(`${path}/incident`, incident)
  expect(answer.status).toBe(409)
  expect((await answer.json()).error.en).toContain('was not taken over')
})

test('the draft is a file to take along, in the configured names and with the moments of the record', async () => {
  await using world = await startWorld()
  world.records.push(
    raised(1, alarm),
    acknowledged(2, alarm, 'anna'),
    closed(3, alarm, 'anna', 'incident'),
    drafted(4, alarm, 'anna'),
  )
  const answer = await (await world.logIn('anna')).get(`${path}/incident`)
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="vorfallsentwurf-${alarm}.json"`)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const draft = await answer.json()
  expect(draft).toMatchObject({
    reference: alarm,
    office: 'Zentrale Rathaus',
    level: { number: 2, text: 'Übergriff' },
    summary: 'Text',
    ground: { kind: 'houseBan', reference: 'Az. 1' },
    times: { taken: expect.stringMatching(/^2027-01-15T\d\d:00:02[+-]\d\d:\d\d$/) },
  })
  expect(Date.parse(draft.times.received)).toBe(1_800_000_001_000)
  expect(JSON.stringify(draft.timeline)).toContain('Übernommen von Anna Beispiel')
})

test('a test is asked of a device that is connected, and of no other', async () => {
  let isConnected = false
  await using world = await startWorld({ isListening: () => isConnected })
  const anna = await world.logIn('anna')
  const ask = (button: string) => anna.post(`/api/devices/${device}/buttons/${button}/test`, { durationMs: 60_000 })
  const expectRefused = async () => {
    const refused = await ask(button)
    expect(refused.status).toBe(409)
    expect((await refused.json()).error.de).toContain('nicht verbunden')
  }
  await expectRefused()
  for (const unknown of ['anderer', 'Unsinn%20']) expect([unknown, (await ask(unknown)).status]).toEqual([unknown, 404])
  expect((await anna.post(`/api/devices/fremd-1/buttons/${button}/test`, { durationMs: 1 })).status).toBe(404)
  const online = {
    state: 'online',
    since: instant(0),
    lastHeardAt: null,
    lastHeardWall: null,
    boot,
    session: 1,
    boots: new Map(),
    configVersion: '',
  } as const
  world.live = { devices: new Map([[device, online]]) }
  await expectRefused() // heard a moment ago, and gone
  isConnected = true
  expect(await (await ask(button)).json()).toEqual({ result: 'done', boot })
  expect(world.emitted).toEqual([{ kind: 'testRequested', responder: 'anna', device, button, durationMs: 60_000 }])
})
