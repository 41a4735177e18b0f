import { expect, test } from 'vitest'
import { channels, type GatewayRecord, type RecordBody } from '../../gateway/core/record-types.ts'
import { namesOf } from '../../gateway/shell/names.ts'
import { timelineText } from '../../gateway/shell/timeline.ts'
import type { ContactReport } from '../../protocol/contact.ts'
import { faultCodes } from '../../protocol/faults.ts'
import type { NotificationId, PressId } from '../../protocol/ids.ts'
import { notificationReasons, outcomes, securityEventKinds } from '../../protocol/messages.ts'
import { type Text, text } from '../../protocol/text.ts'
import { millis, wallTime } from '../../protocol/time.ts'
import {
  alarmId,
  atRecord,
  boot,
  button,
  configuration,
  device,
  numbered,
  place,
  policy,
  pressMessage,
  responder,
} from './samples.ts'

type BodyOf<Kind extends RecordBody['kind']> = Extract<RecordBody, { kind: Kind }>
type Row<Kind extends RecordBody['kind']> = readonly [body: BodyOf<Kind>, de: string, en: string]

const names = namesOf(configuration)
const alarm = alarmId(1)
const press = alarm as string as PressId
const message = pressMessage(alarm)
const anna = responder('anna')
const notification = `${alarm}/1` as NotificationId
const told = { alarm, notification, responder: anna, channel: 'console' } as const
const fault = { code: 'deviceSilent', source: device, subject: 'device' } as const
const draft = {
  alarm,
  level: 2,
  summary: 'geheim',
  measures: 'geheim',
  ground: 'houseBan',
  groundReference: 'geheim',
} as const
const before = (secondsAgo: number) => wallTime(atRecord(1) - 1000 * secondsAgo)
const raisedBody: BodyOf<'alarmRaised'> = {
  kind: 'alarmRaised',
  alarm,
  alarmKind: 'alarm',
  device,
  button,
  place,
  pressedAt: atRecord(0),
  late: false,
  policy,
  contact: message.contact,
  message,
}

const clean = {
  de: 'Gedrückt ohne Prellen, nach 30 ms bestätigt (Zeitpunkt vom Kernel).',
  en: 'Pressed without bounce, confirmed after 30 ms (time from the kernel).',
}
const released = (heldMs: number, de: string, en: string): Row<'pressReleased'> => [
  { kind: 'pressReleased', alarm, press, heldMs: millis(heldMs), boot, n: 2 },
  `Der Taster wurde nach ${de} losgelassen.`,
  `The button was let go after ${en}.`,
]

