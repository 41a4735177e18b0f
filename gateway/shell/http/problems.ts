// Everything the console answers when it refuses: one sentence in both languages, with a fitting status, never a stack.
import type { FastifyError } from 'fastify'
import type { Problem } from '../../../protocol/console.ts'
import { limits } from '../../../protocol/limits.ts'

/** A refusal on its way to the person who asked. Thrown by handlers, answered in one place. */
export class Refusal extends Error {
  readonly status: number
  readonly problem: Problem
  constructor(status: number, de: string, en: string) {
    super(en)
    this.status = status
    this.problem = { error: { de, en } }
  }
}

const refusal = (status: number, de: string, en: string) => (): Refusal => new Refusal(status, de, en)

export const refusals = {
  notLoggedIn: refusal(401, 'Bitte melden Sie sich an.', 'Please log in.'),
  accountNotNamed: refusal(
    400,
    'Die Anfrage muss das Konto nennen, in dessen Namen sie kommt: im Header „stillruf-account“ oder als „?account=“.',
    'The request must name the account that it comes from: in the header “stillruf-account” or as “?account=”.',
  ),
  otherAccount: refusal(
    401,
    'In diesem Browser ist inzwischen ein anderes Konto angemeldet. Bitte laden Sie die Seite neu.',
    'Another account has logged in to this browser meanwhile. Please load the page again.',
  ),
  wrongPassword: refusal(401, 'Name oder Passwort ist falsch.', 'Name or password is wrong.'),
  tooManyAttempts: refusal(
    429,
    'Zu viele Anmeldeversuche. Bitte warten Sie eine Minute.',
    'Too many attempts to log in. Please wait a minute.',
  ),
  loginNotKept: refusal(
    503,
    'Die Anmeldung konnte nicht gespeichert werden. Bitte versuchen Sie es noch einmal; hilft das nicht, prüfen Sie den Datenträger der Zentrale.',
    'The login could not be saved. Please try again; if that does not help, check the gateway’s disk.',
  ),
  readsOnly: refusal(
    403,
    'Dieses Konto darf nur lesen. Zum Übernehmen und Abschließen ist ein Helferkonto nötig.',
    'This account may only read. Taking and closing alarms needs a responder’s account.',
  ),
  foreignPage: refusal(
    403,
    'Die Anfrage kommt nicht aus dieser Konsole: Sie muss den Header „Origin“ mit der Adresse der Konsole tragen.',
    'The request does not come from this console: it must carry the header “Origin” with the console’s address.',
  ),
  unknownAddress: refusal(404, 'Diese Adresse gibt es hier nicht.', 'There is no such address here.'),
  unknownAlarm: refusal(404, 'Diesen Alarm gibt es hier nicht.', 'There is no such alarm here.'),
  unknownButton: refusal(
    404,
    'Diesen Taster gibt es in der Konfiguration nicht.',
    'There is no such button in the configuration.',
  ),
  noDraft: refusal(
    404,
    'Zu diesem Alarm gibt es keinen Vorfallsentwurf.',
    'There is no incident draft for this alarm.',
  ),
  stillOpen: refusal(
    409,
    'Der Alarm ist noch nicht abgeschlossen. Ein Vorfallsentwurf ist erst nach dem Abschluss als Vorfall möglich.',
    'The alarm is not closed yet. An incident draft is possible only once it is closed as an incident.',
  ),
  noIncident: refusal(
    409,
    'Der Alarm wurde nicht als Vorfall abgeschlossen. Dafür gibt es keinen Vorfallsentwurf.',
    'The alarm was not closed as an incident. There is no incident draft for it.',
  ),
  onlyTest: refusal(
    409,
    'Es war ein Probealarm. Für eine Probe gibt es keinen Vorfallsentwurf.',
    'It was a test alarm. There is no incident draft for a test.',
  ),
  notTaken: refusal(
    409,
    'Der Alarm konnte nicht übernommen werden. Bitte laden Sie die Seite neu.',
    'The alarm could not be taken. Please load the page again.',
  ),
  notClosed: refusal(
    409,
    'Der Alarm konnte mit diesem Ergebnis nicht abgeschlossen werden. Bitte laden Sie die Seite neu.',
    'The alarm could not be closed with this outcome. Please load the page again.',
  ),
  notDrafted: refusal(
    409,
    'Der Vorfallsentwurf wurde nicht übernommen. Bitte laden Sie die Seite neu und schreiben Sie ihn noch einmal.',
    'The incident draft was not taken over. Please load the page again and write it once more.',
  ),
  noObject: refusal(
    400,
    'Der Inhalt der Anfrage muss ein JSON-Objekt mit den Feldern dieser Adresse sein.',
    'The content of the request must be a JSON object with the fields of this address.',
  ),
  unknownLevel: refusal(
    400,
    'Das Feld „level“ nennt eine Stufe, die der Katalog der Konfiguration nicht enthält.',
    'The field “level” names a level that the catalogue of the configuration does not contain.',
  ),
  deviceNotConnected: refusal(
    409,
    'Das Gerät ist nicht verbunden. Der Probebetrieb wurde nicht gestartet.',
    'The device is not connected. The test was not started.',
  ),
  notRecorded: refusal(
    503,
    'Das gilt bereits, steht aber noch nicht auf dem Datenträger der Zentrale; fällt sie jetzt aus, ist es verloren.',
    'This is in force, but not yet on the gateway’s disk; if the gateway fails now, it is lost.',
  ),
  tooManyPages: refusal(
    503,
    `An dieser Zentrale sind schon ${limits.streamsMax} Seiten der Konsole offen, mehr geht nicht. Bitte anderswo welche schließen; dann verbindet sich diese von selbst.`,
    `At this gateway ${limits.streamsMax} pages of the console are open, which is the most it can do. Please close some elsewhere; then this one connects by itself.`,
  ),
  tooManyPagesOfAccount: refusal(
    503,
    `Mit diesem Konto sind schon ${limits.streamsPerAccountMax} Seiten der Konsole offen, mehr geht nicht. Bitte eine davon schließen oder sich dort abmelden; dann verbindet sich diese von selbst.`,
    `With this account ${limits.streamsPerAccountMax} pages of the console are open, which is the most there can be. Please close one of them, or log out there; then this one connects by itself.`,
  ),
} as const satisfies Record<string, () => Refusal>

