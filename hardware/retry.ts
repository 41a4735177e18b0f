// Trying again what failed: soon at first, then at doubling distances, for ever, and never twice at the same time.
import { monotonicNow } from './clock.ts'

const delayMsMin = 250
const delayMsMax = 30_000
/** What fails again sooner than this after a success has not recovered: the distances go on doubling. */
const steadyMs = delayMsMax

/** Runs an attempt until it succeeds. */
export class Retry implements AsyncDisposable {
  readonly #attempt: () => Promise<void>
  #delayMs = delayMsMin
  #succeededAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #closed = false

  /** @param attempt rejects if it is to be tried again. */
  constructor(attempt: () => Promise<void>) {
    this.#attempt = attempt
  }

  /** To be called when it has failed. */
  start(): void {
    const isSteady = monotonicNow() - this.#succeededAt > steadyMs
    this.#delayMs = isSteady ? delayMsMin : Math.min(this.#delayMs * 2, delayMsMax)
    this.#schedule()
  }

  /** Returns once no attempt runs any more, and none will. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#running = this.#run()
    }, this.#delayMs)
  }

  async #run(): Promise<void> {
    try {
      await this.#attempt()
      this.#succeededAt = monotonicNow()
    } catch {
      // Still failed, which whoever asked has reported when it began.
      this.#delayMs = Math.min(this.#delayMs * 2, delayMsMax)
      this.#schedule()
    }
  }
}
