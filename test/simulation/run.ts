// One run: a plan, the programs, all oracles. It ends well, or with the promise that was broken, or with a program that stopped
// itself by an assertion. `run(plan, programs)` is the way in: the plan is drawn from a seed (draw.ts) or written by hand, and
// the programs are the real cores, or others that take their place (programs.ts).
import { type Court, Violation } from './oracle.ts'
import { oracles } from './oracles/all.ts'
import type { Plan } from './plan.ts'
import { type Programs, realPrograms } from './programs.ts'
import { Truth } from './truth/truth.ts'
import { World } from './world.ts'

export type Outcome =
  | { readonly kind: 'held' }
  | {
      readonly kind: 'broken'
      readonly oracle: string
      readonly sentence: string
      readonly detail: string
      readonly at: number
    }

const hourMs = 3_600_000

export type Run = { readonly world: World; readonly truth: Truth; readonly finish: () => void }

/** @throws Violation, or what a program throws. */
export function startRun(plan: Plan, programs: Programs = realPrograms): Run {
  const world = new World(plan, programs)
  const truth = new Truth(world)
  const ends: (() => void)[] = []
  for (const oracle of oracles) {
    const court: Court = {
      world,
      truth,
      accuse: detail => {
        throw new Violation(oracle, detail, world.agenda.now())
      },
      atEnd: check => void ends.push(check),
    }
    world.observeWith(oracle.watch(court))
  }
  world.begin()
  return {
    world,
    truth,
    finish: () => {
      world.agenda.passTo(plan.hours * hourMs)
      for (const end of ends) end()
    },
  }
}

export function run(plan: Plan, programs: Programs = realPrograms): Outcome {
  const running = startRun(plan, programs)
  try {
    running.finish()
    return { kind: 'held' }
  } catch (error) {
    return outcomeOf(error, running.world.agenda.now())
  }
}

/** What a run comes to that ended with this. */
export function outcomeOf(error: unknown, at: number): Outcome {
  if (error instanceof Violation) {
    const { oracle, message } = error
    return { kind: 'broken', oracle: oracle.id, sentence: oracle.sentence, detail: message, at: error.at }
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { kind: 'broken', oracle: 'assertion', sentence: 'No program stops itself by an assertion.', detail, at }
}
