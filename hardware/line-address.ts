// How a line's address is written, compared and refused. The same words in every backend, so that a technician meets one form only.
import { type LineAddress, LineError, type LineTarget, type LineText } from './lines.ts'

/** "pinctrl-bcm2711 line 17" or "line GPIO17": the form in which every message of this folder names a line. */
export const describeAddress = (target: LineTarget): LineText =>
  'name' in target
    ? { de: `Leitung ${target.name}`, en: `line ${target.name}` }
    : { de: `Leitung ${target.offset} von ${target.chip}`, en: `${target.chip} line ${target.offset}` }

/** Two addresses are written alike exactly if their keys are equal. */
export const addressKey = (target: LineTarget): string =>
  'name' in target ? `name ${target.name}` : `${target.offset} ${target.chip}`

/** The two mistakes that every backend can be met with. */
export const openAlready = (line: LineText): LineText => ({
  de: `${line.de} ist schon offen. Sie zuerst schließen, oder jede Leitung nur für eines benutzen.`,
  en: `${line.en} is open already. Close it first, or use each line for one thing only.`,
})
export const closedLine = (line: LineText): LineText => ({
  de: `${line.de} ist geschlossen. Sie vor dem Schalten wieder öffnen.`,
  en: `${line.en} is closed. Open it again before it is set.`,
})

/** Two of the kernel's lines, whichever way they are reached. */
export const inUse = (line: LineText): LineText => ({
  de: `${line.de} wird von einem Treiber oder einem anderen Programm benutzt (gpioinfo zeigt, von welchem). Dieses beenden oder eine andere Leitung wählen.`,
  en: `${line.en} is in use by a kernel driver or another program (gpioinfo shows which). Stop that one, or choose another line.`,
})
export const withoutInterrupt = (line: LineText): LineText => ({
  de: `${line.de} kann Flanken nicht melden: Sie hat keinen Interrupt. Für einen Taster eine andere Leitung wählen.`,
  en: `${line.en} cannot report edges: it has no interrupt. Choose another line for a button.`,
})

/** For backends that know no names. @throws LineError if no line can have this address. */
export function assertAddress(target: LineTarget): asserts target is LineAddress {
  const line = describeAddress(target)
  if ('name' in target) {
    throw new LineError({
      de: `${line.de} ist mit ihrem Namen angegeben, den nur das Backend gpiochip kennt. Ihren Chip und ihre Nummer angeben.`,
      en: `${line.en} is given by name, which only the backend gpiochip knows. Give its chip and offset.`,
    })
  }
  if (target.chip === '') {
    throw new LineError({
      de: `Leitung ${target.offset} nennt keinen Chip. Den Chip mit seiner Bezeichnung nennen, zum Beispiel pinctrl-bcm2711.`,
      en: `Line ${target.offset} names no chip. Name the chip by its label, such as pinctrl-bcm2711.`,
    })
  }
  if (!Number.isInteger(target.offset) || target.offset < 0) {
    throw new LineError({
      de: `${line.de} gibt es nicht. Erwartet wird eine ganze Zahl ab 0: die Nummer der Leitung auf ihrem Chip.`,
      en: `${line.en} has no usable offset. Expected a whole number from 0: the line’s place on its chip.`,
    })
  }
}