/** At least one row for each kind: a new kind of record does not compile until it has a sentence here. */
const table: { readonly [Kind in RecordBody['kind']]: readonly [Row<Kind>, ...Row<Kind>[]] } = {
  alarmRaised: [
    [
      raisedBody,
      `Alarm ausgelöst: Rathaus, Bürgerbüro, Raum 012, Tresen. ${clean.de}`,
      `Alarm raised: Rathaus, Bürgerbüro, Raum 012, Tresen. ${clean.en}`,
    ],
    [
      { ...raisedBody, alarmKind: 'test', late: true, pressedAt: before(17), place: { ...place, zone: '' } },
      `Probealarm ausgelöst: Rathaus, Raum 012, Tresen. Er ist verspätet eingetroffen, gedrückt 17 Sekunden vorher. ${clean.de}`,
      `Test alarm raised: Rathaus, Raum 012, Tresen. It arrived late, pressed 17 seconds before. ${clean.en}`,
    ],
    [
      { ...raisedBody, late: true, message: { ...message, ageBasis: 'wall', clockErrorMs: null } },
      `Alarm ausgelöst: Rathaus, Bürgerbüro, Raum 012, Tresen. Er ist verspätet eingetroffen, nach einem Neustart des Geräts; wann gedrückt wurde, ist nicht genau bekannt. ${clean.de}`,
      `Alarm raised: Rathaus, Bürgerbüro, Raum 012, Tresen. It arrived late, after a restart of the device; when it was pressed is not known exactly. ${clean.en}`,
    ],
  ],
  pressRepeated: [
    [
      { kind: 'pressRepeated', alarm, press, pressedAt: atRecord(1), message },
      `Der Taster wurde noch einmal gedrückt. ${clean.de}`,
      `The button was pressed again. ${clean.en}`,
    ],
    [
      { kind: 'pressRepeated', alarm, press, pressedAt: before(300), message: { ...message, ageMs: millis(300_000) } },
      `Der Taster wurde noch einmal gedrückt. Das ist verspätet eingetroffen, gedrückt 5 Minuten vorher. ${clean.de}`,
      `The button was pressed again. It arrived late, pressed 5 minutes before. ${clean.en}`,
    ],
  ],
  pressReleased: [
    released(840, '840 ms', '840 ms'),
    released(2345, '2,3 s', '2.3 s'),
    released(75_000, '75 Sekunden', '75 seconds'),
  ],
  pressDuplicated: [
    [
      { kind: 'pressDuplicated', alarm, press, boot, n: 2 },
      'Das Gerät hat dieselbe Betätigung noch einmal gesendet. Es entstand kein neuer Alarm.',
      'The device sent the same press again. No new alarm was raised.',
    ],
  ],
  stepEntered: [
    [
      { kind: 'stepEntered', alarm, step: 1, reason: 'first' },
      'Stufe 1 des Alarmplans begonnen.',
      'Step 1 of the policy entered.',
    ],
    [
      { kind: 'stepEntered', alarm, step: 2, reason: 'escalated' },
      'Eskalation auf Stufe 2: Niemand hat den Alarm übernommen.',
      'Escalated to step 2: nobody has taken the alarm.',
    ],
    [
      { kind: 'stepEntered', alarm, step: 2, reason: 'unreached' },
      'Eskalation auf Stufe 2: In der Stufe davor war niemand erreichbar.',
      'Escalated to step 2: nobody in the step before could be reached.',
    ],
    [
      { kind: 'stepEntered', alarm, step: 2, reason: 'repeat' },
      'Stufe 2 wiederholt: Niemand hat den Alarm übernommen.',
      'Step 2 repeated: nobody has taken the alarm.',
    ],
  ],
  notified: [
    [
      { kind: 'notified', ...told, step: 1, reason: 'first' },
      'Meldung an Anna Beispiel über die Konsole (Stufe 1, neuer Alarm).',
      'Notification to Anna Beispiel through the console (step 1, new alarm).',
    ],
    [
      { kind: 'notified', ...told, channel: 'mqtt', step: 2, reason: 'escalated' },
      'Meldung an Anna Beispiel über MQTT (Stufe 2, niemand hatte übernommen).',
      'Notification to Anna Beispiel through MQTT (step 2, nobody had taken it).',
    ],
  ],
  notNotified: [
    [
      { kind: 'notNotified', alarm, responder: anna, step: 1, reason: 'notConnected' },
      'Keine Meldung an Anna Beispiel (Stufe 1): kein Meldeweg ist verbunden.',
      'No notification to Anna Beispiel (step 1): no channel is connected.',
    ],
    [
      { kind: 'notNotified', alarm, responder: responder('wer'), step: 1, reason: 'unknownResponder' },
      'Keine Meldung an wer (Stufe 1): der Alarmplan nennt einen unbekannten Helfer.',
      'No notification to wer (step 1): the policy names an unknown responder.',
    ],
  ],
  notificationEnded: [
    [
      { kind: 'notificationEnded', ...told, outcome: 'delivered' },
      'Die Meldung an Anna Beispiel über die Konsole ist angekommen.',
      'The notification to Anna Beispiel through the console has arrived.',
    ],
    [
      { kind: 'notificationEnded', ...told, outcome: 'connectionLost' },
      'Die Meldung an Anna Beispiel über die Konsole ist nicht bestätigt: Die Verbindung ging verloren.',
      'The notification to Anna Beispiel through the console is not confirmed: the connection was lost.',
    ],
    [
      { kind: 'notificationEnded', ...told, outcome: 'queueFull' },
      'Die Meldung an Anna Beispiel über die Konsole ist nicht bestätigt: Der Empfänger nahm nichts mehr an.',
      'The notification to Anna Beispiel through the console is not confirmed: the receiver took nothing any more.',
    ],
  ],
  acknowledged: [
    [
      { kind: 'acknowledged', alarm, responder: anna, channel: 'console' },
      'Anna Beispiel hat den Alarm übernommen (über die Konsole).',
      'Anna Beispiel took the alarm (through the console).',
    ],
  ],
  acknowledgedLate: [
    [
      { kind: 'acknowledgedLate', alarm, responder: anna, channel: 'mqtt', reason: 'takenOver' },
      'Anna Beispiel wollte den Alarm übernehmen: Jemand anderes hatte ihn schon übernommen.',
      'Anna Beispiel wanted to take the alarm: somebody else had taken it already.',
    ],
    [
      { kind: 'acknowledgedLate', alarm, responder: anna, channel: 'mqtt', reason: 'sameResponder' },
      'Anna Beispiel hat den Alarm noch einmal übernommen. Das änderte nichts.',
      'Anna Beispiel took the alarm once more. That changed nothing.',
    ],
    [
      { kind: 'acknowledgedLate', alarm, responder: anna, channel: 'mqtt', reason: 'closed' },
      'Anna Beispiel wollte den Alarm übernehmen: Er war schon abgeschlossen.',
      'Anna Beispiel wanted to take the alarm: it was closed already.',
    ],
  ],
  unanswered: [
    [
      { kind: 'unanswered', alarm },
      'Niemand hat den Alarm übernommen: Die letzte Stufe ist erreicht und wird wiederholt.',
      'Nobody has taken the alarm: the last step is reached and repeats.',
    ],
  ],
  closed: [
    [
      { kind: 'closed', alarm, responder: anna, channel: 'console', outcome: 'incident', note: 'Polizei war da' },
      'Anna Beispiel hat den Alarm abgeschlossen. Ergebnis: Vorfall. Bemerkung: Polizei war da',
      'Anna Beispiel closed the alarm. Outcome: incident. Note: Polizei war da',
    ],
    [
      { kind: 'closed', alarm, responder: null, channel: null, outcome: 'test', note: '' },
      'Die Zentrale hat den Alarm abgeschlossen. Ergebnis: Probe.',
      'The gateway closed the alarm. Outcome: test.',
    ],
  ],
  closedLate: [
    [
      { kind: 'closedLate', alarm, responder: anna, channel: 'console', outcome: 'falseAlarm' },
      'Anna Beispiel wollte den Alarm mit dem Ergebnis „Fehlalarm“ abschließen; er war schon abgeschlossen.',
      'Anna Beispiel wanted to close the alarm with the outcome “false alarm”; it was closed already.',
    ],
  ],
  incidentDrafted: [
    [
      { kind: 'incidentDrafted', alarm, responder: anna, draft },
      'Anna Beispiel hat einen Vorfallsentwurf geschrieben (Vorfallsstufe 2, Anlass: Hausverbot). Er wurde nirgendwohin gesendet.',
      'Anna Beispiel wrote an incident draft (incident level 2, ground: house ban). It was sent nowhere.',
    ],
  ],
  faultRaised: [
    [
      { kind: 'faultRaised', ...fault, detail: 'seit 30 s' },
      'Störung (Gerät rathaus-1): Das Gerät meldet sich nicht. (seit 30 s)',
      'Fault (device rathaus-1): The device is silent. (seit 30 s)',
    ],
    [
      { kind: 'faultRaised', code: 'storeFailed', source: 'gateway', subject: 'records', detail: '' },
      'Störung (Zentrale, records): Die Zentrale kann ihr Protokoll nicht schreiben.',
      'Fault (gateway, records): The gateway cannot write its record.',
    ],
    [
      {
        ...{ kind: 'faultRaised', code: 'storeFailed', source: 'gateway', subject: 'records' },
        detail: text('keine Antwort', 'no answer'),
      },
      'Störung (Zentrale, records): Die Zentrale kann ihr Protokoll nicht schreiben. (keine Antwort)',
      'Fault (gateway, records): The gateway cannot write its record. (no answer)',
    ],
  ],
  faultCleared: [
    [
      { kind: 'faultCleared', code: 'contactChatter', source: device, subject: button },
      'Störung beendet (Gerät rathaus-1, tresen): Der Kontakt des Tasters flattert.',
      'Fault cleared (device rathaus-1, tresen): The button’s contact chatters.',
    ],
  ],
  faultNotified: [
    [
      { kind: 'faultNotified', notification, ...fault, responder: anna, channel: 'mqtt' },
      'Meldung an Anna Beispiel über MQTT zur Störung (Gerät rathaus-1): Das Gerät meldet sich nicht.',
      'Notification to Anna Beispiel through MQTT about the fault (device rathaus-1): The device is silent.',
    ],
  ],
  faultNotificationEnded: [
    [
      { kind: 'faultNotificationEnded', notification, responder: anna, channel: 'mqtt', outcome: 'connectionLost' },
      'Die Meldung an Anna Beispiel über MQTT ist nicht bestätigt: Die Verbindung ging verloren.',
      'The notification to Anna Beispiel through MQTT is not confirmed: the connection was lost.',
    ],
  ],
  securityEvent: [
    [
      { kind: 'securityEvent', event: 'badSignature', source: device, detail: '', count: 1 },
      'Abgewehrt: ungültige Signatur von rathaus-1.',
      'Set aside: bad signature from rathaus-1.',
    ],
    [
      {
        ...{ kind: 'securityEvent', event: 'wrongPassword', source: '10.0.0.7', account: anna, count: 12 },
        detail: text('Konsole, zu viele Versuche', 'console, too many attempts'),
      },
      'Abgewehrt: falsches Passwort von 10.0.0.7, Konto anna, 12-mal (Konsole, zu viele Versuche).',
      'Set aside: wrong password from 10.0.0.7, account anna, 12 times (console, too many attempts).',
    ],
    [
      {
        ...{ kind: 'securityEvent', event: 'replay', source: text('weitere Quellen', 'further sources') },
        ...{ detail: '', count: 1 },
      },
      'Abgewehrt: wiederholte alte Nachricht von weitere Quellen.',
      'Set aside: replayed message from further sources.',
    ],
    [
      // As the first versions wrote it.
      { kind: 'securityEvent', event: 'wrongPassword', source: '10.0.0.7', detail: 'console, account anna', count: 12 },
      'Abgewehrt: falsches Passwort von 10.0.0.7, 12-mal (console, account anna).',
      'Set aside: wrong password from 10.0.0.7, 12 times (console, account anna).',
    ],
  ],
  recordsYielded: [
    [
      { kind: 'recordsYielded', count: 12 },
      'Solange die Zentrale ihr Protokoll nicht schreiben konnte, wurden 12 nachrangige Einträge weggelassen.',
      'While the gateway could not write its record, 12 lesser entries were left out.',
    ],
  ],
  configurationApplied: [
    [
      { kind: 'configurationApplied', version: 'abc' },
      'Konfiguration übernommen (Stand abc).',
      'Configuration applied (version abc).',
    ],
  ],
  testRequested: [
    [
      { kind: 'testRequested', responder: anna, device, button, durationMs: millis(60_000) },
      'Anna Beispiel hat den Probebetrieb für rathaus-1/tresen gestartet (60 s).',
      'Anna Beispiel started the test of rathaus-1/tresen (60 s).',
    ],
    [
      { kind: 'testRequested', responder: anna, device, button, durationMs: millis(0) },
      'Anna Beispiel hat den Probebetrieb für rathaus-1/tresen beendet.',
      'Anna Beispiel ended the test of rathaus-1/tresen.',
    ],
  ],
  gatewayStarted: [
    [
      { kind: 'gatewayStarted', version: 'abc' },
      'Die Zentrale wurde gestartet (Konfiguration: Stand abc).',
      'The gateway was started (configuration: version abc).',
    ],
  ],
}

