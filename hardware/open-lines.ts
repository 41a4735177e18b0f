// Which lines of a backend are open: each once at a time, and all of them closed with the backend.
import { addressKey, describeAddress, openAlready } from './line-address.ts'
import { LineError, type LineTarget } from './lines.ts'

type Openable = AsyncDisposable & { readonly open: () => Promise<void> }

/** Where the system lets the same line be opened twice, the first to close it would silence the other. */
export class OpenLines implements AsyncDisposable {
  readonly #lines = new Map<string, Openable>()
  #closed = false

  /** Returns what closes the line again. @throws LineError if the line is open already, or cannot be opened. */
  async open(address: LineTarget, openable: Openable): Promise<() => Promise<void>> {
    const line = describeAddress(address)
    if (this.#closed)
      throw new LineError({
        de: `${line.de}: Das Backend ist geschlossen. Es zuerst neu anlegen.`,
        en: `${line.en}: the backend is closed. Create it again first.`,
      })
    const key = addressKey(address)
    if (this.#lines.has(key)) throw new LineError(openAlready(line))
    this.#lines.set(key, openable)
    try {
      await openable.open()
    } catch (error) {
      this.#lines.delete(key)
      throw error
    }
    return async () => {
      await openable[Symbol.asyncDispose]()
      if (this.#lines.get(key) === openable) this.#lines.delete(key)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#lines.values()].map(line => line[Symbol.asyncDispose]()))
    this.#lines.clear()
  }
}
