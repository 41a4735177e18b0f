// A real device process with every kind of button: its lines at rest say nothing, and `press` moves all contacts of a button.
import { expect, test, vi } from 'vitest'
import { createAuthority } from '../../gateway/provisioning/authority.ts'
import { readOutputs, sendLineCommand } from '../../hardware/simulated.ts'
import { alarmOfPress, type ButtonId } from '../../protocol/ids.ts'
import { millis } from '../../protocol/time.ts'
import { type DeviceFolder, deviceFolder, deviceName, Program } from './test-device.ts'
import { TestGateway } from './test-gateway.ts'
import { tresen } from './world.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 40_000, interval: 20 }
const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, soon)
const authority = await createAuthority({ name: 'Test' })

const line = (offset: number): string => `{ chip: simulated, offset: ${offset}, closedLevel: low }`
const everyWiring = `  - { id: foyer, chip: simulated, offset: 3, closedLevel: low, wiring: normallyClosed }
  - { id: keller, chip: simulated, offset: 4, closedLevel: low, wiring: normallyClosed, cutWireIs: fault }
  - { id: amt, wiring: antivalent, normallyOpen: ${line(5)}, normallyClosed: ${line(6)} }
  - { id: tor, wiring: twoHand, first: ${line(7)}, second: ${line(8)} }
  - { id: leiste, latching: true, wiring: antivalent, normallyOpen: ${line(9)}, normallyClosed: ${line(10)} }
tamper: ${line(11)}
`

async function press(place: DeviceFolder, button: string, ...more: readonly string[]) {
  await using program = new Program('press', '--language', 'en', '--config', place.config, '--button', button, ...more)
  return await program.finished
}

test('buttons of every wiring say nothing at rest, and one alarm each when they are pressed', async () => {
  await using gateway = await TestGateway.start(authority)
  await using place = await deviceFolder(authority, [gateway.url], everyWiring)
  await using _device = new Program('run', '--config', place.config)
  const buttons = ['tresen', 'kasse', 'foyer', 'keller', 'amt', 'tor', 'leiste']
  const lines = () => gateway.of('heartbeat').at(-1)?.lines
  await eventually(() => expect(lines()).toEqual(buttons.map(button => ({ button, state: 'atRest' }))))
  expect(gateway.of('fault')).toEqual([])
  for (const button of buttons.slice(2)) expect(await press(place, button)).toMatchObject({ code: 0, err: '' })
  await eventually(() => expect(gateway.of('alarm')).toHaveLength(5))
  const told = gateway.of('alarm').map(({ button, contact }) => `${button} ${contact.wiring} ${contact.confirmedBy}`)
  expect(new Set(told)).toEqual(
    new Set([
      'foyer normallyClosed held',
      'keller normallyClosed release',
      'amt antivalent held',
      'tor twoHand held',
      'leiste antivalent held',
    ]),
  )
  await eventually(() => expect(gateway.of('released')).toHaveLength(4)) // the latched one is still held
  expect(gateway.of('fault')).toEqual([])
  await sendLineCommand(place.socket, { kind: 'open', line: { chip: 'simulated', offset: 11 } })
  await eventually(() =>
    expect(gateway.of('fault')).toMatchObject([{ code: 'caseOpened', subject: 'device', state: 'raised' }]),
  )
})

test('a button that latches stays pressed until its key is turned, and then raises the next alarm', async () => {
  await using gateway = await TestGateway.start(authority)
  await using place = await deviceFolder(authority, [gateway.url], everyWiring)
  await using _device = new Program('run', '--config', place.config)
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
  expect(await press(place, 'leiste', '--hold', '300')).toMatchObject({
    code: 2,
    err: 'The button leiste stays pressed until it is reset. Leave --hold out; --reset turns its key.\n',
  })
  expect(await press(place, 'tresen', '--reset')).toMatchObject({
    code: 2,
    err: 'The button tresen has no key: it is back as soon as it is let go. Leave --reset out.\n',
  })
  expect(await press(place, 'leiste')).toMatchObject({
    out: `Pressed leiste of ${deviceName}. It stays pressed until --reset turns its key.\n`,
  })
  await eventually(() => expect(gateway.of('alarm')).toHaveLength(1))
  await eventually(() =>
    expect(gateway.of('heartbeat').at(-1)?.lines).toContainEqual({ button: 'leiste', state: 'latched' }),
  )
  expect(await press(place, 'leiste', '--reset')).toMatchObject({ out: `Reset leiste of ${deviceName}.\n` })
  await eventually(() => expect(gateway.of('released')).toHaveLength(1))
  await press(place, 'leiste')
  await eventually(() => expect(gateway.of('repeatPress')).toMatchObject([{ button: 'leiste' as ButtonId }]))
})

test('the indicator blinks calmly and the relay closes once a person has taken the alarm, and both rest before and after', async () => {
  await using gateway = await TestGateway.start(authority)
  const outputs = `indicator: { chip: simulated, offset: 16, activeLevel: high, pattern: slowBlink }
relay: { chip: simulated, offset: 17, activeLevel: high }
`
  await using place = await deviceFolder(authority, [gateway.url], outputs)
  await using _device = new Program('run', '--config', place.config)
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0))
  const device = deviceName
  gateway.say({
    v: 1,
    kind: 'config',
    device,
    version: 'v2',
    heartbeatMs: millis(1000),
    indicator: 'afterAcknowledgement',
  })
  await eventually(() => expect(gateway.of('heartbeat').at(-1)?.configVersion).toBe('v2'))
  const states = async (offset: number): Promise<readonly boolean[]> => {
    const output = (await readOutputs(place.socket)).find(each => each.line.offset === offset)
    return output?.changes.map(({ active }) => active) ?? []
  }
  await press(place, 'tresen')
  await eventually(() => expect(gateway.of('released')).toHaveLength(1))
  expect([await states(16), await states(17)]).toEqual([[false], [false]])
  const alarm = alarmOfPress(gateway.of('alarm')[0]?.id ?? ('' as never))
  gateway.say({ v: 1, kind: 'progress', device, button: tresen, alarm, state: 'acknowledged' })
  await vi.waitFor(async () => expect((await states(16)).slice(0, 4)).toEqual([false, true, false, true]), soon)
  expect(await states(17)).toEqual([false, true])
  gateway.say({ v: 1, kind: 'progress', device, button: tresen, alarm, state: 'closed' })
  await vi.waitFor(async () => expect(await states(17)).toEqual([false, true, false]), soon)
  const changes = (await states(16)).length
  const seen = gateway.of('heartbeat').length
  await eventually(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(seen + 2))
  const after = await states(16)
  expect([after.at(-1), after.length - changes]).toEqual([false, expect.toSatisfy(more => more <= 1)])
})
