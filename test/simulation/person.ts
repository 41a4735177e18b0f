// A person who is told of alarms: sees what arrives, takes alarms or does not, closes them, and asks again until the gateway
// has answered. One connection to each gateway, over MQTT or by an open page of the console.
import type { AlarmId, GatewayId } from '../../protocol/ids.ts'
import { type NotificationMessage, outcomes } from '../../protocol/messages.ts'
import { Client } from './client.ts'
import type { Packet, Said } from './packet.ts'
import type { Patience, Side } from './path.ts'
import type { PersonPlan } from './plan.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** MQTT: a keep-alive of 30 seconds. Console: heartbeats of 10 seconds, a page is gone after 25 without an answer. */
const patience: Readonly<Record<PersonPlan['channel'], Readonly<Record<Side, Patience>>>> = {
  mqtt: { client: [15_000, 45_000], gateway: [15_000, 45_000] },
  console: { client: [10_000, 25_000], gateway: [15_000, 35_000] },
}
/** A person who gets no answer presses again. */
const insistMs = 7000
/** Until the program has shown what arrived, and says so. */
const showingMs = { least: 1, most: 400 } as const
const stepMs = 10_000

/** What this person knows of one alarm at one gateway. */
type Knowledge = { state: 'open' | 'taken' | 'closed'; isDecided: boolean; isMine: boolean }

type Asking = { readonly said: Said; readonly id: number }

export class Person {
  readonly plan: PersonPlan
  readonly #world: World
  readonly #random: Random
  readonly #desks: readonly Desk[]
  #awayCount = 0
  #slowCount = 0

  constructor(world: World, plan: PersonPlan) {
    this.plan = plan
    this.#world = world
    this.#random = world.random.fork(plan.id)
    this.#desks = world.plan.gateways.map(({ id }) => new Desk(this, world, this.#random.fork(id), id))
  }

  get isSlow(): boolean {
    return this.#slowCount > 0
  }

