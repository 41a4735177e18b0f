// Why a file is no valid YAML. The library says it in English; its code tells what to say in German.
import { same, type Text, text } from '../text.ts'

const german: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'ein Verweis (*) oder seine Marke (&) ist unvollständig',
  BAD_DIRECTIVE: 'eine Zeile, die mit % beginnt, ist hier nicht möglich',
  BAD_DQ_ESCAPE: 'nach \\ steht ein Zeichen, das dort nicht möglich ist',
  BAD_INDENT: 'die Einrückung passt nicht zu den Zeilen davor',
  BAD_SCALAR_START: 'der Wert beginnt mit einem Zeichen, das Anführungszeichen um den Wert verlangt',
  BLOCK_AS_IMPLICIT_KEY: 'in der Zeile steht mehr als ein Feld mit Doppelpunkt',
  BLOCK_IN_FLOW: 'zwischen [ ] oder { } steht ein zweiter Doppelpunkt, oder davor fehlt die schließende Klammer',
  DUPLICATE_KEY: 'ein Feld steht zum zweiten Mal da',
  KEY_OVER_1024_CHARS: 'ein Feldname ist länger als 1024 Zeichen',
  MISSING_CHAR: 'ein Zeichen fehlt, zum Beispiel Anführungszeichen, Klammer, Komma, Doppelpunkt oder Leerzeichen',
  MULTILINE_IMPLICIT_KEY: 'ein Feldname reicht über mehrere Zeilen, oft fehlt der Doppelpunkt',
  MULTIPLE_DOCS: 'die Datei enthält mit --- mehrere Teile',
  TAB_AS_INDENT: 'die Zeile ist mit Tabulator eingerückt statt mit Leerzeichen',
  TAG_RESOLVE_FAILED: 'ein Wert mit ! davor ist nicht bekannt',
  UNEXPECTED_TOKEN: 'hier steht ein Zeichen zu viel oder am falschen Platz',
}

const quotes = text('ein Text mit Doppelpunkt braucht Anführungszeichen', 'a text with a colon needs quotation marks')
/** What the library takes an unquoted text with a colon for, between brackets and without. */
const colons = ['BLOCK_IN_FLOW', 'BLOCK_AS_IMPLICIT_KEY']

/** For the middle of a sentence. @param error as the YAML library makes it. */
export function yamlReason({ code, message }: { readonly code: string; readonly message: string }): Text {
  const known = german[code]
  if (colons.includes(code)) return text(`${known}; ${quotes.de} (${code})`, `${message}; ${quotes.en}`)
  return known === undefined ? same(message) : text(`${known} (${code})`, message)
}
