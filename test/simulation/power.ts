// Power and life of a machine: off while somebody holds the power cut, without its program while somebody keeps it down, and
// started again by its supervisor as soon as both are over, however often and in which order they come.
import type { Agenda, Appointment } from './agenda.ts'
import type { Host } from './path.ts'

export type Ending = 'crash' | 'powerCut' | 'stop'

type Options = {
  readonly agenda: Agenda
  readonly host: Host
  /** From power to the running program, and from the end of a program to the next one. */
  readonly bootMs: () => number
  readonly restartMs: () => number
  readonly onPower: () => void
  /** Starts the program. False: it ended at once and is to be tried again. */
  readonly onStart: () => boolean
  /** The program, if one runs, ends; at a power cut the machine goes dark with it. */
  readonly onEnd: (how: Ending) => void
}

export class Power {
  readonly #options: Options
  #dark = 1
  #held = 0
  #isRunning = false
  #starting: Appointment | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** For the first time: the machine has been on for long. */
  begin(): void {
    this.#dark = 0
    this.#options.host.isUp = true
    this.#options.onPower()
    this.#startAfter(0)
  }

  cut(): void {
    this.#dark += 1
    if (this.#dark > 1) return
    this.#end('powerCut')
    this.#options.host.isUp = false
  }

  restore(): void {
    this.#dark -= 1
    if (this.#dark > 0) return
    this.#options.host.isUp = true
    this.#options.onPower()
    if (this.#held === 0) this.#startAfter(this.#options.bootMs())
  }

  /** The program ends, and stays down until released. */
  stop(how: 'crash' | 'stop'): void {
    this.#held += 1
    if (this.#dark === 0) this.#end(how)
  }

  release(): void {
    this.#held -= 1
    if (this.#held === 0 && this.#dark === 0 && !this.#isRunning) this.#startAfter(this.#options.restartMs())
  }

  #startAfter(delayMs: number): void {
    const { agenda, onStart, restartMs } = this.#options
    agenda.cancel(this.#starting)
    this.#starting = agenda.after(delayMs, () => {
      this.#starting = null
      this.#isRunning = onStart()
      if (!this.#isRunning) this.#startAfter(restartMs())
    })
  }

  #end(how: Ending): void {
    this.#options.agenda.cancel(this.#starting)
    this.#starting = null
    this.#isRunning = false
    this.#options.onEnd(how)
  }
}
