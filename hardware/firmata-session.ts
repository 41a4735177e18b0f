// One connection to a board with StandardFirmata, from the opened port to its loss. johnny-five's Board brings the board up (version,
// firmware, capabilities of the pins) and says what its pins can do. Its Button is not used: it waits 7 ms before it says anything and
// loses a shorter press. Nobody else watches the cable: a board that is gone is silent, so it is asked for its firmware again and again.
import type { Firmata } from 'firmata-io'
import type { Board, Pins } from 'johnny-five'
import { monotonicNow } from './clock.ts'
import { LineError, type LineText } from './lines.ts'
import { type SerialPortClass, SerialTransport } from './serial-transport.ts'

export type FirmataLibraries = {
  readonly Board: typeof Board
  readonly Firmata: typeof Firmata
  readonly SerialPort: SerialPortClass
}

export type SessionOptions = {
  /** Names the board in sentences. */
  readonly chip: string
  readonly port: string
  readonly onDigital: (pin: number, high: boolean, at: number) => void
  /** Once, after it was ready. */
  readonly onLost: (reason: LineText) => void
}

/** A board that resets when its port is opened starts its sketch after up to 4 s (boot loader, then Firmata blinks its version). */
const readyDeadlineMs = 10_000
/** A board that does not reset says nothing by itself. */
const askVersionAfterMs = 500
const queryEveryMs = 2000
const answerDeadlineMs = 2000
/** SET_DIGITAL_PIN_VALUE of Firmata 2.5: one pin alone. A message for the whole port would turn on pull-ups of its inputs. */
const setPinValue = 0xf5

export class FirmataSession implements AsyncDisposable {
  readonly #options: SessionOptions
  readonly #libraries: FirmataLibraries
  readonly #transport: SerialTransport
  readonly #io: Firmata
  readonly #board: Board
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #waiting = new Set<(answered: boolean) => void>()
  #heard: { readonly pin: number; readonly value: number }[] = []
  #state: 'starting' | 'ready' | 'over' = 'starting'
  #refuse: (error: LineError) => void = () => {}

