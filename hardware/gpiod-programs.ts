// Runs the programs of gpiod that look and do not hold: which version, which chips, which names.
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import type { FoundChip } from './chip-choice.ts'
import { type Dialect, dialectOf } from './gpiod-dialect.ts'
import { LineError, type LineText } from './lines.ts'

export type GpioChip = FoundChip & { readonly number: number }
export type NamedLine = { readonly name: string; readonly chip: number; readonly offset: number }

const deadlineMs = 5000
const udevRule = 'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"'
/** Debian's kernel gives the chips to root alone; the group is what Raspberry Pi OS and most boards use. */
export const permissionAdvice: LineText = {
  de: `Das Konto in die Gruppe gpio aufnehmen und neu anmelden (hat /dev/gpiochip* keine solche Gruppe, gibt sie eine udev-Regel: ${udevRule}), oder als root ausführen.`,
  en: `Add the account to the group gpio and sign in again (if /dev/gpiochip* has no such group, a udev rule gives it: ${udevRule}), or run as root.`,
}

/** @throws LineError if gpiod is missing or unknown, or this machine shows no chip. */
export async function findDialect(): Promise<Dialect> {
  const dialect = dialectOf(await runGpiod('gpiomon', ['--version']))
  if ((await listChips()).length > 0) return dialect
  throw new LineError(await chiplessSentence())
}

/** Every chip once, though older versions list a symbolic link to a chip as a further one. @throws LineError */
export async function listChips(): Promise<readonly GpioChip[]> {
  const found = new Map<number, GpioChip>()
  for (const line of (await runGpiod('gpiodetect', [])).split('\n')) {
    const [, number, label = '', count] = /^gpiochip(\d+) \[(.*)\] \((\d+) lines\)$/.exec(line) ?? []
    if (number !== undefined) found.set(Number(number), { number: Number(number), label, lineCount: Number(count) })
  }
  return [...found.values()]
}

/** The lines that have a name, of every chip. @throws LineError */
export async function listNames(): Promise<readonly NamedLine[]> {
  const named: NamedLine[] = []
  let chip = 0
  for (const line of (await runGpiod('gpioinfo', [])).split('\n')) {
    chip = Number(/^gpiochip(\d+) - \d+ lines:$/.exec(line)?.[1] ?? chip)
    const [, offset, name] = /^\s+line\s+(\d+):\s+"([^"]*)"/.exec(line) ?? []
    if (name !== undefined) named.push({ name, chip, offset: Number(offset) })
  }
  return named
}

/** Returns what the program prints. A chip that cannot be read does not hide the others. */
export function runGpiod(program: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = { timeout: deadlineMs, encoding: 'utf8' as const, env: { ...process.env, LC_ALL: 'C' } }
    execFile(program, [...options], settings, (error, printed, said) => {
      if (error === null || printed !== '') resolve(printed)
      else failureSentence(program, error, said).then(sentence => reject(new LineError(sentence)), reject)
    })
  })
}

async function failureSentence(program: string, error: Error, said: string): Promise<LineText> {
  if ('code' in error && error.code === 'ENOENT') return missingSentence(program)
  if (said.includes('Permission denied')) return notAllowed
  const reason = said.trim() || error.message
  return {
    de: `${program} ist gescheitert (${reason}). Prüfen, ob das Debian-Paket gpiod vollständig ist: apt-get install --reinstall gpiod.`,
    en: `${program} failed (${reason}). See that Debian’s package gpiod is whole: apt-get install --reinstall gpiod.`,
  }
}

async function missingSentence(program: string): Promise<LineText> {
  if (!(await hasChipDevice())) return chiplessSentence()
  return {
    de: `Das Programm ${program} fehlt. Das Debian-Paket gpiod installieren: apt-get install gpiod.`,
    en: `The program ${program} is missing. Install Debian’s package gpiod: apt-get install gpiod.`,
  }
}

const chiplessSentence = async (): Promise<LineText> => ((await hasChipDevice()) ? notAllowed : withoutChip)

const notAllowed: LineText = {
  de: `Dieses Konto darf die GPIO-Chips nicht sehen. ${permissionAdvice.de}`,
  en: `This account may not see the GPIO chips. ${permissionAdvice.en}`,
}

const withoutChip: LineText = {
  de: 'Diese Maschine hat keine GPIO-Chips (/dev/gpiochip*). Unter lines.backend angeben, wo die Leitungen sind: onoff für einen Kernel, der sie über sysfs anbietet, firmata für ein Board am USB, simulated zum Ausprobieren ohne Hardware.',
  en: 'This machine has no GPIO character device (/dev/gpiochip*). Say under lines.backend where the lines are: onoff for a kernel that offers them through sysfs, firmata for a board over USB, simulated to try without hardware.',
}

const hasChipDevice = async (): Promise<boolean> => (await readdir('/dev')).some(name => /^gpiochip\d+$/.test(name))
