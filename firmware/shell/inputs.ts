// The device's lines: opens them, again and again if need be, and turns what they report into events.
import type { Edge, InputLine, LineBackend } from '../../hardware/lines.ts'
import type { Instant } from '../../protocol/time.ts'
import type { LineId } from '../core/circuit.ts'
import type { Level } from '../core/debounce.ts'
import type { InputSettings } from './configuration-buttons.ts'

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
  #auditing = false
  #closed = false
  #backendFailed = false
  #reportedFailed = false

  constructor(input: InputSettings, backend: LineBackend, reports: LineReports) {
    this.#input = input
    this.#backend = backend
    this.#reports = reports
  }

  /** Opens the line if it is not open, reads its level and reports what it found. It never rejects. */
  async audit(): Promise<void> {
    if (this.#auditing || this.#closed) return
    this.#auditing = true
    try {
      this.#line ??= await this.#open()
      await this.#read(this.#line)
    } catch (error) {
      this.#judge(error instanceof Error ? error.message : String(error))
    } finally {
      this.#auditing = false
      if (this.#closed) await this.#close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    if (!this.#auditing) await this.#close()
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
    const { line, address, closedLevel } = this.#input
    return this.#backend.openInput({
      address,
      closedLevel,
      onEdge: edge => this.#reports.onEdge(line, edge),
      onFailure: reason => {
        this.#backendFailed = true
        this.#judge(reason)
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
