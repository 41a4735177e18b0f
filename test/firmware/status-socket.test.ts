// A person at the device can ask the running program what it sees; nobody else can, and the program does not suffer from it.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { LineId } from '../../firmware/core/circuit.ts'
import { reportOf } from '../../firmware/core/report.ts'
import { askStatus, type Observed, type SeenEdge, serveStatus } from '../../firmware/shell/status-socket.ts'
import { assert } from '../../protocol/assert.ts'
import { temporaryFolder } from './test-device.ts'
import { circuit, kasse, lineOf, tresen, World } from './world.ts'

const soon = { timeout: 60_000, interval: 10 }
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

function observed(world = new World()) {
  const listeners = new Set<(edge: SeenEdge) => void>()
  const device: Observed = {
    report: () => ({ ...reportOf(world.state, world.now), outputs: [{ name: 'relay', state: 'works' }] }),
    onEdge: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return { device, listeners }
}
const edge: SeenEdge = { line: lineOf(tresen), level: 'closed', at: 1, timeSource: 'kernel' }

test('the report names lines, gateways, presses that are owed, and faults', () => {
  const world = new World()
  world.happen({ kind: 'lineFailed', line: lineOf(kasse) })
  world.press()
  expect(reportOf(world.state, world.now)).toMatchObject({
    device: 'rathaus-1',
    program: '0.1.0',
    lines: [
      { line: 'tresen/normallyOpen', state: 'open' },
      { line: 'kasse/normallyOpen', state: 'failed' },
    ],
    gateways: [{ url: 'mqtts://zentrale:8883', state: 'up' }],
    waiting: 1,
    faults: [{ code: 'lineFailed', subject: kasse }],
  })
})

test('a line that was not read yet is told as such, and one that could not be opened as failed', () => {
  const world = new World({ calm: false })
  world.happen({ kind: 'lineFailed', line: lineOf(kasse) })
  expect(reportOf(world.state, world.now).lines).toEqual([
    { line: 'tresen/normallyOpen', state: 'unseen' },
    { line: 'kasse/normallyOpen', state: 'failed' },
  ])
})

test('each contact of a button is told, and that of the case, as its circuit is and not as a press makes it', () => {
  const [open, closed, lid] = ['tresen/normallyOpen', 'tresen/normallyClosed', 'device/tamper'] as LineId[]
  assert(open !== undefined && closed !== undefined && lid !== undefined, 'three lines')
  const wiring = { kind: 'antivalent', normallyOpen: open, normallyClosed: closed } as const
  const tamper = circuit({ kind: 'normallyClosed', line: lid, cutWireIs: 'alarm' })
  const world = new World({ buttons: [{ id: tresen, ...circuit(wiring) }], tamper })
  const told = () => new Map(reportOf(world.state, world.now).lines.map(({ line, state }) => [line, state]))
  expect([told().get(open), told().get(closed), told().get(lid)]).toEqual(['open', 'closed', 'closed'])
  world.lineEdge(open, 'closed')
  world.lineEdge(closed, 'open')
  world.lineEdge(lid, 'open')
  expect([told().get(open), told().get(closed), told().get(lid)]).toEqual(['closed', 'open', 'open'])
})

test('whoever asks gets the report, and every edge for as long as he listens', async () => {
  await using folder = await temporaryFolder()
  const { device, listeners } = observed()
  await using _server = await serveStatus(folder.path, device, log)
  expect(await askStatus(folder.path)).toMatchObject({
    pid: process.pid,
    report: { device: 'rathaus-1', outputs: [{ name: 'relay', state: 'works' }] },
  })
  const heard: SeenEdge[] = []
  const asked = await askStatus(folder.path, each => heard.push(each))
  await vi.waitFor(() => expect(listeners.size).toBe(1), soon)
  for (const listener of listeners) listener(edge)
  await vi.waitFor(() => expect(heard).toEqual([edge]), soon)
  asked?.end()
  await asked?.ended
  await vi.waitFor(() => expect(listeners.size).toBe(0), soon)
})

test('only the account of the device may ask', async () => {
  await using folder = await temporaryFolder()
  await using _server = await serveStatus(folder.path, observed().device, log)
  expect(statSync(join(folder.path, 'status.sock')).mode & 0o777).toBe(0o600)
})

test('the socket of a program that was killed is replaced; without a program nobody answers', async () => {
  await using folder = await temporaryFolder()
  expect(await askStatus(folder.path)).toBeNull()
  writeFileSync(join(folder.path, 'status.sock'), '')
  expect(await askStatus(folder.path)).toBeNull()
  {
    await using _server = await serveStatus(folder.path, observed().device, log)
    expect(await askStatus(folder.path)).not.toBeNull()
  }
  expect(existsSync(join(folder.path, 'status.sock'))).toBe(false)
})

test('an asker that does not read is cut off', async () => {
  await using folder = await temporaryFolder()
  const { device, listeners } = observed()
  await using _server = await serveStatus(folder.path, device, log)
  const socket = connect(join(folder.path, 'status.sock')).pause()
  await vi.waitFor(() => expect(listeners.size).toBe(1), soon)
  for (let count = 0; count < 100_000 && listeners.size > 0; count += 1) {
    for (const listener of listeners) listener(edge)
    if (count % 1000 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  expect(listeners.size).toBe(0)
  socket.destroy()
})

test('a folder that takes no socket keeps no device from running', async () => {
  await using folder = await temporaryFolder()
  const deep = join(folder.path, 'x'.repeat(120))
  log.warn.mockClear()
  await using _server = await serveStatus(deep, observed().device, log)
  expect(log.warn).toHaveBeenCalledOnce()
})
