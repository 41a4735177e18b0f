// One configured board for as long as the backend lives: connected again after each loss, its lines told of both.
import { type FirmataLibraries, FirmataSession } from './firmata-session.ts'
import { LineError, type LineText } from './lines.ts'
import { Retry } from './retry.ts'

export type BoardSettings = {
  /** The name under which its lines are addressed, as a chip's label. */
  readonly name: string
  /** Path of its serial port, such as /dev/serial/by-id/usb-Arduino_….*/
  readonly port: string
}

export type BoardLine = {
  readonly pin: number
  readonly digital: (high: boolean, at: number) => void
  readonly lost: (reason: LineText) => void
  /** A new session: everything that was set on the board is gone. */
  readonly back: (session: FirmataSession) => Promise<void>
}

export class FirmataBoard implements AsyncDisposable {
  readonly #settings: BoardSettings
  readonly #libraries: FirmataLibraries
  readonly #lines = new Set<BoardLine>()
  /** Of now: under way, ready, or rejected with the reason why there is none. */
  #session: Promise<FirmataSession>
  /** The latest, ready or not. */
  #current: FirmataSession | null = null
  #closed = false
  readonly #retry = new Retry(async () => {
    this.#session = this.#connect()
    await this.#session
  })

  constructor(settings: BoardSettings, libraries: FirmataLibraries) {
    this.#settings = settings
    this.#libraries = libraries
    this.#session = this.#connect()
    this.#session.catch(() => this.#retry.start()) // Whoever opens a line hears why.
  }

  /** @throws LineError why there is no connection. */
  session(): Promise<FirmataSession> {
    return this.#session
  }

  add(line: BoardLine): void {
    this.#lines.add(line)
  }

  delete(line: BoardLine): void {
    this.#lines.delete(line)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#current?.[Symbol.asyncDispose]()
    await this.#session.catch(() => {}) // It was refused, or has just been closed.
    await this.#retry[Symbol.asyncDispose]()
  }

  async #connect(): Promise<FirmataSession> {
    const session: FirmataSession = new FirmataSession(
      {
        chip: this.#settings.name,
        port: this.#settings.port,
        onDigital: (pin, high, at) => {
          for (const line of this.#lines) if (line.pin === pin) line.digital(high, at)
        },
        onLost: reason => void this.#lose(session, reason),
      },
      this.#libraries,
    )
    this.#current = session
    try {
      await session.start()
      // A line that this board does not have, because it is another board now, stays failed, which has been reported.
      await Promise.allSettled([...this.#lines].map(line => line.back(session)))
      return session
    } catch (error) {
      await session[Symbol.asyncDispose]()
      throw error
    }
  }

  async #lose(session: FirmataSession, reason: LineText): Promise<void> {
    const { name, port } = this.#settings
    const sentence = {
      de: `${name} an ${port} ist verloren: ${reason.de}. Prüfen, ob das Board angesteckt ist.`,
      en: `${name} at ${port} is lost: ${reason.en}. See that the board is plugged in.`,
    }
    this.#session = Promise.reject(new LineError(sentence))
    this.#session.catch(() => {}) // Whoever opens a line hears why.
    for (const line of this.#lines) line.lost(sentence)
    await session[Symbol.asyncDispose]()
    if (!this.#closed) this.#retry.start()
  }
}
