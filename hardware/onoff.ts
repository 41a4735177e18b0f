// Lines of the kernel's sysfs, through the onoff library. For boards without a GPIO character device: sysfs keeps a flag, not a queue, so
// edges are stamped on arrival and a contact shorter than this program's wake-up is not seen.
import type { LineBackend } from './lines.ts'
import { loadOnoff, type OpenLine, openGpio } from './onoff-gpio.ts'
import { OnoffInput } from './onoff-input.ts'
import { OnoffOutput } from './onoff-output.ts'
import { OpenLines } from './open-lines.ts'
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
