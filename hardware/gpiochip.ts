// Lines of the kernel's GPIO character device (/dev/gpiochip*), through the programs of Debian's gpiod. The kernel stamps each edge at its
// interrupt and keeps a queue, so a press is seen whole however late this program comes to it.
import { GpiochipInput, type Readings } from './gpiochip-input.ts'
import { GpiochipOutput } from './gpiochip-output.ts'
import { findDialect } from './gpiod-programs.ts'
import type { LineBackend } from './lines.ts'
import { OpenLines } from './open-lines.ts'

export type GpiochipOptions = {
  /** How long the level of a quiet line is believed before it is really read. A dead interrupt is found no later than that. */
  readonly readEveryMs?: number
}

/** @throws LineError if gpiod is missing or of an unknown version, or this machine shows no chip. */
export async function createGpiochipBackend({ readEveryMs = 60_000 }: GpiochipOptions = {}): Promise<LineBackend> {
  const dialect = await findDialect()
  const lines = new OpenLines()
  const readings: Readings = { everyMs: readEveryMs, underWay: false }
  return {
    name: 'gpiochip',
    openInput: async options => {
      const line = new GpiochipInput(options, dialect, readings)
      const close = await lines.open(options.address, line)
      return { read: line.read, [Symbol.asyncDispose]: close }
    },
    openOutput: async options => {
      const line = new GpiochipOutput(options, dialect)
      const close = await lines.open(options.address, line)
      return { set: line.set, [Symbol.asyncDispose]: close }
    },
    [Symbol.asyncDispose]: () => lines[Symbol.asyncDispose](),
  }
}
