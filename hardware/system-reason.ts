// Why the system refused something, in words for the middle of a sentence; its code stays in brackets.
import type { LineText } from './lines.ts'

const words: Readonly<Record<string, LineText>> = {
  EACCES: { de: 'keine Berechtigung', en: 'permission denied' },
  EPERM: { de: 'keine Berechtigung', en: 'permission denied' },
  EBUSY: { de: 'schon in Gebrauch', en: 'it is in use' },
  EINVAL: { de: 'der Chip kann das nicht', en: 'the chip cannot do this' },
  EIO: { de: 'der Chip antwortet nicht', en: 'the chip does not answer' },
  ENODEV: { de: 'der Chip ist nicht mehr da', en: 'the chip is gone' },
  ENXIO: { de: 'der Chip ist nicht mehr da', en: 'the chip is gone' },
  ENOENT: { de: 'nicht vorhanden', en: 'it does not exist' },
  ENOTDIR: { de: 'ein Teil des Pfades ist kein Ordner', en: 'a part of the path is not a folder' },
  EROFS: { de: 'das Dateisystem ist schreibgeschützt', en: 'the file system is read-only' },
  ENOSPC: { de: 'auf dem Datenträger ist kein Platz mehr', en: 'no space is left on the disk' },
  EADDRINUSE: { de: 'schon in Gebrauch', en: 'it is in use' },
}

/** What has no words here stays as the system says it. */
export function systemReason(error: unknown): LineText {
  const code = errorCode(error)
  const known = words[code]
  if (known !== undefined) return { de: `${known.de} (${code})`, en: `${known.en} (${code})` }
  const message = error instanceof Error ? error.message : String(error)
  return { de: message, en: message }
}

/** The code of a system call's error, such as "EBUSY"; the message of any other. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  return error instanceof Error ? error.message : String(error)
}
