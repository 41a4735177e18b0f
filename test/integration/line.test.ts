// The straight line with the real parts: separate processes, mutual TLS, a database on disk.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import type { AlarmView } from '../../protocol/console.ts'
import { limits } from '../../protocol/limits.ts'
import type { ConsoleClient } from './console-client.ts'
import { startWire } from './proxy.ts'
import { connectRawDevice, tampered } from './raw-device.ts'
import { makeWorld, type World } from './world.ts'

const soon = { timeout: 30_000, interval: 50 }

const openAlarms = async (screen: ConsoleClient): Promise<readonly AlarmView[]> => (await screen.overview()).alarms
const deviceOnline = (screen: ConsoleClient, device: string): Promise<void> =>
  vi.waitFor(async () => {
    const { devices } = await screen.overview()
    expect(devices.find(each => each.id === device)?.state).toBe('online')
  }, soon)
const firstOpen = (screen: ConsoleClient): Promise<AlarmView> =>
  vi.waitFor(async () => {
    const alarm = (await openAlarms(screen))[0]
    if (alarm === undefined) throw new Error('no open alarm yet')
    return alarm
  }, soon)
/** How an open page calls the button: as the last overview or device that it was sent does. */
function buttonOnPage({ events }: ConsoleClient, device: string, button: string): string | undefined {
  const sent = events.flatMap(({ name, data }) =>
    name === 'overview' ? data.devices : name === 'device' ? [data] : [],
  )
  return sent.findLast(({ id }) => id === device)?.buttons.find(({ id }) => id === button)?.place.button
}

const recordLines = (world: World, alarm: string): Promise<string> =>
  world.gatewayCommand('records', '--alarm', alarm, '--config', world.configurationFile)
const allRecords = async (world: World): Promise<readonly GatewayRecord[]> => {
  const output = await world.gatewayCommand('records', '--all', '--json', '--config', world.configurationFile)
  return output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as GatewayRecord)
}

test('a press reaches the console, is taken, closed as an incident, and stands on record', async () => {
  await using world = await makeWorld()
  await world.startGateway()
  await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  await deviceOnline(screen, 'rathaus-1')

  await world.press('rathaus-1', 'tresen')

  const told = await vi.waitFor(() => {
    const found = screen.events.find(event => event.name === 'notification')
    if (found?.name !== 'notification') throw new Error('not told yet')
    return found.data
  }, soon)
  expect(told).toMatchObject({ reason: 'first', alarmKind: 'alarm', responder: 'empfang', presses: 1, late: false })
  expect(told.place).toMatchObject({ site: 'Altes Rathaus', button: 'Tresen' })
  const alarm = await firstOpen(screen)
  expect(await screen.acknowledge(alarm.id)).toMatchObject({ result: 'done' })
  expect(await screen.close(alarm.id, 'incident', 'Besucher wurde laut')).toMatchObject({ result: 'done' })
  await vi.waitFor(async () => expect(await openAlarms(screen)).toHaveLength(0), soon)

  const draft = await screen.post(`/api/alarms/${alarm.id}/incident`, {
    level: 2,
    summary: 'Bedrohung am Tresen',
    measures: 'Hausverbot ausgesprochen',
    ground: 'houseBan',
    groundReference: 'HV-17',
  })
  expect(draft.status).toBe(200)
  const { timeline } = await screen.detail(alarm.id)
  expect(timeline.length).toBeGreaterThanOrEqual(5)
  const printed = await recordLines(world, alarm.id)
  for (const entry of timeline) expect(printed).toContain(entry.text.de)
})

test('an alarm pressed while the gateway is down is notified once it returns, with its true age', async () => {
  await using world = await makeWorld()
  const gateway = await world.startGateway()
  await world.startDevice('rathaus-1')
  {
    using screen = await world.openConsole()
    await deviceOnline(screen, 'rathaus-1')
  }
  gateway.signal('SIGKILL')
  await gateway.ended
  const pressedAfter = Date.now()
  await world.press('rathaus-1', 'kasse')
  await world.startGateway()
  using screen = await world.openConsole()
  const alarm = await firstOpen(screen)
  expect(alarm.button).toBe('kasse')
  expect(alarm.pressedAt).toBeGreaterThanOrEqual(pressedAfter - 50)
  expect(alarm.pressedAt).toBeLessThan(alarm.receivedAt)
})

test('a device killed after it wrote its journal sends the alarm after its restart, with its true age', async () => {
  await using world = await makeWorld()
  const device = await world.startDevice('rathaus-1')
  await device.line(line => line.includes('lines.sock') || /ready|bereit|started|running/i.test(line))
  const pressedAfter = Date.now()
  await world.press('rathaus-1', 'beratung')
  const pressedBefore = Date.now()
  const journal = join(world.deviceFolder('rathaus-1'), 'data/journal')
  await vi.waitFor(async () => expect((await readFile(journal)).includes('beratung')).toBe(true), soon)
  device.signal('SIGKILL')
  await device.ended

  await world.startGateway()
  await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  const alarm = await firstOpen(screen)
  expect(alarm.button).toBe('beratung')
  expect(alarm.pressedAt).toBeGreaterThanOrEqual(pressedAfter - 50)
  expect(alarm.pressedAt).toBeLessThanOrEqual(pressedBefore + 50)
})

