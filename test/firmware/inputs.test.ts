// From the line to the event: every edge, every level, and every failure, each once.
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { WatchedLine } from '../../firmware/shell/inputs.ts'
import { monotonicNow } from '../../hardware/clock.ts'
import type { InputOptions, Level, LineBackend } from '../../hardware/lines.ts'
import { createSimulatedBackend, sendLineCommand } from '../../hardware/simulated.ts'
import { instant } from '../../protocol/time.ts'
import { line, temporaryFolder } from './test-device.ts'
import { lineOf, tresen } from './world.ts'

const soon = { timeout: 20_000, interval: 10 }
const input = { line: lineOf(tresen), address: line, closedLevel: 'low', atRest: 'open' } as const

const reportsTo = (said: string[]) => ({
  now: () => instant(monotonicNow()),
  onEdge: (_: unknown, { level }: { level: Level }) => said.push(`edge ${level}`),
  onLevel: (_: unknown, level: Level) => said.push(`level ${level}`),
  onFailed: (_: unknown, reason: string) => said.push(`failed: ${reason}`),
  onRecovered: () => said.push('recovered'),
})

function watch(backend: LineBackend) {
  const said: string[] = []
  return { said, line: new WatchedLine(input, backend, reportsTo(said)) }
}

test('edges, levels, failure and recovery of a simulated line arrive in order', async () => {
  await using folder = await temporaryFolder()
  const socketPath = join(folder.path, 'lines.sock')
  await using backend = await createSimulatedBackend({ socketPath })
  const watched = watch(backend)
  await using input = watched.line
  await input.audit()
  await sendLineCommand(socketPath, { kind: 'press', line, holdMs: 20, answer: 'finished' })
  await vi.waitFor(() => expect(watched.said).toEqual(['level open', 'edge closed', 'edge open']), soon)
  await sendLineCommand(socketPath, { kind: 'fail', line, reason: 'cable cut' })
  await input.audit()
  await sendLineCommand(socketPath, { kind: 'recover', line })
  await input.audit()
  await vi.waitFor(() => expect(watched.said.slice(3)).toEqual(['failed: cable cut', 'recovered', 'level open']), soon)
})

/** A backend whose one line does what the test says. */
function scripted() {
  const line = { opens: 0, refuse: '', level: 'open' as Level | null, options: null as InputOptions | null, closed: 0 }
  const backend: LineBackend = {
    name: 'scripted',
    openInput: async options => {
      line.opens += 1
      if (line.refuse !== '') throw new Error(line.refuse)
      line.options = options
      return {
        read: async () => line.level,
        [Symbol.asyncDispose]: async () => {
          line.closed += 1
        },
      }
    },
    openOutput: () => Promise.reject(new Error('no outputs here')),
    [Symbol.asyncDispose]: async () => undefined,
  }
  return { line, backend }
}

test('a line that cannot be opened is told once, tried at every audit, and told when it opens', async () => {
  const { line, backend } = scripted()
  line.refuse = 'line 1 is taken'
  const watched = watch(backend)
  await watched.line.audit()
  await watched.line.audit()
  line.refuse = ''
  await watched.line.audit()
  expect(line.opens).toBe(3)
  expect(watched.said).toEqual(['failed: line 1 is taken', 'recovered', 'level open'])
  await watched.line[Symbol.asyncDispose]()
  expect(line.closed).toBe(1)
})

test('a line whose edges have failed stays failed while its level can be read, so that a press is still found', async () => {
  const { line, backend } = scripted()
  const watched = watch(backend)
  await watched.line.audit()
  line.options?.onFailure({ de: 'der Wächter ist weg', en: 'the watcher ended' })
  line.level = 'closed'
  await watched.line.audit()
  line.options?.onRecovery()
  expect(watched.said).toEqual(['level open', 'failed: the watcher ended', 'level closed', 'recovered'])
})

test('a level that cannot be read is a failure until it can', async () => {
  const { line, backend } = scripted()
  const watched = watch(backend)
  line.level = null
  await watched.line.audit()
  await watched.line.audit()
  line.level = 'open'
  await watched.line.audit()
  expect(watched.said).toEqual(['failed: its level cannot be read', 'recovered', 'level open'])
})

test('a line is opened as it is configured, with its resistor if one is named', async () => {
  const { line, backend } = scripted()
  const opened = async (settings: ConstructorParameters<typeof WatchedLine>[0]) => {
    await using watched = new WatchedLine(settings, backend, reportsTo([]))
    await watched.audit()
    return line.options
  }
  expect(await opened({ ...input, address: { name: 'GPIO17' }, bias: 'pull-up' })).toMatchObject({
    address: { name: 'GPIO17' },
    closedLevel: 'low',
    bias: 'pull-up',
  })
  expect(await opened(input)).not.toHaveProperty('bias')
})

test('a line closed while it is being opened is closed, and says nothing more', async () => {
  const { line, backend } = scripted()
  const watched = watch(backend)
  const auditing = watched.line.audit()
  await watched.line[Symbol.asyncDispose]()
  await auditing
  expect(line.closed).toBe(1)
  expect(watched.said).toEqual([])
})
