// One plain sentence for each record, in German and English: what the console's timeline and the command line show.
// It names responders as they are configured and nobody else [D11].
import { assertNever } from '../../protocol/assert.ts'
import { faults } from '../../protocol/faults.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import type { NotificationReason, Outcome, SecurityEventKind } from '../../protocol/messages.ts'
import { same, type Text, text } from '../../protocol/text.ts'
import { type KeptText, textOf } from '../core/kept-text.ts'
import type { Channel, DeliveryOutcome, FaultSource, GatewayRecord, IncidentDraft } from '../core/record-types.ts'
import type { Names } from './names.ts'
import { pressText } from './press-text.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>

/** @param names the configured name of a responder or of the gateway; the id itself if there is none. */
export const timelineText = (record: GatewayRecord, names: Names): Text =>
  'alarm' in record ? alarmText(record, names) : installationText(record, names)

type AlarmRecord = Extract<GatewayRecord, { alarm: AlarmId }>

function alarmText(record: AlarmRecord, names: Names): Text {
  switch (record.kind) {
    case 'alarmRaised':
    case 'pressRepeated':
    case 'pressReleased':
    case 'pressDuplicated':
      return pressText(record)
    case 'stepEntered':
      return stepEntered(record)
    case 'notified':
      return notified(record, names)
    case 'notNotified':
      return notNotified(record, names)
    case 'notificationEnded':
      return notificationEnded(record, names)
    case 'acknowledged':
      return text(
        `${names(record.responder)} hat den Alarm übernommen (${channelText[record.channel].de}).`,
        `${names(record.responder)} took the alarm (${channelText[record.channel].en}).`,
      )
    case 'acknowledgedLate':
      return acknowledgedLate(record, names)
    case 'unanswered':
      return text(
        'Niemand hat den Alarm übernommen: Die letzte Stufe ist erreicht und wird wiederholt.',
        'Nobody has taken the alarm: the last step is reached and repeats.',
      )
    case 'closed':
      return closed(record, names)
    case 'closedLate':
      return text(
        `${names(record.responder)} wollte den Alarm mit dem Ergebnis „${outcomeText[record.outcome].de}“ abschließen; er war schon abgeschlossen.`,
        `${names(record.responder)} wanted to close the alarm with the outcome “${outcomeText[record.outcome].en}”; it was closed already.`,
      )
    case 'incidentDrafted':
      return incidentDrafted(record, names)
    default:
      return assertNever(record)
  }
}

/** What concerns no single alarm: faults, security events, configuration, tests. */
function installationText(record: Exclude<GatewayRecord, AlarmRecord>, names: Names): Text {
  switch (record.kind) {
    case 'faultRaised':
      return faultRaised(record, names)
    case 'faultCleared':
      return text(
        `Störung beendet ${about(record, names).de}: ${faults[record.code].text.de}`,
        `Fault cleared ${about(record, names).en}: ${faults[record.code].text.en}`,
      )
    case 'faultNotified':
      return text(
        `Meldung an ${names(record.responder)} ${channelText[record.channel].de} zur Störung ${about(record, names).de}: ${faults[record.code].text.de}`,
        `Notification to ${names(record.responder)} ${channelText[record.channel].en} about the fault ${about(record, names).en}: ${faults[record.code].text.en}`,
      )
    case 'faultNotificationEnded':
      return notificationEnded(record, names)
    case 'securityEvent':
      return securityEvent(record, names)
    case 'recordsYielded':
      return text(
        `Solange die Zentrale ihr Protokoll nicht schreiben konnte, wurden ${record.count} nachrangige Einträge weggelassen.`,
        `While the gateway could not write its record, ${record.count} lesser entries were left out.`,
      )
    case 'configurationApplied':
      return text(
        `Konfiguration übernommen (Stand ${record.version}).`,
        `Configuration applied (version ${record.version}).`,
      )
    case 'testRequested':
      return testRequested(record, names)
    case 'gatewayStarted':
      return text(
        `Die Zentrale wurde gestartet (Konfiguration: Stand ${record.version}).`,
        `The gateway was started (configuration: version ${record.version}).`,
      )
    default:
      return assertNever(record)
  }
}

export const outcomeText: Readonly<Record<Outcome, Text>> = {
  incident: text('Vorfall', 'incident'),
  noIncident: text('kein Vorfall', 'no incident'),
  falseAlarm: text('Fehlalarm', 'false alarm'),
  test: text('Probe', 'test'),
}

const channelText: Readonly<Record<Channel, Text>> = {
  console: text('über die Konsole', 'through the console'),
  mqtt: text('über MQTT', 'through MQTT'),
}

