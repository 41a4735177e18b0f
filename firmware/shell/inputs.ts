// The device's lines: opens them, again and again if need be, and turns what they report into events.
import type { Edge, InputLine, LineBackend } from '../../hardware/lines.ts'
import type { ButtonId } from '../../protocol/ids.ts'
import type { Instant } from '../../protocol/time.ts'
import type { Level } from '../core/debounce.ts'
import type { ButtonSettings } from './configuration.ts'

export type LineReports = {
  readonly onEdge: (button: ButtonId, edge: Edge) => void
  readonly onLevel: (button: ButtonId, level: Level, readAt: Instant) => void
  readonly onFailed: (button: ButtonId, reason: string) => void
  readonly onRecovered: (button: ButtonId) => void
  readonly now: () => Instant
}

/** One button's line. It has failed if it cannot be opened, cannot be read, or if its backend says so. */
export class ButtonLine implements AsyncDisposable {
  readonly #button: ButtonSettings
  readonly #backend: LineBackend
  readonly #reports: LineReports
  #line: InputLine | null = null
  #auditing = false
  #closed = false
  #backendFailed = false
  #reportedFailed = false

  constructor(button: ButtonSettings, backend: LineBackend, reports: LineReports) {
    this.#button = button
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
    if (level !== null) this.#reports.onLevel(this.#button.id, level, readAt)
  }

  async #close(): Promise<void> {
    const line = this.#line
    this.#line = null
    await line?.[Symbol.asyncDispose]()
  }

  #open(): Promise<InputLine> {
    const { id, address, closedLevel, bias } = this.#button
    return this.#backend.openInput({
      address,
      closedLevel,
      ...(bias === undefined ? {} : { bias }),
      onEdge: edge => this.#reports.onEdge(id, edge),
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
    if (failed) this.#reports.onFailed(this.#button.id, reason ?? 'the backend reports a failure')
    else this.#reports.onRecovered(this.#button.id)
  }
}
