// Which of the chips found is meant by a label, and whether it has the line. The sentences are the same wherever the chips were found.
import { assertAddress, describeAddress } from './line-address.ts'
import { LineError, type LineTarget, type LineText } from './lines.ts'

export type FoundChip = { readonly label: string; readonly lineCount: number }

/** @throws LineError if the chip is missing or not the only one of its label, or has no such line. */
export function chooseChip<Chip extends FoundChip>(
  chips: readonly Chip[],
  target: LineTarget,
): { readonly chip: Chip; readonly offset: number } {
  assertAddress(target)
  const line = describeAddress(target)
  const [chip, second] = chips.filter(candidate => candidate.label === target.chip)
  if (chip === undefined) throw new LineError(unknownChip(line, chips))
  if (second !== undefined) throw new LineError(ambiguousChip(line))
  if (target.offset >= chip.lineCount) throw new LineError(noSuchLine(line, chip))
  return { chip, offset: target.offset }
}

function unknownChip(line: LineText, chips: readonly FoundChip[]): LineText {
  const german = chips.map(({ label, lineCount }) => `${label} (${lineCount} Leitungen)`).join(', ')
  const english = chips.map(({ label, lineCount }) => `${label} (${lineCount} lines)`).join(', ')
  return {
    de: `${line.de}: Kein Chip hat diese Bezeichnung. Gefundene Chips: ${german || 'keine'}. Einen davon nennen, oder prüfen, ob das Board angeschlossen ist.`,
    en: `${line.en}: no chip has this label. Chips found: ${english || 'none'}. Name one of them, or see that the board is connected.`,
  }
}

const ambiguousChip = (line: LineText): LineText => ({
  de: `${line.de}: Mehrere Chips haben diese Bezeichnung, sie sagt nicht, welcher gemeint ist. Einen Chip mit eindeutiger Bezeichnung benutzen.`,
  en: `${line.en}: several chips have this label, so it does not say which is meant. Use a chip whose label is unique.`,
})

function noSuchLine(line: LineText, { label, lineCount }: FoundChip): LineText {
  const last = lineCount - 1
  return {
    de: `${line.de} gibt es nicht: ${label} hat die Leitungen 0 bis ${last}. Eine davon wählen.`,
    en: `${line.en} does not exist: ${label} has lines 0 to ${last}. Choose one of them.`,
  }
}
