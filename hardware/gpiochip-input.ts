// An input line watched by gpiomon: which of its edges are transitions, when the line counts as failed, and how its level is read.
//
// gpiomon holds a line alone and cannot be asked for its level (before v2.3), and nobody else may read a held line. So a reading stops
// gpiomon, runs gpioget, and starts gpiomon again, in one shell so that no time is lost between them. What changes while nobody watches is
// found by the reading; only between gpioget's look and gpiomon's start can an edge be missed. A reading is therefore rare: the type of an
// edge is the kernel's own reading of the level at that edge, and it counts as one. The line is really read when edges came and it has been
// quiet since (the kernel drops edges when its queue of 16 is full), when the last reading contradicted the edges, and else once a minute,
// which finds an interrupt that died. Never are two lines unwatched at once for the last of these reasons.
import { monotonicNow } from './clock.ts'
import { findPlace, gpiodSentence } from './gpiochip-place.ts'
import { GpiodChild } from './gpiod-child.ts'
import type { Dialect, GpiodEdge, Place } from './gpiod-dialect.ts'
import { describeAddress } from './line-address.ts'
import { type InputLine, type InputOptions, type Level, LineError, type LineText } from './lines.ts'
import { Retry } from './retry.ts'

/** After its last edge a line is left alone for this long: a press under way is not cut. */
const quietMs = 1000
/** A stamp from another clock (Linux before 5.7) is far from now; one from this clock is at most this old. */
const stampAgeMsMax = 60_000

/** What the inputs of a backend have in common: how long a quiet line is believed, and whether one is being read. */
export type Readings = { readonly everyMs: number; underWay: boolean }

type Reading = {
  readonly at: number
  /** Edges came since. */
  moved: boolean
  /** It contradicted the edges: asked again, the line is read again. */
  readonly doubted: boolean
}

export class GpiochipInput implements InputLine {
  readonly #options: InputOptions
  readonly #dialect: Dialect
  readonly #readings: Readings
  /** null: failed, closed, or not open yet. While the line is read, the one that was stopped. */
  #child: GpiodChild | null = null
  /** Does not hold the line yet. */
  #starting: GpiodChild | null = null
  #place: Place = { chip: 0, offset: 0 }
  #level: Level = 'open'
  #lastEdgeAt = 0
  #reading: Reading | null = null
  #underWay: Promise<void> | null = null
  #closed = false
  readonly #retry = new Retry(async () => {
    await this.open()
    if (this.#child !== null) this.#options.onRecovery()
  })

  constructor(options: InputOptions, dialect: Dialect, readings: Readings) {
    this.#options = options
    this.#dialect = dialect
    this.#readings = readings
  }

  /** @throws LineError */
  async open(): Promise<void> {
    this.#place = await findPlace(this.#options.address)
    this.#reading = null
    await this.#start()
  }

  readonly read = async (): Promise<Level | null> => {
    if (this.#child === null) return null
    if (this.#underWay !== null || this.#isDue()) {
      this.#underWay ??= this.#readAgain()
      await this.#underWay
    }
    return this.#child === null ? null : this.#level
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const children = [this.#child, this.#starting]
    this.#child = null
    await Promise.all(children.map(child => child?.stop()))
    await this.#underWay
    await this.#retry[Symbol.asyncDispose]()
  }

  #isDue(): boolean {
    if (this.#reading === null || this.#reading.doubted) return true
    const now = monotonicNow()
    if (this.#reading.moved) return now - this.#lastEdgeAt > quietMs
    return !this.#readings.underWay && now - this.#reading.at > this.#readings.everyMs
  }

  async #readAgain(): Promise<void> {
    this.#readings.underWay = true
    const before = this.#child
    try {
      await before?.stop()
      if (this.#child !== null && this.#child === before) await this.#start() // Otherwise closed or failed meanwhile.
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      this.#fail(error.text)
    } finally {
      this.#readings.underWay = false
      this.#underWay = null
    }
  }

  /** The level and then the edges, from one child. */
  async #start(): Promise<void> {
    if (this.#closed) return
    const { address, bias } = this.#options
    const script = `${this.#dialect.get(this.#place, bias)} && exec ${this.#dialect.monitor(this.#place, bias)}`
    const child: GpiodChild = new GpiodChild(script, this.#dialect, {
      onLevel: high => this.#levelRead(this.#levelOf(high)),
      onEdge: edge => this.#edgeSeen(edge),
      onEnd: said => {
        if (this.#child === child) this.#fail(this.#endedSentence(said))
      },
    })
    this.#starting = child
    try {
      await child.holding
      if (!this.#closed) this.#child = child
    } catch (error) {
      throw new LineError(gpiodSentence(address, error instanceof Error ? error.message : String(error)))
    } finally {
      this.#starting = null
    }
  }

  /** A line that has reported edges since its last reading is alive: what differs now changed while nobody watched. */
  #levelRead(level: Level): void {
    if (this.#closed) return
    const before = this.#reading
    const differs = before !== null && level !== this.#level
    this.#level = level
    const at = monotonicNow()
    this.#reading = { at, moved: false, doubted: differs && before.moved === false }
    if (differs && before.moved) this.#options.onEdge({ level, at, timeSource: 'arrival' })
  }

  #edgeSeen({ high, at: stamp }: GpiodEdge): void {
    if (this.#closed) return
    const now = monotonicNow()
    this.#lastEdgeAt = now
    if (this.#reading !== null) this.#reading.moved = true
    const level = this.#levelOf(high)
    if (level === this.#level) return // Edges closer together than an interrupt takes are one to the kernel.
    this.#level = level
    const isOurClock = stamp <= now && stamp > now - stampAgeMsMax
    this.#options.onEdge(
      isOurClock ? { level, at: stamp, timeSource: 'kernel' } : { level, at: now, timeSource: 'arrival' },
    )
  }

  #fail(reason: LineText): void {
    this.#child = null
    if (this.#closed) return
    this.#options.onFailure(reason)
    this.#retry.start()
  }

  #endedSentence(said: string): LineText {
    const line = describeAddress(this.#options.address)
    return {
      de: `${line.de} wird nicht mehr überwacht: gpiomon hat sich beendet (${said}). Prüfen, ob das Board angeschlossen ist.`,
      en: `${line.en} is not watched any more: gpiomon ended (${said}). See that the board is connected.`,
    }
  }

  #levelOf(high: boolean): Level {
    return high === (this.#options.closedLevel === 'high') ? 'closed' : 'open'
  }
}
