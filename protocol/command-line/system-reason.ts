// Why the system refused something, in words that need no manual.
import { same, type Text, text } from '../text.ts'

const words: Readonly<Record<string, Text>> = {
  EACCES: text('keine Berechtigung', 'permission denied'),
  EPERM: text('keine Berechtigung', 'permission denied'),
  EROFS: text('das Dateisystem ist schreibgeschützt', 'the file system is read-only'),
  ENOSPC: text('auf dem Datenträger ist kein Platz mehr', 'no space is left on the disk'),
  EDQUOT: text('der zugeteilte Speicherplatz ist verbraucht', 'the disk quota is used up'),
  EIO: text('der Datenträger meldet einen Fehler', 'the disk reports an error'),
  ENOENT: text('nicht vorhanden', 'it does not exist'),
  ENOTDIR: text('ein Teil des Pfades ist kein Ordner', 'a part of the path is not a folder'),
  EISDIR: text('es ist ein Ordner', 'it is a folder'),
  EEXIST: text('schon vorhanden', 'it exists already'),
  'EEXIST mkdir': text('es ist eine Datei, kein Ordner', 'it is a file, not a folder'), // nobody makes a folder anew
  ELOOP: text('die Verknüpfungen führen im Kreis', 'its links lead in a circle'),
  ENAMETOOLONG: text('der Name ist zu lang', 'the name is too long'),
  EMFILE: text('zu viele offene Dateien', 'too many open files'),
  EADDRINUSE: text('ein anderes Programm benutzt diesen Port', 'another program uses this port'),
  EADDRNOTAVAIL: text('dieser Rechner hat keine solche Adresse', 'this machine has no such address'),
  EAFNOSUPPORT: text(
    'dieser Rechner kennt diese Art von Adressen nicht',
    'this machine does not know addresses of this kind',
  ),
  EINVAL: text('das System nimmt diese Angabe nicht an', 'the system does not accept this value'),
  ECONNREFUSED: text('dort antwortet kein Programm', 'nothing listens there'),
  ECONNRESET: text('die Gegenseite hat die Verbindung abgebrochen', 'the other side broke the connection off'),
  ETIMEDOUT: text('keine Antwort in der erwarteten Zeit', 'no answer in time'),
  EHOSTUNREACH: text('kein Weg durch das Netz dorthin', 'no way there through the network'),
  ENETUNREACH: text('kein Weg durch das Netz dorthin', 'no way there through the network'),
  ENOTFOUND: text('im Netz ist dieser Name nicht bekannt', 'the network does not know this name'),
  EAI_AGAIN: text('der Namensdienst antwortet nicht', 'the name service does not answer'),
  CERT_HAS_EXPIRED: text('das Zertifikat ist abgelaufen', 'the certificate has expired'),
  ERR_TLS_CERT_ALTNAME_INVALID: text(
    'das Zertifikat gilt nicht für diese Adresse',
    'the certificate is not valid for this address',
  ),
}

/** The reason for the middle of a sentence, with the system's code; what has no words here stays as the system says it. */
export function systemReason(error: unknown): Text {
  const code = memberOf(error, 'code')
  const known = words[`${code} ${memberOf(error, 'syscall')}`] ?? words[code]
  if (known === undefined) return same(error instanceof Error ? error.message : String(error))
  return text(`${known.de} (${code})`, `${known.en} (${code})`)
}

function memberOf(error: unknown, name: 'code' | 'syscall'): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : null
  return typeof value === 'string' ? value : ''
}
