import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createPresses } from '../../gateway/shell/http/presses.ts'
import type { AlarmDetail, FaultView } from '../../protocol/console.ts'
import type { DeviceState } from '../../protocol/messages.ts'
import { same, text } from '../../protocol/text.ts'
import { instant } from '../../protocol/time.ts'
import {
  acknowledged,
  alarmId,
  atRecord,
  button,
  closed,
  configuration,
  device,
  drafted,
  numbered,
  place,
  raised,
  responder,
  told,
} from './samples.ts'
import { startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const alarm = alarmId(1)
const story = [
  raised(1, alarm, true),
  numbered(2, { kind: 'stepEntered', alarm, step: 1, reason: 'first' }),
  told(3, alarm, 'anna'),
  numbered(4, { kind: 'notNotified', alarm, responder: responder('responder'), step: 1, reason: 'notConnected' }),
  numbered(5, { kind: 'stepEntered', alarm, step: 2, reason: 'escalated' }),
  told(6, alarm, 'anna'),
  acknowledged(7, alarm, 'anna'),
]
const refusedConfiguration = {
  kind: 'faultRaised',
  code: 'configurationRefused',
  source: 'gateway',
  subject: 'configuration',
} as const
const openView = {
  id: alarm,
  record: 1,
  kind: 'alarm',
  device,
  button,
  place,
  state: 'acknowledged',
  step: 2,
  stepName: 'Sicherheitsdienst',
  presses: 1,
  pressedAt: atRecord(1) - 3,
  isAgeKnown: true,
  receivedAt: atRecord(1),
  late: true,
  acknowledgedBy: { id: 'anna', name: 'Anna Beispiel' },
  acknowledgedAt: atRecord(7),
  closedBy: null,
  closedAt: null,
  outcome: null,
  incident: false,
  told: [{ id: 'anna', name: 'Anna Beispiel' }],
}

test('an open alarm is shown as the state has it, a closed one as its records tell it', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  world.records.push(...story)
  expect((await (await anna.get('/api/overview')).json()).alarms).toEqual([openView])
  expect((await (await anna.get(`/api/alarms/${alarm}`)).json()).alarm).toEqual(openView)
  world.records.push(closed(8, alarm, 'responder', 'incident'), drafted(9, alarm, 'anna'))
  expect((await (await anna.get('/api/overview')).json()).alarms).toEqual([])
  const closedView = {
    ...openView,
    state: 'closed',
    closedBy: { id: 'responder', name: 'Wache' },
    closedAt: atRecord(8),
    outcome: 'incident',
    incident: true,
  }
  expect((await (await anna.get(`/api/alarms/${alarm}`)).json()).alarm).toEqual(closedView)
  expect(await (await anna.get('/api/alarms')).json()).toEqual([closedView])
})

test('a monitor sees of an alarm that it was told, taken and closed, and no person and no note', async () => {
  await using world = await startWorld()
  const monitor = await world.logIn('monitor')
  world.records.push(...story)
  const shown = async (path: string) => (await monitor.get(path)).json()
  const nobody = { acknowledgedBy: null, closedBy: null, told: [] }
  expect((await shown('/api/overview')).alarms).toEqual([{ ...openView, ...nobody }])
  const page = await monitor.openPage()
  world.records.push(closed(8, alarm, 'anna', 'incident', 'Frau Muster war dabei'), drafted(9, alarm, 'anna'))
  world.http.show({ kind: 'show', what: 'alarm', alarm })
  await vi.waitFor(() => expect(page.events).toHaveLength(2))
  const detail = await shown(`/api/alarms/${alarm}`)
  expect(detail.alarm).toMatchObject({ ...nobody, state: 'closed', outcome: 'incident', acknowledgedAt: atRecord(7) })
  expect(await shown('/api/alarms')).toEqual([detail.alarm])
  expect(page.events[1]).toEqual({ name: 'alarm', data: detail.alarm })
  const lines = (detail as AlarmDetail).timeline.map(({ text }) => text)
  expect(lines[2]?.de).toBe('Meldung an jemand über die Konsole (Stufe 1, neuer Alarm).')
  expect(lines[6]?.de).toBe('Jemand hat den Alarm übernommen (über die Konsole).')
  expect(lines[7]).toEqual({
    de: 'Jemand hat den Alarm abgeschlossen. Ergebnis: Vorfall.',
    en: 'Somebody closed the alarm. Outcome: incident.',
  })
  expect(JSON.stringify([detail, page.events])).not.toMatch(/Anna|anna|Wache|Muster/)
})

