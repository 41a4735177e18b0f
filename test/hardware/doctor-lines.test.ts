// doctor at the lines of a board, with gpiod’s programs imitated: what is found of each line, while the device runs and while not.
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readConfiguration } from '../../firmware/shell/configuration.ts'
import { judgeLines } from '../../firmware/shell/doctor/line-judgement.ts'
import { probeLines } from '../../firmware/shell/doctor/lines.ts'
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

/** @param buttons and what else stands below them */
async function place(buttons: string) {
  const made = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
  const text = await readFile(made.config, 'utf8')
  const head = text.slice(0, text.indexOf('lines:'))
  await writeFile(made.config, `${head}board: raspberry-pi-4\nbuttons:\n${buttons}`)
  return made
}
const two =
  '  - { id: tresen, pin: 11, closedLevel: low, bias: pull-up }\n  - { id: kasse, line: GPIO27, closedLevel: low }\n'

const wired = `  - id: amt
    wiring: antivalent
    normallyOpen: { pin: 13, closedLevel: low, bias: pull-up }
    normallyClosed: { line: GPIO22, closedLevel: low }
  - { id: foyer, wiring: normallyClosed, chip: pinctrl-bcm2711, offset: 25, closedLevel: low }
tamper: { pin: 16, closedLevel: low }
indicator: { pin: 36, activeLevel: high }
relay: { line: GPIO26, activeLevel: high }
`

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
    await vi.waitFor(() => expect(world.holders()).toEqual([]), { timeout: 20_000 })
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
  test('of every wiring, of the case and of the outputs are found, and each contact is held against its rest', async () => {
    await using world = await board()
    for (const offset of [22, 23]) world.setLevel('pinctrl-bcm2711', offset, false)
    await using device = await place(wired)
    const findings = await examined(device.config)
    expect(findings.map(({ about, grade, code }) => `${grade} ${code} ${about}`)).toEqual([
      'ok line.closed amt/normallyClosed',
      'ok line.open amt/normallyOpen',
      'note line.open foyer',
      'ok line.closed tamper',
      'ok line.opened indicator',
      'ok line.opened relay',
    ])
    const sentences = said(findings, 'de').split('\n')
    expect(sentences[2]).toContain('So sieht ein unterbrochener Draht aus')
    expect(sentences[4]).toBe(
      'Leitung 16 von pinctrl-bcm2711 (GPIO16, Stift 36), frei. Der Ausgang lässt sich benutzen und ist in Ruhe.',
    )
    await vi.waitFor(() => expect(world.holders()).toEqual([]), { timeout: 20_000 })
  })
  test('that somebody else has fail if a press needs them; those of the case and of outputs need care', async () => {
    await using world = await board()
    for (const offset of [22, 23, 26]) world.take('pinctrl-bcm2711', offset)
    await using device = await place(wired)
    const findings = await examined(device.config)
    const unusable = findings.filter(({ code }) => code === 'line.notUsable')
    expect(unusable.map(({ grade, about }) => `${grade} ${about}`)).toEqual([
      'failed amt/normallyClosed',
      'note tamper',
      'note relay',
    ])
  })
  test('of every wiring are told by the device while it runs', async () => {
    await using world = await board()
    for (const offset of [22, 23, 25]) world.setLevel('pinctrl-bcm2711', offset, false)
    await using device = await place(wired)
    await using program = new Program('run', '--config', device.config)
    await vi.waitFor(() => expect(program.err).toContain('device started'), soon)
    const grades = async () =>
      (await examined(device.config)).map(({ grade, code, about }) => `${grade} ${code} ${about}`)
    const rest = [
      'ok line.closed amt/normallyClosed',
      'ok line.open amt/normallyOpen',
      'ok line.closed foyer',
      'ok line.closed tamper',
      'ok line.works indicator',
      'ok line.works relay',
    ]
    await vi.waitFor(async () => expect(await grades()).toEqual(rest), soon)
    world.setLevel('pinctrl-bcm2711', 23, true)
    await vi.waitFor(async () => expect(await grades()).toEqual(rest.with(3, 'note line.open tamper')), soon)
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
