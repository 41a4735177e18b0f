// Opens one line with the onoff library so that it is what was asked for, or says in one sentence why not.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Gpio } from 'onoff'
import { describeAddress, inUse, withoutInterrupt } from './line-address.ts'
import { LineError, type LineTarget, type LineText } from './lines.ts'
import { findLineNumber } from './sysfs-chips.ts'
import { errorCode, systemReason } from './system-reason.ts'

export type GpioClass = typeof Gpio
/** high and low are outputs that start at this level, without a moment at the other. */
export type Direction = 'in' | 'high' | 'low'
export type OpenGpio = { readonly gpio: Gpio; readonly valuePath: string }
export type OpenLine = (address: LineTarget, direction: Direction) => Promise<OpenGpio>

/** After an export, udev hands the new files to the group gpio; that takes a moment. */
const permissionAttemptsMax = 8
const permissionDelayMs = 250

/** @throws LineError if onoff is not installed, or its native part was built for another Node. */
export async function loadOnoff(): Promise<GpioClass> {
  try {
    return (await import('onoff')).Gpio
  } catch {
    throw new LineError({
      de: `Die Bibliothek onoff lässt sich unter Node ${process.version} nicht laden. g++, make und python3 installieren, dann noch einmal npm ci ausführen.`,
      en: `The onoff library cannot be loaded under Node ${process.version}. Install g++, make and python3, then run npm ci again.`,
    })
  }
}

/** @throws LineError if the line is missing, taken, not permitted, or cannot do what is asked of it. */
export async function openGpio(
  GpioOfLibrary: GpioClass,
  sysfsRoot: string,
  address: LineTarget,
  direction: Direction,
): Promise<OpenGpio> {
  const number = await findLineNumber(sysfsRoot, address)
  const folder = join(sysfsRoot, `gpio${number}`)
  const exportedBefore = existsSync(folder)
  for (let attempt = 1; ; attempt++) {
    try {
      const gpio = construct(GpioOfLibrary, number, direction, address)
      return { gpio, valuePath: join(folder, 'value') }
    } catch (error) {
      if (isPermission(error) && existsSync(folder) && attempt < permissionAttemptsMax) {
        await delay(permissionDelayMs)
        continue
      }
      if (!exportedBefore) await unexport(sysfsRoot, number)
      throw error instanceof LineError ? error : new LineError(openSentence(address, error))
    }
  }
}

/** Never throws: what is given back may be gone already. */
export function release(opened: OpenGpio): void {
  try {
    opened.gpio.unexport()
  } catch {
    // The chip took its lines with it.
  }
}

function construct(GpioOfLibrary: GpioClass, number: number, direction: Direction, address: LineTarget): Gpio {
  // Another program may have left the line inverted; the levels here are electrical ones.
  const gpio = new GpioOfLibrary(number, direction, direction === 'in' ? 'both' : 'none', { activeLow: false })
  try {
    assertAsAsked(gpio, direction, address)
    return gpio
  } catch (error) {
    gpio.unexport()
    throw error
  }
}

/** onoff is silent if a line that was exported before does not take its settings: a button would be dead without a word. */
function assertAsAsked(gpio: Gpio, direction: Direction, address: LineTarget): void {
  const asked = direction === 'in' ? 'in both' : 'out'
  const found = direction === 'in' ? `${gpio.direction()} ${gpio.edge()}` : gpio.direction()
  if (found === asked && !gpio.activeLow()) return
  const line = describeAddress(address)
  throw new LineError({
    de: `${line.de} bleibt „${found}“ statt „${asked}“. Nachsehen, welches andere Programm sie benutzt, und dieses beenden.`,
    en: `${line.en} stays “${found}” where “${asked}” was asked for. See which other program uses it, and stop that one.`,
  })
}

/** A line that could not be opened is not left behind exported. */
async function unexport(sysfsRoot: string, number: number): Promise<void> {
  await writeFile(join(sysfsRoot, 'unexport'), String(number)).catch(() => {}) // It was not exported, or may not be touched.
}

const isPermission = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(errorCode(error))

function openSentence(address: LineTarget, error: unknown): LineText {
  const line = describeAddress(address)
  const path = error instanceof Error && 'path' in error ? String(error.path) : ''
  if (isPermission(error)) {
    return {
      de: `${line.de}: Dieses Konto darf sie nicht benutzen. Das Konto in die Gruppe gpio aufnehmen und neu anmelden, oder als root ausführen.`,
      en: `${line.en}: this account may not use it. Add the account to the group gpio and sign in again, or run as root.`,
    }
  }
  switch (errorCode(error)) {
    case 'EBUSY':
      return inUse(line)
    case 'ENOENT':
      return path.endsWith('edge') ? withoutInterrupt(line) : missing(line, path)
    default:
      return refused(line, systemReason(error))
  }
}

const missing = (line: LineText, path: string): LineText => ({
  de: `${line.de} lässt sich nicht öffnen: ${path} fehlt. Prüfen, ob das Board angeschlossen ist und der Kernel Leitungen über sysfs anbietet.`,
  en: `${line.en} cannot be opened: ${path} is missing. See that the board is connected and that the kernel offers lines through sysfs.`,
})

const refused = (line: LineText, reason: LineText): LineText => ({
  de: `${line.de} lässt sich nicht öffnen: ${reason.de}. Eine andere Leitung wählen, oder nachsehen, ob das Board diese für sich braucht.`,
  en: `${line.en} cannot be opened: ${reason.en}. Choose another line, or see whether the board reserves this one.`,
})