test('a test is refused once the device is gone, however short ago it was heard', async () => {
  await using world = await makeWorld()
  await world.startGateway()
  const device = await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  await deviceOnline(screen, 'rathaus-1')
  const ask = () => screen.post('/api/devices/rathaus-1/buttons/tresen/test', { durationMs: 60_000 })
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), soon)
  device.signal('SIGKILL')
  await device.ended
  await vi.waitFor(async () => expect((await ask()).status).toBe(409), { timeout: 5000, interval: 50 })
})

test('a lost receipt is asked for again, and the alarm stands on record once', async () => {
  await using world = await makeWorld()
  await world.startGateway()
  await using wire = await startWire(world.mqttPort)
  const config = join(world.deviceFolder('rathaus-1'), 'device.yaml')
  const yaml = await readFile(config, 'utf8')
  await writeFile(config, yaml.replace(`:${world.mqttPort}`, `:${wire.port}`))
  await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  await deviceOnline(screen, 'rathaus-1')

  wire.loseAnswers()
  await world.press('rathaus-1', 'tresen')
  const alarm = await firstOpen(screen)
  wire.cut()

  await vi.waitFor(async () => {
    const { timeline } = await screen.detail(alarm.id)
    expect(timeline.some(entry => /erneut|noch einmal|again/i.test(entry.text.de + entry.text.en))).toBe(true)
  }, soon)
  expect(await openAlarms(screen)).toHaveLength(1)
  expect((await openAlarms(screen))[0]?.presses).toBe(1)
})

test('a poison message does not delay the alarm behind it, and leaves a security event', async () => {
  await using world = await makeWorld()
  await world.startGateway()
  using screen = await world.openConsole()
  await using device = await connectRawDevice(world, 'rathaus-1')

  const poisons = [
    device.publish('stillruf/v1/device/buergerhaus-1/alarm', '{}'),
    device.publish('stillruf/v1/device/rathaus-1/alarm', '{"v":1,"kind":"alarm"}'),
    device.publish('stillruf/v1/device/rathaus-1/alarm', Buffer.alloc(5000, 'x')),
    device.publishAlarm(tampered(device.alarm(1))),
  ]
  const genuine = device.alarm(2)
  await Promise.all([...poisons, device.publishAlarm(genuine)])

  const alarm = await firstOpen(screen)
  expect(alarm.id).toBe(genuine.id)
  await vi.waitFor(() => expect(device.receipts.map(receipt => receipt.id)).toEqual([genuine.id]), soon)
  expect(device.client.connected).toBe(true)

  await device.publishAlarm(genuine)
  expect(await openAlarms(screen)).toHaveLength(1)
  await vi.waitFor(async () => {
    const records = await allRecords(world)
    const raised = records.filter(({ kind }) => kind === 'alarmRaised')
    expect(raised).toMatchObject([{ alarm: genuine.id }])
    const events = records.filter(record => record.kind === 'securityEvent')
    expect(events.map(({ event, source }) => `${event} of ${source}`).sort()).toEqual([
      'badSignature of rathaus-1',
      'foreignTopic of rathaus-1',
      'malformedMessage of rathaus-1',
      'oversizedMessage of rathaus-1',
      'replay of rathaus-1', // the genuine one, sent a second time under its number [D15]
    ])
    const [first, last] = [events[0]?.at ?? Number.NaN, raised[0]?.at ?? Number.NaN]
    expect(last - first, 'ms behind the first of them').toBeLessThan(limits.resendMsMin)
  }, soon)
})

test('a changed configuration is taken over without a restart; an invalid one is refused and the old one stays', async () => {
  await using world = await makeWorld()
  const gateway = await world.startGateway()
  await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  await deviceOnline(screen, 'rathaus-1')
  const yaml = await readFile(world.configurationFile, 'utf8')

  await writeFile(world.configurationFile, yaml.replace('name: Tresen', 'name: Neuer Tresen'))
  await vi.waitFor(async () => {
    const { devices } = await screen.overview()
    expect(devices.find(each => each.id === 'rathaus-1')?.buttons[0]?.place.button).toBe('Neuer Tresen')
  }, soon)
  await vi.waitFor(() => expect(buttonOnPage(screen, 'rathaus-1', 'tresen')).toBe('Neuer Tresen'), soon)

  await writeFile(world.configurationFile, yaml.replace('zone: og1', 'zone: nirgends'))
  await gateway.line(line => line.includes('nirgends'))
  await vi.waitFor(async () => {
    const { faults } = await screen.overview()
    expect(faults.find(fault => fault.code === 'configurationRefused')?.detail.de).toContain('nirgends')
  }, soon)
  await world.press('rathaus-1', 'kasse')
  expect((await firstOpen(screen)).place.zone).toBe('Erdgeschoss')
})

test('a silent device becomes a notified fault', async () => {
  await using world = await makeWorld({
    configuration: yaml =>
      yaml
        .replaceAll('heartbeatSeconds: 10', 'heartbeatSeconds: 1')
        .replace('silentAfterSeconds: 30', 'silentAfterSeconds: 3'),
  })
  await world.startGateway()
  const device = await world.startDevice('rathaus-1')
  using screen = await world.openConsole()
  await deviceOnline(screen, 'rathaus-1')
  device.signal('SIGSTOP')
  await vi.waitFor(() => {
    const told = screen.events.some(
      event => event.name === 'notification' && event.data.reason === 'fault' && event.data.text.includes('rathaus-1'),
    )
    expect(told).toBe(true)
  }, soon)
  device.signal('SIGCONT')
  await deviceOnline(screen, 'rathaus-1')
})
