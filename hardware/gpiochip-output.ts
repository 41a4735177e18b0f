// An output line held by gpioset: a line is driven only while a program holds it, so one child holds it from the first moment to the last.
// Another level is another child; between the two the line is free for some milliseconds, which an indicator may be.
import { findPlace, gpiodSentence } from './gpiochip-place.ts'
import { GpiodChild } from './gpiod-child.ts'
import type { Dialect } from './gpiod-dialect.ts'
import { closedLine, describeAddress } from './line-address.ts'
import { LineError, type OutputLine, type OutputOptions } from './lines.ts'
import { Retry } from './retry.ts'

export class GpiochipOutput implements OutputLine {
  readonly #options: OutputOptions
  readonly #dialect: Dialect
  #child: GpiodChild | null = null
  #active = false
  #closed = false
  /** One setting after the other: the last one asked for is the one that stays. */
  #turn: Promise<void> = Promise.resolve()
  readonly #retry = new Retry(() =>
    this.#inTurn(async () => {
      if (this.#child === null) await this.#hold()
    }),
  )

  constructor(options: OutputOptions, dialect: Dialect) {
    this.#options = options
    this.#dialect = dialect
  }

  /** @throws LineError */
  async open(): Promise<void> {
    await this.#hold()
  }

  /** @throws LineError if the line cannot be set now; it is tried again by itself. */
  readonly set = (active: boolean): Promise<void> =>
    this.#inTurn(async () => {
      if (this.#closed) throw new LineError(closedLine(describeAddress(this.#options.address)))
      if (active === this.#active && this.#child !== null) return
      this.#active = active
      await this.#letGo()
      await this.#holdOrRetry()
    })

  async [Symbol.asyncDispose](): Promise<void> {
    await this.set(false).catch(() => {}) // Already failed and reported to whoever set it last, or closed before.
    this.#closed = true
    await this.#retry[Symbol.asyncDispose]()
    await this.#inTurn(() => this.#letGo())
  }

  async #holdOrRetry(): Promise<void> {
    try {
      await this.#hold()
    } catch (error) {
      this.#retry.start()
      throw error
    }
  }

  async #hold(): Promise<void> {
    if (this.#closed) return
    const { address, activeLevel } = this.#options
    const high = this.#active === (activeLevel === 'high')
    const script = `exec ${this.#dialect.set(await findPlace(address), high)}`
    const child: GpiodChild = new GpiodChild(script, this.#dialect, {
      onLevel: () => {},
      onEdge: () => {},
      onEnd: () => {
        if (this.#child !== child) return
        this.#child = null
        this.#retry.start()
      },
    })
    this.#child = child
    try {
      await child.holding
    } catch (error) {
      this.#child = null
      throw new LineError(gpiodSentence(address, error instanceof Error ? error.message : String(error)))
    }
  }

  async #letGo(): Promise<void> {
    const child = this.#child
    this.#child = null
    await child?.stop()
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(action)
    this.#turn = done.catch(() => {}) // Whoever asked hears of it; the next one in line need not.
    return done
  }
}
