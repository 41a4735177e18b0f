// One seed, run and measured: what becomes of the plan that it draws, and what the run has visited.
import { createHash } from 'node:crypto'
import { coverageOf } from './coverage.ts'
import { drawPlan } from './draw.ts'
import type { Plan } from './plan.ts'
import { type Programs, realPrograms } from './programs.ts'
import { type Outcome, outcomeOf, startRun } from './run.ts'
import { type Statistics, statisticsOf } from './statistics.ts'
import type { World } from './world.ts'

export type SeedReport = Statistics & {
  readonly seed: number
  readonly hours: number
  readonly outcome: Outcome
  readonly visited: ReadonlySet<string>
  /** Of every record on every gateway's disk: the same seed gives the same one [S7]. */
  readonly digest: string
}

/** So many seeds are run a second time, and have to leave the same records [S7]. */
export const repeatedEvery = 25

export function runSeed(seed: number, programs: Programs = realPrograms): SeedReport {
  const plan = drawPlan(seed)
  const report = runPlan(plan, programs)
  if (report.outcome.kind === 'broken' || seed % repeatedEvery !== 0) return report
  const again = runPlan(plan, programs)
  return { ...report, outcome: sameSeed(report.digest, again.digest, plan) }
}

export function runPlan(plan: Plan, programs: Programs): SeedReport {
  const running = startRun(plan, programs)
  const { world, truth } = running
  const visited = coverageOf(world)
  const statistics = statisticsOf(world, truth)
  const outcome = held(running.finish, world)
  return { ...statistics(), seed: plan.seed, hours: plan.hours, outcome, visited, digest: digestOf(world) }
}

function held(finish: () => void, world: World): Outcome {
  try {
    finish()
    return { kind: 'held' }
  } catch (error) {
    return outcomeOf(error, world.agenda.now())
  }
}

/** The promise S7, which is no matter of one run. */
export function sameSeed(first: string, second: string, { hours }: Plan): Outcome {
  if (first === second) return { kind: 'held' }
  return {
    ...{ kind: 'broken', oracle: 'S7 same seed', sentence: 'The same seed gives the same records, byte for byte.' },
    ...{ detail: `the records of two runs are ${first} and ${second}`, at: hours * 3_600_000 },
  }
}

function digestOf({ gateways }: World): string {
  const hash = createHash('sha256')
  for (const { disk } of gateways.values()) for (const record of disk.records) hash.update(JSON.stringify(record))
  return hash.digest('hex').slice(0, 16)
}
