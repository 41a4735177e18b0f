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
  readonly #onChanged: (failure: string | null) => void
  #line: OutputLine | null = null
  /** Whether the last change was made. */
  #state: OutputState = 'unseen'
  #work: Promise<void> = Promise.resolve()
  #blinking: NodeJS.Timeout | undefined

  /** @param onChanged called when it begins to fail, with the reason, and with null when it begins to work. */
  constructor(settings: OutputSettings, backend: LineBackend, onChanged: (failure: string | null) => void) {
    this.#settings = settings
    this.#backend = backend
    this.#onChanged = onChanged
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
      this.#answered('works', null)
    } catch (error) {
      clearInterval(this.#blinking) // when it is tried again is the step's decision too [S5]
      this.#answered('failed', error instanceof Error ? error.message : String(error))
      await this.#giveUpLine()
    }
  }

  /** The next change opens it anew. */
  async #giveUpLine(): Promise<void> {
    const line = this.#line
    this.#line = null
    try {
      await line?.[Symbol.asyncDispose]()
    } catch {
      // that it is broken has been told
    }
  }

  #answered(state: OutputState, failure: string | null): void {
    if (state === this.#state) return
    this.#state = state
    this.#onChanged(failure)
  }
}
