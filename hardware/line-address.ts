// How a line's address is written, compared and refused. The same words in every backend, so that a technician meets one form only.
import { type LineAddress, LineError, type LineTarget } from './lines.ts'

/** "pinctrl-bcm2711 line 17" or "line GPIO17": the form in which every message of this folder names a line. */
export const describeAddress = (target: LineTarget): string =>
  'name' in target ? `line ${target.name}` : `${target.chip} line ${target.offset}`

/** Two addresses are written alike exactly if their keys are equal. */
export const addressKey = (target: LineTarget): string =>
  'name' in target ? `name ${target.name}` : `${target.offset} ${target.chip}`

/** For backends that know no names. @throws LineError if no line can have this address. */
export function assertAddress(target: LineTarget): asserts target is LineAddress {
  if ('name' in target) {
    throw new LineError(
      `${describeAddress(target)} is given by name, which only the backend gpiochip knows. Give its chip and offset.`,
    )
  }
  if (target.chip === '') {
    throw new LineError(`Line ${target.offset} names no chip. Name the chip by its label, such as pinctrl-bcm2711.`)
  }
  if (!Number.isInteger(target.offset) || target.offset < 0) {
    throw new LineError(
      `${describeAddress(target)} has no usable offset. Expected a whole number from 0: the line's place on its chip.`,
    )
  }
}
