// One way through the network, and the connections on it, whose two ends may disagree. In good health it carries packets in
// order, as TCP does; what a broken one holds back comes late and in order if both ends outlive it. An end that hears nothing
// gives up. An unruly path does what TCP never would: packets are lost, doubled and overtake each other.
import type { Agenda } from './agenda.ts'
import { isControl, type Packet } from './packet.ts'
import type { PathName } from './plan.ts'
import type { Random } from './random.ts'

/** A machine on the network. Without power it answers nothing, not even with a reset. */
export type Host = { isUp: boolean }

/** How long an end hears nothing until it gives up: between these, because its keep-alive packets are that far apart. */
export type Patience = readonly [least: number, most: number]

export type Unruliness = { readonly loss: number; readonly duplication: number; readonly reordering: number }
export type Side = 'client' | 'gateway'

/** Held-back packets come with the sender's next try, which TCP spaces further and further apart. */
const retransmissionMsMax = 3000
const overtakingMsMax = 400
/** One packet in so many meets a busy switch. */
const busy = { probability: 0.002, leastMs: 20, mostMs: 500 } as const

export class Path {
  readonly name: PathName
  readonly agenda: Agenda
  readonly random: Random
  unruly: Unruliness | null = null
  /** Added to the delay of each packet, up to this much. */
  slowMs = 0
  readonly #latencyMs: number
  readonly #connections = new Set<Connection>()
  #cuts = 0

  constructor(name: PathName, agenda: Agenda, random: Random, latencyMs: number) {
    this.name = name
    this.agenda = agenda
    this.random = random
    this.#latencyMs = latencyMs
  }

  get isCut(): boolean {
    return this.#cuts > 0
  }

  delayMs(): number {
    const usual = this.#latencyMs * (1 + this.random.next())
    if (this.slowMs > 0) return usual + this.random.heavyTail(this.slowMs / 50, this.slowMs)
    return this.random.chance(busy.probability) ? usual + this.random.heavyTail(busy.leastMs, busy.mostMs) : usual
  }

  join(client: Host, gateway: Host, patience: Readonly<Record<Side, Patience>>): Connection {
    const connection = new Connection(this, { client, gateway }, patience)
    this.#connections.add(connection)
    return connection
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }

  cut(): void {
    this.#cuts += 1
    if (this.#cuts === 1)
      for (const { client, gateway } of this.#connections) for (const end of [client, gateway]) end.wait()
  }

  mend(): void {
    this.#cuts -= 1
    if (this.#cuts === 0)
      for (const { client, gateway } of this.#connections) for (const end of [client, gateway]) end.resume()
  }

  /** Somebody between the ends says to both that the connection is over. */
  reset(): void {
    for (const { client, gateway } of this.#connections)
      for (const end of [client, gateway]) this.agenda.after(this.delayMs(), () => end.drop('reset'))
  }

  /** What stands now carries nothing to these ends any more; a new connection will do. */
  deafen(which: Side | 'both'): void {
    for (const { client, gateway } of this.#connections) {
      if (which !== 'gateway') client.deafen()
      if (which !== 'client') gateway.deafen()
    }
  }
}

export class Connection {
  readonly client: End
  readonly gateway: End

  constructor(path: Path, hosts: Readonly<Record<Side, Host>>, patience: Readonly<Record<Side, Patience>>) {
    const forget = (): void => {
      if (!this.client.isOpen && !this.gateway.isOpen) path.forget(this)
    }
    this.client = new End(path, hosts.client, patience.client, forget)
    this.gateway = new End(path, hosts.gateway, patience.gateway, forget)
    this.client.peer = this.gateway
    this.gateway.peer = this.client
  }
}

export class End {
  isOpen = true
  peer: End | null = null
  onPacket: (packet: Packet) => void = () => undefined
  /** It is over, and not by this end's own word. */
  onLost: (why: string) => void = () => undefined
  readonly #path: Path
  readonly #host: Host
  readonly #patience: Patience
  readonly #onEnded: () => void
  /** What the path holds back on the way to this end. null: the other end says that it is over. */
  #held: (Packet | null)[] = []
  #lastArrival = 0
  #isDeaf = false
  #hasVanished = false
  #silentSince: number | null = null

  constructor(path: Path, host: Host, patience: Patience, onEnded: () => void) {
    this.#path = path
    this.#host = host
    this.#patience = patience
    this.#onEnded = onEnded
  }

  send(packet: Packet): void {
    if (this.isOpen) this.peer?.carry(packet)
  }

  /** Ends it; the other end hears of it if the path lets it. */
  close(): void {
    if (!this.isOpen) return
    this.#end()
    this.peer?.carry(null)
  }

  /** The machine lost its power: the other end hears nothing, and a reset if it asks when the power is back. */
  vanish(): void {
    if (!this.isOpen) return
    this.#hasVanished = true
    this.#end()
    this.peer?.wait()
  }

  /** Over at once, without a word to the other end. */
  drop(why: string): void {
    if (!this.isOpen) return
    this.#end()
    this.onLost(why)
  }

  deafen(): void {
    this.#isDeaf = true
    this.wait()
  }

  /** Nothing can be heard from now on; after a while this end draws its conclusion. */
  wait(): void {
    if (!this.isOpen || this.#silentSince !== null) return
    const { agenda, random } = this.#path
    const since = agenda.now()
    this.#silentSince = since
    agenda.after(random.between(...this.#patience), () => {
      if (this.isOpen && this.#silentSince === since) this.#giveUp()
    })
  }

  /** The path carries again: what was held back comes. */
  resume(): void {
    if (!this.#isDeaf && this.peer?.hasVanished !== true) this.#silentSince = null
    const { agenda, random } = this.#path
    const at = agenda.now() + random.heavyTail(1, retransmissionMsMax)
    for (const packet of this.#held.splice(0)) this.#arriveAt(at, packet)
  }

  get hasVanished(): boolean {
    return this.#hasVanished
  }

  carry(packet: Packet | null): void {
    const { unruly, agenda } = this.#path
    const at = agenda.now() + this.#path.delayMs()
    if (unruly === null || packet === null || isControl(packet)) this.#arriveAt(at, packet)
    else this.#carryUnruly(packet, at, unruly)
  }

  #carryUnruly(packet: Packet, at: number, unruly: Unruliness): void {
    const { random, agenda } = this.#path
    if (random.chance(unruly.loss)) return
    if (random.chance(unruly.duplication)) this.#arriveAt(at, packet)
    if (random.chance(unruly.reordering)) agenda.at(at + random.between(0, overtakingMsMax), () => this.#arrive(packet))
    else this.#arriveAt(at, packet)
  }

  #arriveAt(time: number, packet: Packet | null): void {
    this.#lastArrival = Math.max(this.#lastArrival, time)
    this.#path.agenda.at(this.#lastArrival, () => this.#arrive(packet))
  }

  #arrive(packet: Packet | null): void {
    if (this.#path.isCut) this.#held.push(packet)
    else if (this.#isDeaf) return
    else if (!this.isOpen) this.#answerStranger()
    else if (packet === null) this.drop('closed by the other end')
    else this.onPacket(packet)
  }

  #answerStranger(): void {
    const { peer } = this
    if (this.#hasVanished && this.#host.isUp)
      this.#path.agenda.after(this.#path.delayMs(), () => peer?.drop('reset by a machine that was restarted'))
  }

  #giveUp(): void {
    this.close()
    this.onLost('nothing heard for too long')
  }

  #end(): void {
    this.isOpen = false
    this.#onEnded()
  }
}
