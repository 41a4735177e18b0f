// Whoever restarts a program or a machine that hangs: systemd, and the board's own watchdog where the configuration names it. Both are
// fed by the same rule (core/watchdog.ts).
import { type HardwareWatchdog, type OpenedWatchdog, openWatchdog } from '../../hardware/watchdog.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import { type Text, text } from '../../protocol/text.ts'
import type { RuntimeLog } from './log.ts'
import { feedingMsMax, serviceManager } from './service-manager.ts'

export type Watchdogs = AsyncDisposable & { readonly feed: () => void; readonly stopping: () => void }

/** Whoever waits for less restarts without end. */
export const watchdogMsMin = feedingMsMax + 1000

/**
 * @param path of the board's watchdog; null: it is left alone
 * @throws StartError if one of them waits for less than the device takes, or the board's cannot be opened
 */
export function startWatchdogs(path: string | null, log: RuntimeLog): Watchdogs {
  const manager = serviceManager()
  if (manager.watchdogMs !== null && manager.watchdogMs < watchdogMsMin)
    throw new StartError(serviceTooShort(manager.watchdogMs))
  const board = path === null ? null : open(path)
  let failed = false
  return {
    feed: () => {
      manager.alive()
      const reason = board === null ? null : reasonNotFed(board)
      if (reason !== null && !failed) log.error({ watchdog: path, reason }, 'watchdog cannot be fed')
      failed = reason !== null
    },
    stopping: () => manager.stopping(),
    [Symbol.asyncDispose]: async () => {
      board?.[Symbol.dispose]()
      await manager[Symbol.asyncDispose]()
    },
  }
}

function reasonNotFed(board: HardwareWatchdog): string | null {
  try {
    board.feed()
    return null
  } catch (error) {
    return systemReason(error).en // It will restart the machine; there is nothing else to do about it.
  }
}

function open(path: string): HardwareWatchdog {
  const result = openWatchdog(path, watchdogMsMin)
  switch (result.kind) {
    case 'opened':
      return result.watchdog
    case 'tooShort':
      throw new StartError(boardTooShort(path, result))
    case 'refused':
      throw new StartError(refusal(path, result.error))
  }
}

const leastSeconds = watchdogMsMin / 1000

function serviceTooShort(watchdogMs: number): Text {
  const seconds = watchdogMs / 1000
  return text(
    `WatchdogSec= des Dienstes beträgt ${seconds} s, erwartet sind mindestens ${leastSeconds} s: systemd würde das Gerät ohne Ende neu starten. Im Dienst berichtigen.`,
    `WatchdogSec= of the service is ${seconds} s, expected at least ${leastSeconds} s: systemd would restart the device without end. Correct it in the unit.`,
  )
}

function boardTooShort(path: string, { driver, timeoutMs }: Extract<OpenedWatchdog, { kind: 'tooShort' }>): Text {
  const seconds = timeoutMs / 1000
  return text(
    `Der Watchdog ${path} (${driver}) wartet ${seconds} s, erwartet sind mindestens ${leastSeconds} s: Die Maschine würde ohne Ende neu starten. Beim Laden seines Treibers setzen (Raspberry Pi: bcm2835_wdt.heartbeat=15 in cmdline.txt).`,
    `The watchdog ${path} (${driver}) waits ${seconds} s, expected at least ${leastSeconds} s: the machine would restart without end. Set it where its driver is loaded (Raspberry Pi: bcm2835_wdt.heartbeat=15 in cmdline.txt).`,
  )
}

function refusal(path: string, error: unknown): Text {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EBUSY')
    return text(
      `Den Watchdog ${path} benutzt schon jemand, wohl systemd selbst (RuntimeWatchdogSec=). „watchdog“ aus der Konfiguration entfernen: systemd überwacht die Maschine, und WatchdogSec= im Dienst das Gerät.`,
      `The watchdog ${path} is in use, most likely by systemd itself (RuntimeWatchdogSec=). Remove “watchdog” from the configuration: systemd watches the machine, and WatchdogSec= in the unit watches the device.`,
    )
  if (code === 'EACCES' || code === 'EPERM')
    return text(
      `Dieses Konto darf den Watchdog ${path} nicht benutzen. Ihn dem Konto mit einer udev-Regel geben (SUBSYSTEM=="watchdog", GROUP="stillruf", MODE="0660"), oder „watchdog“ aus der Konfiguration entfernen.`,
      `This account may not use the watchdog ${path}. Give it to the account with a udev rule (SUBSYSTEM=="watchdog", GROUP="stillruf", MODE="0660"), or remove “watchdog” from the configuration.`,
    )
  const reason = systemReason(error)
  return text(
    `Der Watchdog ${path} kann nicht geöffnet werden: ${reason.de}. „watchdog“ aus der Konfiguration entfernen, oder prüfen, ob das Board einen hat.`,
    `The watchdog ${path} cannot be opened: ${reason.en}. Remove “watchdog” from the configuration, or see that the board has one.`,
  )
}