const reasonText: Readonly<Record<NotificationReason, Text>> = {
  first: text('neuer Alarm', 'new alarm'),
  escalated: text('niemand hatte übernommen', 'nobody had taken it'),
  repeat: text('Wiederholung', 'repetition'),
  repeatPress: text('der Taster wurde erneut gedrückt', 'the button was pressed again'),
  takenOver: text('der Alarm wurde übernommen', 'the alarm was taken'),
  closed: text('der Alarm wurde abgeschlossen', 'the alarm was closed'),
  reconnected: text('wieder verbunden', 'connected again'),
  fault: text('Störung', 'fault'),
  faultCleared: text('Störung beendet', 'fault cleared'),
}

function stepEntered({ step, reason }: RecordOf<'stepEntered'>): Text {
  switch (reason) {
    case 'first':
      return text(`Stufe ${step} des Alarmplans begonnen.`, `Step ${step} of the policy entered.`)
    case 'escalated':
      return text(
        `Eskalation auf Stufe ${step}: Niemand hat den Alarm übernommen.`,
        `Escalated to step ${step}: nobody has taken the alarm.`,
      )
    case 'unreached':
      return text(
        `Eskalation auf Stufe ${step}: In der Stufe davor war niemand erreichbar.`,
        `Escalated to step ${step}: nobody in the step before could be reached.`,
      )
    case 'repeat':
      return text(
        `Stufe ${step} wiederholt: Niemand hat den Alarm übernommen.`,
        `Step ${step} repeated: nobody has taken the alarm.`,
      )
    default:
      return assertNever(reason)
  }
}

function notified({ responder, channel, reason, step }: RecordOf<'notified'>, names: Names): Text {
  const why = reasonText[reason]
  return text(
    `Meldung an ${names(responder)} ${channelText[channel].de} (Stufe ${step}, ${why.de}).`,
    `Notification to ${names(responder)} ${channelText[channel].en} (step ${step}, ${why.en}).`,
  )
}

function notNotified({ responder, step, reason }: RecordOf<'notNotified'>, names: Names): Text {
  const why =
    reason === 'notConnected'
      ? text('kein Meldeweg ist verbunden', 'no channel is connected')
      : text('der Alarmplan nennt einen unbekannten Helfer', 'the policy names an unknown responder')
  return text(
    `Keine Meldung an ${names(responder)} (Stufe ${step}): ${why.de}.`,
    `No notification to ${names(responder)} (step ${step}): ${why.en}.`,
  )
}

const endText: Readonly<Record<DeliveryOutcome, (who: string, by: Text) => Text>> = {
  delivered: (who, by) =>
    text(`Die Meldung an ${who} ${by.de} ist angekommen.`, `The notification to ${who} ${by.en} has arrived.`),
  connectionLost: (who, by) =>
    text(
      `Die Meldung an ${who} ${by.de} ist nicht bestätigt: Die Verbindung ging verloren.`,
      `The notification to ${who} ${by.en} is not confirmed: the connection was lost.`,
    ),
  queueFull: (who, by) =>
    text(
      `Die Meldung an ${who} ${by.de} ist nicht bestätigt: Der Empfänger nahm nichts mehr an.`,
      `The notification to ${who} ${by.en} is not confirmed: the receiver took nothing any more.`,
    ),
}

const notificationEnded = (record: RecordOf<'notificationEnded' | 'faultNotificationEnded'>, names: Names): Text =>
  endText[record.outcome](names(record.responder), channelText[record.channel])

function acknowledgedLate({ responder, reason }: RecordOf<'acknowledgedLate'>, names: Names): Text {
  const who = names(responder)
  switch (reason) {
    case 'sameResponder':
      return text(
        `${who} hat den Alarm noch einmal übernommen. Das änderte nichts.`,
        `${who} took the alarm once more. That changed nothing.`,
      )
    case 'takenOver':
      return text(
        `${who} wollte den Alarm übernehmen: Jemand anderes hatte ihn schon übernommen.`,
        `${who} wanted to take the alarm: somebody else had taken it already.`,
      )
    case 'closed':
      return text(
        `${who} wollte den Alarm übernehmen: Er war schon abgeschlossen.`,
        `${who} wanted to take the alarm: it was closed already.`,
      )
    default:
      return assertNever(reason)
  }
}

