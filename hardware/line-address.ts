// How a line's address is written, compared and refused. The same words in every backend, so that a technician meets one form only.
import { type LineAddress, LineError, type LineText } from './lines.ts'

/** "pinctrl-bcm2711 line 17": the form in which every message of this folder names a line. */
export const describeAddress = ({ chip, offset }: LineAddress): LineText => ({
  de: `Leitung ${offset} von ${chip}`,
  en: `${chip} line ${offset}`,
})

/** Two addresses are the same line exactly if their keys are equal. */
export const addressKey = (address: LineAddress): string => `${address.offset} ${address.chip}`

/** The two mistakes that every backend can be met with. */
export const openAlready = (line: LineText): LineText => ({
  de: `${line.de} ist schon offen. Sie zuerst schließen, oder jede Leitung nur für eines benutzen.`,
  en: `${line.en} is open already. Close it first, or use each line for one thing only.`,
})
export const closedLine = (line: LineText): LineText => ({
  de: `${line.de} ist geschlossen. Sie vor dem Schalten wieder öffnen.`,
  en: `${line.en} is closed. Open it again before it is set.`,
})

/** @throws LineError if no line can have this address. */
export function assertAddress(address: LineAddress): void {
  if (address.chip === '') {
    throw new LineError({
      de: `Leitung ${address.offset} nennt keinen Chip. Den Chip mit seiner Bezeichnung nennen, zum Beispiel pinctrl-bcm2711.`,
      en: `Line ${address.offset} names no chip. Name the chip by its label, such as pinctrl-bcm2711.`,
    })
  }
  if (!Number.isInteger(address.offset) || address.offset < 0) {
    const line = describeAddress(address)
    throw new LineError({
      de: `${line.de} gibt es nicht. Erwartet wird eine ganze Zahl ab 0: die Nummer der Leitung auf ihrem Chip.`,
      en: `${line.en} has no usable offset. Expected a whole number from 0: the line’s place on its chip.`,
    })
  }
}
