// From chip label and offset to the kernel's line number of the moment. Numbers move between kernels and boards (the first line of a chip
// has been 0, 504, 512 and 571), so a number is looked up each time a line is opened and never kept [D8].
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseChip, type FoundChip } from './chip-choice.ts'
import { assertAddress } from './line-address.ts'
import { LineError, type LineTarget } from './lines.ts'

type Chip = FoundChip & { readonly base: number }

/** @throws LineError if this machine offers no lines through sysfs at all. */
export async function assertSysfs(sysfsRoot: string): Promise<void> {
  await chipFolders(sysfsRoot)
}

/** @throws LineError if the chip is missing or not the only one of its label, or has no such line. */
export async function findLineNumber(sysfsRoot: string, address: LineTarget): Promise<number> {
  assertAddress(address)
  const { chip, offset } = chooseChip(await readChips(sysfsRoot), address)
  return chip.base + offset
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
