// The gpiochip backend on both dialects of gpiod: the contract of every backend, and what is its own. The programs of gpiod are imitated,
// so this proves what the backend does with what they print, and nothing about a kernel.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { createGpiochipBackend } from '../../hardware/gpiochip.ts'
import type { Level } from '../../hardware/lines.ts'
import { type GpiodImitation, type GpiodVersion, type ImitatedChip, imitateGpiod } from './gpiod-imitation.ts'
import { levels, openInput, type Rig, registerLineContract } from './line-contract.ts'

const label = 'pinctrl-imitation'
const input = { chip: label, offset: 2 }
const output = { chip: label, offset: 3 }
const limit = { timeout: 20_000 }
const testLimit = { timeout: 60_000 }
const board: ImitatedChip = {
  number: 0,
  label,
  names: [null, 'ID_SDA', 'GPIO17', null, 'NO_INTERRUPT', 'TWICE', 'TWICE'],
}
const hasCompiler = spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0
const needs = hasCompiler ? '' : ' (needs gcc)'

describe.skipIf(!hasCompiler).each(['v1.6.3', 'v2.2.1'] as const)(`gpiod %s${needs}`, testLimit, version => {
  registerLineContract({
    name: `gpiochip, ${version}`,
    timeSource: 'kernel',
    everyEdgeReported: true,
    shortestPressMs: 1,
    createRig: ({ held }) => createRig(version, held),
  })

  test('a gpiomon that is killed is told as a failure, and is started again', async () => {
    await using rig = await createRig(version)
    await using line = await openInput(rig)
    killChildren('gpiomon')
    await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
    expect(line.failures[0]).toBe(
      `${label} line 2 is not watched any more: gpiomon ended (ended by SIGKILL). See that the board is connected.`,
    )
    await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
  })

  test('a chip that comes back under another number is found by its label', async () => {
    await using rig = await createRig(version)
    await using line = await openInput(rig)
    rig.world.unplug(label)
    await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
    rig.world.plug({ number: 0, label: 'another', names: [null, null, null] })
    rig.world.plug({ ...board, number: 7 })
    await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
  })

  test('a line is opened by its name, with its pull-up', async () => {
    await using rig = await createRig(version)
    await using line = await openInput({ backend: rig.backend, input: { name: 'GPIO17' }, bias: 'pull-up' })
    expect(rig.world.biasOf(label, 2)).toBe('pull-up')
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
  })

  test.each(['pull-up', 'pull-down', 'disabled'] as const)(
    'the bias %s is asked for in the words of the dialect',
    async bias => {
      await using rig = await createRig(version)
      await using _line = await openInput({ backend: rig.backend, input, bias })
      const word = version === 'v1.6.3' && bias === 'disabled' ? 'disable' : bias
      expect(rig.world.biasOf(label, 2)).toBe(word)
    },
  )

  test('what cannot be opened is refused in one sentence that says what to do', async () => {
    await using rig = await createRig(version)
    const refusal = (target: Parameters<typeof openInput>[0]['input']) =>
      openInput({ backend: rig.backend, input: target }).then(String, error => error.message)
    rig.world.take(label, 0)
    expect(await refusal({ chip: label, offset: 0 })).toBe(
      `${label} line 0 is in use by a kernel driver or another program (gpioinfo shows which). Stop that one, or choose another line.`,
    )
    expect(await refusal({ chip: label, offset: 4 })).toBe(
      `${label} line 4 cannot report edges: it has no interrupt. Choose another line for a button.`,
    )
    expect(await refusal({ chip: label, offset: 7 })).toContain(`${label} has lines 0 to 6. Choose one of them.`)
    expect(await refusal({ chip: 'pinctrl-rp1', offset: 7 })).toContain(`Chips found: ${label} (7 lines).`)
    expect(await refusal({ name: 'GPIO99' })).toBe(
      'line GPIO99: no line has this name. gpioinfo shows the names; or give chip and offset.',
    )
    expect(await refusal({ name: 'TWICE' })).toBe('line TWICE: 2 lines have this name. Give chip and offset instead.')
    await vi.waitFor(() => expect(rig.world.holders()).toEqual([]), limit)
  })

  test('without the right to use the chips the sentence names the group and the udev rule', async () => {
    await using rig = await createRig(version)
    await using line = await openInput(rig)
    rig.world.forbid()
    await vi.waitFor(async () => expect(await line.read()).toBeNull(), limit)
    expect(line.failures[0]).toContain(
      `${label} line 2: this account may not use it. Add the account to the group gpio and sign in again`,
    )
    await expect(createGpiochipBackend()).rejects.toThrow(
      'This account may not see the GPIO chips. Add the account to the group gpio',
    )
  })

  test('of several quiet lines one at a time is stopped to be read', async () => {
    await using rig = await createRig(version)
    const offsets = [0, 1, 2]
    const lines = await Promise.all(
      offsets.map(offset => openInput({ backend: rig.backend, input: { chip: label, offset } })),
    )
    const before = rig.world.starts('gpioget')
    await delay(2)
    expect(await Promise.all(lines.map(line => line.read()))).toEqual(['open', 'open', 'open'])
    expect(rig.world.starts('gpioget')).toBe(before + 1)
  })

  test('a quiet line is not stopped to be read, one that moved is read once it is quiet', async () => {
    await using rig = await createRig(version, false, 60_000)
    await using line = await openInput(rig)
    for (let reads = 0; reads < 5; reads++) expect(await line.read()).toBe('open')
    expect(rig.world.starts('gpioget')).toBe(1)
    await rig.press(5)
    await vi.waitFor(() => expect(line.edges).toHaveLength(2), limit)
    expect(await line.read()).toBe('open')
    expect(rig.world.starts('gpioget')).toBe(1)
    await vi.waitFor(
      async () => {
        await line.read()
        expect(rig.world.starts('gpioget')).toBe(2)
      },
      { ...limit, interval: 50 },
    )
    expect(await line.read()).toBe('open')
    expect(rig.world.starts('gpioget')).toBe(2)
  })

  test('a level that contradicts the edges is really read again when asked again', async () => {
    await using rig = await createRig(version, false, 1000)
    await using line = await openInput(rig)
    rig.world.setInterruptDead(true)
    await rig.move('closed')
    await vi.waitFor(async () => expect(await line.read()).toBe('closed'), limit)
    await rig.move('open')
    expect(await line.read()).toBe('open')
    expect(line.edges).toEqual([])
  })

  test('a pulse shorter than an interrupt, told by the kernel as an edge to the level that was, is no transition', async () => {
    await using rig = await createRig(version)
    await using line = await openInput(rig)
    rig.world.pulse(label, input.offset)
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
  })

  test('a change that falls into a reading of a line that lives is an edge, stamped on arrival', async () => {
    await using rig = await createRig(version)
    await using line = await openInput(rig)
    await rig.move('closed')
    await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
    rig.world.setInterruptDead(true) // the kernel's queue was full, or nobody watched
    await rig.move('open')
    await vi.waitFor(async () => expect(await line.read()).toBe('open'), limit)
    expect(line.edges).toMatchObject([
      { level: 'closed', timeSource: 'kernel' },
      { level: 'open', timeSource: 'arrival' },
    ])
  })

  test('an output whose gpioset dies is driven again', async () => {
    await using rig = await createRig(version)
    const light = await rig.backend.openOutput({ address: output, activeLevel: 'high' })
    await light.set(true)
    killChildren('gpioset')
    rig.world.setLevel(label, output.offset, false)
    await vi.waitFor(() => expect(rig.world.levelOf(label, output.offset)).toBe(true), limit)
    await light[Symbol.asyncDispose]()
    await vi.waitFor(() => expect(rig.world.holders()).toEqual([]), limit)
  })

  test('a device that is killed leaves no program behind that holds a line', async () => {
    await using rig = await createRig(version)
    const gpiochip = JSON.stringify(join(import.meta.dirname, '../../hardware/gpiochip.ts'))
    const script = `import { createGpiochipBackend } from ${gpiochip}
      const backend = await createGpiochipBackend()
      const nothing = () => {}
      await backend.openInput({ address: ${JSON.stringify(input)}, closedLevel: 'low', onEdge: nothing, onFailure: nothing, onRecovery: nothing })
      await backend.openOutput({ address: ${JSON.stringify(output)}, activeLevel: 'high' })
      console.log('open')`
    const device = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(createInterface({ input: device.stdout }), 'line')
    expect(rig.world.holders().toSorted()).toEqual(['gpiomon', 'gpioset'])
    device.kill('SIGKILL')
    await once(device, 'exit')
    await vi.waitFor(() => expect(rig.world.holders()).toEqual([]), limit)
  })
})

