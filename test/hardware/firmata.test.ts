// The firmata backend on an imitated board behind a real serial port (a pty of socat): the contract of every backend, and what is its own.
import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import johnnyFive from 'johnny-five'
import { describe, expect, test, vi } from 'vitest'
import { createFirmataBackend } from '../../hardware/firmata.ts'
import type { Level } from '../../hardware/lines.ts'
import { type ImitatedBoard, imitateBoard } from './firmata-bench.ts'
import { levels, openInput, type Rig, registerLineContract } from './line-contract.ts'

const chip = 'tresen'
const input = { chip, offset: 2 }
const output = { chip, offset: 13 }
const limit = { timeout: 30_000 }
const hasSocat = spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0

describe.skipIf(!hasSocat)(`firmata${hasSocat ? '' : ' (needs socat)'}`, { timeout: 90_000 }, () => {
  registerLineContract({
    name: 'firmata',
    timeSource: 'arrival',
    everyEdgeReported: true,
    shortestPressMs: 3,
    createRig: ({ held }) => createRig(held),
  })

  test('a board that falls silent without being unplugged is a failure, and is found again', async () => {
    await using rig = await createRig()
    await using line = await openInput(rig)
    await rig.board.command({ kind: 'silent', silent: true })
    await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
    expect(line.failures[0]).toBe(
      `tresen line 2: tresen at ${rig.board.port} is lost: it has not answered for 2000 ms. See that the board is plugged in.`,
    )
    await rig.board.command({ kind: 'silent', silent: false })
    await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
  })

  test('an output is driven again as it was once its board is back', async () => {
    await using rig = await createRig()
    await using line = await openInput(rig)
    const light = await rig.backend.openOutput({ address: output, activeLevel: 'high' })
    await light.set(true)
    await rig.fail()
    await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
    await expect(light.set(true)).rejects.toThrow('tresen line 13 cannot be set: the board is lost.')
    await rig.recover()
    await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
    expect(await rig.isOutputActive()).toBe(true)
  })

  test('a cable that comes loose again and again leaves nothing behind in the library', async () => {
    await using rig = await createRig()
    await using line = await openInput(rig)
    for (const times of [1, 2, 3]) {
      await rig.fail()
      await vi.waitFor(() => expect(line.failures).toHaveLength(times), limit)
      await rig.recover()
      await vi.waitFor(() => expect(line.recoveries).toBe(times), limit)
    }
    expect(johnnyFive.Board.cache).toHaveLength(1)
  })

  test('the pull-up is turned on where it is asked for, and only there', async () => {
    await using rig = await createRig()
    await using _line = await openInput({ backend: rig.backend, input, bias: 'pull-up' })
    await using _other = await openInput({ backend: rig.backend, input: { chip, offset: 3 } })
    expect(await rig.board.command({ kind: 'modes' })).toMatchObject({ 2: 0x0b, 3: 0x00 })
  })

  test('what the board cannot do is refused in one sentence that says what to do', async () => {
    await using rig = await createRig()
    const refusal = (target: Parameters<typeof openInput>[0]['input'], bias?: 'pull-up' | 'pull-down') =>
      openInput({ backend: rig.backend, input: target, ...(bias === undefined ? {} : { bias }) }).then(
        () => 'opened',
        error => error.message,
      )
    expect(await refusal({ chip, offset: 20 })).toBe(
      'tresen line 20 does not exist: the board has pins 0 to 19. Choose one of them.',
    )
    expect(await refusal({ chip, offset: 0 })).toBe(
      'tresen line 0 cannot be an input: the board needs this pin itself. Choose another pin.',
    )
    expect(await refusal({ chip, offset: 12 }, 'pull-up')).toBe(
      'tresen line 12 has no pull-up. Choose another pin, or fit a resistor and leave bias out.',
    )
    expect(await refusal({ chip, offset: 3 }, 'pull-down')).toContain('has no pull-down: Firmata knows none.')
    expect(await refusal({ chip: 'kasse', offset: 3 })).toBe(
      'kasse line 3: no board has this name. Boards configured: tresen. Name one of them.',
    )
    expect(await refusal({ name: 'A0' })).toContain('is given by name, which only the backend gpiochip knows.')
    await expect(rig.backend.openOutput({ address: { chip, offset: 1 }, activeLevel: 'high' })).rejects.toThrow(
      'tresen line 1 cannot be an output',
    )
  })

  test('a port that is not there, or where nobody answers, is told so when a line is opened', async () => {
    await using board = await imitateBoard()
    await using absent = await createFirmataBackend({ boards: [{ name: chip, port: board.port }] })
    await expect(openInput({ backend: absent, input })).rejects.toThrow(
      `There is no serial port ${board.port}. See that the board is plugged in, and take its name from “ls /dev/serial/by-id”.`,
    )
    await board.command({ kind: 'silent', silent: true })
    await board.plugIn()
    await using mute = await createFirmataBackend({ boards: [{ name: chip, port: board.port }] })
    await expect(openInput({ backend: mute, input })).rejects.toThrow(
      `tresen at ${board.port} does not answer as a Firmata board. Put StandardFirmata 2.5 or newer on it, or name the right port.`,
    )
  })

  test.each([
    ['noise', Array.from({ length: 600 }, (_, index) => (index * 89 + 41) % 256)],
    ['the state of a pin that does not exist', [0xf0, 0x6e, 0x7f, 0x00, 0x00, 0xf7]],
    ['a firmware report that is cut short', [0xf0, 0x79, 0xf7]],
    ['a message that never ends', [0xf0, ...Array.from({ length: 5000 }, () => 0x01)]],
  ])('garbage of the kind “%s” ends neither the program nor the line for good', async (_, bytes) => {
    await using rig = await createRig()
    await using line = await openInput(rig)
    await rig.board.command({ kind: 'send', bytes })
    await vi.waitFor(async () => expect(await line.read()).toBe('open'), limit)
    const before = line.edges.length
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line).slice(before)).toContain('closed'), limit)
    await vi.waitFor(() => expect(line.recoveries).toBe(line.failures.length), limit)
  })
})

type FirmataRig = Rig & { readonly board: ImitatedBoard }

/** Pin 2 is a button to ground with a resistor to the supply: closed is low. */
async function createRig(held = false): Promise<FirmataRig> {
  const board = await imitateBoard()
  const move = async (level: Level): Promise<void> => {
    await board.command({ kind: 'contact', pin: input.offset, high: level === 'open' })
  }
  await move(held ? 'closed' : 'open')
  await board.plugIn()
  const backend = await createFirmataBackend({ boards: [{ name: chip, port: board.port }] })
  let activeHigh = true
  return {
    board,
    backend: {
      ...backend,
      openOutput: options => {
        activeHigh = options.activeLevel === 'high'
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
    fail: board.unplug,
    recover: board.plugIn,
    isOutputActive: async () => {
      const pins = await board.command({ kind: 'outputs' })
      return (pins[output.offset] === 1) === activeHigh
    },
    setInterruptDead: null,
    [Symbol.asyncDispose]: async () => {
      await backend[Symbol.asyncDispose]()
      await board[Symbol.asyncDispose]()
    },
  }
}
