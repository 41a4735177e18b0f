// `npm run simulate`: many seeds, and whether every promise held; or one seed, told as a story.
import { parseArgs } from 'node:util'
import { drawPlan } from './draw.ts'
import { mutants } from './mutants/all.ts'
import { huntMutants } from './mutants/hunt.ts'
import type { Plan } from './plan.ts'
import { runSeeds } from './pool.ts'
import { failureText, progressText, reportText, unvisited } from './report.ts'
import { type Outcome, outcomeOf, run, startRun } from './run.ts'
import { shrink } from './shrink.ts'
import { Tally } from './tally.ts'
import { tellStory, timeText } from './transcript.ts'

const help = `npm run simulate -- [options]

  --seeds N     runs N seeds (500)
  --from N      begins with this seed (1)
  --minutes M   goes on with further seeds until M minutes are over
  --seed N      runs one seed and tells what happens in it
  --shrink      with --seed, if it fails: tells only the fewest acts that still break the same promise
  --mutants     plants bugs, one at a time, and shows which oracle catches each
  --mutant X    plants this one alone
`
/** So many seeds visit every transition; fewer need not. */
const seedsDefault = 500

type Options = {
  readonly seeds: number
  readonly from: number
  readonly minutes: number | null
  readonly seed: number | null
  readonly shrink: boolean
  /** Of the bugs to plant; null: none, the programs run as they are. */
  readonly mutants: readonly string[] | null
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(help)
    return 0
  }
  const options = read(args)
  if (typeof options === 'string') {
    console.error(options)
    return 2
  }
  const { seed } = options
  if (options.mutants !== null) return (await huntMutants(options.mutants, line => console.log(line))) ? 0 : 1
  return seed === null ? simulate(options) : tell(seed, options.shrink)
}

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const known = { seeds: text, from: text, minutes: text, seed: text, shrink: flag, mutants: flag, mutant: text } as const

/** The options, or one sentence that says what is wrong with them. */
function read(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({ args: [...args], options: known })
    const { mutant } = values
    if (mutant !== undefined && !mutants.some(({ name }) => name === mutant))
      return `There is no mutant “${mutant}”; test/simulation/mutants/ lists them.`
    const wrong = Object.entries(values).find(
      ([name, value]) => name !== 'mutant' && typeof value === 'string' && !/^[1-9]\d{0,8}$/.test(value),
    )
    if (wrong !== undefined) return `--${wrong[0]} takes a whole number from 1; found “${wrong[1]}”.`
    if (values.shrink && values.seed === undefined) return '--shrink makes one seed smaller: say which with --seed.'
    const number = (value: string | undefined): number | null => (value === undefined ? null : Number(value))
    return {
      ...{ seeds: number(values.seeds) ?? seedsDefault, from: number(values.from) ?? 1, shrink: values.shrink },
      ...{ minutes: number(values.minutes), seed: number(values.seed) },
      mutants: mutant !== undefined ? [mutant] : values.mutants ? [] : null,
    }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; --help names the options.`
  }
}

async function simulate({ seeds, from, minutes }: Options): Promise<number> {
  const tally = new Tally()
  const startedAt = performance.now()
  const seconds = (): number => (performance.now() - startedAt) / 1000
  const share = (): number => (minutes === null ? tally.seeds / seeds : Math.min(1, seconds() / (minutes * 60)))
  let seed = from - 1
  const next = (): number | null => {
    const isOver = minutes === null ? seed + 1 >= from + seeds : seconds() >= minutes * 60
    if (isOver) return null
    seed += 1
    return seed
  }
  const show = progress()
  await runSeeds(next, report => {
    tally.add(report)
    const { seed, outcome } = report
    if (outcome.kind === 'broken') console.log(`\n${failureText({ seed, outcome })}`)
    show(progressText(tally, share(), seconds()), share())
  })
  console.log(`\n\n${reportText(tally, seconds())}`)
  const isComplete = tally.seeds < seedsDefault || unvisited(tally).length === 0
  return tally.failures.length === 0 && isComplete ? 0 : 1
}

/** On a terminal the line is written over; elsewhere one is written for each tenth of the work. */
function progress(): (text: string, share: number) => void {
  let tenths = 0
  return (text, share) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${text}\x1b[K`)
    else if (Math.floor(share * 10) > tenths) {
      tenths = Math.floor(share * 10)
      console.log(text)
    }
  }
}

function tell(seed: number, isSmall: boolean): number {
  const drawn = drawPlan(seed)
  const plan = isSmall ? smallest(drawn) : drawn
  console.log(describe(plan))
  const outcome = story(plan)
  console.log(outcome.kind === 'held' ? '\nEvery promise held.' : `\n${failureText({ seed, outcome })}`)
  return outcome.kind === 'held' ? 0 : 1
}

function smallest(plan: Plan): Plan {
  const outcome = run(plan)
  if (outcome.kind === 'held') return plan
  const told = (acts: number): void => console.error(`still broken with ${acts} acts`)
  return shrink(plan, outcome, run, told).plan
}

function describe({ gateways, devices, people, rules, acts }: Plan): string {
  const ids = (each: readonly { readonly id: string }[]): string => each.map(({ id }) => id).join(', ')
  return [
    `gateways: ${ids(gateways)}`,
    `devices:  ${devices.map(({ id, buttons, wiring }) => `${id} (${buttons.length} × ${wiring})`).join(', ')}`,
    `people:   ${people.map(({ id, channel }) => `${id} by ${channel}`).join(', ')}`,
    `steps:    ${rules.steps.map(({ afterMs, notify }) => `after ${afterMs / 1000} s ${notify.join(', ')}`).join('; ')}`,
    `acts:     ${acts.length}, the last at ${timeText(acts.at(-1)?.at ?? 0)}`,
    '',
  ].join('\n')
}

function story(plan: Plan): Outcome {
  const { world, finish } = startRun(plan)
  tellStory(world, line => console.log(line))
  try {
    finish()
    return { kind: 'held' }
  } catch (error) {
    return outcomeOf(error, world.agenda.now())
  }
}

process.exitCode = await main(process.argv.slice(2))
