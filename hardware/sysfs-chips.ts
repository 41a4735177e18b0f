// From chip label and offset to the kernel's line number of the moment. Numbers move between kernels and boards (the first line of a chip
// has been 0, 504, 512 and 571), so a number is looked up each time a line is opened and never kept [D8].
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertAddress, describeAddress } from './line-address.ts'
import { type LineAddress, LineError, type LineText } from './lines.ts'

type Chip = { readonly label: string; readonly base: number; readonly lineCount: number }

/** @throws LineError if this machine offers no lines through sysfs at all. */
export async function assertSysfs(sysfsRoot: string): Promise<void> {
  await chipFolders(sysfsRoot)
}

/** @throws LineError if the chip is missing or not the only one of its label, or has no such line. */
export async function findLineNumber(sysfsRoot: string, address: LineAddress): Promise<number> {
  assertAddress(address)
  const line = describeAddress(address)
  const chips = await readChips(sysfsRoot)
  const [chip, second] = chips.filter(candidate => candidate.label === address.chip)
  if (chip === undefined) {
    throw new LineError(unknownChip(line, chips))
  }
  if (second !== undefined) {
    throw new LineError({
      de: `${line.de}: Mehrere Chips haben diese Bezeichnung, sie sagt nicht, welcher gemeint ist. Einen Chip mit eindeutiger Bezeichnung benutzen.`,
      en: `${line.en}: several chips have this label, so it does not say which is meant. Use a chip whose label is unique.`,
    })
  }
  if (address.offset >= chip.lineCount) {
    const last = chip.lineCount - 1
    throw new LineError({
      de: `${line.de} gibt es nicht: ${chip.label} hat die Leitungen 0 bis ${last}. Eine davon wählen.`,
      en: `${line.en} does not exist: ${chip.label} has lines 0 to ${last}. Choose one of them.`,
    })
  }
  return chip.base + address.offset
}

function unknownChip(line: LineText, chips: readonly Chip[]): LineText {
  const german = chips.map(({ label, lineCount }) => `${label} (${lineCount} Leitungen)`).join(', ')
  const english = chips.map(({ label, lineCount }) => `${label} (${lineCount} lines)`).join(', ')
  return {
    de: `${line.de}: Kein Chip hat diese Bezeichnung. Gefundene Chips: ${german || 'keine'}. Einen davon nennen, oder prüfen, ob die Platine angeschlossen ist.`,
    en: `${line.en}: no chip has this label. Chips found: ${english || 'none'}. Name one of them, or see that the board is connected.`,
  }
}

async function readChips(sysfsRoot: string): Promise<readonly Chip[]> {
  const folders = await chipFolders(sysfsRoot)
  const chips = await Promise.all(folders.map(folder => readChip(join(sysfsRoot, folder))))
  return chips.filter(chip => chip !== null)
}

async function chipFolders(sysfsRoot: string): Promise<readonly string[]> {
  try {
    return (await readdir(sysfsRoot)).filter(name => name.startsWith('gpiochip')).sort()
  } catch {
    throw new LineError({
      de: `${sysfsRoot} ist nicht lesbar: Dieser Kernel bietet keine Leitungen über sysfs an. Ein anderes Backend benutzen, oder einen Kernel mit CONFIG_GPIO_SYSFS.`,
      en: `${sysfsRoot} cannot be read: this kernel offers no lines through sysfs. Use another line backend, or a kernel with CONFIG_GPIO_SYSFS.`,
    })
  }
}

async function readChip(folder: string): Promise<Chip | null> {
  try {
    const [label, base, lineCount] = await Promise.all(
      ['label', 'base', 'ngpio'].map(async name => (await readFile(join(folder, name), 'utf8')).trim()),
    )
    const chip = { label: label ?? '', base: Number(base), lineCount: Number(lineCount) }
    return Number.isInteger(chip.base) && Number.isInteger(chip.lineCount) ? chip : null
  } catch {
    return null // Unplugged while being read: then it is not there.
  }
}
