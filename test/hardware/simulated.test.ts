// The simulated lines: the contract of every backend, and what only they can do.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createSimulatedBackend, type LineCommand, readOutputs, sendLineCommand } from '../../hardware/simulated.ts'
import { levels, openInput, type Rig, registerLineContract } from './line-contract.ts'

const input = { chip: 'panel', offset: 0 }
const output = { chip: 'panel', offset: 8 }
const limit = { timeout: 20_000 }

registerLineContract({
  name: 'simulated',
  timeSource: 'kernel',
  everyEdgeReported: true,
  shortestPressMs: 1,
  createRig: ({ held }) => createRig(held),
})

test('a short press keeps its length and its bounces, however late the program comes to it', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  await rig.send({ kind: 'press', line: input, holdMs: 5, bounce: { edges: 4, gapMs: 0.5 } })
  blockEventLoop(40)
  await vi.waitFor(() => expect(line.edges).toHaveLength(6), limit)
  const [first] = line.edges
  const offsets = line.edges.map(edge => Math.round((edge.at - (first?.at ?? 0)) * 10) / 10)
  expect(offsets).toEqual([0, 0.5, 1, 1.5, 2, 7])
})

test('a contact that is closed at rest is pressed the other way round', async () => {
  await using rig = await createRig(true)
  await using line = await openInput(rig)
  const bounce = { edges: 2, gapMs: 1 }
  await rig.send({ kind: 'press', line: input, holdMs: 5, atRest: 'closed', bounce, answer: 'finished' })
  expect(levels(line)).toEqual(['open', 'closed', 'open', 'closed'])
  await expect(rig.send({ kind: 'press', line: input, holdMs: 5, atRest: 'half' } as never)).rejects.toThrow(
    'Field atRest is "half"; expected "open" or "closed".',
  )
})

test('a press that shall be answered when finished is answered after the release', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  await rig.send({ kind: 'press', line: input, holdMs: 30, answer: 'finished' })
  expect(levels(line)).toEqual(['closed', 'open'])
})

test('a press that shall be answered when accepted is answered while the contact is held', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  await rig.send({ kind: 'press', line: input, holdMs: 60_000 })
  expect(levels(line)).toEqual(['closed'])
  await rig.send({ kind: 'open', line: input })
  expect(levels(line)).toEqual(['closed', 'open'])
})

test('a press that another movement replaces does not claim to have finished', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  const replaced = rig.send({ kind: 'press', line: input, holdMs: 60_000, answer: 'finished' })
  await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
  const refusal = expect(replaced).rejects.toThrow('panel line 0 was moved otherwise before the press ended.')
  await rig.send({ kind: 'press', line: input, holdMs: 1, answer: 'finished' })
  await refusal
  expect(levels(line)).toEqual(['closed', 'open'])
})

test('a chattering contact never settles while it chatters, and ends open', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  await rig.send({ kind: 'chatter', line: input, periodMs: 4, durationMs: 100, answer: 'finished' })
  const gaps = line.edges.slice(1).map((edge, index) => edge.at - (line.edges[index]?.at ?? 0))
  expect(line.edges).toHaveLength(50)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(4.001)
  expect(await line.read()).toBe('open')
})

test('a stuck contact stays closed, whatever moves it, until it is freed', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  await rig.send({ kind: 'stuck', line: input })
  await rig.send({ kind: 'open', line: input })
  await rig.send({ kind: 'press', line: input, holdMs: 1, answer: 'finished' })
  expect(await line.read()).toBe('closed')
  expect(levels(line)).toEqual(['closed'])
  await rig.send({ kind: 'free', line: input })
  expect(levels(line)).toEqual(['closed', 'open'])
})

test('with a dead interrupt the level changes and can be read, but no edge is reported', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  await rig.send({ kind: 'deadInterrupt', line: input, dead: true })
  await rig.send({ kind: 'close', line: input })
  expect(await line.read()).toBe('closed')
  await rig.send({ kind: 'deadInterrupt', line: input, dead: false })
  expect(line.edges).toEqual([])
  await rig.send({ kind: 'open', line: input })
  expect(levels(line)).toEqual(['open'])
})

test('a line that has failed cannot be opened before it recovers', async () => {
  await using rig = await createRig()
  const first = await openInput(rig)
  await rig.send({ kind: 'fail', line: input, reason: 'cable cut' })
  expect(first.failures).toEqual(['cable cut'])
  await first[Symbol.asyncDispose]()
  await expect(openInput(rig)).rejects.toThrow('panel line 0 has failed: cable cut.')
  await rig.send({ kind: 'recover', line: input })
  await using second = await openInput(rig)
  expect(await second.read()).toBe('open')
})

test('the outputs tell every change since they were opened, and nothing at a press', async () => {
  await using rig = await createRig()
  await using _line = await openInput(rig)
  await using light = await rig.backend.openOutput({ address: output, activeLevel: 'high' })
  await rig.send({ kind: 'press', line: input, holdMs: 20, answer: 'finished' })
  expect(await rig.history()).toEqual([false])
  await light.set(true)
  await light.set(true)
  await light.set(false)
  expect(await rig.history()).toEqual([false, true, false])
})

type SimulatedRig = Rig & {
  readonly send: (command: LineCommand) => Promise<void>
  readonly history: () => Promise<readonly boolean[]>
}

async function createRig(held = false): Promise<SimulatedRig> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-lines-'))
  const socketPath = join(folder, 'lines')
  const backend = await createSimulatedBackend({ socketPath, closedAtStart: held ? [input] : [] })
  const send = (command: LineCommand): Promise<void> => sendLineCommand(socketPath, command)
  const history = async (): Promise<readonly boolean[]> => {
    const found = (await readOutputs(socketPath)).find(candidate => candidate.line.offset === output.offset)
    return found?.changes.map(change => change.active) ?? []
  }
  return {
    backend,
    input,
    output,
    send,
    history,
    move: level => send({ kind: level === 'closed' ? 'close' : 'open', line: input }),
    bounce: (edges, gapMs) => send({ kind: 'bounce', line: input, edges, gapMs, answer: 'finished' }),
    press: holdMs => send({ kind: 'press', line: input, holdMs }),
    fail: () => send({ kind: 'fail', line: input, reason: 'cable cut' }),
    recover: () => send({ kind: 'recover', line: input }),
    isOutputActive: async () => (await history()).at(-1) === true,
    setInterruptDead: dead => send({ kind: 'deadInterrupt', line: input, dead }),
    [Symbol.asyncDispose]: async () => {
      await backend[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Work of this program that keeps it from its lines. */
function blockEventLoop(durationMs: number): void {
  const end = performance.now() + durationMs
  while (performance.now() < end);
}