  constructor(options: SessionOptions, libraries: FirmataLibraries) {
    this.#options = options
    this.#libraries = libraries
    this.#transport = new SerialTransport(libraries.SerialPort, options.port)
    this.#io = new libraries.Firmata(this.#transport, { reportVersionTimeout: askVersionAfterMs })
    this.#io.on('error', () => {}) // The transport tells of its errors itself.
    this.#board = new libraries.Board({
      io: this.#io,
      id: options.chip,
      repl: false,
      debug: false,
      sigint: false,
      timeout: readyDeadlineMs,
    })
    this.#transport.on('heard', () => this.#handOn())
    this.#transport.on('lost', (reason: LineText) => this.#lose(reason))
  }

  get pins(): Pins {
    return this.#board.pins
  }

  /** @throws LineError if the port cannot be had, or no Firmata answers there. */
  async start(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#refuse = reject
      this.#board.once('ready', resolve)
      this.#board.on('error', () => reject(new LineError(silentSentence(this.#options))))
    })
    ready.catch(() => {}) // Opening may fail first.
    await this.#transport.open()
    await ready
    const { major = 0, minor = 0 } = this.#io.version
    if (major < 2 || (major === 2 && minor < 5))
      throw new LineError(oldSentence(this.#options.chip, `${major}.${minor}`))
    this.#state = 'ready'
    this.#io.on('digital-read', (message: { readonly pin: number; readonly value: number }) =>
      this.#heard.push(message),
    )
    this.#superviseAfter(queryEveryMs)
  }

  setInput(pin: number, pullUp: boolean): void {
    this.#io.pinMode(pin, pullUp ? this.#io.MODES.PULLUP : this.#io.MODES.INPUT)
  }

  hasPullUp(pin: number): boolean {
    return this.pins[pin]?.supportedModes.includes(this.#io.MODES.PULLUP) ?? false
  }

  /** Asks the board to report the pin from now on; it answers with the level of now. False: no answer, and the session is lost. */
  readPin(pin: number): Promise<boolean> {
    return this.#answered(done => {
      this.#io.once(`digital-read-${pin}`, done)
      this.#io.reportDigitalPin(pin, 1)
    })
  }

  /** Returns whether the board says that the pin is as asked. */
  async writePin(pin: number, high: boolean): Promise<boolean> {
    const value = high ? 1 : 0
    this.#io.pinMode(pin, this.#io.MODES.OUTPUT)
    this.#transport.write(Buffer.from([setPinValue, pin, value]))
    const answered = await this.#answered(done => this.#io.queryPinState(pin, done))
    return answered && this.#io.pins[pin]?.state === value
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end()
    for (const timer of this.#timers) clearTimeout(timer)
    if (this.#board.timer !== null) clearTimeout(this.#board.timer)
    clearTimeout(this.#io.reportVersionTimeoutId)
    const { cache } = this.#libraries.Board // would keep every session for ever
    if (cache.includes(this.#board)) cache.splice(cache.indexOf(this.#board), 1)
    this.#refuse(new LineError(closedSentence(this.#options.chip)))
    await this.#transport[Symbol.asyncDispose]()
  }

  #superviseAfter(delayMs: number): void {
    this.#after(delayMs, async () => {
      if (await this.#answered(done => this.#io.queryFirmware(done))) this.#superviseAfter(queryEveryMs)
    })
  }

  async #answered(ask: (done: () => void) => void): Promise<boolean> {
    if (this.#state !== 'ready') return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = this.#after(answerDeadlineMs, () => this.#lose(unanswered))
    this.#waiting.add(resolve)
    ask(() => resolve(true))
    const answered = await promise
    this.#waiting.delete(resolve)
    this.#timers.delete(timer)
    clearTimeout(timer)
    return answered
  }

  #after(delayMs: number, action: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, delayMs)
    this.#timers.add(timer)
    return timer
  }

  #handOn(): void {
    const at = monotonicNow()
    const heard = this.#heard
    this.#heard = []
    for (const { pin, value } of heard) this.#options.onDigital(pin, value === 1, at)
  }

  #lose(reason: LineText): void {
    const before = this.#state
    this.#end()
    if (before === 'starting') this.#refuse(new LineError(silentSentence(this.#options, reason)))
    if (before === 'ready') this.#options.onLost(reason)
  }

  #end(): void {
    this.#state = 'over'
    for (const answer of this.#waiting) answer(false)
  }
}

/** @param reason of the system or the cable, for the end of the sentence. */
function silentSentence({ chip, port }: SessionOptions, reason?: LineText): LineText {
  const why = reason === undefined ? { de: '', en: '' } : { de: ` (${reason.de})`, en: ` (${reason.en})` }
  return {
    de: `${chip} an ${port} antwortet nicht als Firmata-Board${why.de}. StandardFirmata 2.5 oder neuer darauf laden, oder den richtigen Port nennen.`,
    en: `${chip} at ${port} does not answer as a Firmata board${why.en}. Put StandardFirmata 2.5 or newer on it, or name the right port.`,
  }
}

const oldSentence = (chip: string, version: string): LineText => ({
  de: `${chip} spricht Firmata ${version}; erwartet wird 2.5 oder neuer. Ein neueres StandardFirmata auf das Board laden.`,
  en: `${chip} speaks Firmata ${version}; expected 2.5 or newer. Put a newer StandardFirmata on the board.`,
})

const closedSentence = (chip: string): LineText => ({
  de: `${chip} wurde geschlossen. Das Backend neu anlegen.`,
  en: `${chip} was closed. Create the backend again.`,
})

const unanswered: LineText = {
  de: `es hat ${answerDeadlineMs} ms lang nicht geantwortet`,
  en: `it has not answered for ${answerDeadlineMs} ms`,
}
