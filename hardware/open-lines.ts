// Which lines of a backend are open: each once at a time, and all of them closed with the backend.
import { addressKey, describeAddress } from './line-address.ts'
import { LineError, type LineTarget } from './lines.ts'

type Openable = AsyncDisposable & { readonly open: () => Promise<void> }

/** Where the system lets the same line be opened twice, the first to close it would silence the other. */
export class OpenLines implements AsyncDisposable {
  readonly #lines = new Map<string, Openable>()
  #closed = false

  /** Returns what closes the line again. @throws LineError if the line is open already, or cannot be opened. */
  async open(address: LineTarget, line: Openable): Promise<() => Promise<void>> {
    if (this.#closed) throw new LineError(`${describeAddress(address)}: the backend is closed. Create it again first.`)
    const key = addressKey(address)
    if (this.#lines.has(key)) {
      throw new LineError(
        `${describeAddress(address)} is open already. Close it first, or use each line for one thing only.`,
      )
    }
    this.#lines.set(key, line)
    try {
      await line.open()
    } catch (error) {
      this.#lines.delete(key)
      throw error
    }
    return async () => {
      await line[Symbol.asyncDispose]()
      if (this.#lines.get(key) === line) this.#lines.delete(key)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#lines.values()].map(line => line[Symbol.asyncDispose]()))
    this.#lines.clear()
  }
}
