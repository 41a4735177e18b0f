// The truth about people: who can be reached at which gateway since when, and what each has seen.
import type { AlarmId, GatewayId, NotificationId, ResponderId } from '../../../protocol/ids.ts'
import type { Observation } from '../observation.ts'
import type { World } from '../world.ts'

/** What people have seen of one alarm of one gateway. */
export type Sight = {
  readonly firstAt: number
  /** The most presses that anybody was told of, and when. */
  presses: number
  readonly pressesAt: Map<number, number>
}

export class Telling {
  readonly #world: World
  readonly #listeningSince = new Map<string, number>()
  readonly #sights = new Map<string, Sight>()
  /** Notifications that their receiver has seen. */
  readonly #seen = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  watch(observation: Observation): void {
    const now = this.#world.agenda.now()
    if (observation.kind === 'personListens') {
      const key = `${observation.gateway} ${observation.person}`
      if (observation.listens) this.#listeningSince.set(key, now)
      else this.#listeningSince.delete(key)
    }
    if (observation.kind === 'notificationSeen')
      this.#seen.add(`${observation.gateway} ${observation.person} ${observation.message.id}`)
    if (observation.kind === 'notificationSeen' && observation.message.alarm !== null)
      this.#saw(observation.gateway, observation.message.alarm, observation.message.presses, now)
    // Who closes an alarm from the list has seen it there.
    if (observation.kind === 'personSpoke') this.#saw(observation.gateway, observation.said.alarm, 1, now)
  }

  /** World time since which this person can be reached there without interruption; null: not now. */
  listeningSince(gateway: GatewayId, person: ResponderId): number | null {
    return this.#listeningSince.get(`${gateway} ${person}`) ?? null
  }

  hasSeen(gateway: GatewayId, person: ResponderId, notification: NotificationId): boolean {
    return this.#seen.has(`${gateway} ${person} ${notification}`)
  }

  sightOf(gateway: GatewayId, alarm: AlarmId): Sight | undefined {
    return this.#sights.get(`${gateway} ${alarm}`)
  }

  #saw(gateway: GatewayId, alarm: AlarmId, presses: number, now: number): void {
    const key = `${gateway} ${alarm}`
    const sight = this.#sights.get(key) ?? { firstAt: now, presses: 0, pressesAt: new Map() }
    this.#sights.set(key, sight)
    if (presses <= sight.presses) return
    sight.presses = presses
    sight.pressesAt.set(presses, now)
  }
}
