// Every mistake in device.yaml is told with file, line, field, what was found and what is expected.
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfiguration, readConfiguration } from '../../firmware/shell/configuration.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { same, type Text } from '../../protocol/text.ts'

const good = `device: rathaus-1
data: data
gateways:
  - url: mqtts://zentrale.example:8883
lines:
  backend: simulated
buttons:
  - { id: tresen, chip: simulated, offset: 1, closedLevel: low }
  - { id: kasse, chip: simulated, offset: 2, closedLevel: high, confirmMs: 50 }
`
const read = (text: string) => parseConfiguration(text, '/etc/stillruf/device.yaml')
/** What is said of it in both languages. */
const told = (content: string): Text => {
  try {
    read(content)
  } catch (error) {
    if (error instanceof StartError) return error.text
    throw error
  }
  return same('accepted')
}
const refusal = (content: string): string => told(content).en
const changed = (from: string, to: string): string => {
  expect(good).toContain(from)
  return refusal(good.replace(from, to))
}

test('paths are relative to the file, and what is left out has its usual place', () => {
  expect(read(good)).toEqual({
    device: 'rathaus-1',
    data: '/etc/stillruf/data',
    gateways: ['mqtts://zentrale.example:8883'],
    identity: {
      key: '/etc/stillruf/data/key.pem',
      certificate: '/etc/stillruf/data/certificate.pem',
      authority: '/etc/stillruf/data/authority.pem',
    },
    lines: { backend: 'simulated', socket: '/etc/stillruf/data/lines.sock' },
    buttons: [
      { id: 'tresen', address: { chip: 'simulated', offset: 1 }, closedLevel: 'low', confirmMs: 30 },
      { id: 'kasse', address: { chip: 'simulated', offset: 2 }, closedLevel: 'high', confirmMs: 50 },
    ],
    indicator: null,
  })
})

test('everything may be given', () => {
  const all = `${good.replace('backend: simulated', 'backend: simulated\n  socket: /run/lines.sock')}
identity: { key: id/key.pem, certificate: /etc/ssl/device.pem }
indicator: { chip: simulated, offset: 16, activeLevel: high }
`
  expect(read(all)).toMatchObject({
    identity: { key: '/etc/stillruf/id/key.pem', certificate: '/etc/ssl/device.pem' },
    lines: { socket: '/run/lines.sock' },
    indicator: { address: { chip: 'simulated', offset: 16 }, activeLevel: 'high' },
  })
})

test('the sample configurations are valid', () => {
  for (const device of ['rathaus-1', 'buergerhaus-1']) {
    const path = new URL(`../townhall/devices/${device}/device.yaml`, import.meta.url).pathname
    const configuration = readConfiguration(path)
    expect(configuration.device).toBe(device)
    expect(configuration.identity.key).toBe(`${dirname(path)}/identity/key.pem`)
  }
})

describe('a mistake is told where it stands', () => {
  const file = '/etc/stillruf/device.yaml'
  test('a field that is missing', () => {
    expect(changed('device: rathaus-1\n', '')).toBe(
      `${file}:1: device: found nothing, expected 1 to 32 lower-case letters, digits and inner hyphens (the name of the device, as in its certificate). Add it.`,
    )
    expect(changed(', offset: 2', '')).toContain(`${file}:9: buttons[1].offset: found nothing, expected`)
  })
  test('a field that is unknown, at any depth', () => {
    expect(`${refusal(`${good}colour: red\n`)}`).toContain(
      `${file}:10: colour: found an unknown field, expected one of device,`,
    )
    expect(changed('confirmMs: 50', 'confirmMS: 50')).toContain(
      `${file}:9: buttons[1].confirmMS: found an unknown field, expected one of id, chip, offset, closedLevel, confirmMs. Did you mean “confirmMs”?`,
    )
  })
  test('a value that is not as expected', () => {
    expect(changed('closedLevel: low', 'closedLevel: down')).toBe(
      `${file}:8: buttons[0].closedLevel: found “down”, expected one of low, high (the level of the line while the contact is closed). Correct it.`,
    )
    expect(changed('offset: 1', 'offset: one')).toContain(
      `${file}:8: buttons[0].offset: found “one”, expected a whole number from 0 to 65535 (the place of the line on its chip)`,
    )
    expect(changed('confirmMs: 50', 'confirmMs: 500')).toContain('found 500, expected a whole number from 1 to 200 (')
    expect(changed('mqtts:', 'http:')).toContain(`${file}:4: gateways[0].url: found “http://`)
    expect(changed('backend: simulated', 'backend: gpiod')).toContain(`${file}:6: lines.backend: found “gpiod”`)
    expect(changed('device: rathaus-1', 'device: Rathaus 1')).toContain(`${file}:1: device: found “Rathaus 1”`)
  })
  test('a list that is empty', () => {
    expect(refusal(good.replace(/buttons:[\s\S]*/, 'buttons: []\n'))).toContain(
      `${file}:7: buttons: found an empty list, expected a list of 1 to 32 entries (the buttons). Correct it.`,
    )
  })
  test('an id, a gateway or a line that stands twice', () => {
    expect(changed('id: kasse', 'id: tresen')).toContain(`${file}:9: buttons[1].id: found “tresen” a second time`)
    expect(changed('offset: 2', 'offset: 1')).toContain(
      `${file}:9: buttons[1].offset: found line 1 of simulated a second`,
    )
    expect(refusal(`${good}indicator: { chip: simulated, offset: 2, activeLevel: low }`)).toContain('indicator.offset')
    expect(changed('lines:', '  - url: mqtts://zentrale.example:8883\nlines:')).toContain(`${file}:5: gateways[1].url`)
  })
  test('a socket that would do nothing', () => {
    expect(changed('backend: simulated', 'backend: onoff\n  socket: x')).toContain(
      `${file}:7: lines.socket: found a socket`,
    )
  })
  test('several mistakes are told together, one to a line', () => {
    const text = good.replace('closedLevel: low', 'closedLevel: down').replace('data: data', 'date: data')
    expect(refusal(text).split('\n')).toHaveLength(3)
  })
  test('what is no YAML', () => {
    expect(refusal('device: [')).toMatch(/^\/etc\/stillruf\/device\.yaml:1: this is no valid YAML: /)
    expect(refusal('device: a\ndevice: b\n')).toContain(`${file}:2: this is no valid YAML`)
    expect(refusal('a: &x [1]\nb: *x\n')).toContain(`${file}:2: found a reference (*), expected plain values.`)
  })
  test('a file that is empty, or something else altogether', () => {
    expect(refusal('')).toContain(
      'found nothing, expected the fields device, data, gateways, identity, lines, buttons, indicator (',
    )
    expect(refusal('- a list')).toContain('found a list, expected the fields')
  })
})