test.skipIf(!hasCompiler)(
  'a machine without chips, or with an unknown gpiod, is told so when the backend is made',
  async () => {
    const refusal = async (version: GpiodVersion, chips: readonly ImitatedChip[]): Promise<string> => {
      await using world = await imitateGpiod(version, chips)
      const restore = replaceEnvironment(world.environment)
      try {
        await createGpiochipBackend()
        return 'made'
      } catch (error) {
        return error instanceof Error ? error.message : ''
      } finally {
        restore()
      }
    }
    expect(await refusal('v3.0', [board])).toBe(
      'gpiomon says it is of version 3.0; expected 1.5 to 2. Install Debian’s package gpiod (apt-get install gpiod).',
    )
    // Where the machine has chips of its own, these are of another account.
    expect(await refusal('v2.2.1', [])).toMatch(
      /^This (machine has no GPIO character device|account may not see the GPIO chips)/,
    )
  },
)

type GpiochipRig = Rig & { readonly world: GpiodImitation }

/** Line 2 is a button to ground: closed is low. */
async function createRig(version: GpiodVersion, held = false, readEveryMs = 1): Promise<GpiochipRig> {
  const world = await imitateGpiod(version, [board])
  const restore = replaceEnvironment(world.environment)
  const move = async (level: Level): Promise<void> => world.setLevel(label, input.offset, level === 'open')
  await move(held ? 'closed' : 'open')
  const backend = await createGpiochipBackend({ readEveryMs })
  let activeHigh = true
  return {
    world,
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
    fail: async () => world.unplug(label),
    recover: async () => world.plug(board),
    isOutputActive: async () => world.levelOf(label, output.offset) === activeHigh,
    setInterruptDead: async dead => world.setInterruptDead(dead),
    [Symbol.asyncDispose]: async () => {
      await backend[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      restore()
    },
  }
}

function replaceEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map(name => [name, process.env[name]] as const)
  Object.assign(process.env, values)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

/** Only children of this very process, by their ids. */
function killChildren(program: string): void {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(statOf(pid)) ?? [] // proc_pid_stat(5)
    if (name === program && Number(parent) === process.pid) process.kill(Number(pid), 'SIGKILL')
  }
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}
