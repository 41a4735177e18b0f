// Checks of single values on a command line, for commander's `argParser`: the value, or a sentence about what is possible.
import { text } from '../text.ts'
import { StartError } from './start-error.ts'

/** @param option as it is typed, such as `--limit`. */
export const wholeNumber =
  (option: string, least: number, most: number) =>
  (value: string): number => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    throw new StartError(
      text(
        `${option} ist „${value}“; erwartet wird eine ganze Zahl von ${least} bis ${most}.`,
        `${option} is “${value}”, expected a whole number from ${least} to ${most}.`,
      ),
    )
  }

export const oneOf =
  <Value extends string>(option: string, possible: readonly Value[]) =>
  (value: string): Value => {
    const found = possible.find(candidate => candidate === value)
    if (found !== undefined) return found
    const all = possible.join(', ')
    throw new StartError(
      text(`${option} ist „${value}“; möglich sind ${all}.`, `${option} is “${value}”; possible are ${all}.`),
    )
  }
