// Lines of Arduino-class boards with StandardFirmata on a USB port. The port is configured and never searched for: a wrong guess would
// write to somebody else's device.
import { type BoardSettings, FirmataBoard } from './firmata-board.ts'
import { FirmataInput, FirmataOutput } from './firmata-lines.ts'
import type { FirmataLibraries } from './firmata-session.ts'
import { assertAddress, describeAddress } from './line-address.ts'
import { type LineAddress, type LineBackend, LineError, type LineTarget } from './lines.ts'
import { OpenLines } from './open-lines.ts'

export type FirmataOptions = { readonly boards: readonly BoardSettings[] }

/** Starts connecting and waits for no board. @throws LineError if a library cannot be loaded. */
export async function createFirmataBackend({ boards }: FirmataOptions): Promise<LineBackend> {
  const libraries = await loadLibraries()
  const connected = new Map(boards.map(board => [board.name, new FirmataBoard(board, libraries)]))
  const lines = new OpenLines()
  const place = (target: LineTarget): { readonly address: LineAddress; readonly board: FirmataBoard } => {
    assertAddress(target)
    const board = connected.get(target.chip)
    if (board !== undefined) return { address: target, board }
    const line = describeAddress(target)
    const known = [...connected.keys()].join(', ')
    throw new LineError({
      de: `${line.de}: Kein Board heißt so. Eingetragene Boards: ${known}. Eines davon nennen.`,
      en: `${line.en}: no board has this name. Boards configured: ${known}. Name one of them.`,
    })
  }
  return {
    name: 'firmata',
    openInput: async options => {
      const { address, board } = place(options.address)
      const line = new FirmataInput(address, options, board)
      const close = await lines.open(address, line)
      return { read: line.read, [Symbol.asyncDispose]: close }
    },
    openOutput: async options => {
      const { address, board } = place(options.address)
      const line = new FirmataOutput(address, options, board)
      const close = await lines.open(address, line)
      return { set: line.set, [Symbol.asyncDispose]: close }
    },
    [Symbol.asyncDispose]: async () => {
      await lines[Symbol.asyncDispose]()
      await Promise.all([...connected.values()].map(board => board[Symbol.asyncDispose]()))
    },
  }
}

async function loadLibraries(): Promise<FirmataLibraries> {
  try {
    const [johnnyFive, firmata, { SerialPort }] = await Promise.all([
      import('johnny-five'),
      import('firmata-io'),
      import('serialport'),
    ])
    return { Board: johnnyFive.default.Board, Firmata: firmata.default.Firmata, SerialPort }
  } catch {
    throw new LineError({
      de: 'Die Bibliotheken für Boards am USB lassen sich nicht laden. Noch einmal npm ci ausführen.',
      en: 'The libraries for boards over USB cannot be loaded. Run npm ci again.',
    })
  }
}
