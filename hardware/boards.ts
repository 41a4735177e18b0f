// Boards with a header: which pin carries power, ground or a line, and what the line is called by the kernel. A pin that the
// system uses itself, or may come to use, is never offered for a button.
//
// Sources. Pins, GPIO numbers, SPI, I2C, serial and ID pins: Raspberry Pi documentation, "GPIO and the 40-pin header", and the
// reduced schematics of the boards ("do not use" at ID_SD and ID_SC). Fixed pull-ups at GPIO2 and GPIO3: the same page. Labels
// and number of lines: Linux, drivers/pinctrl/bcm/pinctrl-bcm2835.c and drivers/pinctrl/pinctrl-rp1.c. 40-pin header of the IO
// boards of Compute Module 4 and 5, none on that of 3: Raspberry Pi documentation, "Compute Module hardware".
import type { LineAddress } from './lines.ts'

/** Why a line of the header is not for a button. */
export type Reservation = 'idEeprom' | 'serialConsole' | 'spi' | 'i2c'
export type HeaderPin = { readonly pin: number } & (
  | { readonly kind: 'power'; readonly volts: 3.3 | 5 }
  | { readonly kind: 'ground' }
  /** gpio: the number that the maker gives the line; on these boards it is the line's offset on its chip, too. */
  | { readonly kind: 'line'; readonly gpio: number; readonly reserved: Reservation | null }
)

export type Board = {
  /** As its maker writes it. */
  readonly name: string
  /** What `/proc/device-tree/model` begins with. */
  readonly model: string
  /** Label of the chip that has the header's lines, and how many it has. */
  readonly chip: string
  readonly lineCount: number
  /** Null: the board has no header of its own whose pins could be counted. */
  readonly header: readonly HeaderPin[] | null
}
export type BoardId = keyof typeof table

const power = (volts: 3.3 | 5): Omitted => ({ kind: 'power', volts })
const ground: Omitted = { kind: 'ground' }
const line = (gpio: number, reserved: Reservation | null = null): Omitted => ({ kind: 'line', gpio, reserved })
type Omitted = HeaderPin extends infer Each ? (Each extends HeaderPin ? Omit<Each, 'pin'> : never) : never

/** Row by row, as it lies on the board: odd pins on the left, even pins on the right. */
const rows: readonly (readonly [Omitted, Omitted])[] = [
  [power(3.3), power(5)],
  [line(2, 'i2c'), power(5)],
  [line(3, 'i2c'), ground],
  [line(4), line(14, 'serialConsole')],
  [ground, line(15, 'serialConsole')],
  [line(17), line(18)],
  [line(27), ground],
  [line(22), line(23)],
  [power(3.3), line(24)],
  [line(10, 'spi'), ground],
  [line(9, 'spi'), line(25)],
  [line(11, 'spi'), line(8, 'spi')],
  [ground, line(7, 'spi')],
  [line(0, 'idEeprom'), line(1, 'idEeprom')],
  [line(5), ground],
  [line(6), line(12)],
  [line(13), ground],
  [line(19), line(16)],
  [line(26), line(20)],
  [ground, line(21)],
]
const header: readonly HeaderPin[] = rows.flat().map((what, index) => ({ pin: index + 1, ...what }))

const bcm2835 = { chip: 'pinctrl-bcm2835', lineCount: 54 }
const bcm2711 = { chip: 'pinctrl-bcm2711', lineCount: 58 }
const rp1 = { chip: 'pinctrl-rp1', lineCount: 54 }

const table = {
  'raspberry-pi-3': { name: 'Raspberry Pi 3', model: 'Raspberry Pi 3', ...bcm2835, header },
  'raspberry-pi-4': { name: 'Raspberry Pi 4', model: 'Raspberry Pi 4', ...bcm2711, header },
  'raspberry-pi-5': { name: 'Raspberry Pi 5', model: 'Raspberry Pi 5', ...rp1, header },
  'raspberry-pi-zero-2-w': { name: 'Raspberry Pi Zero 2 W', model: 'Raspberry Pi Zero 2', ...bcm2835, header },
  'compute-module-3': {
    name: 'Compute Module 3',
    model: 'Raspberry Pi Compute Module 3',
    ...bcm2835,
    header: null,
  },
  'compute-module-4': {
    name: 'Compute Module 4 on its IO board',
    model: 'Raspberry Pi Compute Module 4 ',
    ...bcm2711,
    header,
  },
  'compute-module-5': {
    name: 'Compute Module 5 on its IO board',
    model: 'Raspberry Pi Compute Module 5',
    ...rp1,
    header,
  },
} as const satisfies Record<string, Board>

export const boards: Readonly<Record<BoardId, Board>> = table
export const boardIds = Object.keys(table) as [BoardId, ...BoardId[]]

export type PinOnBoard =
  | { readonly kind: 'line'; readonly address: LineAddress }
  | { readonly kind: 'power'; readonly volts: 3.3 | 5 }
  | { readonly kind: 'ground' }
  | { readonly kind: 'reserved'; readonly reserved: Reservation }
  | { readonly kind: 'noHeader' }
  | { readonly kind: 'noSuchPin' }

/** What is at this pin of the header, counted from 1 as printed on the board; a line only if a button may hang there. */
export function pinOf(board: Board, pin: number): PinOnBoard {
  if (board.header === null) return { kind: 'noHeader' }
  const found = board.header.find(each => each.pin === pin)
  if (found === undefined) return { kind: 'noSuchPin' }
  if (found.kind !== 'line') return found
  if (found.reserved !== null) return { kind: 'reserved', reserved: found.reserved }
  return { kind: 'line', address: { chip: board.chip, offset: found.gpio } }
}

/** The pins where a button may hang. */
export const pinsForButtons = (board: Board): readonly number[] =>
  (board.header ?? []).filter(({ pin }) => pinOf(board, pin).kind === 'line').map(({ pin }) => pin)

/** The pin that this line is led to, for a person who looks for it on the board; null if there is none. */
export function pinAt(board: Board, address: LineAddress): number | null {
  if (address.chip !== board.chip) return null
  return (board.header ?? []).find(each => each.kind === 'line' && each.gpio === address.offset)?.pin ?? null
}

/** The board that calls itself so in `/proc/device-tree/model`. */
export const boardOfModel = (model: string): BoardId | null =>
  boardIds.find(id => model.startsWith(boards[id].model)) ?? null
