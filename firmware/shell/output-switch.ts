// The line of an output: the discreet indicator or the relay. When it may be active is the step's decision, never made here.
import type { LineBackend, OutputLine } from '../../hardware/lines.ts'
import type { OutputSettings } from './configuration.ts'

/** A calm light: on and off for this long. */
const blinkMs = 1000

/** unseen: nothing was asked of it yet. */
export type OutputState = 'works' | 'failed' | 'unseen'

/** One output. A failure to show something is reported and never disturbs an alarm. */
export class OutputSwitch implements AsyncDisposable {
  readonly #settings: OutputSettings
  readonly #backend: LineBackend
  readonly #onFailed: (reason: string) => void
  #line: OutputLine | null = null
  /** Whether the last change was made. */
  #state: OutputState = 'unseen'
  #work: Promise<void> = Promise.resolve()
  #blinking: NodeJS.Timeout | undefined

  constructor(settings: OutputSettings, backend: LineBackend, onFailed: (reason: string) => void) {
    this.#settings = settings
    this.#backend = backend
    this.#onFailed = onFailed
  }

  get name(): OutputSettings['name'] {
    return this.#settings.name
  }

  get state(): OutputState {
    return this.#state
  }

  /** One change after the other, in the order of asking. */
  set(active: boolean): void {
    clearInterval(this.#blinking)
    this.#change(active)
    if (!active || this.#settings.pattern === 'steady') return
    let lit = true
    this.#blinking = setInterval(() => {
      lit = !lit
      this.#change(lit)
    }, blinkMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.set(false)
    await this.#work
    await this.#line?.[Symbol.asyncDispose]()
    this.#line = null
  }

  #change(active: boolean): void {
    this.#work = this.#work.then(() => this.#set(active))
  }

  async #set(active: boolean): Promise<void> {
    try {
      this.#line ??= await this.#backend.openOutput(this.#settings)
      await this.#line.set(active)
      this.#state = 'works'
    } catch (error) {
      this.#state = 'failed'
      this.#onFailed(error instanceof Error ? error.message : String(error))
    }
  }
}
