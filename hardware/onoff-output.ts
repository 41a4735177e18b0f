// An output line over onoff: inactive from its first moment to its last, and opened anew when setting it failed.
import { closedLine, describeAddress } from './line-address.ts'
import { LineError, type OutputLine, type OutputOptions } from './lines.ts'
import { type OpenGpio, type OpenLine, release } from './onoff-gpio.ts'
import { systemReason } from './system-reason.ts'

export class OnoffOutput implements OutputLine {
  readonly #options: OutputOptions
  readonly #openLine: OpenLine
  /** null: failed, or closed. */
  #opened: OpenGpio | null = null
  #closed = false
  /** One setting after the other: the last one asked for is the one that stays. */
  #turn: Promise<void> = Promise.resolve()

  constructor(options: OutputOptions, openLine: OpenLine) {
    this.#options = options
    this.#openLine = openLine
  }

  /** @throws LineError as the opening of the line finds it. */
  async open(): Promise<void> {
    this.#opened ??= await this.#openLine(this.#options.address, this.#options.activeLevel === 'high' ? 'low' : 'high')
  }

  /** @throws LineError if the line cannot be set now; the next call tries to open it again. */
  readonly set = (active: boolean): Promise<void> => this.#inTurn(() => this.#set(active))

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#opened === null) return
      await this.#set(false).catch(() => {}) // Already failed and reported to whoever set it last.
      if (this.#opened !== null) release(this.#opened)
      this.#opened = null
    })
    this.#closed = true
  }

  async #set(active: boolean): Promise<void> {
    const line = describeAddress(this.#options.address)
    if (this.#closed) throw new LineError(closedLine(line))
    await this.open()
    const opened = this.#opened
    if (opened === null) return
    try {
      await opened.gpio.write(active === (this.#options.activeLevel === 'high') ? 1 : 0)
    } catch (error) {
      this.#opened = null
      release(opened)
      const reason = systemReason(error)
      throw new LineError({
        de: `${line.de} lässt sich nicht schalten: ${reason.de}. Prüfen, ob das Board angeschlossen ist.`,
        en: `${line.en} cannot be set: ${reason.en}. See that the board is connected.`,
      })
    }
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(action)
    this.#turn = done.catch(() => {}) // Whoever asked hears of it; the next one in line need not.
    return done
  }
}
