// Everything that is known of a run from outside: the measure of what the programs claim.
import type { GatewayId } from '../../../protocol/ids.ts'
import type { Observation } from '../observation.ts'
import type { World } from '../world.ts'
import { Ledger } from './ledger.ts'
import { Presses } from './presses.ts'
import { Telling } from './telling.ts'

export class Truth {
  readonly presses: Presses
  readonly telling: Telling
  readonly ledgers: ReadonlyMap<GatewayId, Ledger>
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    this.presses = new Presses(world)
    this.telling = new Telling(world)
    this.ledgers = new Map([...world.gateways.keys()].map(id => [id, new Ledger(world, id)]))
  }

  watch(observation: Observation): void {
    this.presses.watch(observation)
    this.telling.watch(observation)
    if (observation.kind === 'gatewayStepped') {
      const ledger = this.ledgers.get(observation.gateway)
      for (const effect of observation.result.effects)
        if (effect.kind === 'record') for (const record of effect.records) ledger?.enter(record)
    }
    if (observation.kind !== 'programStarted' && observation.kind !== 'programEnded') return
    for (const [id, { disk }] of this.#world.gateways) {
      if (observation.machine !== id) continue
      if (observation.kind === 'programStarted') this.ledgers.get(id)?.started(disk.records)
      else this.ledgers.get(id)?.ended(disk.records)
    }
  }
}
