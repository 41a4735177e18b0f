// The truth about people: who can be reached at which gateway since when, and what each has seen.
import type { AlarmId, GatewayId, NotificationId, ResponderId } from '../../../protocol/ids.ts'
import type { Watch } from '../observation.ts'
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

  readonly watch: Watch = {
    personListens: ({ gateway, person, listens }) => {
      if (listens) this.#listeningSince.set(`${gateway} ${person}`, this.#world.agenda.now())
      else this.#listeningSince.delete(`${gateway} ${person}`)
    },
    notificationSeen: ({ gateway, person, message }) => {
      this.#seen.add(`${gateway} ${person} ${message.id}`)
      if (message.alarm !== null) this.#saw(gateway, message.alarm, message.presses)
    },
    // Who takes or closes an alarm from the list has seen it there.
    personSpoke: ({ gateway, said }) => this.#saw(gateway, said.alarm, 1),
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

  #saw(gateway: GatewayId, alarm: AlarmId, presses: number): void {
    const now = this.#world.agenda.now()
    const key = `${gateway} ${alarm}`
    const sight = this.#sights.get(key) ?? { firstAt: now, presses: 0, pressesAt: new Map() }
    this.#sights.set(key, sight)
    if (presses <= sight.presses) return
    sight.presses = presses
    sight.pressesAt.set(presses, now)
  }
}
