// An input line over onoff: which events of the library are edges, when the line counts as failed, and how it comes back.
import { readFile } from 'node:fs/promises'
import { monotonicNow } from './clock.ts'
import { describeAddress } from './line-address.ts'
import { type InputLine, type InputOptions, type Level, LineError, type LineText } from './lines.ts'
import { type OpenGpio, type OpenLine, release } from './onoff-gpio.ts'
import { Retry } from './retry.ts'
import { systemReason } from './system-reason.ts'

export class OnoffInput implements InputLine {
  readonly #options: InputOptions
  readonly #openLine: OpenLine
  /** null: failed, or closed. */
  #opened: OpenGpio | null = null
  #last: Level = 'open'
  #closed = false
  /** The line number is looked up anew each time. */
  readonly #retry = new Retry(async () => {
    await this.open()
    if (!this.#closed) this.#options.onRecovery()
  })

  constructor(options: InputOptions, openLine: OpenLine) {
    this.#options = options
    this.#openLine = openLine
  }

  /** @throws LineError as the first opening of the line finds it. */
  async open(): Promise<void> {
    const opened = await this.#openLine(this.#options.address, 'in')
    if (this.#closed) return release(opened)
    try {
      this.#watch(opened)
    } catch (error) {
      release(opened)
      throw new LineError(this.#unreadable(error))
    }
    this.#opened = opened
  }

  /** Through a file of its own: reading onoff's would take a waiting edge from it. */
  readonly read = async (): Promise<Level | null> => {
    const opened = this.#opened
    if (opened === null) return null
    try {
      const value = (await readFile(opened.valuePath, 'latin1')).trim()
      if (value !== '0' && value !== '1') throw new Error(`its value reads “${value}”`)
      return this.#levelOf(value === '1' ? 1 : 0)
    } catch (error) {
      this.#fail(opened, error)
      return null
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    if (this.#opened !== null) release(this.#opened)
    this.#opened = null
    await this.#retry[Symbol.asyncDispose]()
  }

  #watch(opened: OpenGpio): void {
    const { gpio } = opened
    const readValue = gpio.readSync.bind(gpio)
    this.#last = this.#levelOf(readValue())
    // onoff reads on every event, and an error there would end the process.
    gpio.readSync = () => {
      try {
        return readValue()
      } catch (error) {
        this.#fail(opened, error)
        return 0
      }
    }
    gpio.watch((error, value) => {
      if (this.#opened !== opened) return
      if (error) return this.#fail(opened, error)
      this.#observe(this.#levelOf(value))
    })
  }

  /** sysfs tells that something changed, not what: the same level again is no transition. */
  #observe(level: Level): void {
    if (level === this.#last) return
    this.#last = level
    this.#options.onEdge({ level, at: monotonicNow(), timeSource: 'arrival' })
  }

  /** Let go at once: a line that is gone would report itself without end. */
  #fail(opened: OpenGpio, error: unknown): void {
    if (this.#opened !== opened) return
    this.#opened = null
    release(opened)
    this.#options.onFailure(this.#unreadable(error))
    this.#retry.start()
  }

  #unreadable(error: unknown): LineText {
    const line = describeAddress(this.#options.address)
    const reason = systemReason(error)
    return {
      de: `${line.de} ist nicht lesbar: ${reason.de}. Prüfen, ob das Board angeschlossen ist.`,
      en: `${line.en} cannot be read: ${reason.en}. See that the board is connected.`,
    }
  }

  #levelOf(value: 0 | 1): Level {
    return (value === 1) === (this.#options.closedLevel === 'high') ? 'closed' : 'open'
  }
}
