import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfiguration, readConfiguration } from '../../gateway/shell/configuration/configuration.ts'
import { lines, type Text } from '../../protocol/text.ts'

const good = `gateway: { id: rathaus, name: Rathaus }
sites:
  - id: haupthaus
    name: Haupthaus
    zones:
      - { id: foyer, name: Foyer }
      - { id: kasse, name: Kasse }
devices:
  - id: tresen-1
    site: haupthaus
    buttons:
      - { id: links, name: Tresen links, room: Raum 1, zone: foyer }
      - { id: rechts, name: Tresen rechts, room: Raum 1, zone: kasse, policy: nacht }
responders:
  - { id: empfang, name: Empfang }
  - { id: wache, name: Sicherheitsdienst }
policies:
  - id: tag
    repeatSeconds: 60
    steps:
      - { name: Nachbarn, afterSeconds: 0, notify: [empfang] }
      - { name: Wache, afterSeconds: 30, notify: [empfang, wache] }
  - id: nacht
    repeatSeconds: 30
    steps: [{ name: Wache, afterSeconds: 0, notify: [wache] }]
defaultPolicy: tag
faults: { notify: [empfang] }
`
const path = '/etc/stillruf/gateway.yaml'

function problems(content: string): readonly Text[] {
  const read = parseConfiguration(content, path)
  return read.ok ? [] : read.problems
}
const inEnglish = (content: string): readonly string[] => problems(content).map(({ en }) => en)

/** The good file with one text in it replaced by another. */
function changed(from: string, to: string): string {
  expect(good).toContain(from)
  return good.replace(from, to)
}

test('a short file is enough: everything else has a usual value', () => {
  const read = parseConfiguration(good, path)
  if (!read.ok) throw new Error(lines(read.problems).en)
  expect(read.configuration).toMatchObject({
    language: 'de',
    silentMs: 30_000,
    defaultPolicy: 'tag',
    faultResponders: ['empfang'],
    devices: [
      {
        id: 'tresen-1',
        heartbeatMs: 10_000,
        indicator: 'off',
        buttons: [
          { id: 'links', policy: 'tag' },
          { id: 'rechts', policy: 'nacht' },
        ],
      },
    ],
    policies: [{ id: 'tag', repeatMs: 60_000, steps: [{ afterMs: 0 }, { afterMs: 30_000 }] }, { id: 'nacht' }],
  })
  expect(read.configuration.incidentLevels.map(({ level }) => level)).toEqual([0, 1, 2, 3])
  expect(read.settings).toEqual({
    gateway: 'rathaus',
    data: '/etc/stillruf/data',
    mqtt: { address: '0.0.0.0', port: 8883 },
    console: { address: '127.0.0.1', port: 8080, tls: null },
    tls: {
      authority: '/etc/stillruf/data/authority.pem',
      certificate: '/etc/stillruf/data/gateway-certificate.pem',
      key: '/etc/stillruf/data/gateway-key.pem',
      revoked: '/etc/stillruf/data/revoked.pem',
    },
  })
})

test('the version follows the content', () => {
  const version = (text: string) => {
    const read = parseConfiguration(text, path)
    return read.ok ? read.configuration.version : null
  }
  expect(version(good)).toMatch(/^[0-9a-f]{16}$/)
  expect(version(good)).toBe(version(good))
  expect(version(changed('Raum 1', 'Raum 2'))).not.toBe(version(good))
})

test('every value can be set', () => {
  const read = parseConfiguration(
    `${good}language: en
data: /var/lib/stillruf
mqtt: { address: 192.0.2.7, port: 18883 }
console: { address: 0.0.0.0, port: 443, tls: { certificate: web.pem, key: web-key.pem } }
tls: { authority: other.pem }
supervision: { silentAfterSeconds: 45 }
incidentLevels: [{ level: 2, de: Gewalt, en: Violence }]
`,
    path,
    '/srv/data',
  )
  if (!read.ok) throw new Error(lines(read.problems).en)
  expect(read.configuration).toMatchObject({
    language: 'en',
    silentMs: 45_000,
    incidentLevels: [{ level: 2, text: { de: 'Gewalt', en: 'Violence' } }],
  })
  expect(read.settings).toMatchObject({
    data: '/srv/data',
    mqtt: { address: '192.0.2.7', port: 18883 },
    console: { port: 443, tls: { certificate: '/etc/stillruf/web.pem', key: '/etc/stillruf/web-key.pem' } },
    tls: { authority: '/etc/stillruf/other.pem', key: '/srv/data/gateway-key.pem' },
  })
})

