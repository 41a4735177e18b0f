// The device's lines: opens them, again and again if need be, and turns what they report into events.
import type { Edge, InputLine, LineBackend } from '../../hardware/lines.ts'
import { limits } from '../../protocol/limits.ts'
import type { Instant, Millis } from '../../protocol/time.ts'
import type { LineId } from '../core/circuit.ts'
import type { Level } from '../core/debounce.ts'
import type { Event } from '../core/model.ts'
import type { InputSettings } from './configuration-buttons.ts'

type LevelsAudited = Extract<Event, { kind: 'levelsAudited' }>
export type LineReports = {
  readonly onEdge: (line: LineId, edge: Edge) => void
  readonly onLevel: (line: LineId, level: Level, readAt: Instant) => void
  readonly onFailed: (line: LineId, reason: string) => void
  readonly onRecovered: (line: LineId) => void
  readonly now: () => Instant
}

/** One input. It has failed if it cannot be opened, cannot be read, or if its backend says so. */
export class WatchedLine implements AsyncDisposable {
  readonly #input: InputSettings
  readonly #backend: LineBackend
  readonly #reports: LineReports
  #line: InputLine | null = null
  #auditing: Promise<void> | null = null
  #closed = false
  #backendFailed = false
  #reportedFailed = false

  constructor(input: InputSettings, backend: LineBackend, reports: LineReports) {
    this.#input = input
    this.#backend = backend
    this.#reports = reports
  }

  get id(): LineId {
    return this.#input.line
  }

  /**
   * Opens the line if it is not open, reads its level and reports what it found. It never rejects.
   * @returns false if there was no answer within `limits.lineAnswerMs`, which is reported as a failure; it is still waited for.
   */
  async audit(): Promise<boolean> {
    if (this.#closed) return true
    this.#auditing ??= this.#audit().finally(() => {
      this.#auditing = null
    })
    const answered = await inTime(this.#auditing, limits.lineAnswerMs)
    if (!answered && !this.#closed) this.#judge(`it has not answered for ${limits.lineAnswerMs} ms`)
    return answered
  }

  async #audit(): Promise<void> {
    try {
      this.#line ??= await this.#open()
      await this.#read(this.#line)
    } catch (error) {
      this.#judge(error instanceof Error ? error.message : String(error))
    } finally {
      if (this.#closed) await this.#close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    if (this.#auditing === null) await this.#close()
  }

  async #read(line: InputLine): Promise<void> {
    const readAt = this.#reports.now()
    const level = await line.read()
    if (this.#closed) return
    this.#judge(level === null ? 'its level cannot be read' : null)
    if (level !== null) this.#reports.onLevel(this.#input.line, level, readAt)
  }

  async #close(): Promise<void> {
    const line = this.#line
    this.#line = null
    await line?.[Symbol.asyncDispose]()
  }

  #open(): Promise<InputLine> {
    const { line, address, closedLevel, bias } = this.#input
    return this.#backend.openInput({
      address,
      closedLevel,
      ...(bias === undefined ? {} : { bias }),
      onEdge: edge => this.#reports.onEdge(line, edge),
      onFailure: reason => {
        this.#backendFailed = true
        this.#judge(reason.en) // for the log
      },
      onRecovery: () => {
        this.#backendFailed = false
        this.#judge(null)
      },
    })
  }

  /** Reports only changes. A line whose edges have failed stays failed even while its level can be read. */
  #judge(reason: string | null): void {
    const failed = reason !== null || this.#backendFailed
    if (failed === this.#reportedFailed) return
    this.#reportedFailed = failed
    if (failed) this.#reports.onFailed(this.#input.line, reason ?? 'the backend reports a failure')
    else this.#reports.onRecovered(this.#input.line)
  }
}

/** Audits all lines at the same time. What is said is the event that ends it. */
export async function auditLines(lines: readonly WatchedLine[]): Promise<Pick<LevelsAudited, 'answered' | 'silent'>> {
  const answers = await Promise.all(lines.map(async line => ({ line: line.id, answered: await line.audit() })))
  const namesOf = (wanted: boolean): readonly LineId[] =>
    answers.filter(({ answered }) => answered === wanted).map(({ line }) => line)
  return { answered: namesOf(true), silent: namesOf(false) }
}

async function inTime(work: Promise<void>, deadlineMs: Millis): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), deadlineMs).unref()
  void work.then(() => resolve(true))
  const answered = await promise
  clearTimeout(timer)
  return answered
}
