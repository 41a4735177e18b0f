// The truth about presses: what fingers did to contacts, and which presses the devices made of it. A press that a device has
// noticed is a claim: it has its id for ever, and lives in the device, on its memory card, in gateways and on their disks.
import type { Press } from '../../../firmware/core/model.ts'
import type { ButtonId, DeviceId, PressId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Contact } from '../contact.ts'
import type { DeviceMachine } from '../device.ts'
import type { DeviceStepped, Watch } from '../observation.ts'
import type { World } from '../world.ts'

/** One closure of a contact; to null: it is still closed. */
export type Closure = {
  readonly contact: Contact
  readonly from: number
  /** When the first of the closures began that follow each other so closely that they are one press. */
  readonly pressFrom: number
  to: number | null
}

/** Closer together than a release, and what edges may be late. */
const samePressMs = limits.releaseMs + 140

export type Claim = {
  readonly id: PressId
  readonly device: DeviceId
  readonly button: ButtonId
  readonly meaning: Press['meaning']['kind']
  /** World time of the press, as the device tells it. */
  readonly pressedAt: number
  /** Whether the present program of the device knows it. */
  isInProgram: boolean
  receiptedAt: number | null
  /** The device let it go because it owed too many [S6]; that it may is another oracle's matter. */
  hasYielded: boolean
  /** World time at which the sending with this number left; numbers of another boot come later only. */
  readonly sentAt: Map<number, number>
}

/** Closures longer ago than this explain no press any more. */
const rememberedMs = 2 * limits.levelAuditMs

export class Presses {
  readonly claims = new Map<PressId, Claim>()
  readonly #world: World
  readonly #closures = new Map<Contact, Closure[]>()

  constructor(world: World) {
    this.#world = world
  }

  readonly watch: Watch = {
    contactMoved: ({ contact }) => this.#moved(contact),
    deviceStepped: stepped => this.#stepped(stepped),
    programStarted: ({ machine }) => this.#started(machine),
  }

  closuresOf(contact: Contact): readonly Closure[] {
    return this.#closures.get(contact) ?? []
  }

  /** True if the device, or its memory card if it does not run, still has this press. */
  isInDevice({ id, device, isInProgram, hasYielded }: Claim): boolean {
    const machine = this.#world.devices.get(device)
    if (machine === undefined || hasYielded) return false
    return machine.program === null ? machine.disk.remembers(id) : isInProgram
  }

  #moved(contact: Contact): void {
    const now = this.#world.agenda.now()
    const closures = (this.#closures.get(contact) ?? []).filter(({ to }) => to === null || to > now - rememberedMs)
    const last = closures.at(-1)
    if (contact.level === 'closed') {
      const goesOn = last !== undefined && last.to !== null && now - last.to < samePressMs
      closures.push({ contact, from: now, pressFrom: goesOn ? last.pressFrom : now, to: null })
    } else if (last !== undefined) last.to = now
    this.#closures.set(contact, closures)
  }

  #stepped({ device, event, result }: DeviceStepped): void {
    const machine = this.#world.devices.get(device)
    for (const effect of result.effects)
      if (effect.kind === 'journal' && effect.entry.kind === 'pressed' && machine !== undefined)
        this.#claimed(machine, effect.entry.press)
    for (const effect of result.effects) {
      const yielding = effect.kind === 'reportYielded' ? this.claims.get(effect.press) : undefined
      if (yielding !== undefined) yielding.hasYielded = true
    }
    for (const effect of result.effects)
      if (effect.kind === 'publish' && 'button' in effect.message)
        this.claims.get(effect.message.id)?.sentAt.set(effect.message.n, this.#world.agenda.now())
    if (event.kind !== 'received' || event.message.kind !== 'receipt') return
    const claim = this.claims.get(event.message.id)
    if (claim !== undefined) claim.receiptedAt ??= this.#world.agenda.now()
  }

  #claimed({ plan, clock }: DeviceMachine, press: Press): void {
    if (this.claims.has(press.id) || press.age.basis !== 'monotonic') return
    const claim: Claim = {
      id: press.id,
      device: plan.id,
      button: press.button,
      meaning: press.meaning.kind,
      pressedAt: clock.worldAt(press.age.pressedAt),
      isInProgram: true,
      receiptedAt: null,
      hasYielded: false,
      sentAt: new Map(),
    }
    this.claims.set(press.id, claim)
    this.#world.observe({ kind: 'claimed', claim })
  }

  /** A program that starts knows what its memory card kept. */
  #started(machine: string): void {
    for (const claim of this.claims.values())
      if (claim.device === machine)
        claim.isInProgram = this.#world.devices.get(claim.device)?.disk.remembers(claim.id) === true
  }
}
