// What every line backend must do, as tests that are registered once for each. A rig is a backend together with the hands that move its contacts.
import { describe, expect, test, vi } from 'vitest'
import { monotonicNow } from '../../hardware/clock.ts'
import {
  type Bias,
  type Edge,
  type InputLine,
  type Level,
  type LineAddress,
  type LineBackend,
  LineError,
  type LineTarget,
} from '../../hardware/lines.ts'
import { expectNothingLeftOpen } from './open-resources.ts'

export type Rig = AsyncDisposable & {
  readonly backend: LineBackend
  readonly input: LineAddress
  readonly output: LineAddress
  readonly move: (level: Level) => Promise<void>
  /** Changes the contact's level so many times. */
  readonly bounce: (edges: number, gapMs: number) => Promise<void>
  readonly press: (holdMs: number) => Promise<void>
  /** Takes the input away, and puts it back. */
  readonly fail: () => Promise<void>
  readonly recover: () => Promise<void>
  readonly isOutputActive: () => Promise<boolean>
  /** While dead, the level changes and no edge is reported. Null: here no such thing can happen. */
  readonly setInterruptDead: ((dead: boolean) => Promise<void>) | null
}

export type BackendTraits = {
  readonly name: string
  readonly timeSource: Edge['timeSource']
  /** false: edges closer together than the program's wake-up are merged. */
  readonly everyEdgeReported: boolean
  readonly shortestPressMs: number
  readonly createRig: (options: { readonly held: boolean }) => Promise<Rig>
}

const limit = { timeout: 20_000 }
const testLimit = { timeout: 60_000 }