const rows: readonly (readonly [RecordBody, string, string])[] = Object.values(table).flat()

test.each(rows.map(([body, de, en]) => [body.kind, body, de, en] as const))(
  '%s is one plain sentence',
  (_, body, de, en) => {
    expect(timelineText(numbered(1, body), names)).toEqual({ de, en })
  },
)

test('how the contact moved is told in words that tell a press from a knock, a defect and a thing left on the button', () => {
  const contact = {
    wiring: 'normallyOpen',
    edges: 1,
    heldMs: millis(30),
    confirmedBy: 'held',
    timeSource: 'kernel',
  } as const
  const told = (change: Partial<ContactReport>): Text => {
    const { de, en } = timelineText(numbered(1, { ...raisedBody, contact: { ...contact, ...change } }), names)
    return { de: de.split('Tresen. ')[1] ?? '', en: en.split('Tresen. ')[1] ?? '' }
  }
  expect(told({ edges: 7, heldMs: millis(52), timeSource: 'arrival' })).toEqual({
    de: 'Gedrückt mit Prellen (7 Wechsel), nach 52 ms bestätigt (Zeitpunkt vom Programm).',
    en: 'Pressed with bounce (7 changes), confirmed after 52 ms (time from the program).',
  })
  expect(told({ wiring: 'antivalent', edges: 2 }).de).toContain(
    'ohne Prellen, nach 30 ms von beiden Kontakten bestätigt',
  )
  expect(told({ wiring: 'twoHand', edges: 3 }).en).toContain(
    'with bounce (3 changes), confirmed by both hands after 30 ms',
  )
  expect(told({ confirmedBy: 'chatter', edges: 13, heldMs: millis(120) }).de).toContain(
    'flatterte: 13 Wechsel in 120 ms',
  )
  expect(told({ confirmedBy: 'heldAtStart', edges: 0 }).en).toContain('Already pressed when the device started')
  expect(told({ edges: 0 }).de).toContain('Beim Nachsehen gedrückt gefunden')
  expect(told({ confirmedBy: 'release', heldMs: millis(400) }).de).toContain(
    'nach 400 ms losgelassen: keine unterbrochene Leitung',
  )
})

test('every reason, outcome, channel, fault and security event has words of its own in both languages', () => {
  const bodies: readonly (readonly RecordBody[])[] = [
    notificationReasons.map(reason => ({ kind: 'notified', ...told, step: 1, reason })),
    channels.map(channel => ({ kind: 'notified', ...told, step: 1, reason: 'first', channel })),
    outcomes.map(outcome => ({ kind: 'closed', alarm, responder: anna, channel: 'console', outcome, note: '' })),
    faultCodes.map(code => ({ kind: 'faultRaised', ...fault, code, detail: '' })),
    securityEventKinds.map(event => ({ kind: 'securityEvent', event, source: 'x', detail: '', count: 1 })),
  ]
  for (const alternatives of bodies)
    for (const language of ['de', 'en'] as const) {
      const texts = alternatives.map(body => timelineText(numbered(1, body), names)[language])
      expect(new Set(texts).size).toBe(alternatives.length)
      expect(texts.filter(text => text.includes('undefined'))).toEqual([])
    }
})

test('what a person wrote into a draft stays in the draft', () => {
  const record: GatewayRecord = numbered(1, { kind: 'incidentDrafted', alarm, responder: anna, draft })
  expect(JSON.stringify(timelineText(record, names))).not.toContain('geheim')
})
