// Lines of the kernel's sysfs, through the onoff library. For boards without a GPIO character device: sysfs keeps a flag, not a queue, so
// edges are stamped on arrival and a contact shorter than this program's wake-up is not seen.
import { addressKey, describeAddress, openAlready } from './line-address.ts'
import { type LineAddress, type LineBackend, LineError } from './lines.ts'
import { loadOnoff, type OpenLine, openGpio } from './onoff-gpio.ts'
import { OnoffInput } from './onoff-input.ts'
import { OnoffOutput } from './onoff-output.ts'
import { assertSysfs } from './sysfs-chips.ts'

export type OnoffOptions = {
  /** Where chips are looked for. onoff itself opens lines in /sys/class/gpio, whatever this says. */
  readonly sysfsRoot?: string
}

/** @throws LineError if onoff cannot be loaded, or this machine offers no lines through sysfs. */
export async function createOnoffBackend(options: OnoffOptions = {}): Promise<LineBackend> {
  const sysfsRoot = options.sysfsRoot ?? '/sys/class/gpio'
  await assertSysfs(sysfsRoot)
  const GpioOfLibrary = await loadOnoff()
  const openLine: OpenLine = (address, direction) => openGpio(GpioOfLibrary, sysfsRoot, address, direction)
  const lines = new OpenLines()
  return {
    name: 'onoff',
    openInput: async input => {
      const line = new OnoffInput(input, openLine)
      const close = await lines.open(input.address, line)
      return { read: line.read, [Symbol.asyncDispose]: close }
    },
    openOutput: async output => {
      const line = new OnoffOutput(output, openLine)
      const close = await lines.open(output.address, line)
      return { set: line.set, [Symbol.asyncDispose]: close }
    },
    [Symbol.asyncDispose]: () => lines[Symbol.asyncDispose](),
  }
}

type Openable = AsyncDisposable & { readonly open: () => Promise<void> }

/** sysfs lets the same line be opened twice; the first to close it would silence the other. */
class OpenLines implements AsyncDisposable {
  readonly #lines = new Map<string, Openable>()
  #closed = false

  /** Returns what closes the line again. */
  async open(address: LineAddress, line: Openable): Promise<() => Promise<void>> {
    const described = describeAddress(address)
    if (this.#closed)
      throw new LineError({
        de: `${described.de}: Das Backend ist geschlossen. Es zuerst neu anlegen.`,
        en: `${described.en}: the backend is closed. Create it again first.`,
      })
    const key = addressKey(address)
    if (this.#lines.has(key)) throw new LineError(openAlready(described))
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
