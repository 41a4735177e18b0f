// One contact as it really is: closed while anything holds it closed. What a program hears of it is another matter: interrupts
// die, lines fail.
import type { Level } from '../../firmware/core/debounce.ts'
import type { ButtonName } from './plan.ts'

/** Who listens to the line at present: the program of the device, while it runs. */
export type LineListener = {
  readonly onEdge: (level: Level) => void
  readonly onFailure: () => void
  readonly onRecovery: () => void
}

export class Contact {
  readonly name: ButtonName
  isInterruptAlive = true
  listener: LineListener | null = null
  readonly #onMoved: (contact: Contact) => void
  #holding = 0
  #hasFailed = false

  constructor(name: ButtonName, onMoved: (contact: Contact) => void) {
    this.name = name
    this.#onMoved = onMoved
  }

  get level(): Level {
    return this.#holding > 0 ? 'closed' : 'open'
  }

  /** What a reading gives; null: it cannot be read. */
  get reading(): Level | null {
    return this.#hasFailed ? null : this.level
  }

  /** One more thing holds it closed: a finger, a chip of metal. */
  hold(): void {
    this.#holding += 1
    if (this.#holding === 1) this.#moved()
  }

  release(): void {
    this.#holding -= 1
    if (this.#holding === 0) this.#moved()
  }

  fail(isNoticed: boolean): void {
    this.#hasFailed = true
    if (isNoticed) this.listener?.onFailure()
  }

  recover(): void {
    this.#hasFailed = false
    this.listener?.onRecovery()
  }

  #moved(): void {
    this.#onMoved(this)
    if (this.isInterruptAlive && !this.#hasFailed) this.listener?.onEdge(this.level)
  }
}
