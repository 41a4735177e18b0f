// A button with two contacts, from its lines to the console: pressed, with a wire cut, and pressed while the wire is cut.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type LineCommand, sendLineCommand } from '../../hardware/simulated.ts'
import type { AlarmView } from '../../protocol/console.ts'
import { faults } from '../../protocol/faults.ts'
import { limits } from '../../protocol/limits.ts'
import type { ConsoleClient } from './console-client.ts'
import { makeWorld, type World } from './world.ts'

const soon = { timeout: 40_000, interval: 50 }
const device = 'rathaus-1'
const normallyOpen = { chip: 'simulated', offset: 1 }
const normallyClosed = { chip: 'simulated', offset: 9 }

async function wireTresen(world: World): Promise<void> {
  const path = join(world.deviceFolder(device), 'device.yaml')
  const wired = `  - id: tresen
    wiring: antivalent
    normallyOpen: { chip: simulated, offset: 1, closedLevel: low }
    normallyClosed: { chip: simulated, offset: 9, closedLevel: low }`
  const yaml = await readFile(path, 'utf8')
  const changed = yaml.replace(/^ {2}- \{ id: tresen,.*$/m, wired)
  expect(changed).not.toBe(yaml)
  await writeFile(path, changed)
}

const openAlarm = (screen: ConsoleClient, except: readonly string[] = []): Promise<AlarmView> =>
  vi.waitFor(async () => {
    const alarm = (await screen.overview()).alarms.find(({ id }) => !except.includes(id))
    if (alarm === undefined) throw new Error('no open alarm yet')
    return alarm
  }, soon)
const activeFaults = async (screen: ConsoleClient): Promise<readonly string[]> =>
  (await screen.overview()).faults.map(({ code, source, subject }) => `${code} ${source} ${subject}`)
const told = (screen: ConsoleClient, text: string): boolean =>
  screen.events.some(event => event.name === 'notification' && event.data.text.includes(text))
const timelineHas = (screen: ConsoleClient, { id }: AlarmView, text: string) =>
  vi.waitFor(async () => {
    const { timeline } = await screen.detail(id)
    expect(timeline.map(entry => entry.text.de).join('\n')).toContain(text)
  }, soon)

test('an antivalent button: a press is an alarm, a cut wire a fault that is told, a press meanwhile still an alarm', async () => {
  await using world = await makeWorld()
  await wireTresen(world)
  await world.startGateway()
  await world.startDevice(device)
  using screen = await world.openConsole()
  await vi.waitFor(async () => {
    const { devices } = await screen.overview()
    expect(devices.find(({ id }) => id === device)?.state).toBe('online')
  }, soon)
  const socket = join(world.deviceFolder(device), 'data/lines.sock')
  const wire = (command: LineCommand) => sendLineCommand(socket, command)

  await world.press(device, 'tresen', 400)
  const first = await openAlarm(screen)
  expect(first).toMatchObject({ kind: 'alarm', device, button: 'tresen', presses: 1 })
  await timelineHas(screen, first, 'von beiden Kontakten bestätigt (Zeitpunkt vom Kernel).')
  await timelineHas(screen, first, ' ms losgelassen.')
  await screen.acknowledge(first.id)
  await screen.close(first.id, 'noIncident', '')
  expect(await activeFaults(screen)).toEqual([])

  const cutAt = Date.now()
  await wire({ kind: 'open', line: normallyClosed })
  await vi.waitFor(async () => expect(await activeFaults(screen)).toEqual([`lineCut ${device} tresen`]), soon)
  expect(Date.now() - cutAt).toBeLessThan(limits.lineFaultToldMsMax)
  expect(told(screen, faults.lineCut.text.de)).toBe(true)
  expect((await screen.overview()).alarms).toEqual([])

  await wire({ kind: 'press', line: normallyOpen, holdMs: 300 })
  const second = await openAlarm(screen)
  expect(second).toMatchObject({ kind: 'alarm', button: 'tresen', presses: 1 })
  expect(await activeFaults(screen)).toEqual([`lineCut ${device} tresen`])

  await wire({ kind: 'close', line: normallyClosed })
  await vi.waitFor(async () => expect(await activeFaults(screen)).toEqual([]), soon)
  expect((await screen.overview()).alarms).toHaveLength(1)
})
