// The contacts of one button as they really are: pressed while anything presses, and each with its wire. What a program hears of
// them is another matter: interrupts die, lines fail, wires are cut.
import type { LineId, Wiring } from '../../firmware/core/circuit.ts'
import type { Level } from '../../firmware/core/debounce.ts'
import type { ButtonName, DevicePlan } from './plan.ts'

/** Who listens to the lines at present: the program of the device, while it runs. */
export type LineListener = {
  readonly onEdge: (line: LineId, level: Level) => void
  readonly onFailure: () => void
  readonly onRecovery: () => void
}

/** One circuit. */
export type Wire = {
  readonly id: LineId
  /** What a reading gives; null: it cannot be read. */
  readonly reading: Level | null
  readonly isAtRest: boolean
}

type Circuit = { readonly id: LineId; readonly pressed: Level; isCut: boolean }

export class Contact {
  readonly name: ButtonName
  readonly wiring: Wiring
  readonly wires: readonly Wire[]
  isInterruptAlive = true
  listener: LineListener | null = null
  readonly #circuits: readonly Circuit[]
  readonly #onMoved: (contact: Contact) => void
  #holding = 0
  #cuts = 0
  #failures = 0

  constructor(name: ButtonName, kind: DevicePlan['wiring'], onMoved: (contact: Contact) => void) {
    this.name = name
    this.wiring = wiringOf(name, kind)
    this.#circuits = circuitsOf(this.wiring)
    this.wires = this.#circuits.map(circuit => this.#wire(circuit))
    this.#onMoved = onMoved
  }

  /** closed: as a press makes it, whatever that does to its circuits. */
  get level(): Level {
    return this.#holding > 0 ? 'closed' : 'open'
  }

  /** The level as a reading would tell it; null: it cannot be read. */
  get reading(): Level | null {
    return this.#failures > 0 ? null : this.level
  }

  /** Whether its two contacts may disagree. */
  get isCut(): boolean {
    return this.#cuts > 0
  }

  /** One more thing holds it: a finger, a chip of metal. */
  hold(): void {
    this.#holding += 1
    if (this.#holding === 1) this.#moved()
  }

  release(): void {
    this.#holding -= 1
    if (this.#holding === 0) this.#moved()
  }

  fail(isNoticed: boolean): void {
    this.#failures += 1
    if (isNoticed) this.listener?.onFailure()
  }

  recover(): void {
    this.#failures -= 1
    if (this.#failures === 0) this.listener?.onRecovery()
  }

  /** The circuit that a press opens is open from now on. */
  cut(): void {
    this.#cuts += 1
    if (this.#cuts === 1) this.#setCut(true)
  }

  mend(): void {
    this.#cuts -= 1
    if (this.#cuts === 0) this.#setCut(false)
  }

  #setCut(isCut: boolean): void {
    for (const circuit of this.#circuits) {
      if (circuit.pressed !== 'open') continue
      const before = this.#levelOf(circuit)
      circuit.isCut = isCut
      if (this.#levelOf(circuit) !== before) this.#tell(circuit)
    }
  }

  #moved(): void {
    this.#onMoved(this)
    for (const circuit of this.#circuits) if (!circuit.isCut) this.#tell(circuit)
  }

  #tell(circuit: Circuit): void {
    if (this.isInterruptAlive && this.#failures === 0) this.listener?.onEdge(circuit.id, this.#levelOf(circuit))
  }

  #levelOf({ pressed, isCut }: Circuit): Level {
    if (isCut) return 'open'
    return this.level === 'closed' ? pressed : opposite[pressed]
  }

  #wire(circuit: Circuit): Wire {
    const level = (): Level => this.#levelOf(circuit)
    const hasFailed = (): boolean => this.#failures > 0
    return {
      id: circuit.id,
      get reading() {
        return hasFailed() ? null : level()
      },
      get isAtRest() {
        return level() !== circuit.pressed
      },
    }
  }
}

const opposite = { open: 'closed', closed: 'open' } as const

function wiringOf({ button }: ButtonName, kind: DevicePlan['wiring']): Wiring {
  const line = (name: string): LineId => `${button}-${name}` as LineId
  switch (kind) {
    case 'normallyOpen':
      return { kind, line: line('no') }
    case 'normallyClosed':
      return { kind, line: line('nc'), cutWireIs: 'alarm' }
    case 'antivalent':
      return { kind, normallyOpen: line('no'), normallyClosed: line('nc') }
  }
}

function circuitsOf(wiring: Wiring): readonly Circuit[] {
  const circuit = (id: LineId, pressed: Level): Circuit => ({ id, pressed, isCut: false })
  switch (wiring.kind) {
    case 'normallyOpen':
      return [circuit(wiring.line, 'closed')]
    case 'normallyClosed':
      return [circuit(wiring.line, 'open')]
    case 'antivalent':
      return [circuit(wiring.normallyOpen, 'closed'), circuit(wiring.normallyClosed, 'open')]
    case 'twoHand':
      return [circuit(wiring.first, 'closed'), circuit(wiring.second, 'closed')]
  }
}
