// doctor at the lines of a board, with gpiod’s programs imitated: what is found of each line, while the device runs and while not.
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readConfiguration } from '../../firmware/shell/configuration.ts'
import { judgeLines, probeLines } from '../../firmware/shell/doctor/lines.ts'
import { probeProgram } from '../../firmware/shell/doctor/program.ts'
import { createAuthority } from '../../gateway/provisioning/authority.ts'
import { codes, said } from '../firmware/doctor/machine.ts'
import { deviceFolder, Program } from '../firmware/test-device.ts'
import { imitateGpiod } from './gpiod-imitation.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 60_000, interval: 50 }
const skip = spawnSync('gcc', ['--version']).status !== 0
const authority = await createAuthority({ name: 'Test' })
const names = Array.from({ length: 58 }, (_, offset) => `GPIO${offset}`)

afterEach(() => vi.unstubAllEnvs())

async function place(buttons: string) {
  const made = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  const text = await readFile(made.config, 'utf8')
  const head = text.slice(0, text.indexOf('lines:'))
  await writeFile(made.config, `${head}board: raspberry-pi-4\nbuttons:\n${buttons}`)
  return made
}
const two =
  '  - { id: tresen, pin: 11, closedLevel: low, bias: pull-up }\n  - { id: kasse, line: GPIO27, closedLevel: low }\n'

describe.skipIf(skip).each(['v1.6.3', 'v2.2.1'] as const)('the lines through gpiod %s (needs gcc)', version => {
  const board = async (chips = [{ number: 0, label: 'pinctrl-bcm2711', names }]) => {
    const world = await imitateGpiod(version, chips)
    for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value)
    return world
  }
  const examined = async (config: string) => {
    const configuration = readConfiguration(config)
    return judgeLines(await probeLines(configuration, await probeProgram(configuration.data)))
  }

  test('are each found with name, pin, resistor and level', async () => {
    await using _world = await board()
    await using device = await place(two)
    const findings = await examined(device.config)
    expect(codes(findings)).toEqual(['ok line.open', 'ok line.open'])
    expect(said(findings, 'de').split('\n')).toEqual([
      'Leitung 17 von pinctrl-bcm2711 (GPIO17, Stift 11), Pull-up, frei. Der Kontakt ist offen.',
      'Leitung GPIO27, Widerstand wie vom Board vorgegeben, frei. Der Kontakt ist offen.',
    ])
  })
  test('are let go again', async () => {
    await using world = await board()
    await using device = await place(two)
    await examined(device.config)
    expect(world.holders()).toEqual([])
  })
  test('with a contact that is closed need a look', async () => {
    await using world = await board()
    world.setLevel('pinctrl-bcm2711', 17, false)
    await using device = await place(two)
    expect(codes(await examined(device.config))).toEqual(['note line.closed', 'ok line.open'])
  })
  test('that somebody else has fail, and it is said who', async () => {
    await using world = await board()
    world.take('pinctrl-bcm2711', 17)
    await using device = await place(two)
    const findings = await examined(device.config)
    expect(codes(findings)).toEqual(['failed line.notUsable', 'ok line.open'])
    expect(said(findings)).toContain('is in use by a kernel driver or another program')
    expect(said(findings)).toContain('It belongs to: kernel.')
  })
  test('of a chip that is not there fail, and the chips that are there are named', async () => {
    await using _world = await board([{ number: 0, label: 'pinctrl-rp1', names }])
    await using device = await place(two)
    const findings = await examined(device.config)
    expect(codes(findings)).toEqual(['failed line.notUsable', 'ok line.open'])
    expect(said(findings)).toContain('Chips found: pinctrl-rp1 (58 lines)')
  })
  test('belong to the device while it runs, and are told as it sees them', async () => {
    await using world = await board()
    await using device = await place(two)
    await using program = new Program('run', '--config', device.config)
    await vi.waitFor(() => expect(program.err).toContain('device started'), soon)
    const { data } = readConfiguration(device.config)
    await vi.waitFor(async () => expect(await probeProgram(data)).toMatchObject({ kind: 'runs' }), soon)
    await vi.waitFor(
      async () => expect(codes(await examined(device.config))).toEqual(['ok line.open', 'ok line.open']),
      soon,
    )
    const findings = await examined(device.config)
    expect(said(findings)).toContain('in use by gpiomon. The running program sees the contact open.')
    world.setLevel('pinctrl-bcm2711', 27, false)
    await vi.waitFor(
      async () => expect(codes(await examined(device.config))).toEqual(['ok line.open', 'note line.closed']),
      soon,
    )
    expect(world.holders()).toHaveLength(2)
  })
})

test('a machine without such lines is told once, whatever the number of buttons', async () => {
  vi.stubEnv('PATH', '/nowhere')
  await using device = await place(two)
  const configuration = readConfiguration(device.config)
  expect(codes(judgeLines(await probeLines(configuration, { kind: 'stopped' })))).toEqual(['failed line.noLines'])
})

test('while the device runs and tells nothing, nothing is made up', async () => {
  await using device = await place(two)
  const readings = await probeLines(readConfiguration(device.config), { kind: 'silent' })
  expect(codes(judgeLines(readings))).toEqual(['note line.notExamined', 'note line.notExamined'])
})