const id = '1 to 32 lower-case letters, digits and inner hyphens'
const idInGerman = '1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche im Inneren'

test.each<[string, string, string, string]>([
  [
    'broken YAML',
    changed('sites:\n', 'sites: [\n'),
    'gateway.yaml:3: found no valid YAML: Block collections are not allowed within flow collections; a text with a colon needs quotation marks. Check indentation, quotes and colons.',
    'gateway.yaml:3: kein gültiges YAML: zwischen [ ] oder { } steht ein zweiter Doppelpunkt, oder davor fehlt die schließende Klammer; ein Text mit Doppelpunkt braucht Anführungszeichen (BLOCK_IN_FLOW). Einrückung, Anführungszeichen und Doppelpunkte prüfen.',
  ],
  [
    'a key that stands twice',
    `${good}defaultPolicy: nacht\n`,
    'gateway.yaml:28: found a field a second time, expected each one once. Remove one of the two.',
    'gateway.yaml:28: gefunden: ein Feld zum zweiten Mal; erwartet: jedes nur einmal. Eines der beiden entfernen.',
  ],
  [
    'a misspelt field',
    changed('    site: haupthaus\n', '    site: haupthaus\n    hartbeatSeconds: 5\n'),
    'gateway.yaml:11: devices[0].hartbeatSeconds: found an unknown field, expected one of id, site, heartbeatSeconds, indicator, buttons. Did you mean “heartbeatSeconds”?',
    'gateway.yaml:11: devices[0].hartbeatSeconds: gefunden: ein unbekanntes Feld; erwartet: eines von id, site, heartbeatSeconds, indicator, buttons. Ist „heartbeatSeconds“ gemeint?',
  ],
  [
    'an unknown field',
    `${good}colour: red\n`,
    'gateway.yaml:28: colour: found an unknown field, expected one of gateway, language, data, mqtt, console, tls, sites, devices, responders, policies, defaultPolicy, faults, supervision, incidentLevels. Remove it.',
    'gateway.yaml:28: colour: gefunden: ein unbekanntes Feld; erwartet: eines von gateway, language, data, mqtt, console, tls, sites, devices, responders, policies, defaultPolicy, faults, supervision, incidentLevels. Das Feld entfernen.',
  ],
  [
    'a missing field',
    changed('    site: haupthaus\n', ''),
    `gateway.yaml:9: devices[0].site: found nothing, expected ${id} (site where it is mounted). Add it.`,
    `gateway.yaml:9: devices[0].site: gefunden: nichts; erwartet: ${idInGerman} (Standort, an dem es montiert ist). Das Feld ergänzen.`,
  ],
  [
    'a missing group',
    changed('faults: { notify: [empfang] }\n', ''),
    'gateway.yaml:1: faults: found nothing, expected the field notify (technical faults). Add it.',
    'gateway.yaml:1: faults: gefunden: nichts; erwartet: das Feld notify (technische Störungen). Das Feld ergänzen.',
  ],
  [
    'a wrong name',
    changed('id: tresen-1', 'id: Tresen 1'),
    `gateway.yaml:9: devices[0].id: found “Tresen 1”, expected ${id} (name of the device, as in its certificate). Correct it.`,
    `gateway.yaml:9: devices[0].id: gefunden: „Tresen 1“; erwartet: ${idInGerman} (Name des Geräts, wie in seinem Zertifikat). Den Wert berichtigen.`,
  ],
  [
    'a number out of range',
    changed('repeatSeconds: 60', 'repeatSeconds: 1'),
    'gateway.yaml:19: policies[0].repeatSeconds: found 1, expected a whole number from 5 to 86400 (seconds between repetitions of the last step until somebody takes the alarm). Correct it.',
    'gateway.yaml:19: policies[0].repeatSeconds: gefunden: 1; erwartet: eine ganze Zahl von 5 bis 86400 (Sekunden zwischen Wiederholungen der letzten Stufe, bis jemand den Alarm übernimmt). Den Wert berichtigen.',
  ],
  [
    'a text for a number',
    changed('repeatSeconds: 60', 'repeatSeconds: one minute'),
    'gateway.yaml:19: policies[0].repeatSeconds: found “one minute”, expected a whole number from 5 to 86400 (seconds between repetitions of the last step until somebody takes the alarm). Correct it.',
    'gateway.yaml:19: policies[0].repeatSeconds: gefunden: „one minute“; erwartet: eine ganze Zahl von 5 bis 86400 (Sekunden zwischen Wiederholungen der letzten Stufe, bis jemand den Alarm übernimmt). Den Wert berichtigen.',
  ],
  [
    'a value that is not a choice',
    `${good}language: fr\n`,
    'gateway.yaml:28: language: found “fr”, expected one of de, en (language of notifications and commands; de if absent). Correct it.',
    'gateway.yaml:28: language: gefunden: „fr“; erwartet: eines von de, en (Sprache von Meldungen und Befehlen; ohne Angabe de). Den Wert berichtigen.',
  ],
  [
    'a step that tells nobody',
    changed('notify: [wache] }]', 'notify: [] }]'),
    'gateway.yaml:25: policies[1].steps[0].notify: found an empty list, expected a list of 1 to 1000 entries (the responders who are told in this step). Correct it.',
    'gateway.yaml:25: policies[1].steps[0].notify: gefunden: eine leere Liste; erwartet: eine Liste mit 1 bis 1000 Einträgen (die Helfer, denen in dieser Stufe gemeldet wird). Den Wert berichtigen.',
  ],
  [
    'a field where a group is expected',
    changed('gateway: { id: rathaus, name: Rathaus }', 'gateway: rathaus'),
    'gateway.yaml:1: gateway: found “rathaus”, expected the fields id, name (the gateway itself). Correct it.',
    'gateway.yaml:1: gateway: gefunden: „rathaus“; erwartet: die Felder id, name (die Zentrale selbst). Den Wert berichtigen.',
  ],
  [
    'a wrong choice of tls',
    `${good}console: { tls: maybe }\n`,
    'gateway.yaml:28: console.tls: found “maybe”, expected https: “gateway” for the gateway’s own certificate, or the files “certificate” and “key”. Correct it.',
    'gateway.yaml:28: console.tls: gefunden: „maybe“; erwartet: „gateway“ für https mit dem eigenen Zertifikat der Zentrale, oder die Dateien „certificate“ und „key“. Den Wert berichtigen.',
  ],
  [
    'half a pair of key files',
    `${good}console: { tls: { certificate: web.pem } }\n`,
    'gateway.yaml:28: console.tls.key: found nothing, expected a text of 1 to 4096 characters (file of its private key (PEM), relative to gateway.yaml). Add it.',
    'gateway.yaml:28: console.tls.key: gefunden: nichts; erwartet: ein Text von 1 bis 4096 Zeichen (Datei mit dem privaten Schlüssel dazu (PEM), vom Ordner der gateway.yaml aus). Das Feld ergänzen.',
  ],
  [
    'a name used twice',
    changed('policies:\n', '  - { id: wache, name: Pforte }\npolicies:\n'),
    'gateway.yaml:17: responders[2].id: found “wache” a second time, expected each one once. Rename or remove one of the two.',
    'gateway.yaml:17: responders[2].id: gefunden: „wache“ zum zweiten Mal; erwartet: nur einmal. Eines der beiden umbenennen oder entfernen.',
  ],
  [
    'a button used twice on one device',
    changed('id: rechts', 'id: links'),
    'gateway.yaml:13: devices[0].buttons[1].id: found “links” a second time, expected each one once. Rename or remove one of the two.',
    'gateway.yaml:13: devices[0].buttons[1].id: gefunden: „links“ zum zweiten Mal; erwartet: nur einmal. Eines der beiden umbenennen oder entfernen.',
  ],
  [
    'half a character in a name',
    changed('room: Raum 1, zone: kasse', 'room: "Raum \\ud83d", zone: kasse'),
    'gateway.yaml:13: devices[0].buttons[1].room: found “\\ud83d”, half a character, expected whole characters only. Write the character itself into the file.',
    'gateway.yaml:13: devices[0].buttons[1].room: gefunden: „\\ud83d“, ein halbes Zeichen; erwartet: nur ganze Zeichen. Das Zeichen selbst in die Datei schreiben.',
  ],
  [
    'a device that is called as the gateway itself',
    changed('id: tresen-1', 'id: gateway'),
    'gateway.yaml:9: devices[0].id: found “gateway”, expected another name: this one is the gateway itself. Rename the device, in device.yaml, gateway.yaml and its certificate.',
    'gateway.yaml:9: devices[0].id: gefunden: „gateway“; erwartet: ein anderer Name: so heißt die Zentrale selbst. Das Gerät umbenennen, in device.yaml, gateway.yaml und seinem Zertifikat.',
  ],
  [
    'a site that does not exist',
    changed('site: haupthaus', 'site: haupthas'),
    'gateway.yaml:10: devices[0].site: found “haupthas”, expected one of the sites (haupthaus). Did you mean “haupthaus”?',
    'gateway.yaml:10: devices[0].site: gefunden: „haupthas“; erwartet: einer der Standorte (haupthaus). Ist „haupthaus“ gemeint?',
  ],
  [
    'a zone of no site',
    changed('zone: foyer', 'zone: keller'),
    'gateway.yaml:12: devices[0].buttons[0].zone: found “keller”, expected one of the zones of haupthaus (foyer, kasse). Correct the name, or add an entry for it.',
    'gateway.yaml:12: devices[0].buttons[0].zone: gefunden: „keller“; erwartet: einer der Bereiche von haupthaus (foyer, kasse). Den Namen berichtigen oder einen Eintrag dafür ergänzen.',
  ],
  [
    'a policy that does not exist',
    changed('policy: nacht', 'policy: nachts'),
    'gateway.yaml:13: devices[0].buttons[1].policy: found “nachts”, expected one of the policies (tag, nacht). Did you mean “nacht”?',
    'gateway.yaml:13: devices[0].buttons[1].policy: gefunden: „nachts“; erwartet: einer der Alarmpläne (tag, nacht). Ist „nacht“ gemeint?',
  ],
  [
    'a default policy that does not exist',
    changed('defaultPolicy: tag', 'defaultPolicy: immer'),
    'gateway.yaml:26: defaultPolicy: found “immer”, expected one of the policies (tag, nacht). Correct the name, or add an entry for it.',
    'gateway.yaml:26: defaultPolicy: gefunden: „immer“; erwartet: einer der Alarmpläne (tag, nacht). Den Namen berichtigen oder einen Eintrag dafür ergänzen.',
  ],
  [
    'a responder that does not exist',
    changed('faults: { notify: [empfang] }', 'faults: { notify: [empfang, technik] }'),
    'gateway.yaml:27: faults.notify[1]: found “technik”, expected one of the responders (empfang, wache). Correct the name, or add an entry for it.',
    'gateway.yaml:27: faults.notify[1]: gefunden: „technik“; erwartet: einer der Helfer (empfang, wache). Den Namen berichtigen oder einen Eintrag dafür ergänzen.',
  ],
  [
    'a first step that waits',
    changed('name: Nachbarn, afterSeconds: 0', 'name: Nachbarn, afterSeconds: 5'),
    'gateway.yaml:21: policies[0].steps[0].afterSeconds: found 5, expected 0, because the first step begins with the alarm. Correct the time.',
    'gateway.yaml:21: policies[0].steps[0].afterSeconds: gefunden: 5; erwartet: 0, weil die erste Stufe mit dem Alarm beginnt. Die Zeit berichtigen.',
  ],
  [
    'steps out of order',
    changed('afterSeconds: 30', 'afterSeconds: 0'),
    'gateway.yaml:22: policies[0].steps[1].afterSeconds: found 0, expected more than 0, the time of the step before. Correct the time.',
    'gateway.yaml:22: policies[0].steps[1].afterSeconds: gefunden: 0; erwartet: mehr als 0, die Zeit der Stufe davor. Die Zeit berichtigen.',
  ],
  [
    'a console open to the network without tls',
    `${good}console:\n  address: 0.0.0.0\n`,
    'gateway.yaml:29: console.address: found “0.0.0.0” without tls, expected 127.0.0.1, or tls, because passwords may not cross a network in the clear. Add “tls: gateway” under console for https with the gateway’s own certificate.',
    'gateway.yaml:29: console.address: gefunden: „0.0.0.0“ ohne tls; erwartet: 127.0.0.1 oder tls, weil Passwörter nicht unverschlüsselt durch ein Netz gehen dürfen. Unter console „tls: gateway“ ergänzen: https mit dem eigenen Zertifikat der Zentrale.',
  ],
  [
    'silence shorter than two heartbeats',
    `${good}supervision: { silentAfterSeconds: 15 }\n`,
    'gateway.yaml:28: supervision.silentAfterSeconds: found 15, expected at least 20, twice the longest heartbeatSeconds, because one lost heartbeat is not silence. Raise it, or let the devices send heartbeats more often.',
    'gateway.yaml:28: supervision.silentAfterSeconds: gefunden: 15; erwartet: mindestens 20, das Doppelte des längsten heartbeatSeconds, weil ein verlorenes Lebenszeichen noch kein Ausfall ist. Den Wert erhöhen oder heartbeatSeconds der Geräte verkleinern.',
  ],
])('%s is refused in one exact sentence, in both languages', (_, content, en, de) => {
  expect(problems(content)).toEqual([{ de, en }])
})