  comes(): void {
    for (const desk of this.#desks) desk.open()
  }

  leaves(): void {
    this.#awayCount += 1
    if (this.#awayCount === 1) for (const desk of this.#desks) desk.close()
  }

  returns(): void {
    this.#awayCount -= 1
    if (this.#awayCount === 0) this.comes()
  }

  slowsDown(): void {
    this.#slowCount += 1
  }

  readsAgain(): void {
    this.#slowCount -= 1
    if (this.#slowCount === 0) for (const desk of this.#desks) desk.catchUp()
  }

  /** Says the same at every gateway at which this person can be heard. */
  close(gateway: GatewayId, alarm: AlarmId, outcome: 'noIncident' | 'test'): void {
    this.#desks.find(desk => desk.gateway === gateway)?.say({ v: 1, kind: 'close', alarm, outcome })
  }

  canSpeakTo(gateway: GatewayId): boolean {
    return this.#desks.some(desk => desk.gateway === gateway && desk.isOpen)
  }

  /** When this person, having seen an alarm now, takes it; null: never. */
  reactionAt(random: Random): number | null {
    const { takes, reactionMs, inStep } = this.plan.habits
    if (!random.chance(takes)) return null
    const at = this.#world.agenda.now() + random.between(...reactionMs)
    return inStep ? Math.ceil(at / stepMs) * stepMs : at
  }
}

/** One person at one gateway. */
class Desk {
  readonly gateway: GatewayId
  readonly #person: Person
  readonly #world: World
  readonly #random: Random
  readonly #client: Client
  readonly #known = new Map<AlarmId, Knowledge>()
  /** Said and not answered; said again until it is. */
  #asking: Asking[] = []
  #asked = 0
  #unread: Packet[] = []

  constructor(person: Person, world: World, random: Random, gateway: GatewayId) {
    const { id, channel } = person.plan
    this.#person = person
    this.#world = world
    this.#random = random
    this.gateway = gateway
    this.#client = new Client({
      world,
      random,
      name: id,
      gateway,
      hello: { role: channel === 'mqtt' ? 'responder' : 'page', id },
      patience: patience[channel],
      onConnected: () => this.#connected(),
      onPacket: packet => this.#arrived(packet),
      onLost: () => this.#lost(),
    })
  }

  get isOpen(): boolean {
    return this.#client.isConnected
  }

  open(): void {
    this.#client.open()
  }

  close(): void {
    this.#client.close()
  }

  catchUp(): void {
    for (const packet of this.#unread.splice(0)) this.#arrived(packet)
  }

  say(said: Said): void {
    this.#asked += 1
    const asking = { said, id: this.#asked }
    this.#asking.push(asking)
    this.#world.observe({ kind: 'personSpoke', person: this.#person.plan.id, gateway: this.gateway, said })
    this.#insist(asking)
  }

  #connected(): void {
    if (this.#person.plan.channel === 'mqtt') this.#client.send({ kind: 'subscribe' })
    this.#listens(true)
    for (const asking of this.#asking) this.#send(asking)
  }

  #lost(): void {
    this.#unread = []
    this.#listens(false)
  }

  #listens(listens: boolean): void {
    this.#world.observe({ kind: 'personListens', person: this.#person.plan.id, gateway: this.gateway, listens })
  }

  #insist(asking: Asking): void {
    if (!this.#asking.includes(asking)) return
    this.#send(asking)
    this.#world.agenda.after(insistMs, () => this.#insist(asking))
  }

  #send({ said, id }: Asking): void {
    if (this.#person.plan.channel === 'console') this.#client.send({ kind: 'ask', asking: id, said })
    else this.#client.send({ kind: 'publish', wire: { kind: 'object', message: said, signer: '' }, packetId: id })
  }

  #arrived(packet: Packet): void {
    if (this.#person.isSlow) return void this.#unread.push(packet)
    if (packet.kind === 'puback') this.#answered(packet.packetId)
    if (packet.kind === 'answer' && packet.result === 'done') this.#answered(packet.asking)
    if (packet.kind !== 'publish' || packet.wire.kind !== 'object') return
    const { message } = packet.wire
    if (message.kind !== 'notification') return
    const { packetId } = packet
    this.#world.agenda.after(this.#random.heavyTail(showingMs.least, showingMs.most), () => {
      if (!this.#client.isConnected) return
      if (packetId === null) this.#client.send({ kind: 'seen', notification: message.id })
      else this.#client.send({ kind: 'puback', packetId })
      this.#saw(message)
    })
  }

  #answered(id: number): void {
    const answered = this.#asking.find(asking => asking.id === id)
    if (answered === undefined) return
    this.#asking = this.#asking.filter(asking => asking !== answered)
    const { kind, alarm } = answered.said
    const known = this.#knowledgeOf(alarm)
    if (kind === 'close') known.state = 'closed'
    else this.#took(alarm, known)
  }

  #saw(message: NotificationMessage): void {
    const { alarm } = message
    this.#world.observe({ kind: 'notificationSeen', person: this.#person.plan.id, gateway: this.gateway, message })
    if (alarm === null) return
    const known = this.#knowledgeOf(alarm)
    if (message.state === 'closed') known.state = 'closed'
    else if (message.state === 'acknowledged') known.state = 'taken'
    else this.#decide(alarm, known)
  }

  /** Decides once for each alarm whether and when to take it. */
  #decide(alarm: AlarmId, known: Knowledge): void {
    if (known.isDecided) return
    known.isDecided = true
    const random = this.#random.fork(alarm)
    const at = this.#person.reactionAt(random)
    if (at === null) return
    this.#world.agenda.at(at, () => this.#take(alarm, known))
    if (random.chance(this.#person.plan.habits.twice))
      this.#world.agenda.at(at + random.between(0, stepMs), () => this.#take(alarm, known))
  }

  #take(alarm: AlarmId, known: Knowledge): void {
    const { stubborn } = this.#person.plan.habits
    if (!this.#client.isConnected || (known.state !== 'open' && !known.isMine && !stubborn)) return
    this.say({ v: 1, kind: 'acknowledgement', alarm })
  }

  #took(alarm: AlarmId, known: Knowledge): void {
    if (known.isMine || known.state !== 'open') return
    known.isMine = true
    known.state = 'taken'
    const random = this.#random.fork(`${alarm} closing`)
    const outcome = random.pick(outcomes)
    this.#world.agenda.after(random.between(...this.#person.plan.habits.closingMs), () =>
      this.say({ v: 1, kind: 'close', alarm, outcome }),
    )
  }

  #knowledgeOf(alarm: AlarmId): Knowledge {
    const known = this.#known.get(alarm) ?? { state: 'open', isDecided: false, isMine: false }
    this.#known.set(alarm, known)
    return known
  }
}
