// From what a technician writes (chip label and offset, or a line's name) to the kernel's place of the moment, and from what a program of
// gpiod says when it fails to a sentence that tells what to do.
import { chooseChip } from './chip-choice.ts'
import type { Place } from './gpiod-dialect.ts'
import { listChips, listNames, permissionAdvice } from './gpiod-programs.ts'
import { describeAddress, inUse, withoutInterrupt } from './line-address.ts'
import { LineError, type LineTarget, type LineText } from './lines.ts'

/** Looked up each time a line is opened: chips come in another order after each start, and when one was unplugged. @throws LineError */
export async function findPlace(target: LineTarget): Promise<Place> {
  if ('name' in target) return findByName(target.name)
  const { chip, offset } = chooseChip(await listChips(), target)
  return { chip: chip.number, offset }
}

/** @param said the last words of gpioget, gpiomon or gpioset. */
export function gpiodSentence(target: LineTarget, said: string): LineText {
  const line = describeAddress(target)
  if (said.includes('resource busy')) return inUse(line)
  if (said.includes('Permission denied') || said.includes('not permitted'))
    return {
      de: `${line.de}: Dieses Konto darf sie nicht benutzen. ${permissionAdvice.de}`,
      en: `${line.en}: this account may not use it. ${permissionAdvice.en}`,
    }
  if (/^gpiomon: .*No such device/.test(said)) return withoutInterrupt(line)
  if (said.includes('setpriv'))
    return {
      de: `${line.de} lässt sich nicht öffnen: setpriv startet nicht (${said}). Das Debian-Paket util-linux installieren.`,
      en: `${line.en} cannot be opened: setpriv cannot be started (${said}). Install Debian’s package util-linux.`,
    }
  return {
    de: `${line.de} lässt sich nicht öffnen (${said}). Prüfen, ob das Board angeschlossen ist, oder eine andere Leitung wählen.`,
    en: `${line.en} cannot be opened (${said}). See that the board is connected, or choose another line.`,
  }
}

async function findByName(name: string): Promise<Place> {
  const found = (await listNames()).filter(line => line.name === name)
  const [only, second] = found
  if (only === undefined)
    throw new LineError({
      de: `Leitung ${name}: Keine Leitung hat diesen Namen. gpioinfo zeigt die Namen; oder Chip und Nummer angeben.`,
      en: `line ${name}: no line has this name. gpioinfo shows the names; or give chip and offset.`,
    })
  if (second !== undefined)
    throw new LineError({
      de: `Leitung ${name}: ${found.length} Leitungen haben diesen Namen. Stattdessen Chip und Nummer angeben.`,
      en: `line ${name}: ${found.length} lines have this name. Give chip and offset instead.`,
    })
  return only
}
