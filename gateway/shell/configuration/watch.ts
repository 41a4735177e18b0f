// Takes over a changed gateway.yaml while the gateway runs; a faulty one is refused with its reasons, and the old stays.
import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { foundNothing } from '../../../protocol/command-line/problems.ts'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import { quoted, type Text, text } from '../../../protocol/text.ts'
import type { Configuration } from '../../core/configuration.ts'
import type { Emit, Log } from '../ports.ts'
import { type ReadConfiguration, readConfiguration, type Settings } from './configuration.ts'

export type WatchOptions = {
  readonly path: string
  readonly data: string | null
  /** What is in force. */
  readonly configuration: Configuration
  readonly settings: Settings
  readonly emit: Emit
  readonly log: Log
}

export type ConfigurationWatch = {
  /** Looks at the file now, changed or not. */
  readonly look: () => void
} & Disposable

/** An editor writes in several goes: the file is read when it has been quiet for this long. */
const quietMs = 150

/** Watches the folder, so that a file put in the place of the old one is seen too. */
export function watchConfiguration(options: WatchOptions): ConfigurationWatch {
  const { path, data, settings, emit, log } = options
  let last: ReadConfiguration = { ok: true, configuration: options.configuration, settings }
  let timer: NodeJS.Timeout | null = null

  function look(): void {
    timer = null
    const read = withSameSettings(readConfiguration(path, data), settings, basename(path))
    if (isSame(read, last)) return
    last = read
    if (read.ok) {
      log.info({ version: read.configuration.version }, 'configuration taken over')
      emit({ kind: 'configured', configuration: read.configuration })
    } else {
      log.warn({ problems: read.problems.map(({ en }) => en) }, 'configuration refused, the old one stays in force')
      emit({ kind: 'configurationRefused', reason: summary(read.problems) })
    }
  }

  function lookSoon(): void {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(look, quietMs)
  }

  const watcher = watchFolder(path, lookSoon, log)
  lookSoon() // what is in force was read at the beginning of the start
  return {
    look,
    [Symbol.dispose]: () => {
      watcher?.close()
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function watchFolder(path: string, onChanged: () => void, log: Log): FSWatcher | null {
  const unseen = (error: unknown) =>
    log.warn(
      { path, reason: systemReason(error).en },
      'changes of the configuration are not seen; send SIGHUP after a change',
    )
  try {
    const watcher = watch(dirname(path), (_, name) => {
      if (name === null || name === basename(path)) onChanged()
    })
    return watcher.on('error', unseen)
  } catch (error) {
    unseen(error)
    return null
  }
}

/** A file that was refused and put right again is taken over, even if it is the old one. */
function isSame(a: ReadConfiguration, b: ReadConfiguration): boolean {
  if (a.ok && b.ok) return a.configuration.version === b.configuration.version
  return !a.ok && !b.ok && isDeepStrictEqual(a.problems, b.problems)
}

/** Addresses, keys and folders belong to a start: a file that changes them is refused as a whole, not taken over in part. */
function withSameSettings(read: ReadConfiguration, settings: Settings, file: string): ReadConfiguration {
  if (!read.ok) return read
  const before = flat(settings)
  const problems = [...flat(read.settings)]
    .filter(([field, value]) => before.get(field) !== value)
    .map(([field, value]) => fixedAtStart(`${file}: ${field}`, value, before.get(field) ?? ''))
  return problems.length === 0 ? read : { ok: false, problems, language: read.configuration.language }
}

function fixedAtStart(place: string, now: string, before: string): Text {
  const [found, expected] = [shown(now), shown(before)]
  return text(
    `${place}: gefunden: ${found.de}; erwartet: ${expected.de} wie beim Start, weil es sich im Betrieb nicht ändern lässt. Die Zentrale neu starten oder den alten Wert eintragen.`,
    `${place}: found ${found.en}, expected ${expected.en} as at the start, because it cannot change while the gateway runs. Restart the gateway, or set it back.`,
  )
}

const shown = (value: string): Text => (value === '' ? foundNothing : quoted(value))

/** The settings as field names and texts, so that what differs can be named. */
function flat(settings: Settings): ReadonlyMap<string, string> {
  const { gateway, data, mqtt, console, tls } = settings
  return new Map(
    Object.entries({
      'gateway.id': gateway,
      data,
      'mqtt.address': mqtt.address,
      'mqtt.port': String(mqtt.port),
      'console.address': console.address,
      'console.port': String(console.port),
      'console.tls': console.tls === null ? '' : `${console.tls.certificate}, ${console.tls.key}`,
      'tls.authority': tls.authority,
      'tls.certificate': tls.certificate,
      'tls.key': tls.key,
      'tls.revoked': tls.revoked,
    }),
  )
}

function summary(problems: readonly Text[]): Text {
  const [first = text('', ''), ...others] = problems
  if (others.length === 0) return first
  return text(
    `${first.de} (Und ${others.length} weitere, alle im Logbuch der Zentrale.)`,
    `${first.en} (And ${others.length} more, all in the gateway’s log.)`,
  )
}
