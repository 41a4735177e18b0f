// Pins of a board with StandardFirmata as lines. The board looks at its pins in a loop and tells of changes; it has no time stamps, so an
// edge is stamped when it arrives.
import type { BoardLine, FirmataBoard } from './firmata-board.ts'
import type { FirmataSession } from './firmata-session.ts'
import { closedLine, describeAddress } from './line-address.ts'
import {
  type InputLine,
  type InputOptions,
  type Level,
  type LineAddress,
  LineError,
  type LineText,
  type OutputLine,
  type OutputOptions,
} from './lines.ts'

export class FirmataInput implements InputLine, BoardLine {
  readonly pin: number
  readonly #address: LineAddress
  readonly #options: InputOptions
  readonly #board: FirmataBoard
  /** null: failed, closed, or not open yet. */
  #session: FirmataSession | null = null
  #level: Level = 'open'

  constructor(address: LineAddress, options: InputOptions, board: FirmataBoard) {
    this.pin = address.offset
    this.#address = address
    this.#options = options
    this.#board = board
  }

  /** @throws LineError */
  async open(): Promise<void> {
    const session = await this.#board.session()
    this.#board.add(this)
    try {
      await this.#prepare(session)
    } catch (error) {
      this.#board.delete(this)
      throw error
    }
  }

  readonly read = async (): Promise<Level | null> => {
    if (this.#session === null) return null
    return (await this.#session.readPin(this.pin)) ? this.#level : null
  }

  digital(high: boolean, at: number): void {
    const level = high === (this.#options.closedLevel === 'high') ? 'closed' : 'open'
    // Before the first answer and after a loss a level is news, and no edge.
    const isEdge = this.#session !== null && this.#level !== level
    this.#level = level
    if (isEdge) this.#options.onEdge({ level, at, timeSource: 'arrival' })
  }

  lost(reason: LineText): void {
    if (this.#session === null) return
    this.#session = null
    const line = describeAddress(this.#address)
    this.#options.onFailure({ de: `${line.de}: ${reason.de}`, en: `${line.en}: ${reason.en}` })
  }

  async back(session: FirmataSession): Promise<void> {
    await this.#prepare(session)
    this.#options.onRecovery()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session = null
    this.#board.delete(this)
  }

  async #prepare(session: FirmataSession): Promise<void> {
    const line = describeAddress(this.#address)
    assertPin(session, this.#address)
    const { bias } = this.#options
    if (!session.pins.isInput(this.pin)) throw new LineError(noInput(line))
    if (bias === 'pull-down') throw new LineError(noPullDown(line))
    if (bias === 'pull-up' && !session.hasPullUp(this.pin)) throw new LineError(noPullUp(line))
    session.setInput(this.pin, bias === 'pull-up')
    if (!(await session.readPin(this.pin))) throw new LineError(silent(line))
    this.#session = session
  }
}

export class FirmataOutput implements OutputLine, BoardLine {
  readonly pin: number
  readonly #address: LineAddress
  readonly #options: OutputOptions
  readonly #board: FirmataBoard
  #session: FirmataSession | null = null
  #active = false
  #closed = false

  constructor(address: LineAddress, options: OutputOptions, board: FirmataBoard) {
    this.pin = address.offset
    this.#address = address
    this.#options = options
    this.#board = board
  }

  /** @throws LineError */
  async open(): Promise<void> {
    const session = await this.#board.session()
    assertPin(session, this.#address)
    if (!session.pins.isOutput(this.pin)) throw new LineError(noOutput(describeAddress(this.#address)))
    await this.#write(session)
    this.#session = session
    this.#board.add(this)
  }

  /** @throws LineError if the board is not there or does not do it; what was asked for is set when it is back. */
  readonly set = async (active: boolean): Promise<void> => {
    const line = describeAddress(this.#address)
    if (this.#closed) throw new LineError(closedLine(line))
    this.#active = active
    if (this.#session === null) throw new LineError(lost(line))
    await this.#write(this.#session)
  }

  digital(): void {} // An output hears nothing.

  lost(): void {
    this.#session = null
  }

  async back(session: FirmataSession): Promise<void> {
    await this.#write(session)
    this.#session = session
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    await this.set(false).catch(() => {}) // The board is lost, and its outputs with it.
    this.#closed = true
    this.#session = null
    this.#board.delete(this)
  }

  async #write(session: FirmataSession): Promise<void> {
    const high = this.#active === (this.#options.activeLevel === 'high')
    if (!(await session.writePin(this.pin, high))) throw new LineError(notSet(describeAddress(this.#address)))
  }
}

function assertPin(session: FirmataSession, address: LineAddress): void {
  const { length } = session.pins
  if (address.offset < length) return
  throw new LineError(noSuchPin(describeAddress(address), length - 1))
}

const noSuchPin = (line: LineText, last: number): LineText => ({
  de: `${line.de} gibt es nicht: Das Board hat die Pins 0 bis ${last}. Einen davon wählen.`,
  en: `${line.en} does not exist: the board has pins 0 to ${last}. Choose one of them.`,
})

const noInput = (line: LineText): LineText => ({
  de: `${line.de} kann kein Eingang sein: Das Board braucht diesen Pin selbst. Einen anderen Pin wählen.`,
  en: `${line.en} cannot be an input: the board needs this pin itself. Choose another pin.`,
})

const noOutput = (line: LineText): LineText => ({
  de: `${line.de} kann kein Ausgang sein: Das Board braucht diesen Pin selbst. Einen anderen Pin wählen.`,
  en: `${line.en} cannot be an output: the board needs this pin itself. Choose another pin.`,
})

const noPullDown = (line: LineText): LineText => ({
  de: `${line.de} hat keinen Pull-down: Firmata kennt keinen. Den Taster nach Masse verdrahten und pull-up benutzen.`,
  en: `${line.en} has no pull-down: Firmata knows none. Wire the button to ground and use pull-up.`,
})

const noPullUp = (line: LineText): LineText => ({
  de: `${line.de} hat keinen Pull-up. Einen anderen Pin wählen, oder einen Widerstand einbauen und bias weglassen.`,
  en: `${line.en} has no pull-up. Choose another pin, or fit a resistor and leave bias out.`,
})

const silent = (line: LineText): LineText => ({
  de: `${line.de}: Das Board antwortet nicht. Prüfen, ob es angesteckt ist.`,
  en: `${line.en}: the board does not answer. See that it is plugged in.`,
})

const lost = (line: LineText): LineText => ({
  de: `${line.de} lässt sich nicht schalten: Das Board ist verloren. Prüfen, ob es angesteckt ist.`,
  en: `${line.en} cannot be set: the board is lost. See that it is plugged in.`,
})

const notSet = (line: LineText): LineText => ({
  de: `${line.de} wurde nicht geschaltet: Das Board meldet etwas anderes. Einen anderen Pin wählen.`,
  en: `${line.en} was not set: the board says otherwise. Choose another pin.`,
})
