// What `npm start` says, in both languages.
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type Language, type Text, text } from '../../protocol/text.ts'
import type { TownHall } from './folder.ts'
import type { Account } from './set-up.ts'

export type Texts = {
  readonly preparing: (folder: string) => string
  readonly account: (account: Account, folder: string) => string
  readonly running: (hall: TownHall, account: Account, folder: string) => readonly string[]
  readonly keys: (rows: readonly string[], firstDevice: string) => readonly string[]
  readonly press: (folder: string, device: string, button: string) => string
  readonly stop: string
  readonly pressed: (key: string, place: string) => string
  readonly released: (key: string, place: string) => string
  readonly notPressed: (reason: Text) => string
  readonly killing: string
  readonly back: (seconds: string) => string
  readonly cut: (device: string) => string
  readonly restored: (device: string) => string
  readonly stopping: string
  readonly stopped: string
  readonly endedUnasked: (who: string, how: string, log: string) => string
  readonly cutShort: (command: string, how: string) => string
  readonly unwritable: (file: string, reason: Text) => string
  readonly logLost: (log: string, reason: Text) => string
  readonly realLines: (file: string) => string
}

const consoleUrl = ({ settings: { console } }: TownHall): string =>
  `${console.tls === null ? 'http' : 'https'}://${console.address}:${console.port}`
const mqttUrl = ({ settings: { mqtt } }: TownHall): string => `mqtts://${mqtt.address}:${mqtt.port}`

const newPassword = (account: string, folder: string): string =>
  `npx stillruf-gateway account password ${account} --data ${folder}`

const de: Texts = {
  preparing: folder => `Das Rathaus wird in ${folder} eingerichtet: Schlüssel, Zertifikate, Datenbank, erstes Konto …`,
  account: ({ id, password }, folder) =>
    password === null
      ? `Konto ${id}; falls sein Passwort fehlt, vergibt dies ein neues: ${newPassword(id, folder)}`
      : `Konto ${id}, Passwort ${password} – es wird nur dieses eine Mal gezeigt.`,
  running: (hall, { id }, folder) => [
    `${hall.name}: Zentrale und ${hall.devices.length} Geräte laufen, jedes als eigenes Programm.`,
    '',
    `  Konsole   ${consoleUrl(hall)}   Konto ${id}`,
    `  MQTT      ${mqttUrl(hall)}   Zertifikat der Zentrale: ${folder}/authority.pem`,
    `  Dateien   ${folder}   gateway.yaml darf im Betrieb geändert werden; was geschieht, steht in *.log`,
    '',
  ],
  keys: (rows, first) => [
    ...rows,
    '            antippen: drücken und loslassen; gedrückt lassen: gedrückt halten',
    '  k         beendet die Zentrale gewaltsam und startet sie neu',
    `  n         trennt das Netz von ${first} und stellt es wieder her`,
    '  q         beendet alles',
  ],
  press: (folder, device, button) =>
    `  Drücken   npx stillruf-device press --data ${folder} --device ${device} --button ${button}`,
  stop: '  Beenden   Strg-C',
  pressed: (key, place) => `${key}: ${place} ist gedrückt.`,
  released: (key, place) => `${key}: ${place} ist losgelassen.`,
  notPressed: reason => `Nicht gedrückt: ${reason.de}`,
  killing: 'Die Zentrale wird gewaltsam beendet …',
  back: seconds => `Die Zentrale läuft wieder, nach ${seconds} s.`,
  cut: device => `Das Netz von ${device} ist getrennt.`,
  restored: device => `Das Netz von ${device} ist wieder da.`,
  stopping: 'Alles wird beendet …',
  stopped: 'Beendet. Der nächste Start macht mit denselben Daten weiter.',
  endedUnasked: (who, how, log) => `${who} hat sich von selbst beendet (${how}); ${log} sagt, was geschah.`,
  cutShort: (command, how) =>
    `Der Befehl „${command}“ wurde vor seinem Ende abgebrochen (${how}). „npm start“ noch einmal ausführen, es macht damit weiter.`,
  unwritable: (file, reason) =>
    `Die Datei ${file} kann nicht geschrieben werden: ${reason.de}. Ihre Zugriffsrechte prüfen oder sie wegbewegen.`,
  logLost: (log, reason) =>
    `Die Datei ${log} kann nicht mehr geschrieben werden: ${reason.de}. Alles läuft ohne sie weiter.`,
  realLines: file => `${file}: npm start kann nur nachgebildete Leitungen bedienen (lines: backend: simulated).`,
}

const en: Texts = {
  preparing: folder => `Setting up the town hall in ${folder}: keys, certificates, database, first account …`,
  account: ({ id, password }, folder) =>
    password === null
      ? `Account ${id}; if its password is missing, this sets a new one: ${newPassword(id, folder)}`
      : `Account ${id}, password ${password} – it is shown this once.`,
  running: (hall, { id }, folder) => [
    `${hall.name}: a gateway and ${hall.devices.length} devices are running, each a program of its own.`,
    '',
    `  Console   ${consoleUrl(hall)}   account ${id}`,
    `  MQTT      ${mqttUrl(hall)}   certificate of its authority: ${folder}/authority.pem`,
    `  Files     ${folder}   gateway.yaml may be changed while it runs; what happens is in *.log`,
    '',
  ],
  keys: (rows, first) => [
    ...rows,
    '            tap: press and release; keep down: hold',
    '  k         kills the gateway and starts it again',
    `  n         cuts the network of ${first}, and restores it`,
    '  q         stops everything',
  ],
  press: (folder, device, button) =>
    `  Press     npx stillruf-device press --data ${folder} --device ${device} --button ${button}`,
  stop: '  Stop      Ctrl-C',
  pressed: (key, place) => `${key}: ${place} is pressed.`,
  released: (key, place) => `${key}: ${place} is released.`,
  notPressed: reason => `Not pressed: ${reason.en}`,
  killing: 'Killing the gateway …',
  back: seconds => `The gateway is back, after ${seconds} s.`,
  cut: device => `The network of ${device} is cut.`,
  restored: device => `The network of ${device} is restored.`,
  stopping: 'Stopping everything …',
  stopped: 'Stopped. The next start goes on with the same data.',
  endedUnasked: (who, how, log) => `${who} ended by itself (${how}); ${log} says what happened.`,
  cutShort: (command, how) =>
    `The command “${command}” was cut short (${how}). Run “npm start” again, it goes on from there.`,
  unwritable: (file, reason) => `The file ${file} cannot be written: ${reason.en}. Check its rights, or move it away.`,
  logLost: (log, reason) => `The file ${log} can no longer be written: ${reason.en}. Everything goes on without it.`,
  realLines: file => `${file}: npm start works with simulated lines only (lines: backend: simulated).`,
}

export const textsIn: Readonly<Record<Language, Texts>> = { de, en }

/** What is in the way, for the person who started it. */
export const obstacle = (say: (texts: Texts) => string): StartError => new StartError(text(say(de), say(en)))
