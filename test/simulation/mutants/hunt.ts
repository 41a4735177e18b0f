// `npm run simulate -- --mutants`: every planted bug has to be caught by an oracle, and the program as it is by none.
import { Worker } from 'node:worker_threads'
import { mutants } from './all.ts'
import type { Catch, Hunt } from './hunter.ts'
import { type Mutant, textOf } from './mutant.ts'

const threads = 2
/** A bug that so many days do not show is not looked for by any oracle. */
const seedsMost = 60
/** A planted bug may make a run endless; a busy machine only makes it long. */
const patienceMs = 300_000

type Hunted = { readonly mutant: Mutant; readonly caught: Catch | null }

/**
 * @param names of the mutants to hunt; none: all.
 * @param tell is given each line of what is found.
 * @returns whether each was caught, and the control held.
 */
export async function huntMutants(names: readonly string[], tell: (line: string) => void): Promise<boolean> {
  const chosen = mutants.filter(({ name }) => names.length === 0 || names.includes(name))
  for (const mutant of chosen) textOf(mutant)
  tell(lineOf('mutant', 'caught by', 'seed', 'what it breaks'))
  const hunted: Hunted[] = []
  await eachOnThreads(chosen, async mutant => {
    const caught = await hunt({ mutant, seeds: seedsFor(mutant) })
    hunted.push({ mutant, caught })
    tell(lineOf(mutant.name, caught?.oracle ?? 'NOBODY', String(caught?.seed ?? '-'), mutant.breaks))
  })
  const control = await controlHolds([...new Set(hunted.flatMap(({ caught }) => caught?.seed ?? []))], tell)
  const survivors = hunted.filter(({ caught }) => !isCaught(caught))
  for (const { mutant, caught } of survivors)
    tell(`survives: ${mutant.name}${caught === null ? '' : `: ${caught.detail}`}`)
  tell(`${hunted.length - survivors.length} of ${hunted.length} mutants caught.`)
  return control && survivors.length === 0
}

/** A program that stops itself was not caught by a promise: the mutant is badly written. */
const isCaught = (caught: Catch | null): boolean => caught !== null && caught.oracle !== 'assertion'

/** Without a bug the seeds that showed one keep every promise. */
async function controlHolds(seeds: readonly number[], tell: (line: string) => void): Promise<boolean> {
  const halves = [0, 1].map(half => seeds.filter((_, index) => index % 2 === half))
  const caught = await Promise.all(halves.map(half => hunt({ mutant: null, seeds: half })))
  const broken = caught.find(each => each !== null) ?? null
  tell(
    broken === null
      ? `Without a bug every promise holds at these seeds: ${seeds.toSorted((a, b) => a - b).join(', ')}.`
      : `Without a bug ${broken.oracle} is broken at seed ${broken.seed}: ${broken.detail}`,
  )
  return broken === null
}

const seedsFor = ({ seed }: Mutant): readonly number[] => [
  ...(seed === undefined ? [] : [seed]),
  ...Array.from({ length: seedsMost }, (_, index) => index + 1),
]

const lineOf = (name: string, oracle: string, seed: string, breaks: string): string =>
  `${name.padEnd(30)}${oracle.padEnd(26)}${seed.padStart(4)}  ${breaks}`

async function eachOnThreads<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const thread = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: threads }, thread))
}

/** @throws if the bug cannot be planted, or its program neither ends nor breaks a promise in time */
async function hunt(hunted: Hunt): Promise<Catch | null> {
  const worker = new Worker(new URL('./hunter.ts', import.meta.url), { workerData: hunted })
  const { promise, resolve, reject } = Promise.withResolvers<Catch | null>()
  const name = hunted.mutant?.name ?? 'the control'
  const timer = setTimeout(() => reject(new Error(`${name}: not decided in ${patienceMs / 1000} s`)), patienceMs)
  worker.on('message', resolve)
  worker.on('error', reject)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
