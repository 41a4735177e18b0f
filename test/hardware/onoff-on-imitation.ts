// Run by onoff.test.ts where an imitation may be mounted at /sys/class/gpio: the contract, and what is sysfs' own, with onoff and epoll as they are.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { Level } from '../../hardware/lines.ts'
import { createOnoffBackend } from '../../hardware/onoff.ts'
import { levels, openInput, type Rig, registerLineContract } from './line-contract.ts'

const root = '/sys/class/gpio'
const input = { chip: 'imitation', offset: 0 }
const output = { chip: 'imitation', offset: 3 }
const limit = { timeout: 20_000 }

registerLineContract({
  name: 'onoff',
  timeSource: 'arrival',
  everyEdgeReported: false,
  shortestPressMs: 50,
  createRig: ({ held }) => createRig(held ? 'closed' : 'open'),
})

test('after a failure the line is found again, though its number has moved', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  world('gone')
  await vi.waitFor(
    () =>
      expect(line.failures).toEqual([
        expect.stringContaining('imitation line 0 cannot be read: the chip is gone (ENODEV).'),
      ]),
    limit,
  )
  world('level 0 0')
  world('back 571')
  await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
  expect(readdirSync(root)).toContain('gpio571')
  expect(await line.read()).toBe('closed')
  expect(line.edges).toEqual([])
})

test('a line that another program takes back is a failure, and is taken again', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  writeFileSync(`${root}/unexport`, '512')
  await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
  await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
  await rig.move('closed')
  await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
})

test('a line left exported and inverted by a killed program is opened as it should be', async () => {
  await using rig = await createRig()
  writeFileSync(`${root}/export`, '512')
  writeFileSync(`${root}/gpio512/active_low`, '1')
  await using line = await openInput(rig)
  expect(await line.read()).toBe('open')
  await rig.move('closed')
  await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
})

test('reading the level at the same moment takes no edge away', async () => {
  await using rig = await createRig()
  await using line = await openInput(rig)
  for (let press = 1; press <= 100; press++) {
    for (const [level, edges] of [
      ['closed', 2 * press - 1],
      ['open', 2 * press],
    ] as const) {
      const reads = Array.from({ length: 8 }, () => line.read())
      await rig.move(level)
      await Promise.all(reads)
      await vi.waitFor(() => expect(line.edges).toHaveLength(edges), { ...limit, interval: 1 })
    }
  }
})

test('a line that the kernel uses, or that has no interrupt, is refused and not left exported', async () => {
  await using rig = await createRig()
  const open = (offset: number) => openInput({ backend: rig.backend, input: { chip: 'imitation', offset } })
  await expect(open(7)).rejects.toThrow('imitation line 7 is in use by a kernel driver or another program')
  await expect(open(6)).rejects.toThrow('imitation line 6 cannot report edges: it has no interrupt.')
  expect(exported()).toEqual([])
})

test('a line without an interrupt is refused though another program has exported it', async () => {
  await using rig = await createRig()
  writeFileSync(`${root}/export`, '518')
  const refused = openInput({ backend: rig.backend, input: { chip: 'imitation', offset: 6 } })
  await expect(refused).rejects.toThrow('imitation line 6 cannot report edges: it has no interrupt.')
})

test('an output that could not be set can be set again once its chip is back', async () => {
  await using rig = await createRig()
  await using light = await rig.backend.openOutput({ address: output, activeLevel: 'low' })
  world('gone')
  await expect(light.set(true)).rejects.toThrow(
    'imitation line 3 cannot be set: the chip is gone (ENODEV). See that the board is connected.',
  )
  world('back 600')
  await light.set(true)
  expect(await rig.isOutputActive()).toBe(true)
})

/** Line 0 is a button to ground: closed is low. The output's level is compared with how it was opened last. */
async function createRig(at: Level = 'open'): Promise<Rig> {
  const server = spawn(process.env.SYSFS_IMITATION ?? '', [root, '512', '8'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(server.stdout, 'data')
  const move = async (level: Level): Promise<void> => world(`level 0 ${level === 'closed' ? 0 : 1}`)
  await move(at)
  const backend = await createOnoffBackend()
  let activeLevel = 1
  return {
    backend: {
      ...backend,
      openOutput: options => {
        activeLevel = options.activeLevel === 'high' ? 1 : 0
        return backend.openOutput(options)
      },
    },
    input,
    output,
    move,
    bounce: async (edges, gapMs) => {
      for (let edge = 0; edge < edges; edge++) {
        await move(edge % 2 === 0 ? 'closed' : 'open')
        await delay(gapMs)
      }
    },
    press: async holdMs => {
      await move('closed')
      await delay(holdMs)
      await move('open')
    },
    fail: async () => world('gone'),
    recover: async () => world('back 512'),
    isOutputActive: async () => levelOfOutput() === activeLevel,
    setInterruptDead: null,
    [Symbol.asyncDispose]: async () => {
      await backend[Symbol.asyncDispose]()
      server.kill()
      await once(server, 'close')
    },
  }
}

const world = (text: string): void => writeFileSync(`${root}/world`, text)

const exported = (): readonly string[] => readdirSync(root).filter(name => /^gpio\d/.test(name))

const levelOfOutput = (): number => Number(/^3 (\d)$/m.exec(readFileSync(`${root}/world`, 'utf8'))?.[1])
