// The simulation itself: what it is built on, and a few seeds of what `npm run simulate` runs by the hundred.
import { describe, expect, test } from 'vitest'
import { drawPlan } from './draw.ts'
import { type Act, endOf, type Plan } from './plan.ts'
import { run } from './run.ts'
import { minuteMs, pressAt, samplePlan } from './sample-plan.ts'
import { runSeed } from './seed-run.ts'
import { shrink } from './shrink.ts'

test('a press in a calm town is seen, receipted, taken and closed', () => {
  expect(run(samplePlan([pressAt(10 * minuteMs)]))).toEqual({ kind: 'held' })
})

test.each([1, 2, 3, 4, 5, 6])('every promise holds for seed %i', seed => {
  expect(runSeed(seed).outcome).toEqual({ kind: 'held' })
})

test('a seed tells the same story whenever it is asked, whatever was asked before', () => {
  const first = runSeed(8)
  runSeed(9)
  expect(runSeed(8)).toEqual(first)
})

describe('plans', () => {
  const plans = Array.from({ length: 200 }, (_, index) => drawPlan(index + 1))

  test('are plain data: a failing one can be kept in a file', () => {
    for (const plan of plans) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })

  test('leave the last minutes in peace, so that what was promised for then can be asked for', () => {
    const disturbs = ({ hours, acts }: Plan): readonly Act[] =>
      acts.filter(act => act.kind !== 'press' && endOf(act) > hours * 3_600_000 - 15 * minuteMs)
    expect(plans.flatMap(disturbs)).toEqual([])
  })

  test('differ in what they inject: no two faults always come together', () => {
    const kindsOf = ({ acts }: Plan): ReadonlySet<string> => new Set(acts.map(({ kind }) => kind))
    const kinds = ['powerCut', 'partition', 'disk', 'clockStep', 'chatter', 'away', 'attack']
    for (const one of kinds)
      for (const other of kinds)
        if (one !== other) expect(plans.some(plan => kindsOf(plan).has(one) && !kindsOf(plan).has(other))).toBe(true)
  })
})

describe('shrinking', () => {
  const acts = Array.from({ length: 40 }, (_, index) => pressAt((4 + index) * minuteMs))
  const broken = { kind: 'broken', oracle: 'X', sentence: '', detail: '', at: 3_600_000 } as const
  const failsWith = (wanted: readonly number[]) => (plan: Plan) =>
    wanted.every(index => plan.acts.some(act => act === acts[index])) ? broken : ({ kind: 'held' } as const)

  test('leaves exactly the acts that are needed to fail', () => {
    const { plan } = shrink(samplePlan(acts), broken, failsWith([3, 17, 38]))
    expect(plan.acts).toEqual([acts[3], acts[17], acts[38]])
  })

  test('finds that no act is needed at all', () => {
    expect(shrink(samplePlan(acts), broken, failsWith([])).plan.acts).toEqual([])
  })

  test('does not take one broken promise for another', () => {
    const other = { ...broken, oracle: 'Y' }
    const run = (plan: Plan) => (plan.acts.length > 20 ? broken : other)
    expect(shrink(samplePlan(acts), broken, run).plan.acts).toHaveLength(21)
  })
})
