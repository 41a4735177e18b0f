// doctor as a technician and as a program call it: exit status, both languages, JSON.
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { reportOf } from '../../../firmware/core/report.ts'
import type { Finding } from '../../../firmware/shell/doctor/finding.ts'
import { findingsOf, gradeOf } from '../../../firmware/shell/doctor/finding.ts'
import { jsonFindings, printFindings } from '../../../firmware/shell/doctor/output.ts'
import { judgeProgram } from '../../../firmware/shell/doctor/program.ts'
import { createAuthority } from '../../../gateway/provisioning/authority.ts'
import { faultCodes } from '../../../protocol/faults.ts'
import { text } from '../../../protocol/text.ts'
import { deviceFolder, Program } from '../test-device.ts'
import { TestGateway } from '../test-gateway.ts'
import { World } from '../world.ts'
import { codes, said } from './machine.ts'

vi.setConfig({ testTimeout: 120_000 })
const soon = { timeout: 60_000, interval: 50 }
const authority = await createAuthority({ name: 'Test' })

async function doctor(...options: readonly string[]) {
  await using run = new Program('doctor', ...options)
  return await run.finished
}
const json = (
  out: string,
): { readonly grade: string; readonly findings: readonly (Finding & { readonly text: string })[] } => JSON.parse(out)

describe('the exit status', () => {
  test('is 0 if the buttons would work, with notes or without', async () => {
    await using gateway = await TestGateway.start(authority)
    await using place = await deviceFolder(authority, [gateway.url])
    const { code, out } = await doctor('--config', place.config, '--json')
    expect(json(out).findings.filter(({ grade }) => grade === 'failed')).toEqual([])
    expect([code, json(out).grade]).toEqual([0, 'note'])
  })
  test('is 1 if a press might reach nobody', async () => {
    await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
    const { code, out } = await doctor('--config', place.config)
    expect(code).toBe(1)
    expect(out).toContain('Fehler      Zentrale mqtts://127.0.0.1:1')
    expect(out).toMatch(/1 Fehler, \d Hinweise: Ein Druck käme vielleicht bei niemandem an\./)
  })
  test('is 2 for a wrong command line, and for a configuration that cannot be read', async () => {
    await using place = await deviceFolder(authority, ['mqtts://127.0.0.1:1'])
    expect((await doctor()).code).toBe(2)
    expect((await doctor('--config', place.config, '--json', '--press')).code).toBe(2)
    expect((await doctor('--config', place.config, '--language', 'fr')).code).toBe(2)
    expect((await doctor('--config', '/nowhere/device.yaml')).code).toBe(2)
    await writeFile(place.config, `${await readFile(place.config, 'utf8')}colour: red\n`)
    expect((await doctor('--config', place.config)).code).toBe(2)
  })
})

test('while the device runs, doctor tells what it says, and does not end its connection', async () => {
  await using gateway = await TestGateway.start(authority)
  await using place = await deviceFolder(authority, [gateway.url])
  await using device = new Program('run', '--config', place.config)
  await vi.waitFor(() => expect(gateway.of('heartbeat').length).toBeGreaterThan(0), soon)
  const { code, out } = await doctor('--config', place.config, '--language', 'en')
  expect(code).toBe(0)
  expect(out).toContain(`runs (process ${device.process.pid})`)
  expect(out.replaceAll(/\s+/g, ' ')).toContain('Line 1 of simulated. The running program sees the contact open.')
  expect(out.replaceAll(/\s+/g, ' ')).toContain('The running program is connected.')
  expect(gateway.of('status')).toHaveLength(1)
})

describe('the program', () => {
  const runs = (world: World) =>
    judgeProgram({ kind: 'runs', pid: 7, report: { ...reportOf(world.state, world.now), outputs: [] } }, null)
  test('that runs tells its faults as the console shows them', () => {
    const world = new World()
    world.happen({ kind: 'clockRead', clockErrorMs: null, synchronised: false })
    world.disk = 'fails'
    world.press()
    expect(codes(runs(world))).toEqual([
      'ok program.runs',
      'note program.clockUnsynchronised',
      'failed program.journalFailed',
    ])
    expect(said(runs(world), 'de')).toContain('Ein Alarm wartet auf seine Empfangsbestätigung.')
  })
  test('that is meant to run and does not fails; one that was never started is a note', () => {
    const service = { name: 'stillruf-device', active: false, enabled: true, user: null, groups: [], watchdogMs: 0 }
    expect(codes(judgeProgram({ kind: 'stopped' }, service))).toEqual(['failed program.stopped'])
    expect(codes(judgeProgram({ kind: 'stopped' }, null))).toEqual(['note program.notStarted'])
    expect(codes(judgeProgram({ kind: 'silent' }, null))).toEqual(['note program.silent'])
  })
  test('every fault that a device can have has a finding in both languages', () => {
    const world = new World()
    const report = {
      ...reportOf(world.state, world.now),
      outputs: [],
      faults: faultCodes.map(code => ({ code, subject: 'x' })),
    }
    const findings = judgeProgram({ kind: 'runs', pid: 7, report }, null)
    for (const { text: sentence } of findings)
      for (const each of [sentence.de, sentence.en]) expect(each).toMatch(/^\S.*[.?]$/)
    const ofLines = 3 // these are said of their lines
    expect(findings).toHaveLength(1 + faultCodes.length - ofLines)
  })
})

describe('findings', () => {
  const { ok, note, failed } = findingsOf('disk', 'x')
  const sentence = text('Ein langer Satz, der auf mehreren Zeilen steht, weil er zu lang ist.', 'Short.')
  const all = [ok('a', sentence), note('b', sentence), failed('c', sentence)]
  test('are as bad as the worst of them', () => {
    expect([gradeOf(all), gradeOf(all.slice(0, 2)), gradeOf(all.slice(0, 1)), gradeOf([])]).toEqual([
      'failed',
      'note',
      'ok',
      'ok',
    ])
  })
  test('are printed with grade and subject, and broken between words', () => {
    expect(
      printFindings([failed('c', sentence)], 'de', { width: 40, coloured: false })
        .split('\n')
        .slice(0, 3),
    ).toEqual([
      'Fehler      Speicher x',
      '            Ein langer Satz, der auf mehreren Zeilen steht,',
      '            weil er zu lang ist.',
    ])
    expect(printFindings(all, 'en', { width: 80, coloured: true })).toContain('\x1b[31mfailed')
  })
  test('are one JSON object with a code that no language changes', () => {
    const german = JSON.parse(jsonFindings('rathaus-1', [failed('c', sentence)], 'de'))
    expect(german).toEqual({
      device: 'rathaus-1',
      grade: 'failed',
      findings: [{ subject: 'disk', about: 'x', code: 'disk.c', grade: 'failed', text: sentence.de }],
    })
    expect(JSON.parse(jsonFindings('rathaus-1', [failed('c', sentence)], 'en')).findings[0]).toMatchObject({
      code: 'disk.c',
      text: 'Short.',
    })
  })
})
