// Who restarts a device that hangs is fed while it works, and only then.
import { describe, expect, test, vi } from 'vitest'
import type { LineId } from '../../firmware/core/circuit.ts'
import { auditLines, WatchedLine } from '../../firmware/shell/inputs.ts'
import { serviceManager } from '../../firmware/shell/service-manager.ts'
import type { InputOptions, Level, LineBackend } from '../../hardware/lines.ts'
import { limits } from '../../protocol/limits.ts'
import { instant } from '../../protocol/time.ts'
import { canNotify, NotifySocket } from './notify-socket.ts'
import { line } from './test-device.ts'
import { kasse, lineOf, tresen, World } from './world.ts'

const soon = { timeout: 60_000, interval: 20 }

describe('the watchdogs are fed', () => {
  const [tresenLine, kasseLine] = [lineOf(tresen), lineOf(kasse)]
  const both = [tresenLine, kasseLine]
  const fed = (world: World, answered: readonly LineId[], silent: readonly LineId[] = []): boolean =>
    world.happen({ kind: 'levelsAudited', answered, silent }).some(({ kind }) => kind === 'feedWatchdogs')

  test('at the end of every audit in which all lines answered', () => {
    const world = new World()
    expect([fed(world, both), fed(world, both)]).toEqual([true, true])
  })
  test('by nothing else: time, presses and connections alone do not feed them', () => {
    const world = new World()
    world.press()
    world.pass(600_000)
    world.disconnect()
    expect(world.of('feedWatchdogs')).toEqual([])
    expect(world.of('auditLevels').length).toBeGreaterThan(100)
  })
  test('while a line has failed, and while an interrupt is dead: no restart mends a cable', () => {
    const world = new World()
    world.happen({ kind: 'lineFailed', line: tresenLine })
    expect(fed(world, both)).toBe(true)
    world.happen({ kind: 'levelRead', line: kasseLine, level: 'closed', readAt: world.now })
    world.pass(2000)
    expect(fed(world, both)).toBe(true)
  })
  test('not while a line that used to answer is silent, and again once it answers', () => {
    const world = new World()
    fed(world, both)
    expect([fed(world, [tresenLine], [kasseLine]), fed(world, [tresenLine], [kasseLine]), fed(world, both)]).toEqual([
      false,
      false,
      true,
    ])
  })
  test('while a line is silent that has never answered since the start: a restart was tried and did not help', () => {
    const world = new World()
    expect([fed(world, [tresenLine], [kasseLine]), fed(world, [], [kasseLine])]).toEqual([true, true])
    expect(fed(world, both)).toBe(true)
    expect(fed(world, [tresenLine], [kasseLine])).toBe(false)
  })
})

describe('an audit of the lines', () => {
  const readings = new Map<number, () => Promise<Level | null>>()
  const backend: LineBackend = {
    name: 'scripted',
    openInput: async ({ address }: InputOptions) => ({
      read: readings.get('offset' in address ? address.offset : -1) ?? (async () => 'open'),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    openOutput: () => Promise.reject(new Error('no outputs here')),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const [first, second] = [lineOf(tresen), lineOf(kasse)]
  const lines = [first, second]
  const watched = (said: string[]) =>
    lines.map(
      (id, offset) =>
        new WatchedLine({ line: id, address: { ...line, offset }, closedLevel: 'low', atRest: 'open' }, backend, {
          now: () => instant(0),
          onEdge: () => undefined,
          onLevel: () => undefined,
          onFailed: (id, reason) => said.push(`${id} failed: ${reason}`),
          onRecovered: id => said.push(`${id} recovered`),
        }),
    )

  test('ends when each line has answered, be it with a failure', async () => {
    readings.set(1, async () => null)
    expect(await auditLines(watched([]))).toEqual({ answered: [first, second], silent: [] })
  })

  test('ends without a line that hangs, which is told as failed until it answers', async () => {
    vi.useFakeTimers()
    try {
      const said: string[] = []
      const audited = watched(said)
      const { promise, resolve } = Promise.withResolvers<Level>()
      readings.set(1, () => promise)
      const one = auditLines(audited)
      const other = auditLines(audited)
      await vi.advanceTimersByTimeAsync(limits.lineAnswerMs)
      expect(await one).toEqual({ answered: [first], silent: [second] })
      expect(await other).toEqual({ answered: [first], silent: [second] })
      expect(said).toEqual([`${second} failed: it has not answered for ${limits.lineAnswerMs} ms`])
      resolve('open')
      expect(await auditLines(audited)).toEqual({ answered: [first, second], silent: [] })
      expect(said.at(-1)).toBe(`${second} recovered`)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe.skipIf(!canNotify)('systemd', () => {
  test('is told once that the device works, then that it still does, then that it stops', async () => {
    await using socket = await NotifySocket.listen()
    {
      await using manager = serviceManager({ ...process.env, ...socket.environment, WATCHDOG_USEC: '60000000' })
      expect(manager.watchdogMs).toBe(60_000)
      for (let count = 0; count < 100; count += 1) manager.alive()
      manager.stopping()
    }
    await vi.waitFor(() => expect(socket.heard).toEqual(['READY=1', 'WATCHDOG=1', 'STOPPING=1']), soon)
  })
  test('hears a sign of life as late as two further occasions allow, and no later', async () => {
    await using socket = await NotifySocket.listen()
    await using manager = serviceManager({ ...process.env, ...socket.environment, WATCHDOG_USEC: '22300000' })
    const startedAt = performance.now()
    await vi.waitFor(() => {
      manager.alive()
      expect(socket.heard.filter(state => state === 'WATCHDOG=1').length).toBeGreaterThan(3)
    }, soon)
    expect(performance.now() - startedAt).toBeGreaterThan(3 * 300)
    expect(socket.heard.filter(state => state === 'READY=1')).toHaveLength(1)
  })
  test('that watches another process, or nothing, hears no sign of life', async () => {
    await using socket = await NotifySocket.listen()
    const environment = { ...process.env, ...socket.environment, WATCHDOG_USEC: '60000', WATCHDOG_PID: '1' }
    {
      await using manager = serviceManager(environment)
      expect(manager.watchdogMs).toBeNull()
      manager.alive()
      manager.alive()
      manager.stopping()
    }
    await vi.waitFor(() => expect(socket.heard).toEqual(['READY=1', 'STOPPING=1']), soon)
  })
})

test('without a service manager nothing is started and nothing is told', async () => {
  await using manager = serviceManager({})
  manager.alive()
  manager.stopping()
  expect(manager.watchdogMs).toBeNull()
})
