// A line given by its pin on the header of the board: which line that is, or why no button may hang there.
import { type BoardId, boards, pinOf, pinsForButtons, type Reservation } from '../../hardware/boards.ts'
import type { LineAddress } from '../../hardware/lines.ts'
import { same, type Text, text } from '../../protocol/text.ts'

export type PinProblem = { readonly found: Text; readonly expected: Text; readonly whatToDo: Text }

const reservations: Readonly<Record<Reservation, Text>> = {
  idEeprom: text('dem Erkennungsspeicher von Aufsteckplatinen', 'the ID memory of add-on boards'),
  serialConsole: text('der seriellen Konsole', 'the serial console'),
  spi: text('dem Bus SPI', 'the SPI bus'),
  i2c: text('dem Bus I²C, mit festem Widerstand zu 3,3 V', 'the I²C bus, with a fixed resistor to 3.3 V'),
}

/** @param board as the file names it, if it does */
export function linePin(pin: number, board: BoardId | undefined): LineAddress | PinProblem {
  if (board === undefined) return unknownBoard
  const found = pinOf(boards[board], pin)
  return found.kind === 'line' ? found.address : { ...refusals(board, pin), found: foundAt(found, pin) }
}

const unknownBoard: PinProblem = {
  found: text('ein Stift ohne „board“', 'a pin without “board”'),
  expected: text('der Name des Boards oben in der Datei', 'the name of the board at the top of the file'),
  whatToDo: text(
    `„board“ ergänzen (${Object.keys(boards).join(', ')}) oder „chip“ und „offset“ angeben.`,
    `Add “board” (${Object.keys(boards).join(', ')}), or give chip and offset.`,
  ),
}

function foundAt(found: Exclude<ReturnType<typeof pinOf>, { kind: 'line' }>, pin: number): Text {
  const is = (de: string, en: string): Text => text(`Stift ${pin}, ${de}`, `pin ${pin}, ${en}`)
  switch (found.kind) {
    case 'power':
      return is(`der ${decimal(found.volts)} V führt`, `which carries ${found.volts} V`)
    case 'ground':
      return is('der Masse ist', 'which is ground')
    case 'reserved': {
      const { de, en } = reservations[found.reserved]
      return is(`der zu ${de} gehört`, `which belongs to ${en}`)
    }
    case 'noHeader':
      return is('doch dieses Board hat selbst keine Stiftleiste', 'but this board has no header of its own')
    case 'noSuchPin':
      return same(String(pin))
  }
}

function refusals(board: BoardId, pin: number): Omit<PinProblem, 'found'> {
  const free = pinsForButtons(boards[board])
  if (free.length === 0)
    return {
      expected: text('Chip und Nummer der Leitung', 'chip and offset'),
      whatToDo: text('„chip“ und „offset“ angeben.', 'Give chip and offset.'),
    }
  const list = free.join(', ')
  const byHand = pinOf(boards[board], pin).kind === 'reserved'
  return {
    expected: text(`einer der freien Stifte ${list}`, `one of the free pins ${list}`),
    whatToDo: byHand
      ? text(
          'Einen anderen nehmen; wer ihn sicher freigegeben hat, gibt „chip“ und „offset“ an.',
          'Take another; who has surely freed it gives chip and offset.',
        )
      : text('Einen anderen nehmen.', 'Take another.'),
  }
}

const decimal = (value: number): string => String(value).replace('.', ',')
