// Whatever two contacts do: a press is an alarm exactly once, one contact alone never is, and a broken line is told in time.
import {
  array,
  assert as assertProperty,
  boolean,
  constantFrom,
  integer,
  property,
  shuffledSubarray,
  tuple,
} from 'fast-check'
import { expect, test } from 'vitest'
import type { LineId } from '../../firmware/core/circuit.ts'
import { limits } from '../../protocol/limits.ts'
import { left, nc, no, right, WireBench, wirings } from './wire-bench.ts'

type Move = { readonly line: LineId; readonly to: 'push' | 'leave'; readonly at: number }

/** Alternating moves of one contact, the first of them `first`, with these gaps behind each. */
function train(line: LineId, first: Move['to'], from: number, gaps: readonly number[]): readonly Move[] {
  const second = first === 'push' ? 'leave' : 'push'
  let at = from
  return [0, ...gaps].map((gap, index) => {
    at += gap
    return { line, to: index % 2 === 0 ? first : second, at }
  })
}

/** The moves of the lines as they happened; or each line's moves in one go when they are over, as after a stall of the program. */
function play(bench: WireBench, moves: readonly Move[], stalled: readonly LineId[] | null): WireBench {
  const inOrder = moves.toSorted((a, b) => a.at - b.at)
  if (stalled === null) for (const { line, to, at } of inOrder) bench.until(at)[to](line, at)
  else {
    bench.now = inOrder.at(-1)?.at ?? bench.now
    for (const line of stalled) for (const { to, at } of inOrder.filter(each => each.line === line)) bench[to](line, at)
  }
  return bench
}

/** An even number of gaps: the contact ends as it began the train. */
const bounce = array(integer({ min: 1, max: 25 }), { maxLength: 8 }).map(gaps => gaps.slice(gaps.length % 2))
const settled = limits.releaseMs + 50

for (const [name, wiring, lines, apartMax] of [
  ['antivalent', wirings.antivalent, [nc, no], 80],
  ['two-hand', wirings.twoHand, [left, right], 250],
] as const)
  test(`however the contacts of an ${name} button bounce, and however late they are heard, a press is one alarm and no fault`, () => {
    const press = tuple(bounce, bounce, bounce, bounce, integer({ min: 0, max: apartMax }), boolean())
    const stall = constantFrom(null, lines, [lines[1], lines[0]] as const)
    assertProperty(
      property(
        press,
        integer({ min: 30, max: 2000 }),
        stall,
        ([in1, in2, out1, out2, apart, swap], holdMs, stalled) => {
          const [first, second] = swap ? [lines[1], lines[0]] : lines
          const pushes = [...train(first, 'push', 0, in1), ...train(second, 'push', apart, in2)]
          const settledAt = Math.max(...pushes.map(({ at }) => at))
          const leaves = [
            ...train(first, 'leave', settledAt + holdMs, out1),
            ...train(second, 'leave', settledAt + holdMs + apart, out2),
          ]
          const bench = play(new WireBench(wiring), [...pushes, ...leaves], stalled)
          bench.pass(limits.lineFaultToldMsMax)
          expect(bench.presses()).toHaveLength(1)
          expect(bench.faults()).toEqual([])
          expect(bench.releases()).toHaveLength(1)
        },
      ),
      { numRuns: 1500 },
    )
  })

const gaps = array(integer({ min: 1, max: 4000 }), { maxLength: 30 })

test('one contact alone never raises an alarm, whatever it does; held for long enough it is told in time', () => {
  assertProperty(
    property(constantFrom(nc, no), gaps, (line, someGaps) => {
      const moves = train(line, 'push', 0, someGaps)
      const bench = play(new WireBench(wirings.antivalent), moves, null)
      bench.pass(limits.lineFaultToldMsMax)
      expect(bench.presses()).toEqual([])
      const closures = moves.map(({ to, at }, index) => (to === 'push' ? (moves[index + 1]?.at ?? bench.now) - at : 0))
      if (closures.some(ms => ms >= limits.confirmMsDefault)) expect(bench.faults().length).toBeGreaterThan(0)
      const isLeft = moves.at(-1)?.to === 'push'
      expect(bench.activeFaults().includes(line === nc ? '+lineCut' : '+lineShort')).toBe(isLeft)
      expect(press(bench.leave(line).pass(settled)).activeFaults()).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

function press(bench: WireBench): WireBench {
  bench.push(nc).pass(8).push(no).pass(200)
  return bench.leave(no).pass(8).leave(nc).pass(settled)
}

test('one hand alone never raises an alarm, whatever it does', () => {
  assertProperty(
    property(constantFrom(left, right), gaps, (line, someGaps) => {
      const bench = play(new WireBench(wirings.twoHand), train(line, 'push', 0, someGaps), null)
      expect(bench.pass(2 * limits.stuckMs).presses()).toEqual([])
      expect(bench.leave(line).pass(settled).activeFaults()).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('with either line broken for good, a press of the other contact is an alarm each time', () => {
  assertProperty(
    property(constantFrom(nc, no), bounce, bounce, integer({ min: 30, max: 2000 }), (broken, before, after, holdMs) => {
      const sound = broken === nc ? no : nc
      const bench = new WireBench(wirings.antivalent).push(broken).pass(2 * limits.lineFaultMs)
      for (let count = 1; count <= 3; count += 1) {
        const from = bench.now
        const pushes = train(sound, 'push', from, before)
        const settledAt = pushes.at(-1)?.at ?? from
        play(bench, [...pushes, ...train(sound, 'leave', settledAt + holdMs, after)], null).pass(settled)
        expect(bench.presses()).toHaveLength(count)
        expect(bench.activeFaults()).toEqual([broken === nc ? '+lineCut' : '+lineShort'])
      }
    }),
    { numRuns: 300 },
  )
})

test('whatever both contacts do, once both are held together it was an alarm, and once both are at rest nothing is held', () => {
  const moves = array(tuple(constantFrom(nc, no), integer({ min: 1, max: 600 })), { maxLength: 60 })
  assertProperty(
    property(moves, shuffledSubarray([nc, no], { minLength: 2 }), (someMoves, order) => {
      const bench = new WireBench(wirings.antivalent)
      const isPushed = new Map<LineId, boolean>()
      const move = (line: LineId, to: boolean): void => {
        if (isPushed.get(line) === to) return
        isPushed.set(line, to)
        bench[to ? 'push' : 'leave'](line)
      }
      for (const [line, gapMs] of someMoves) {
        move(line, isPushed.get(line) !== true)
        bench.pass(gapMs)
      }
      for (const line of order) move(line, true)
      bench.pass(limits.confirmMsDefault)
      expect(bench.circuit.heldFrom).not.toBeNull()
      const presses = bench.presses().length
      bench.pass(1000)
      expect(bench.presses()).toHaveLength(presses)
      for (const line of order) move(line, false)
      expect(bench.pass(settled).circuit.heldFrom).toBeNull()
      expect(bench.presses()).toHaveLength(presses)
    }),
    { numRuns: 1000 },
  )
})
