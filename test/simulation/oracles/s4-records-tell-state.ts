import type { Durable } from '../../../gateway/core/durable.ts'
import { apply } from '../../../gateway/core/records.ts'
import type { GatewayId } from '../../../protocol/ids.ts'
import type { Oracle } from '../oracle.ts'

/** Comparing everything at every step would take most of a run. */
const everySteps = 1000

/** Folded record by record beside the program, beginning with what its disk gave it. */
export const recordsTellState: Oracle = {
  promise: 'S4',
  id: 'S4 records',
  sentence: 'Folding the records that were asked for gives the durable state that the gateway lives with.',
  watch: ({ accuse, atEnd }) => {
    const folded = new Map<GatewayId, { durable: Durable; live: Durable; steps: number }>()
    const check = (gateway: GatewayId): void => {
      const both = folded.get(gateway)
      if (both !== undefined && plain(both.durable) !== plain(both.live))
        accuse(`${gateway} knows what is not on record: ${plain(both.live)} instead of ${plain(both.durable)}`)
    }
    atEnd(() => {
      for (const gateway of folded.keys()) check(gateway)
    })
    return {
      gatewayStepped: ({ gateway, event, before, result }) => {
        const known = event.kind === 'started' ? undefined : folded.get(gateway)
        const both = known ?? { durable: before.durable, live: before.durable, steps: 0 }
        for (const effect of result.effects)
          if (effect.kind === 'record') for (const record of effect.records) both.durable = apply(both.durable, record)
        both.live = result.state.durable
        both.steps += 1
        folded.set(gateway, both)
        if (both.steps % everySteps === 1) check(gateway)
      },
    }
  },
}

/** Maps and sets by their content, whatever they are made of. */
const plain = (durable: Durable): string =>
  JSON.stringify(durable, (_, value: unknown) => {
    if (value instanceof Set) return [...value]
    if (typeof value === 'object' && value !== null && 'entries' in value && 'size' in value)
      return [...(value as ReadonlyMap<string, unknown>).entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    return value
  })
