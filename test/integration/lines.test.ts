// A real device process on the lines of each backend: a press of an imitated contact reaches a gateway over everything in between.
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { imitateBoard } from '../hardware/firmata-bench.ts'
import { imitateGpiod } from '../hardware/gpiod-imitation.ts'
import type { Program } from './program.ts'
import { hasProgram } from './tools.ts'
import { bundles, makeWorld, type Programs, sources, type World } from './world.ts'

const soon = { timeout: 60_000, interval: 50 }
const testLimit = { timeout: 180_000 }

/** Hands on the imitated hardware, and what device.yaml says of it. The button named tresen hangs at offset 2. */
type Hardware = AsyncDisposable & {
  readonly lines: string
  readonly chip: string
  readonly environment: Readonly<Record<string, string>>
  readonly move: (level: 'closed' | 'open') => Promise<void>
  readonly unplug: () => Promise<void>
  readonly plug: () => Promise<void>
}

async function gpiochip(): Promise<Hardware> {
  const chip = { number: 0, label: 'pinctrl-imitation', names: [null, null, null, null, null] }
  const world = await imitateGpiod('v1.6.3', [chip])
  return {
    lines: 'lines: { backend: gpiochip }',
    chip: chip.label,
    environment: world.environment,
    move: async level => world.setLevel(chip.label, 2, level === 'open'),
    unplug: async () => world.unplug(chip.label),
    plug: async () => world.plug(chip),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

async function firmata(): Promise<Hardware> {
  const board = await imitateBoard()
  await board.plugIn()
  return {
    lines: `lines: { backend: firmata, boards: [{ name: uno, port: ${board.port} }] }`,
    chip: 'uno',
    environment: {},
    move: async level => void (await board.command({ kind: 'contact', pin: 2, high: level === 'open' })),
    unplug: board.unplug,
    plug: board.plugIn,
    [Symbol.asyncDispose]: () => board[Symbol.asyncDispose](),
  }
}

const missing = { gpiochip: 'gcc', firmata: 'socat' } as const

describe.each([
  ['gpiochip', gpiochip],
  ['firmata', firmata],
] as const)('a device with the backend %s', testLimit, (name, create) => {
  const skip = !hasProgram(missing[name])
  const needs = skip ? ` (needs ${missing[name]})` : ''

  test.skipIf(skip)(
    `sends a press to the gateway, and a line that is lost as a fault until it is back${needs}`,
    async () => {
      await using hardware = await create()
      await using world = await makeWorld()
      await configure(world, hardware)
      await world.startGateway()
      await using device = await world.startDevice('rathaus-1', { env: hardware.environment })
      using screen = await world.openConsole()
      const faults = async (): Promise<readonly string[]> => (await screen.overview()).faults.map(fault => fault.code)
      const watches = async (): Promise<void> => {
        const { devices } = await screen.overview()
        expect(devices.find(each => each.id === 'rathaus-1')?.state).toBe('online')
        expect(await faults()).not.toContain('lineFailed')
      }
      await vi.waitFor(watches, soon)
      await pressed(hardware, device)
      await vi.waitFor(
        async () => expect((await screen.overview()).alarms.map(alarm => alarm.button)).toEqual(['tresen']),
        soon,
      )

      await hardware.unplug()
      await vi.waitFor(async () => expect(await faults()).toContain('lineFailed'), soon)
      await hardware.plug()
      await vi.waitFor(watches, soon)
      device.signal('SIGTERM')
      expect(await device.ended).toMatchObject({ code: 0 })
    },
  )
})

test.skipIf(!hasProgram('gcc'))(
  'a button with two contacts on lines of the board, one by name: a press is an alarm, a cut wire a fault that a press outlasts',
  testLimit,
  async () => {
    const chip = { number: 0, label: 'pinctrl-imitation', names: [null, null, null, null, 'NC'] }
    await using board = await imitateGpiod('v2.2.1', [chip])
    const closed = (offset: number, isClosed: boolean): void => board.setLevel(chip.label, offset, !isClosed)
    closed(4, true)
    await using world = await makeWorld()
    await configure(world, {
      lines: 'lines: { backend: gpiochip }',
      chip: chip.label,
      buttons: `  - id: tresen
    wiring: antivalent
    normallyOpen: { chip: ${chip.label}, offset: 2, closedLevel: low, bias: pull-up }
    normallyClosed: { line: NC, closedLevel: low, bias: pull-up }`,
    })
    await world.startGateway()
    await using device = await world.startDevice('rathaus-1', { env: board.environment })
    using screen = await world.openConsole()
    const pressUntilNoticed = async (count: number, ...contacts: readonly (readonly [number, boolean])[]) => {
      while (device.lines.filter(line => line.includes('"pressed"')).length < count) {
        for (const [offset, isClosed] of contacts) closed(offset, isClosed)
        await delay(200) // how long a person holds a button
        for (const [offset, isClosed] of contacts) closed(offset, !isClosed)
        await delay(400) // until it counts as let go
      }
    }
    await pressUntilNoticed(1, [4, false], [2, true])
    await vi.waitFor(async () => expect((await screen.overview()).alarms).toHaveLength(1), soon)

    closed(4, false)
    await vi.waitFor(
      async () => expect((await screen.overview()).faults.map(({ code }) => code)).toContain('lineCut'),
      soon,
    )
    await pressUntilNoticed(2, [2, true])
    await vi.waitFor(
      async () => expect((await screen.overview()).alarms.map(({ presses }) => presses)).toEqual([2]),
      soon,
    )
    expect(device.lines.filter(line => line.includes('"line failed"'))).toEqual([])
  },
)

test.skipIf(!hasProgram('gcc'))(
  'an indicator whose line belongs to somebody else is a fault that people see, until the line is free',
  testLimit,
  async () => {
    const chip = { number: 0, label: 'pinctrl-imitation', names: [null, null, null, null] }
    await using board = await imitateGpiod('v2.2.1', [chip])
    board.take(chip.label, 3)
    await using world = await makeWorld()
    await configure(world, { lines: 'lines: { backend: gpiochip }', chip: chip.label })
    await world.startGateway()
    await world.startDevice('rathaus-1', { env: board.environment })
    using screen = await world.openConsole()
    const faults = async () => (await screen.overview()).faults.map(({ code }) => code)
    await vi.waitFor(async () => expect(await faults()).toContain('indicatorFailed'), soon)
    board.unplug(chip.label)
    await vi.waitFor(async () => expect(await faults()).toContain('lineFailed'), soon)
    board.plug(chip) // with all its lines free
    await vi.waitFor(async () => expect(await faults()).toEqual([]), soon)
  },
)

test('a machine without lines says at the start what to configure', testLimit, async () => {
  await using world = await makeWorld()
  const config = join(world.deviceFolder('rathaus-1'), 'device.yaml')
  await writeFile(config, (await readFile(config, 'utf8')).replace(/^lines:\n {2}backend: simulated\n/m, ''))
  const device = await world.startDevice('rathaus-1', { env: { PATH: '/nowhere' } })
  expect(await device.ended).toMatchObject({ code: 2 })
  expect(device.lines.join('\n')).toMatch(
    /^(Diese Maschine hat keine GPIO-Chips \(\/dev\/gpiochip\*\)\. Unter lines\.backend|Das Programm gpiomon fehlt\.)/m,
  )
})

test.skipIf(!hasProgram('gcc'))('no library of a backend that is not used is loaded', testLimit, async () => {
  await using hardware = await gpiochip()
  await using world = await makeWorld({ programs: built() })
  await configure(world, hardware)
  await using device = await world.startDevice('rathaus-1', { env: hardware.environment })
  await device.line(line => line.includes('device started'))
  await pressed(hardware, device)
  const maps = await readFile(`/proc/${device.pid}/maps`, 'utf8')
  expect(maps.match(/[^/]*\.node$/gm) ?? []).toEqual([])
})

/** Presses until the device has noticed one: a line that is not watched yet misses the first. */
async function pressed(hardware: Hardware, device: Program): Promise<void> {
  for (;;) {
    await hardware.move('closed')
    await delay(200) // how long a person holds a button
    await hardware.move('open')
    if (device.lines.some(line => line.includes('"pressed"'))) return
  }
}

/** The bundles of now: what is installed may be of other sources. */
function built(): Programs {
  const made = spawnSync('npm', ['run', '--silent', 'build:programs'], { encoding: 'utf8' })
  expect(made.stderr).toBe('')
  return { ...sources, device: bundles.device }
}

async function configure(
  world: World,
  { lines, chip, buttons }: Pick<Hardware, 'lines' | 'chip'> & { readonly buttons?: string },
): Promise<void> {
  const config = join(world.deviceFolder('rathaus-1'), 'device.yaml')
  const yaml = (await readFile(config, 'utf8'))
    .replace(/^lines:\n {2}backend: simulated\n/m, `${lines}\n`)
    .replace(
      /^buttons:\n( {2}- .*\n)+/m,
      `buttons:\n${buttons ?? `  - { id: tresen, chip: ${chip}, offset: 2, closedLevel: low, bias: pull-up }`}\n`,
    )
    .replace(/^indicator: .*$/m, `indicator: { chip: ${chip}, offset: 3, activeLevel: high }`)
  await writeFile(config, yaml)
}
