// What a run came to in numbers: how often what was injected, and how long after each press a person knew of it.
import type { PressId } from '../../protocol/ids.ts'
import { calmMs } from './bounds.ts'
import type { Act } from './plan.ts'
import type { Truth } from './truth/truth.ts'
import type { World } from './world.ts'

/** Upper ends of the columns of the histogram, in ms. What no column holds took longer, or was seen by nobody. */
export const columnsMs = [100, 250, 500, 1000, 2000, 5000, 15_000, 60_000, 300_000, Number.POSITIVE_INFINITY] as const

/** How many alarms a person had seen within each column's time. */
export type Histogram = readonly number[]
export type Statistics = {
  readonly injected: ReadonlyMap<string, number>
  /** Of alarms that were pressed in a calm world, and of the others. */
  readonly calm: Histogram
  readonly disturbed: Histogram
  readonly presses: number
}

/** @returns a function that tells what it came to so far. */
export function statisticsOf(world: World, truth: Truth): () => Statistics {
  const injected = new Map<string, number>()
  const calmPresses = new Set<PressId>()
  world.observeWith({
    actBegan: ({ act }) => {
      const name = nameOf(act)
      injected.set(name, (injected.get(name) ?? 0) + 1)
    },
    claimed: ({ claim }) => {
      if (world.calmSince !== null && world.calmSince <= claim.pressedAt - calmMs) calmPresses.add(claim.id)
    },
  })
  return () => {
    const seen = firstSeen(truth)
    const histogram = (isCalm: boolean): Histogram => countsOf(seen.filter(({ id }) => calmPresses.has(id) === isCalm))
    return { injected, calm: histogram(true), disturbed: histogram(false), presses: truth.presses.claims.size }
  }
}

type Seen = { readonly id: PressId; readonly afterMs: number }

/** Of each press that raised an alarm: until the first person saw it, at whichever gateway. */
function firstSeen({ presses, ledgers, telling }: Truth): readonly Seen[] {
  const first = new Map<PressId, number>()
  for (const { gateway, alarms } of ledgers.values())
    for (const { id, presses: own } of alarms.values()) {
      const [press] = own
      const sight = telling.sightOf(gateway, id)
      const claim = press === undefined ? undefined : presses.claims.get(press)
      if (claim === undefined || claim.meaning !== 'alarm') continue
      const afterMs = sight === undefined ? Number.NaN : sight.firstAt - claim.pressedAt
      first.set(claim.id, Math.min(first.get(claim.id) ?? Number.POSITIVE_INFINITY, afterMs))
    }
  return [...first].map(([id, afterMs]) => ({ id, afterMs }))
}

const countsOf = (seen: readonly Seen[]): Histogram =>
  columnsMs.map((most, index) => {
    const least = columnsMs[index - 1] ?? Number.NEGATIVE_INFINITY
    return seen.filter(({ afterMs }) => afterMs > least && afterMs <= most).length
  })

function nameOf(act: Act): string {
  switch (act.kind) {
    case 'disk':
      return `disk ${act.how}`
    case 'attack':
      return `attack ${act.attack}`
    case 'reload':
      return `reload ${act.change}`
    case 'powerCut':
    case 'crash':
      return act.again === null ? act.kind : `${act.kind} twice`
    default:
      return act.kind
  }
}
