// Everything that is known of a run from outside: the measure of what the programs claim.
import type { GatewayId } from '../../../protocol/ids.ts'
import type { World } from '../world.ts'
import { Ledger } from './ledger.ts'
import { Presses } from './presses.ts'
import { Telling } from './telling.ts'

export class Truth {
  readonly presses: Presses
  readonly telling: Telling
  readonly ledgers: ReadonlyMap<GatewayId, Ledger>

  /** Has to be the first that observes, so that whoever comes later finds what has just happened. */
  constructor(world: World) {
    this.presses = new Presses(world)
    this.telling = new Telling(world)
    this.ledgers = new Map([...world.gateways.keys()].map(id => [id, new Ledger(world, id)]))
    world.observeWith(this.presses.watch)
    world.observeWith(this.telling.watch)
    for (const ledger of this.ledgers.values()) world.observeWith(ledger.watch)
  }
}
