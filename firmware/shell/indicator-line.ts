// The line of the discreet indicator. When it may be lit is the step's decision, never made here.
import type { LineBackend, OutputLine } from '../../hardware/lines.ts'
import type { IndicatorSettings } from './configuration.ts'

/** The indicator's line. A failure to show something is reported and never disturbs an alarm. */
export class IndicatorLine implements AsyncDisposable {
  readonly #settings: IndicatorSettings
  readonly #backend: LineBackend
  readonly #onFailed: (reason: string) => void
  #line: OutputLine | null = null
  #work: Promise<void> = Promise.resolve()

  constructor(settings: IndicatorSettings, backend: LineBackend, onFailed: (reason: string) => void) {
    this.#settings = settings
    this.#backend = backend
    this.#onFailed = onFailed
  }

  /** One change after the other, in the order of asking. */
  set(active: boolean): void {
    this.#work = this.#work.then(() => this.#set(active))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.set(false)
    await this.#work
    await this.#line?.[Symbol.asyncDispose]()
    this.#line = null
  }

  async #set(active: boolean): Promise<void> {
    try {
      this.#line ??= await this.#backend.openOutput(this.#settings)
      await this.#line.set(active)
    } catch (error) {
      this.#onFailed(error instanceof Error ? error.message : String(error))
    }
  }
}