test('an empty file and a file of another kind are refused in one sentence', () => {
  expect(problems('')).toEqual([
    {
      de: expect.stringMatching(/^gateway.yaml:1: gefunden: nichts; erwartet: die Felder gateway, /),
      en: expect.stringMatching(/^gateway.yaml:1: found nothing, expected the fields gateway, /),
    },
  ])
  expect(problems('- 1\n')).toEqual([
    {
      de: expect.stringMatching(/^gateway.yaml:1: gefunden: eine Liste; erwartet: die Felder gateway, /),
      en: expect.stringMatching(/^gateway.yaml:1: found a list, expected the fields gateway, /),
    },
  ])
})

test('references that grow without end are refused', () => {
  const layers = Array.from(
    { length: 12 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
  )
  expect(problems(`a0: &a0 [x]\n${layers.join('\n')}\n`)).toEqual([
    {
      de: 'gateway.yaml:1: gefunden: Verweise (*), die endlos wachsen; erwartet: einfache Werte. Die Werte ausschreiben.',
      en: 'gateway.yaml:1: found references (*) that grow without end, expected plain values. Write them out.',
    },
  ])
})

test('a reference to nothing is told with its line and its name', () => {
  expect(problems(changed('faults: { notify: [empfang] }', 'faults: { notify: *empfang }'))).toEqual([
    {
      de: 'gateway.yaml:27: gefunden: der Verweis *empfang; erwartet: davor ein Wert mit der Marke &empfang. Sie ergänzen, oder einen Text, der mit * beginnt, in Anführungszeichen setzen.',
      en: 'gateway.yaml:27: found the reference *empfang, expected a value marked &empfang before it. Add the mark, or put a text that begins with * in quotes.',
    },
  ])
  expect(problems(changed('[empfang] }\n', '[empfang] }\n').replace('notify: [wache]', 'notify: &w [wache]'))).toEqual(
    [],
  )
})

test.each([
  ['name: Tresen links', 'name: Tresen: links'],
  ['name: Haupthaus', 'name: Rathaus: Haupthaus'],
])('an unquoted text with a colon is told to need quotation marks: %s', (from, to) => {
  const [problem] = problems(changed(from, to))
  expect(problem?.de).toContain('ein Text mit Doppelpunkt braucht Anführungszeichen')
  expect(problem?.en).toContain('a text with a colon needs quotation marks')
})

test.each([
  ['mqtt: { port: 8080 }', 'mqtt.port: gefunden: 8080 wie console.port; erwartet: ein anderer Port, '],
  ['console: { port: 8883 }', 'console.port: gefunden: 8883 wie mqtt.port; erwartet: ein anderer Port, '],
  ['mqtt: { address: "::", port: 9 }\nconsole: { port: 9 }', 'console.port: gefunden: 9 wie mqtt.port; '],
  ['mqtt: { address: 127.0.0.1, port: 9 }\nconsole: { address: localhost, port: 9 }', 'console.port: gefunden: 9 '],
])('a port for both MQTT and the console is refused: %s', (yaml, sentence) => {
  expect(problems(`${good}${yaml}\n`).map(({ de }) => de)).toEqual([expect.stringContaining(sentence)])
})

test.each([
  'mqtt: { address: 127.0.0.2, port: 9 }\nconsole: { port: 9 }',
  'mqtt: { port: 9 }\nconsole: { address: "::1", port: 9 }',
  'mqtt: { port: 0 }\nconsole: { port: 0 }',
])('the same port at addresses of their own is accepted: %s', yaml => {
  expect(problems(`${good}${yaml}\n`)).toEqual([])
})

test('however many fields are unknown, some are told', () => {
  const unknown = Array.from({ length: 1000 }, (_, index) => `x${index}: 1\n`)
  const found = inEnglish(`${good}${unknown.join('')}`)
  expect(found[0]).toMatch(/^gateway\.yaml:28: x0: found an unknown field, expected one of gateway, /)
})

test('all mistakes are told at once, more than a handful too', () => {
  const devices = Array.from(
    { length: 30 },
    (_, index) => `  - { id: D${index}, site: haupthaus, buttons: [], x: 1 }\n`,
  )
  const found = inEnglish(good.replace(/devices:\n.*responders:\n/s, `devices:\n${devices.join('')}responders:\n`))
  expect(found).toHaveLength(90)
  expect(new Set(found).size).toBe(90)
})

test('a file that cannot be read is one sentence', () => {
  expect(readConfiguration('/nowhere/gateway.yaml')).toEqual({
    ok: false,
    problems: [
      {
        de: 'Die Konfiguration /nowhere/gateway.yaml ist nicht lesbar: nicht vorhanden (ENOENT). Mit --config die richtige Datei nennen.',
        en: 'The configuration /nowhere/gateway.yaml cannot be read: it does not exist (ENOENT). Name the right file with --config.',
      },
    ],
    language: null,
  })
})

test('a file that is wrong elsewhere still says in which language its mistakes are told', () => {
  const language = (content: string) => {
    const read = parseConfiguration(content, path)
    return read.ok ? 'accepted' : read.language
  }
  expect(language(`${changed('defaultPolicy: tag', 'defaultPolicy: immer')}language: en\n`)).toBe('en')
  expect(language(`${good}language: en\ncolour: red\n`)).toBe('en')
  expect(language(`${good}language: fr\n`)).toBeNull()
  expect(language('sites: [\n')).toBeNull()
})

test('the sample town hall is a valid configuration', () => {
  const file = join(import.meta.dirname, '../townhall/gateway.yaml')
  expect(problems(readFileSync(file, 'utf8'))).toEqual([])
})