test('a monitor sees that a channel or the configuration is at fault, and not whom it concerns', async () => {
  await using world = await startWorld()
  const page = await (await world.logIn('monitor')).openPage()
  const ofAnna = { code: 'channelFailed', source: 'gateway', subject: 'anna/mqtt', detail: 'Anna Beispiel' } as const
  world.records.push(
    numbered(1, { kind: 'faultRaised', ...ofAnna }),
    numbered(2, { kind: 'faultRaised', ...ofAnna, subject: 'responder/mqtt', detail: 'Wache' }),
    numbered(3, { ...refusedConfiguration, detail: 'responders[0].name: gefunden „Anna“' }),
    numbered(4, { kind: 'faultRaised', code: 'storeFailed', source: 'gateway', subject: 'records', detail: 'voll' }),
  )
  world.http.show({ kind: 'show', what: 'faults' })
  await vi.waitFor(() => expect(page.events).toHaveLength(2))
  const { faults } = await (await (await world.logIn('monitor')).get('/api/overview')).json()
  expect(page.events[1]?.data).toEqual(faults)
  expect(faults.map(({ code, subject, detail }: FaultView) => [code, subject, detail.de])).toEqual([
    ['channelFailed', 'mqtt', ''],
    ['storeFailed', 'records', 'voll'],
    ['configurationRefused', 'configuration', ''],
  ])
})

test('the timeline of an alarm tells its records in order, who was told and who was not', async () => {
  await using world = await startWorld()
  world.records.push(...story)
  const { timeline } = await (await (await world.logIn('anna')).get(`/api/alarms/${alarm}`)).json()
  expect(timeline.map(({ record }: { record: number }) => record)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(timeline[3]).toEqual({
    record: 4,
    at: atRecord(4),
    text: {
      de: 'Keine Meldung an Wache (Stufe 1): kein Meldeweg ist verbunden.',
      en: 'No notification to Wache (step 1): no channel is connected.',
    },
  })
})

test('closed alarms come newest first, in pages', async () => {
  await using world = await startWorld()
  for (const sequence of [1, 2, 3])
    world.records.push(
      raised(2 * sequence - 1, alarmId(sequence)),
      closed(2 * sequence, alarmId(sequence), 'anna', 'noIncident'),
    )
  world.records.push(raised(7, alarmId(4)))
  const anna = await world.logIn('anna')
  const ids = async (query: string) =>
    (await (await anna.get(`/api/alarms${query}`)).json()).map((view: { id: string }) => view.id)
  expect(await ids('')).toEqual([alarmId(3), alarmId(2), alarmId(1)])
  expect(await ids('?limit=2')).toEqual([alarmId(3), alarmId(2)])
  expect(await ids('?limit=2&before=3')).toEqual([alarmId(1)])
  for (const query of ['?limit=0', '?limit=-1', '?before=x', '?limit=1.5', '?before=']) {
    const answer = await anna.get(`/api/alarms${query}`)
    expect([query, answer.status]).toEqual([query, 400])
    expect((await answer.json()).error.de).toMatch(/^Das Feld „(limit|before)“ muss eine ganze Zahl ab 1 sein/)
  }
})

test('a device is shown with its places, its state and the last press that is on record', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const devices = async () => (await (await anna.get('/api/overview')).json()).devices
  const view = { id: device, site: 'Rathaus', state: 'unknown', lastHeardAt: null, boot: null }
  expect(await devices()).toEqual([{ ...view, buttons: [{ id: button, place, lastPressAt: null }] }])
  world.records.push(raised(1, alarm))
  world.http.show({ kind: 'show', what: 'alarm', alarm })
  expect(await devices()).toEqual([{ ...view, buttons: [{ id: button, place, lastPressAt: atRecord(1) - 3 }] }])
})