test.each<[string, string, string]>([
  [
    'a missing field',
    good.replace('device: rathaus-1\n', ''),
    '1: device: gefunden: nichts; erwartet: 1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche im Inneren (der Name des Geräts, wie in seinem Zertifikat). Das Feld ergänzen.',
  ],
  [
    'a misspelt field',
    good.replace('confirmMs: 50', 'confirmMS: 50'),
    '9: buttons[1].confirmMS: gefunden: ein unbekanntes Feld; erwartet: eines von id, chip, offset, closedLevel, confirmMs. Ist „confirmMs“ gemeint?',
  ],
  [
    'a wrong level',
    good.replace('closedLevel: low', 'closedLevel: down'),
    '8: buttons[0].closedLevel: gefunden: „down“; erwartet: eines von low, high (der Pegel der Leitung bei geschlossenem Kontakt). Den Wert berichtigen.',
  ],
  [
    'an address of another kind',
    good.replace('mqtts:', 'http:'),
    '4: gateways[0].url: gefunden: „http://zentrale.example:8883“; erwartet: eine Adresse wie mqtts://zentrale.example:8883. Den Wert berichtigen.',
  ],
  [
    'a line for two things',
    good.replace('offset: 2', 'offset: 1'),
    '9: buttons[1].offset: gefunden: Leitung 1 von simulated zum zweiten Mal; erwartet: nur einmal. Eines der beiden ändern.',
  ],
  [
    'a socket that would do nothing',
    good.replace('backend: simulated', 'backend: onoff\n  socket: x'),
    '7: lines.socket: gefunden: ein Socket für das Backend onoff; erwartet: ein solcher nur für nachgebildete Leitungen. Das Feld entfernen.',
  ],
  [
    'what is no YAML',
    'device: "rathaus-1\n',
    '2: kein gültiges YAML: ein Zeichen fehlt, zum Beispiel Anführungszeichen, Klammer, Komma, Doppelpunkt oder Leerzeichen (MISSING_CHAR). Einrückung, Anführungszeichen und Doppelpunkte prüfen.',
  ],
  [
    'a reference',
    'a: &x [1]\nb: *x\n',
    '2: gefunden: ein Verweis (*); erwartet: einfache Werte. Den Wert ausschreiben.',
  ],
])('in German, too: %s', (_, content, sentence) => {
  expect(told(content).de).toBe(`/etc/stillruf/device.yaml:${sentence}`)
})

test('a file that is not there', () => {
  expect(() => readConfiguration('/nowhere/device.yaml')).toThrow(
    expect.objectContaining({
      text: {
        de: 'Die Konfiguration /nowhere/device.yaml ist nicht lesbar: nicht vorhanden (ENOENT). Mit --config die richtige Datei nennen.',
        en: 'The configuration /nowhere/device.yaml cannot be read: it does not exist (ENOENT). Name the right file with --config.',
      },
    }),
  )
})
