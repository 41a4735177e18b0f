// Who restarts a device that hangs: systemd the program, the board's own watchdog the machine.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readWatchdog, type WatchdogFacts } from '../../../hardware/watchdog.ts'
import { text } from '../../../protocol/text.ts'
import { watchdogMsMin } from '../watchdogs.ts'
import { type Finding, findingsOf } from './finding.ts'
import type { Roots } from './roots.ts'
import { type ServiceReading, type ServiceState, serviceName } from './service.ts'

export type WatchdogReading = {
  readonly service: ServiceState
  /** As device.yaml names it. */
  readonly configured: string | null
  /** Of the configured one, or of the first that the board has; null: there is none. */
  readonly board: WatchdogFacts | null
}

export function probeWatchdog(configured: string | null, service: ServiceState, roots: Roots): WatchdogReading {
  const path = join(roots.dev, basename(configured ?? 'watchdog'))
  const board = existsSync(path) ? readWatchdog(path, join(roots.sys, 'class/watchdog')) : null
  return { service, configured, board }
}

/** @param running whether the device program runs: then an active watchdog is its own */
export const judgeWatchdog = (reading: WatchdogReading, running: boolean): readonly Finding[] => [
  ofProgram(reading.service),
  ...(reading.configured === null
    ? ofMachine(reading.board)
    : [ofConfigured(reading.configured, reading.board, running)]),
]

function ofProgram(state: ServiceState): Finding {
  const { note } = findingsOf('watchdog', 'systemd')
  if (state === 'unknown')
    return note(
      'serviceNotExamined',
      text(
        'systemd sagt diesem Konto nichts über den Dienst. Mit sudo noch einmal prüfen.',
        'systemd tells this account nothing of the service. Examine again with sudo.',
      ),
    )
  if (state === 'noSystemd')
    return note(
      'noSystemd',
      text(
        'systemd läuft hier nicht: Sicherstellen, dass etwas anderes das Programm mit der Maschine und nach jedem Ende startet, und „watchdog: /dev/watchdog“ eintragen, wenn das Board einen hat.',
        'systemd does not run here: make sure that something else starts the program with the machine and after every end, and write “watchdog: /dev/watchdog” if the board has one.',
      ),
    )
  return state === 'notInstalled' ? note('noService', notInstalled) : ofService(state)
}

const notInstalled = text(
  `Den Dienst ${serviceName} gibt es hier nicht: Niemand startet das Programm mit der Maschine oder nach einem Fehler. firmware/stillruf-device.service einrichten; sein Anfang sagt, wie.`,
  `There is no service ${serviceName} here: nobody starts the program with the machine or after a failure. Install firmware/stillruf-device.service; its head says how.`,
)

function ofService(service: ServiceReading): Finding {
  const { ok, note, failed } = findingsOf('watchdog', 'systemd')
  if (service.watchdogMs > 0 && service.watchdogMs < watchdogMsMin)
    return failed(
      'serviceTooShort',
      text(
        `WatchdogSec= des Dienstes beträgt ${service.watchdogMs / 1000} s, mindestens ${watchdogMsMin / 1000} s sind nötig: So startet das Programm nicht. Im Dienst berichtigen.`,
        `WatchdogSec= of the service is ${service.watchdogMs / 1000} s, at least ${watchdogMsMin / 1000} s are needed: the program does not start like this. Correct it in the service.`,
      ),
    )
  if (service.watchdogMs === 0 && service.active)
    return note(
      'serviceUnwatched',
      text(
        'systemd startet das Programm nach einem Ende neu, aber nicht, wenn es hängt. Im Dienst WatchdogSec=30 setzen.',
        'systemd restarts the program when it ends, but not when it hangs. Set WatchdogSec=30 in the service.',
      ),
    )
  if (!service.enabled)
    return note(
      'serviceNotEnabled',
      text(
        `Der Dienst ${serviceName} startet nicht mit der Maschine. „sudo systemctl enable --now ${serviceName}“ ausführen.`,
        `The service ${serviceName} does not start with the machine. Run “sudo systemctl enable --now ${serviceName}”.`,
      ),
    )
  return ok(
    'service',
    text(
      'systemd startet das Programm mit der Maschine und neu, wenn es endet oder hängt.',
      'systemd starts the program with the machine, and again when it ends or hangs.',
    ),
  )
}

function ofConfigured(path: string, board: WatchdogFacts | null, running: boolean): Finding {
  const { ok, failed } = findingsOf('watchdog', path)
  if (board === null)
    return failed(
      'missing',
      text(
        `Den Watchdog ${path} hat diese Maschine nicht; das Programm startet so nicht. „watchdog“ aus der Konfiguration entfernen.`,
        `This machine has no watchdog ${path}; the program does not start like this. Remove “watchdog” from the configuration.`,
      ),
    )
  if (board.timeoutMs !== null && board.timeoutMs < watchdogMsMin)
    return failed(
      'tooShort',
      text(
        `Der Watchdog ${path} wartet ${board.timeoutMs / 1000} s, mindestens ${watchdogMsMin / 1000} s sind nötig. Beim Laden seines Treibers setzen (Raspberry Pi: bcm2835_wdt.heartbeat=15 in cmdline.txt).`,
        `The watchdog ${path} waits ${board.timeoutMs / 1000} s, at least ${watchdogMsMin / 1000} s are needed. Set it where its driver is loaded (Raspberry Pi: bcm2835_wdt.heartbeat=15 in cmdline.txt).`,
      ),
    )
  if (board.state === 'active' && !running)
    return failed(
      'inUse',
      text(
        `Den Watchdog ${path} benutzt schon jemand, wohl systemd selbst (RuntimeWatchdogSec=); das Programm startet so nicht. „watchdog“ aus der Konfiguration entfernen.`,
        `Somebody uses the watchdog ${path} already, most likely systemd itself (RuntimeWatchdogSec=); the program does not start like this. Remove “watchdog” from the configuration.`,
      ),
    )
  return ok(
    'configured',
    text(
      `Der Watchdog ${path} startet die Maschine neu, wenn das Programm ${seconds(board)} lang hängt.`,
      `The watchdog ${path} restarts the machine when the program hangs for ${seconds(board)}.`,
    ),
  )
}

function ofMachine(board: WatchdogFacts | null): readonly Finding[] {
  const { ok, note } = findingsOf('watchdog', 'board')
  if (board === null) return []
  if (board.state === 'active')
    return [
      ok(
        'machineWatched',
        text(
          'Der Watchdog des Boards startet die Maschine neu, wenn sie hängt.',
          'The board’s watchdog restarts the machine when it hangs.',
        ),
      ),
    ]
  return [
    note(
      'machineUnwatched',
      text(
        'Das Board hat einen Watchdog, den niemand benutzt: Eine Maschine, die hängt, bleibt stehen. In /etc/systemd/system.conf RuntimeWatchdogSec=15 setzen und neu starten.',
        'The board has a watchdog that nobody uses: a machine that hangs stays so. Set RuntimeWatchdogSec=15 in /etc/systemd/system.conf and restart.',
      ),
    ),
  ]
}

const seconds = ({ timeoutMs }: WatchdogFacts): string => (timeoutMs === null ? '?' : `${timeoutMs / 1000} s`)
