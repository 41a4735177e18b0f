// A person at the device can ask the running program what it sees; nobody else can, and the program does not suffer from it.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { reportOf } from '../../firmware/core/report.ts'
import { askStatus, type Observed, type SeenEdge, serveStatus } from '../../firmware/shell/status-socket.ts'
import { temporaryFolder } from './test-device.ts'
import { kasse, tresen, World } from './world.ts'

const soon = { timeout: 60_000, interval: 10 }
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

function observed(world = new World()) {
  const listeners = new Set<(edge: SeenEdge) => void>()
  const device: Observed = {
    report: () => reportOf(world.state, world.now),
    onEdge: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return { device, listeners }
}
const edge: SeenEdge = { button: tresen, level: 'closed', at: 1, timeSource: 'kernel' }

test('the report names lines, gateways, presses that are owed, and faults', () => {
  const world = new World()
  world.happen({ kind: 'lineFailed', button: kasse })
  world.press()
  expect(reportOf(world.state, world.now)).toMatchObject({
    device: 'rathaus-1',
    program: '0.1.0',
    lines: [
      { button: tresen, state: 'open' },
      { button: kasse, state: 'failed' },
    ],
    gateways: [{ url: 'mqtts://zentrale:8883', state: 'up' }],
    waiting: 1,
    faults: [{ code: 'lineFailed', subject: kasse }],
  })
})

test('a line that was not read yet is told as such, and one that could not be opened as failed', () => {
  const world = new World({ calm: false })
  world.happen({ kind: 'lineFailed', button: kasse })
  expect(reportOf(world.state, world.now).lines).toEqual([
    { button: tresen, state: 'unseen' },
    { button: kasse, state: 'failed' },
  ])
})

test('whoever asks gets the report, and every edge for as long as he listens', async () => {
  await using folder = await temporaryFolder()
  const { device, listeners } = observed()
  await using _server = await serveStatus(folder.path, device, log)
  expect(await askStatus(folder.path)).toMatchObject({ pid: process.pid, report: { device: 'rathaus-1' } })
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
