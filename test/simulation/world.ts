// The world of one run: made from a plan, it goes on event by event, and whoever observes it sees everything.
import type { DeviceId, GatewayId, ResponderId } from '../../protocol/ids.ts'
import { perform } from './acts.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import { type Captured, captureFrom } from './attack.ts'
import { DeviceMachine } from './device.ts'
import { GatewayMachine } from './gateway.ts'
import { Monitor } from './monitor.ts'
import { createNetwork, type Network } from './network.ts'
import type { Observe, Watch } from './observation.ts'
import { Person } from './person.ts'
import { type Act, type ActKind, type DevicePlan, endOf, isDisturbing, type Plan } from './plan.ts'
import type { Programs } from './programs.ts'
import { createRandom, type Random } from './random.ts'
import { type Changes, configurationOf, noChanges } from './town.ts'

/** Devices of a town that has been there for long do not all start in the same moment. */
const beginningMs = 2000

export class World {
  readonly plan: Plan
  readonly programs: Programs
  readonly agenda: Agenda = createAgenda()
  readonly random: Random
  readonly network: Network
  readonly devices = new Map<DeviceId, DeviceMachine>()
  readonly gateways = new Map<GatewayId, GatewayMachine>()
  readonly people = new Map<ResponderId, Person>()
  readonly monitors = new Map<GatewayId, Monitor>()
  /** What an attacker has overheard. */
  readonly captured: Captured
  readonly #observers = new Map<string, readonly Observe[]>()
  readonly #onCalm: (() => void)[] = []
  #changes: Changes = noChanges
  readonly #underWay = new Map<ActKind, number>()
  #calmSince: number | null = null

  constructor(plan: Plan, programs: Programs) {
    this.plan = plan
    this.programs = programs
    this.random = createRandom(String(plan.seed))
    this.network = createNetwork(this.agenda, this.random.fork('network'), plan.latencyMs)
    this.captured = captureFrom(this)
    for (const each of plan.gateways)
      this.gateways.set(each.id, new GatewayMachine(this, each, configurationOf(plan, each.id, this.#changes)))
    for (const each of plan.devices) this.addDevice(each)
    for (const each of plan.people) this.people.set(each.id, new Person(this, each))
    for (const { id } of plan.gateways) this.monitors.set(id, new Monitor(this, id))
  }

  readonly observe: Observe = observation => {
    for (const observer of this.#observers.get(observation.kind) ?? []) observer(observation)
  }

  /** Told in the order of asking, right after it happened. */
  observeWith(watch: Watch): void {
    for (const [kind, observer] of Object.entries(watch))
      this.#observers.set(kind, [...(this.#observers.get(kind) ?? []), observer as Observe])
  }

  /** World time since which nothing disturbs the system and every program runs; null: something does. */
  get calmSince(): number | null {
    return this.#calmSince
  }

  /** Calls back whenever the world becomes calm. */
  onCalm(call: () => void): void {
    this.#onCalm.push(call)
  }

  /** Machines begin, people come, and the acts of the plan are due. */
  begin(): void {
    const { agenda, random, plan } = this
    for (const machine of this.gateways.values()) machine.power.begin()
    for (const person of this.people.values()) agenda.at(1, () => person.comes())
    for (const monitor of this.monitors.values()) agenda.at(1, () => monitor.open())
    for (const machine of this.devices.values()) agenda.at(random.between(0, beginningMs), () => machine.power.begin())
    for (const act of plan.acts) agenda.at(act.at, () => this.perform(act))
  }

  perform(act: Act): void {
    this.#count(act.kind, 1)
    this.observe({ kind: 'actBegan', act })
    perform(this, act)
    this.lookWhetherCalm()
    this.agenda.at(endOf(act), () => {
      this.#count(act.kind, -1)
      this.observe({ kind: 'actEnded', act })
      this.lookWhetherCalm()
    })
  }

  /** True while an act of such a kind lasts. */
  isUnderWay(which: (kind: ActKind) => boolean): boolean {
    for (const [kind, count] of this.#underWay) if (count > 0 && which(kind)) return true
    return false
  }

  addDevice(plan: DevicePlan): DeviceMachine {
    const machine = new DeviceMachine(this, plan)
    this.devices.set(plan.id, machine)
    return machine
  }

  /** It goes dark and nobody asks for it any more. */
  removeDevice(machine: DeviceMachine): void {
    machine.power.cut()
    this.devices.delete(machine.plan.id)
  }

  /** Changes the configuration file of every gateway. */
  reconfigure(change: (changes: Changes) => Changes): void {
    this.#changes = { ...change(this.#changes), version: this.#changes.version + 1 }
    for (const machine of this.gateways.values())
      machine.configure(configurationOf(this.plan, machine.plan.id, this.#changes))
  }

  /** To be called whenever a program has started or ended. */
  lookWhetherCalm(): void {
    const isCalm = !this.isUnderWay(isDisturbing) && this.#everythingRuns()
    if (isCalm === (this.#calmSince !== null)) return
    this.#calmSince = isCalm ? this.agenda.now() : null
    if (isCalm) for (const call of this.#onCalm) call()
  }

  #count(kind: ActKind, by: number): void {
    this.#underWay.set(kind, (this.#underWay.get(kind) ?? 0) + by)
  }

  #everythingRuns(): boolean {
    for (const { program } of this.gateways.values()) if (program === null) return false
    for (const { program } of this.devices.values()) if (program === null) return false
    return true
  }
}