function closed({ responder, outcome, note }: RecordOf<'closed'>, names: Names): Text {
  const result = outcomeText[outcome]
  const remark = note === '' ? text('', '') : text(` Bemerkung: ${note}`, ` Note: ${note}`)
  return responder === null
    ? text(
        `Die Zentrale hat den Alarm abgeschlossen. Ergebnis: ${result.de}.${remark.de}`,
        `The gateway closed the alarm. Outcome: ${result.en}.${remark.en}`,
      )
    : text(
        `${names(responder)} hat den Alarm abgeschlossen. Ergebnis: ${result.de}.${remark.de}`,
        `${names(responder)} closed the alarm. Outcome: ${result.en}.${remark.en}`,
      )
}

/** What the law asks for before an entry in ZeMAG [BSchG NRW § 3(2)]. */
const groundText: Readonly<Record<IncidentDraft['ground'], Text>> = {
  none: text('noch keiner', 'none yet'),
  houseBan: text('Hausverbot', 'house ban'),
  criminalComplaint: text('Strafanzeige', 'criminal complaint'),
  applicationForProsecution: text('Strafantrag', 'application for prosecution'),
}

function incidentDrafted({ responder, draft }: RecordOf<'incidentDrafted'>, names: Names): Text {
  const ground = groundText[draft.ground]
  return text(
    `${names(responder)} hat einen Vorfallsentwurf geschrieben (Vorfallsstufe ${draft.level}, Anlass: ${ground.de}). Er wurde nirgendwohin gesendet.`,
    `${names(responder)} wrote an incident draft (incident level ${draft.level}, ground: ${ground.en}). It was sent nowhere.`,
  )
}

/** Where a fault is. A device that is silent as a whole needs no subject. */
function about({ source, subject }: { source: FaultSource; subject: string }, names: Names): Text {
  const what = subject === '' || subject === 'device' ? '' : `, ${names(subject)}`
  return source === 'gateway'
    ? text(`(Zentrale${what})`, `(gateway${what})`)
    : text(`(Gerät ${source}${what})`, `(device ${source}${what})`)
}

function faultRaised(record: RecordOf<'faultRaised'>, names: Names): Text {
  const fault = faults[record.code].text
  const detail = inBrackets(record.detail)
  return text(
    `Störung ${about(record, names).de}: ${fault.de}${detail.de}`,
    `Fault ${about(record, names).en}: ${fault.en}${detail.en}`,
  )
}

const securityText: Readonly<Record<SecurityEventKind, Text>> = {
  wrongCertificate: text('falsches Zertifikat', 'wrong certificate'),
  revokedCertificate: text('gesperrtes Zertifikat', 'revoked certificate'),
  wrongPassword: text('falsches Passwort', 'wrong password'),
  foreignTopic: text('fremdes Topic', 'foreign topic'),
  badSignature: text('ungültige Signatur', 'bad signature'),
  replay: text('wiederholte alte Nachricht', 'replayed message'),
  malformedMessage: text('fehlerhafte Nachricht', 'malformed message'),
  oversizedMessage: text('zu große Nachricht', 'oversized message'),
  protocolViolation: text('Verstoß gegen MQTT oder TLS', 'violation of MQTT or TLS'),
  foreignAlarm: text('fremder oder unbekannter Alarm', 'foreign or unknown alarm'),
}

function securityEvent({ event, source, account, detail, count }: RecordOf<'securityEvent'>, names: Names): Text {
  const what = securityText[event]
  const who = textOf(source)
  const whose = account === undefined ? same('') : text(`, Konto ${account}`, `, account ${account}`)
  const times = count > 1 ? text(`, ${count}-mal`, `, ${count} times`) : same('')
  const more = inBrackets(detail)
  return text(
    `Abgewehrt: ${what.de} von ${names(who.de)}${whose.de}${times.de}${more.de}.`,
    `Set aside: ${what.en} from ${names(who.en)}${whose.en}${times.en}${more.en}.`,
  )
}

function inBrackets(detail: KeptText): Text {
  const { de, en } = textOf(detail)
  return text(de === '' ? '' : ` (${de})`, en === '' ? '' : ` (${en})`)
}

function testRequested({ responder, device, button, durationMs }: RecordOf<'testRequested'>, names: Names): Text {
  const where = `${device}/${button}`
  if (durationMs === 0)
    return text(
      `${names(responder)} hat den Probebetrieb für ${where} beendet.`,
      `${names(responder)} ended the test of ${where}.`,
    )
  const lasting = durationMs / 1000
  return text(
    `${names(responder)} hat den Probebetrieb für ${where} gestartet (${lasting} s).`,
    `${names(responder)} started the test of ${where} (${lasting} s).`,
  )
}