export function registerLineContract(traits: BackendTraits): void {
  const create = (held = false): Promise<Rig> => traits.createRig({ held })

  describe(`line contract: ${traits.name}`, testLimit, () => {
    test('opening a line gives no edge and its level can be read', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      expect(await line.read()).toBe('open')
      await rig.move('closed')
      await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
    })

    test('a contact held at boot gives no edge but reads closed, and its release is the first edge', async () => {
      await using rig = await create(true)
      await using line = await openInput(rig)
      expect(await line.read()).toBe('closed')
      await rig.move('open')
      await vi.waitFor(() => expect(levels(line)).toEqual(['open']), limit)
    })

    test('each transition is reported once, in order, with the time at which it happened', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      for (const [index, level] of (['closed', 'open', 'closed', 'open'] as const).entries()) {
        const before = monotonicNow()
        await rig.move(level)
        await rig.move(level)
        await vi.waitFor(() => expect(line.edges).toHaveLength(index + 1), limit)
        const edge = line.edges[index]
        expect(edge).toMatchObject({ level, timeSource: traits.timeSource })
        expect(edge?.at).toBeGreaterThanOrEqual(before)
        expect(edge?.at).toBeLessThanOrEqual(monotonicNow())
      }
      expect(await line.read()).toBe('open')
    })

    test('a bounce train alternates, keeps its order in time and ends at the level of the contact', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      await rig.bounce(21, 2)
      await vi.waitFor(() => expect(levels(line).at(-1)).toBe('closed'), limit)
      expect(await line.read()).toBe('closed')
      const times = line.edges.map(edge => edge.at)
      expect(levels(line)).toEqual(alternating(line.edges.length))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      if (traits.everyEdgeReported) expect(line.edges).toHaveLength(21)
    })

    test(`a press of ${traits.shortestPressMs} ms is two edges`, async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      await rig.press(traits.shortestPressMs)
      await vi.waitFor(() => expect(levels(line)).toEqual(['closed', 'open']), limit)
    })

    test('a line that fails says so once, reads as unknown, and says when it is back', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      await rig.fail()
      await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
      expect(line.failures[0]).toMatch(/\w/)
      expect(await line.read()).toBeNull()
      await rig.recover()
      await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
      expect(await line.read()).toBe('open')
      await rig.move('closed')
      await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
      expect(line.failures).toHaveLength(1)
    })

    test('a line that failed while its contact moved gives no edge for it, and reads the level of then', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      await rig.fail()
      await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
      await rig.move('closed')
      await rig.recover()
      await vi.waitFor(() => expect(line.recoveries).toBe(1), limit)
      expect(await line.read()).toBe('closed')
      expect(line.edges).toEqual([])
      await rig.move('open')
      await vi.waitFor(() => expect(levels(line)).toEqual(['open']), limit)
    })

    test('a line can fail and come back more than once', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      for (const times of [1, 2]) {
        await rig.fail()
        await vi.waitFor(() => expect(line.failures).toHaveLength(times), limit)
        await rig.recover()
        await vi.waitFor(() => expect(line.recoveries).toBe(times), limit)
      }
      await rig.move('closed')
      await vi.waitFor(() => expect(levels(line)).toEqual(['closed']), limit)
    })

    test('a contact that closes while its level is being read is noticed, by an edge or by the reading', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      for (const presses of [1, 2, 3]) {
        const read = new Set<Level | null>()
        const reading = line.read().then(level => read.add(level))
        await rig.move('closed')
        await reading
        await vi.waitFor(async () => {
          read.add(await line.read())
          expect([...read, levels(line).at(-1)]).toContain('closed')
        }, limit)
        await rig.move('open')
        await vi.waitFor(async () => expect(await line.read(), `press ${presses}`).toBe('open'), limit)
      }
    })

    test('a level that changed though no edge came is found by reading it, where interrupts can die', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      if (rig.setInterruptDead === null) return expect(traits.timeSource).toBe('arrival')
      expect(await line.read()).toBe('open')
      await rig.setInterruptDead(true)
      await rig.move('closed')
      await vi.waitFor(async () => expect(await line.read()).toBe('closed'), limit)
      expect(line.edges).toEqual([])
    })

    test('a closed line is silent, and opened again it starts from the level of then', async () => {
      await using rig = await create()
      const first = await openInput(rig)
      await first[Symbol.asyncDispose]()
      expect(await first.read()).toBeNull()
      await rig.move('closed')
      await using second = await openInput(rig)
      expect(await second.read()).toBe('closed')
      await rig.move('open')
      await vi.waitFor(() => expect(levels(second)).toEqual(['open']), limit)
      expect(first.edges).toEqual([])
    })

    test('a line that is open already is refused, whatever it is wanted for', async () => {
      await using rig = await create()
      await using line = await openInput(rig)
      await expect(openInput(rig)).rejects.toThrow(LineError)
      await expect(rig.backend.openOutput({ address: rig.input, activeLevel: 'high' })).rejects.toThrow(LineError)
      expect(await line.read()).toBe('open')
    })

    test('a line that cannot exist is refused with a sentence that names it', async () => {
      await using rig = await create()
      const address = { chip: rig.input.chip, offset: -1 }
      const refusal = rig.backend.openOutput({ address, activeLevel: 'high' })
      await expect(refusal).rejects.toThrow(LineError)
      await expect(refusal).rejects.toThrow(`${address.chip} line -1`)
    })

    test.each(['high', 'low'] as const)(
      'an output that is active %s is inactive until set and after it is closed',
      async activeLevel => {
        await using rig = await create()
        const output = await rig.backend.openOutput({ address: rig.output, activeLevel })
        expect(await rig.isOutputActive()).toBe(false)
        await output.set(true)
        expect(await rig.isOutputActive()).toBe(true)
        await output.set(false)
        expect(await rig.isOutputActive()).toBe(false)
        await output.set(true)
        await output[Symbol.asyncDispose]()
        expect(await rig.isOutputActive()).toBe(false)
        await expect(output.set(true)).rejects.toThrow(LineError)
      },
    )

    test('closing the backend closes its lines and leaves nothing open, with a line failed too', async () => {
      await expectNothingLeftOpen(async () => {
        const rig = await create()
        const line = await openInput(rig)
        await rig.backend.openOutput({ address: rig.output, activeLevel: 'high' })
        await rig.fail()
        await vi.waitFor(() => expect(line.failures).toHaveLength(1), limit)
        await rig.backend[Symbol.asyncDispose]()
        await expect(openInput(rig)).rejects.toThrow(LineError)
        expect(line.recoveries).toBe(0)
        await rig[Symbol.asyncDispose]()
      })
    })
  })
}

export type ObservedLine = InputLine & {
  readonly edges: readonly Edge[]
  readonly failures: readonly string[]
  readonly recoveries: number
}

type Opening = { readonly backend: LineBackend; readonly input: LineTarget; readonly bias?: Bias }

/** Opens the rig's input, closed at low, and keeps everything that it reports. */
export async function openInput(rig: Opening): Promise<ObservedLine> {
  const edges: Edge[] = []
  const failures: string[] = []
  let recoveries = 0
  const line = await rig.backend.openInput({
    address: rig.input,
    ...(rig.bias === undefined ? {} : { bias: rig.bias }),
    closedLevel: 'low',
    onEdge: edge => edges.push(edge),
    onFailure: reason => failures.push(reason.en),
    onRecovery: () => {
      recoveries += 1
    },
  })
  return {
    read: line.read,
    [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
    edges,
    failures,
    get recoveries() {
      return recoveries
    },
  }
}

export const levels = (line: ObservedLine): readonly Level[] => line.edges.map(edge => edge.level)

const alternating = (length: number): readonly Level[] =>
  Array.from({ length }, (_, index) => (index % 2 === 0 ? 'closed' : 'open'))
