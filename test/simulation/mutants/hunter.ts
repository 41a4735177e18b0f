// A thread that hunts one mutant: it plants the bug as the modules are loaded, and runs seeds until a promise is broken. Without a
// mutant it is the control: the program as it is.
import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../../protocol/assert.ts'
import { type Mutant, mutated, urlOf } from './mutant.ts'

export type Hunt = { readonly mutant: Mutant | null; readonly seeds: readonly number[] }
/** seed: the first one that breaks a promise; null: every promise held. */
export type Catch = { readonly seed: number; readonly oracle: string; readonly detail: string; readonly atMs: number }

assert(parentPort !== null, 'a mutant is hunted by a thread of its own')
const { mutant, seeds } = workerData as Hunt
let isPlanted = mutant === null
if (mutant !== null) plant(mutant)
parentPort.postMessage(await hunt())

/** The text of one module is another one; everything else is loaded as ever. */
function plant(planted: Mutant): void {
  const target = urlOf(planted)
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (url !== target || loaded.source == null) return loaded
      isPlanted = true
      return { ...loaded, source: mutated(planted, textOf(loaded.source)) }
    },
  })
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source)
}

async function hunt(): Promise<Catch | null> {
  const { drawPlan } = await import('../draw.ts')
  const { run } = await import('../run.ts')
  assert(isPlanted, `${mutant?.name}: nothing of the simulation loads ${mutant?.file}`)
  for (const seed of seeds) {
    const outcome = run(drawPlan(seed))
    if (outcome.kind === 'broken') return { seed, oracle: outcome.oracle, detail: outcome.detail, atMs: outcome.at }
  }
  return null
}
