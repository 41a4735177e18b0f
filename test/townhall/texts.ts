// What `npm start` says, in both languages.
import type { Language } from '../../protocol/faults.ts'
import type { TownHall } from './folder.ts'

export type Texts = {
  readonly preparing: (folder: string) => string
  readonly account: (password: string) => string
  readonly running: (hall: TownHall, folder: string) => readonly string[]
  readonly keys: (rows: readonly string[], firstDevice: string) => readonly string[]
  readonly commands: (folder: string, device: string, button: string) => readonly string[]
  readonly pressed: (key: string, place: string) => string
  readonly released: (key: string, place: string) => string
  readonly notPressed: (reason: string) => string
  readonly killing: string
  readonly back: (seconds: string) => string
  readonly cut: (device: string) => string
  readonly restored: (device: string) => string
  readonly stopping: string
  readonly stopped: string
  readonly endedUnasked: (who: string, how: string, log: string) => string
  readonly badPort: (option: string, value: string) => string
  readonly badOptions: (given: string) => string
  readonly otherPort: (option: string, wanted: number, found: number, file: string) => string
  readonly unwritable: (folder: string, reason: string) => string
  readonly realLines: (file: string) => string
}

const options = '[--data FOLDER] [--mqtt-port PORT] [--console-port PORT]'
const consoleUrl = ({ settings: { console } }: TownHall): string =>
  `${console.tls === null ? 'http' : 'https'}://${console.address}:${console.port}`
const mqttUrl = ({ settings: { mqtt } }: TownHall): string => `mqtts://${mqtt.address}:${mqtt.port}`

const de: Texts = {
  preparing: folder => `Das Rathaus wird in ${folder} eingerichtet: Schlüssel, Zertifikate, Datenbank, erstes Konto …`,
  account: password => `Konto empfang, Passwort ${password} – es wird nur dieses eine Mal gezeigt.`,
  running: (hall, folder) => [
    `${hall.name}: Zentrale und ${hall.devices.length} Geräte laufen, jedes als eigenes Programm.`,
    '',
    `  Konsole   ${consoleUrl(hall)}   Konto empfang`,
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
  commands: (folder, device, button) => [
    `  Drücken   npx stillruf-device press --data ${folder} --device ${device} --button ${button}`,
    '  Beenden   Strg-C',
  ],
  pressed: (key, place) => `${key}: ${place} ist gedrückt.`,
  released: (key, place) => `${key}: ${place} ist losgelassen.`,
  notPressed: reason => `Nicht gedrückt: ${reason}`,
  killing: 'Die Zentrale wird gewaltsam beendet …',
  back: seconds => `Die Zentrale läuft wieder, nach ${seconds} s.`,
  cut: device => `Das Netz von ${device} ist getrennt.`,
  restored: device => `Das Netz von ${device} ist wieder da.`,
  stopping: 'Alles wird beendet …',
  stopped: 'Beendet. Der nächste Start macht mit denselben Daten weiter.',
  endedUnasked: (who, how, log) => `${who} hat sich von selbst beendet (${how}); ${log} sagt, was geschah.`,
  badPort: (option, value) =>
    `${option} ist „${value}“; erwartet wird eine ganze Zahl von 0 (irgendein freier) bis 65535.`,
  badOptions: given => `„${given}“ ist so nicht möglich. Möglich sind: npm start -- ${options}`,
  otherPort: (option, wanted, found, file) =>
    `${option} ist ${wanted}, aber in ${file} steht ${found}. Bitte dort ändern (und in devices/*/device.yaml) oder mit --data einen anderen Ordner nennen.`,
  unwritable: (folder, reason) =>
    `Im Ordner ${folder} kann nichts angelegt werden (${reason}). Bitte seine Rechte prüfen oder mit --data einen anderen nennen.`,
  realLines: file => `${file}: npm start kann nur nachgebildete Leitungen bedienen (lines: backend: simulated).`,
}

const en: Texts = {
  preparing: folder => `Setting up the town hall in ${folder}: keys, certificates, database, first account …`,
  account: password => `Account empfang, password ${password} – it is shown this once.`,
  running: (hall, folder) => [
    `${hall.name}: a gateway and ${hall.devices.length} devices are running, each a program of its own.`,
    '',
    `  Console   ${consoleUrl(hall)}   account empfang`,
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
  commands: (folder, device, button) => [
    `  Press     npx stillruf-device press --data ${folder} --device ${device} --button ${button}`,
    '  Stop      Ctrl-C',
  ],
  pressed: (key, place) => `${key}: ${place} is pressed.`,
  released: (key, place) => `${key}: ${place} is released.`,
  notPressed: reason => `Not pressed: ${reason}`,
  killing: 'Killing the gateway …',
  back: seconds => `The gateway is back, after ${seconds} s.`,
  cut: device => `The network of ${device} is cut.`,
  restored: device => `The network of ${device} is restored.`,
  stopping: 'Stopping everything …',
  stopped: 'Stopped. The next start goes on with the same data.',
  endedUnasked: (who, how, log) => `${who} ended by itself (${how}); ${log} says what happened.`,
  badPort: (option, value) => `${option} is “${value}”; expected is a whole number from 0 (any free one) to 65535.`,
  badOptions: given => `“${given}” is not possible. Possible are: npm start -- ${options}`,
  otherPort: (option, wanted, found, file) =>
    `${option} is ${wanted}, but ${file} says ${found}. Change it there (and in devices/*/device.yaml), or name another folder with --data.`,
  unwritable: (folder, reason) =>
    `Nothing can be made in the folder ${folder} (${reason}). Check its rights, or name another one with --data.`,
  realLines: file => `${file}: npm start works with simulated lines only (lines: backend: simulated).`,
}

export const textsIn: Readonly<Record<Language, Texts>> = { de, en }

/** German, unless the terminal asks for English. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
  const asked = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return asked.startsWith('en') ? 'en' : 'de'
}