/** @param field in dots; @param why what is wrong with it, as the rest of the sentence. */
export const badField = (field: string, why: Problem['error']): Refusal =>
  new Refusal(400, `Das Feld „${field}“ ${why.de}.`, `The field “${field}” ${why.en}.`)

const badRequest = refusal(400, 'Die Anfrage ist kein gültiges HTTP.', 'The request is not valid HTTP.')
const failed = refusal(
  500,
  'In der Zentrale ist ein Fehler aufgetreten. Er steht in ihrem Logbuch.',
  'An error occurred in the gateway. Its log has the details.',
)
const ofLibrary: Readonly<Record<string, () => Refusal>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: refusal(
    400,
    'Der Inhalt der Anfrage ist kein gültiges JSON.',
    'The content of the request is not valid JSON.',
  ),
  FST_ERR_CTP_EMPTY_JSON_BODY: refusal(400, 'Der Inhalt der Anfrage fehlt.', 'The content of the request is missing.'),
  FST_ERR_CTP_BODY_TOO_LARGE: refusal(
    413,
    'Der Inhalt der Anfrage ist zu groß: höchstens 64 KiB.',
    'The content of the request is too large: 64 KiB at most.',
  ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: refusal(
    415,
    'Die Anfrage muss „application/json“ enthalten.',
    'The request must contain “application/json”.',
  ),
}

/** Whatever was thrown, as a refusal; `unexpected` tells that the log must know of it. */
export function refusalOf(error: unknown): { readonly refusal: Refusal; readonly unexpected: boolean } {
  if (error instanceof Refusal) return { refusal: error, unexpected: false }
  const { code, statusCode } = error instanceof Error ? (error as Partial<FastifyError>) : {}
  const known = code === undefined ? undefined : ofLibrary[code]
  if (known !== undefined) return { refusal: known(), unexpected: false }
  if (statusCode === 404) return { refusal: refusals.unknownAddress(), unexpected: false }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { refusal: badRequest(), unexpected: false }
  return { refusal: failed(), unexpected: true }
}

/** The answer to bytes that are no HTTP at all: there is no request yet, so it is written by hand. */
export function rawRefusal(): string {
  const body = JSON.stringify(badRequest().problem)
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