test('the last sign of life is shown of a device that is not online: of one that is, it would grow old on the page', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const heard = {
    ...{ since: instant(0), lastHeardAt: instant(0), lastHeardWall: atRecord(1) },
    ...{ boot: null, session: 0, boots: new Map(), configVersion: '' },
  }
  const shown = async (state: DeviceState) => {
    world.live = { devices: new Map([[device, { ...heard, state }]]) }
    return (await (await anna.get('/api/overview')).json()).devices
  }
  expect(await shown('online')).toMatchObject([{ state: 'online', lastHeardAt: null }])
  expect(await shown('silent')).toMatchObject([{ state: 'silent', lastHeardAt: atRecord(1) }])
})

test('active faults are shown with their severity, the grave ones first, until they are cleared', async () => {
  await using world = await startWorld()
  const chatter = { code: 'contactChatter', source: device, subject: button } as const
  const full = text('voll', 'full')
  world.records.push(
    numbered(1, { kind: 'faultRaised', ...chatter, detail: '' }),
    numbered(2, { kind: 'faultRaised', code: 'storeFailed', source: 'gateway', subject: 'records', detail: full }),
  )
  const anna = await world.logIn('anna')
  const faults = async () => (await (await anna.get('/api/overview')).json()).faults
  const grave = {
    code: 'storeFailed',
    severity: 'critical',
    source: 'gateway',
    subject: 'records',
    detail: full,
    since: atRecord(2),
  }
  expect(await faults()).toEqual([grave, { ...chatter, severity: 'warning', detail: same(''), since: atRecord(1) }])
  world.records.push(numbered(3, { kind: 'faultCleared', ...chatter }))
  expect(await faults()).toEqual([grave])
})

test('an alarm that does not exist is said not to exist', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  for (const id of [alarmId(9), 'unsinn', 'x'.repeat(90)])
    for (const path of [`/api/alarms/${id}`, `/api/alarms/${id}/incident`]) {
      const answer = await anna.get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect((await answer.json()).error.de).toBe('Diesen Alarm gibt es hier nicht.')
    }
})

test('a press that cannot be read keeps nobody from the open alarms, and is asked for again', () => {
  let isBroken = true
  const lastPressAt = () => {
    if (isBroken) throw new Error('disk I/O error')
    return atRecord(3)
  }
  const presses = createPresses({ lastPressAt }, silentLog)
  expect(presses.lastPressAt(device, button)).toBeNull()
  isBroken = false
  expect(presses.lastPressAt(device, button)).toBe(atRecord(3))
})

const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

test('a page that opens in a large installation holds nobody up, and each button is asked for once', async () => {
  const [entry] = configuration.devices
  if (entry === undefined) throw new Error('the sample has a device')
  const devices = Array.from({ length: 200 }, (_, index) => ({ ...entry, id: `geraet-${index}` as typeof device }))
  const asked: string[] = []
  const askedInOneTurn: number[] = []
  const lastPressAt = (id: string) => {
    asked.push(id)
    return null
  }
  const presses = createPresses({ lastPressAt }, silentLog)
  const preparing = presses.prepare(devices)
  for (let before = 0; asked.length < 200; before = asked.length) {
    askedInOneTurn.push(asked.length - before)
    await setImmediate()
  }
  await preparing
  expect(Math.max(...askedInOneTurn)).toBeLessThanOrEqual(32)
  presses.forget('geraet-7' as typeof device)
  await presses.prepare(devices)
  expect(asked.slice(200)).toEqual(['geraet-7'])
})
