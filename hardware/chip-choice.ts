// Which of the chips found is meant by a label, and whether it has the line. The sentences are the same wherever the chips were found.
import { assertAddress, describeAddress } from './line-address.ts'
import { LineError, type LineTarget } from './lines.ts'

export type FoundChip = { readonly label: string; readonly lineCount: number }

/** @throws LineError if the chip is missing or not the only one of its label, or has no such line. */
export function chooseChip<Chip extends FoundChip>(
  chips: readonly Chip[],
  target: LineTarget,
): { readonly chip: Chip; readonly offset: number } {
  assertAddress(target)
  const line = describeAddress(target)
  const [chip, second] = chips.filter(candidate => candidate.label === target.chip)
  if (chip === undefined) {
    const found = chips.map(candidate => `${candidate.label} (${candidate.lineCount} lines)`).join(', ') || 'none'
    throw new LineError(
      `${line}: no chip has this label. Chips found: ${found}. Name one of them, or see that the board is connected.`,
    )
  }
  if (second !== undefined) {
    throw new LineError(
      `${line}: several chips have this label, so it does not say which is meant. Use a chip whose label is unique.`,
    )
  }
  if (target.offset >= chip.lineCount) {
    throw new LineError(
      `${line} does not exist: ${chip.label} has lines 0 to ${chip.lineCount - 1}. Choose one of them.`,
    )
  }
  return { chip, offset: target.offset }
}
