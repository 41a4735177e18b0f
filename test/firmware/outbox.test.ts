// What the device owes: nothing leaves without a receipt, and the bound never costs a first press.
import { array, assert as assertProperty, constantFrom, integer, nat, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unchanged } from '../../firmware/core/change.ts'
import type { Meaning, Press, State } from '../../firmware/core/model.ts'
import { owePress, resendDelay, retire } from '../../firmware/core/outbox.ts'
import { alarmOfPress, pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { boot, device, kasse, morning, signature, tresen, World, zentrale } from './world.ts'

test('a press is sent again until its receipt, each time with a new number and its age by then', () => {
  const world = new World()
  world.press()
  world.pass(20_000)
  const sendings = world.presses()
  expect(sendings.length).toBeGreaterThan(3)
  expect(new Set(sendings.map(({ id }) => id)).size).toBe(1)
  for (const [index, { n, ageMs }] of sendings.entries()) {
    expect(n).toBeGreaterThan(sendings[index - 1]?.n ?? 0)
    expect(ageMs).toBeGreaterThan(sendings[index - 1]?.ageMs ?? 0)
  }
  world.receipt(pressOf(1))
  world.forget()
  world.pass(60_000)
  expect(world.presses()).toEqual([])
  expect(world.written.size).toBe(0)
})

test('the time to the next sending lies between one second and a doubling bound of thirty', () => {
  expect([1, 2, 3, 9].map(rounds => resendDelay(rounds, 0))).toEqual([1000, 1000, 1000, 1000])
  expect([1, 2, 3, 9].map(rounds => resendDelay(rounds, 0.9999) > 999.9 * Math.min(30, 2 ** rounds))).toEqual(
    Array(4).fill(true),
  )
})

test('the longer a receipt stays away, the rarer the sendings', () => {
  const world = new World({ random: () => 0.999 })
  world.press()
  world.pass(300_000)
  const ages = world.presses().map(({ ageMs }) => ageMs)
  const waits = ages.slice(1).map((age, index) => Math.round((age - (ages[index] ?? 0)) / 1000))
  expect(waits.slice(0, 6)).toEqual([2, 4, 8, 16, 30, 30])
})

test('a press whose connection broke waits for the next one without being tried in vain', () => {
  const world = new World()
  world.press()
  world.network = 'fails'
  world.disconnect()
  world.forget()
  world.pass(20_000)
  expect(world.presses()).toEqual([])
  world.network = 'works'
  world.pass(5000)
  expect(world.presses().length).toBeGreaterThan(0)
})

test('while nothing is connected nothing is sent; on the next connection everything owed goes out at once, in order', () => {
  const world = new World()
  world.network = 'fails'
  world.disconnect()
  world.press()
  world.press(kasse)
  world.press()
  expect(world.presses()).toEqual([])
  world.network = 'works'
  world.pass(5000)
  const first = world.messages().slice(0, 3)
  expect(first.map(message => 'id' in message && message.id)).toEqual([1, 2, 3].map(n => pressId(device, boot, n)))
})

test('a duplicate of a receipt, or one for a press of somebody else, does nothing', () => {
  const world = new World()
  world.press()
  world.receipt(pressOf(1))
  world.forget()
  expect(world.receipt(pressOf(1))).toEqual([])
  expect(world.receipt(pressOf(99))).toEqual([])
})

test('a receipt overdue for ten seconds is a fault, cleared by the receipt', () => {
  const world = new World()
  world.press()
  world.pass(limits.receiptOverdueMs)
  expect(world.faults()).toEqual(['raised receiptOverdue tresen'])
  world.receipt(pressOf(1))
  expect(world.faults()).toEqual(['raised receiptOverdue tresen', 'cleared receiptOverdue tresen'])
})

describe('a full outbox', () => {
  test('gives up the oldest repeat press, says so, and is well again with the next receipt', () => {
    const world = new World()
    world.network = 'fails'
    world.disconnect()
    for (let count = 0; count <= limits.outboxMax; count += 1) world.press()
    expect(world.of('reportYielded')).toEqual([{ kind: 'reportYielded', press: pressId(device, boot, 2) }])
    expect(world.hasFault('outboxFull')).toBe(true)
    expect(world.state.outbox).toHaveLength(limits.outboxMax)
    expect(world.written.size).toBe(limits.outboxMax)
    world.press(kasse)
    expect(world.state.outbox.some(({ press }) => press.button === kasse)).toBe(true)
    world.receipt(pressOf(1))
    expect(world.hasFault('outboxFull')).toBe(false)
  })
})

const pressOf = (sequence: number) => ({ id: pressId(device, boot, sequence) })

// ---- properties ----------------------------------------------------------------------------------------------------

const meaningOf = (kind: Meaning['kind']): Meaning =>
  kind === 'repeatPress' ? { kind, alarm: alarmOfPress(pressId(device, boot, 1)) } : { kind }
const makePress = (sequence: number, kind: Meaning['kind']): Press => ({
  id: pressId(device, boot, sequence),
  button: tresen,
  meaning: meaningOf(kind),
  age: { basis: 'monotonic', pressedAt: instant(sequence) },
  pressedWall: wallTime(morning),
  contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
})
const moment = (at: number) => ({ at: instant(at), wall: wallTime(morning + at), random: 0.5 })
const isFirst = ({ meaning }: Press): boolean => meaning.kind === 'alarm'

function owed(state: State, presses: readonly Press[]): State {
  return presses.reduce((next, press, index) => owePress(unchanged(next), press, moment(index)).state, state)
}

test('a press leaves the outbox only by its receipt, or by yielding at the bound as lesser traffic', () => {
  const step = record({ what: constantFrom('owe', 'retire', 'retireUnknown'), which: nat(600) })
  const kinds = constantFrom<Meaning['kind']>('alarm', 'repeatPress', 'testAlarm')
  const run = property(
    array(record({ step, kind: kinds }), { maxLength: 80 }),
    integer({ min: 0, max: 512 }),
    (steps, fill) => {
      const filler = Array.from({ length: fill }, (_, index) =>
        makePress(index + 1, index % 3 === 0 ? 'testAlarm' : 'repeatPress'),
      )
      let state = owed(new World().state, filler)
      let sequence = 1000
      for (const {
        step: { what, which },
        kind,
      } of steps) {
        const before = state.outbox.map(({ press }) => press)
        const target = what === 'retire' ? before[which % Math.max(1, before.length)] : undefined
        sequence += 1
        const id = target?.id ?? pressId(device, boot, 999_999)
        const receipt = {
          v: 1,
          kind: 'receipt',
          device,
          id,
          alarm: alarmOfPress(id),
          recordedAt: wallTime(morning),
          sig: signature,
        } as const
        const change =
          what === 'owe'
            ? owePress(unchanged(state), makePress(sequence, kind), moment(sequence))
            : retire(unchanged(state), receipt, zentrale, instant(sequence))
        state = change.state
        const after = new Set(state.outbox.map(({ press }) => press.id))
        const gone = before.filter(press => !after.has(press.id) && press.id !== target?.id)
        const yielded = change.effects.flatMap(effect => (effect.kind === 'reportYielded' ? [effect.press] : []))
        expect(gone.filter(isFirst)).toEqual([])
        expect(gone.every(press => yielded.includes(press.id))).toBe(true)
        if (gone.length > 0) expect(before.length).toBe(limits.outboxMax)
        if (what === 'owe' && kind === 'alarm') expect(after.has(pressId(device, boot, sequence))).toBe(true)
        const firsts = state.outbox.filter(({ press }) => isFirst(press)).length
        expect(state.outbox.length).toBeLessThanOrEqual(Math.max(limits.outboxMax, firsts))
      }
    },
  )
  assertProperty(run, { numRuns: 60 })
})

test('repeat presses yield before tests, and older ones before younger ones', () => {
  const kinds: Meaning['kind'][] = ['testAlarm', 'repeatPress', 'repeatPress', 'alarm']
  const presses = Array.from({ length: limits.outboxMax }, (_, index) => makePress(index + 1, kinds[index] ?? 'alarm'))
  const full = owed(new World().state, presses)
  const yielded = [1, 2, 3].reduce<{ state: State; ids: string[] }>(
    ({ state, ids }, extra) => {
      const change = owePress(unchanged(state), makePress(1000 + extra, 'alarm'), moment(extra))
      return {
        state: change.state,
        ids: [...ids, ...change.effects.flatMap(effect => (effect.kind === 'reportYielded' ? [effect.press] : []))],
      }
    },
    { state: full, ids: [] },
  )
  expect(yielded.ids).toEqual([2, 3, 1].map(n => pressId(device, boot, n)))
})
