// What is said when the database cannot be used: SQLite's reasons in both languages, and what to do.
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import { type Text, text } from '../../../protocol/text.ts'

export const damaged = (path: string, what: Text): StartError =>
  new StartError(
    text(
      `Die Datenbank ${path} ist beschädigt: ${what.de}. Aus einer Sicherung wiederherstellen, oder sie wegbewegen und mit „stillruf-gateway setup“ ein leeres Protokoll beginnen.`,
      `The database ${path} is damaged: ${what.en}. Restore it from a backup, or move it away and run “stillruf-gateway setup” to begin with an empty record.`,
    ),
  )

const sqlite = {
  busy: 5,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDatabase: 26,
} as const

/** SQLite's primary codes [https://www.sqlite.org/rescode.html] in German; English it speaks itself. */
const german: Readonly<Record<number, string>> = {
  [sqlite.busy]: 'ein anderes Programm schreibt gerade',
  [sqlite.readOnly]: 'die Datei oder ihr Ordner ist schreibgeschützt',
  [sqlite.inputOutput]: 'der Datenträger meldet einen Fehler',
  [sqlite.corrupt]: 'ihr Inhalt passt nicht zusammen',
  [sqlite.full]: 'auf dem Datenträger ist kein Platz mehr',
  [sqlite.cannotOpen]: 'die Datei lässt sich nicht öffnen',
  [sqlite.notDatabase]: 'die Datei ist keine Datenbank',
}

/** What SQLite or the system says against it, for the middle of a sentence. */
export function databaseReason(error: unknown): Text {
  const reason = systemReason(error)
  const known = german[primaryCode(error) ?? -1]
  return known === undefined ? reason : text(`${known} (${reason.en})`, reason.en)
}

/** Another connection has the lock. */
export const isBusy = (error: unknown): boolean => primaryCode(error) === sqlite.busy

function primaryCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

/** Uses the database and turns what SQLite says against it into a sentence. @throws StartError */
export function usingDatabase<Value>(path: string, use: () => Value): Value {
  try {
    return use()
  } catch (error) {
    throw sentenceFor(path, error)
  }
}

/** A StartError for an error of SQLite; any other error unchanged. */
export function sentenceFor(path: string, error: unknown): unknown {
  const code = primaryCode(error)
  if (code === null) return error
  const reason = databaseReason(error)
  if (code === sqlite.corrupt || code === sqlite.notDatabase) return damaged(path, reason)
  if (code === sqlite.busy)
    return new StartError(
      text(
        `Die Datenbank ${path} wird von einem anderen Programm benutzt. Noch einmal versuchen, wenn dieses fertig ist.`,
        `The database ${path} is in use by another program. Try again when that has ended.`,
      ),
    )
  return new StartError(
    text(
      `Die Datenbank ${path} ist nicht benutzbar: ${reason.de}. Ihre Zugriffsrechte, ihren Ordner und den Datenträger prüfen.`,
      `The database ${path} cannot be used: ${reason.en}. Check its rights, its folder and the disk.`,
    ),
  )
}
