// How a line's address is written, compared and refused. The same words in every backend, so that a technician meets one form only.
import { type LineAddress, LineError } from './lines.ts'

/** "pinctrl-bcm2711 line 17": the form in which every message of this folder names a line. */
export const describeAddress = (address: LineAddress): string => `${address.chip} line ${address.offset}`

/** Two addresses are the same line exactly if their keys are equal. */
export const addressKey = (address: LineAddress): string => `${address.offset} ${address.chip}`

/** @throws LineError if no line can have this address. */
export function assertAddress(address: LineAddress): void {
  if (address.chip === '') {
    throw new LineError(`Line ${address.offset} names no chip. Name the chip by its label, such as pinctrl-bcm2711.`)
  }
  if (!Number.isInteger(address.offset) || address.offset < 0) {
    throw new LineError(
      `${describeAddress(address)} has no usable offset. Expected a whole number from 0: the line's place on its chip.`,
    )
  }
}
