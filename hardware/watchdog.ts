// The board's own watchdog: a clock in hardware that restarts the machine unless somebody writes to its device in time. Opening it
// starts the clock. Source of the rules: Linux, Documentation/watchdog/watchdog-api.rst.
//
// How long it waits is a setting of its driver. Changing it takes an ioctl, which Node cannot do, so it is read and judged here and
// set where the driver is loaded: for the Raspberry Pi's, `bcm2835_wdt.heartbeat=15` in cmdline.txt.
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'

export type HardwareWatchdog = Disposable & {
  readonly timeoutMs: number | null
  /** Restarts its clock. @throws the system's error */
  readonly feed: () => void
}

export type OpenedWatchdog =
  | { readonly kind: 'opened'; readonly watchdog: HardwareWatchdog }
  | { readonly kind: 'tooShort'; readonly timeoutMs: number; readonly driver: string }
  | { readonly kind: 'refused'; readonly error: unknown }

/** What the kernel says of a watchdog without opening it. Null each: it does not say. */
export type WatchdogFacts = {
  readonly driver: string | null
  readonly timeoutMs: number | null
  readonly state: 'active' | 'inactive' | null
  /** Once started it cannot be stopped. */
  readonly noWayOut: boolean | null
}

/**
 * @param leastMs it is not opened if it waits for less than this: the machine would restart without end
 * @param sysfsRoot where the kernel tells of its watchdogs
 */
export function openWatchdog(path: string, leastMs: number, sysfsRoot = '/sys/class/watchdog'): OpenedWatchdog {
  const { timeoutMs, driver } = readWatchdog(path, sysfsRoot)
  if (timeoutMs !== null && timeoutMs < leastMs) return { kind: 'tooShort', timeoutMs, driver: driver ?? 'the driver' }
  try {
    return { kind: 'opened', watchdog: opened(openSync(path, constants.O_WRONLY), timeoutMs) }
  } catch (error) {
    return { kind: 'refused', error }
  }
}

/** @param path such as /dev/watchdog, which is another name of /dev/watchdog0 */
export function readWatchdog(path: string, sysfsRoot: string): WatchdogFacts {
  const name = basename(path) === 'watchdog' ? 'watchdog0' : basename(path)
  const fact = (file: string): string | null => read(join(sysfsRoot, name, file))
  const seconds = Number(fact('timeout') ?? Number.NaN)
  const state = fact('state')
  const noWayOut = fact('nowayout')
  return {
    driver: fact('identity'),
    timeoutMs: Number.isFinite(seconds) ? seconds * 1000 : null,
    state: state === 'active' || state === 'inactive' ? state : null,
    noWayOut: noWayOut === null ? null : noWayOut !== '0',
  }
}

function opened(descriptor: number, timeoutMs: number | null): HardwareWatchdog {
  let open = true
  return {
    timeoutMs,
    feed: () => {
      if (open) writeSync(descriptor, '\0')
    },
    // The magic close: without the letter, closing is taken for a crash, and the machine restarts.
    [Symbol.dispose]: () => {
      if (!open) return
      open = false
      writeSync(descriptor, 'V')
      closeSync(descriptor)
    },
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null // The kernel does not tell this of the watchdog, or has none.
  }
}
