// Every mistake in device.yaml is told with file, line, field, what was found and what is expected.
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfiguration } from '../../firmware/shell/configuration.ts'
import { good, head, read, refusal, told } from './device-file.ts'

const onChip = (offset: number) => ({ chip: 'simulated', offset })
const changed = (from: string, to: string): string => {
  expect(good).toContain(from)
  return refusal(good.replace(from, to))
}

test('paths are relative to the file, and what is left out has its usual place', () => {
  expect(read(good)).toEqual({
    device: 'rathaus-1',
    data: '/etc/stillruf/data',
    gateways: [{ url: 'mqtts://zentrale.example:8883', host: 'zentrale.example', port: 8883 }],
    identity: {
      key: '/etc/stillruf/data/key.pem',
      certificate: '/etc/stillruf/data/certificate.pem',
      authority: '/etc/stillruf/data/authority.pem',
    },
    board: null,
    lines: { backend: 'simulated', socket: '/etc/stillruf/data/lines.sock' },
    buttons: [
      {
        id: 'tresen',
        wiring: { kind: 'normallyOpen', line: 'tresen/normallyOpen' },
        timing: { confirmMs: 30, releaseMs: 250 },
        latching: false,
        inputs: [{ line: 'tresen/normallyOpen', address: onChip(1), closedLevel: 'low', atRest: 'open' }],
      },
      {
        id: 'kasse',
        wiring: { kind: 'normallyOpen', line: 'kasse/normallyOpen' },
        timing: { confirmMs: 40, releaseMs: 250 },
        latching: false,
        inputs: [{ line: 'kasse/normallyOpen', address: onChip(2), closedLevel: 'high', atRest: 'open' }],
      },
    ],
    tamper: null,
    indicator: null,
    relay: null,
    watchdog: null,
  })
})

test('everything may be given', () => {
  const all = `${good.replace('backend: simulated', 'backend: simulated\n  socket: /run/lines.sock')}
identity: { key: id/key.pem, certificate: /etc/ssl/device.pem }
tamper: { chip: simulated, offset: 3, closedLevel: low }
indicator: { chip: simulated, offset: 16, activeLevel: high, pattern: slowBlink }
relay: { chip: simulated, offset: 17, activeLevel: low }
watchdog: /dev/watchdog
`
  expect(read(all)).toMatchObject({
    identity: { key: '/etc/stillruf/id/key.pem', certificate: '/etc/ssl/device.pem' },
    lines: { socket: '/run/lines.sock' },
    tamper: {
      wiring: { kind: 'normallyClosed', line: 'device/tamper', cutWireIs: 'alarm' },
      inputs: [{ line: 'device/tamper', address: onChip(3), closedLevel: 'low', atRest: 'closed' }],
    },
    indicator: { name: 'indicator', address: onChip(16), activeLevel: 'high', pattern: 'slowBlink' },
    relay: { name: 'relay', address: onChip(17), activeLevel: 'low', pattern: 'steady' },
    watchdog: '/dev/watchdog',
  })
})

test('each wiring has its lines, in the order in which a press moves them', () => {
  const buttons = read(`${good}  - { id: foyer, chip: c, offset: 3, closedLevel: low, wiring: normallyClosed }
  - { id: keller, chip: c, offset: 4, closedLevel: low, wiring: normallyClosed, cutWireIs: fault, pattern: doublePress }
  - id: amt
    wiring: antivalent
    latching: true
    normallyOpen: { chip: c, offset: 5, closedLevel: low }
    normallyClosed: { chip: c, offset: 6, closedLevel: high }
  - id: tor
    wiring: twoHand
    first: { chip: c, offset: 7, closedLevel: low }
    second: { chip: c, offset: 8, closedLevel: low }
`).buttons.slice(2)
  expect(buttons.map(({ wiring }) => wiring)).toEqual([
    { kind: 'normallyClosed', line: 'foyer/normallyClosed', cutWireIs: 'alarm' },
    { kind: 'normallyClosed', line: 'keller/normallyClosed', cutWireIs: 'fault' },
    { kind: 'antivalent', normallyOpen: 'amt/normallyOpen', normallyClosed: 'amt/normallyClosed' },
    { kind: 'twoHand', first: 'tor/first', second: 'tor/second' },
  ])
  expect(buttons.flatMap(({ inputs }) => inputs.map(({ line, atRest }) => `${line} ${atRest}`))).toEqual([
    'foyer/normallyClosed closed',
    'keller/normallyClosed closed',
    'amt/normallyClosed closed',
    'amt/normallyOpen open',
    'tor/first open',
    'tor/second open',
  ])
  expect(buttons.map(({ latching, timing }) => [latching, timing.releaseMs])).toEqual([
    [false, 250],
    [false, 80],
    [true, 250],
    [false, 250],
  ])
})

const readme = readFileSync(new URL('../../firmware/README.md', import.meta.url), 'utf8')
const samples = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, sample = '']) => sample)

test('each sample in the README is valid, and the first one has every wiring', () => {
  expect(samples).toHaveLength(3)
  const [all] = samples.map(sample => read(`${head}${sample}`))
  expect(all?.buttons.map(({ wiring }) => wiring.kind)).toEqual([
    'normallyOpen',
    'normallyClosed',
    'antivalent',
    'twoHand',
  ])
  expect([all?.tamper, all?.indicator, all?.relay]).not.toContain(null)
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
  test('the name of the gateway itself', () => {
    expect(changed('device: rathaus-1', 'device: gateway')).toBe(
      `${file}:1: device: found “gateway”, expected another name: this one is the gateway itself. Rename the device, in device.yaml, gateway.yaml and its certificate.`,
    )
  })
  test('half a character, as an escape can make it', () => {
    expect(changed('{ id: tresen, chip: simulated', '{ id: tresen, chip: "\\udc00"')).toBe(
      `${file}:8: buttons[0].chip: found “\\udc00”, half a character, expected whole characters only. Write the character itself into the file.`,
    )
  })
  test('a field that is unknown, at any depth', () => {
    expect(`${refusal(`${good}colour: red\n`)}`).toContain(
      `${file}:10: colour: found an unknown field, expected one of device,`,
    )
    expect(changed('confirmMs: 40', 'confirmMS: 40')).toContain(
      `${file}:9: buttons[1].confirmMS: found an unknown field, expected one of id, wiring, chip, offset, pin, line, closedLevel, bias, confirmMs, pattern, latching. Did you mean “confirmMs”?`,
    )
  })
  test.each([
    ...['88833', '65536', '0', '00', '8883x', '8883/'].map(port => `127.0.0.1:${port}`),
    ...['[::::]:8883', '[1.2.3.4]:8883', '[2001:db8::7', '::1', '1.2.3.999', '', '.', 'a..b', 'a b', 'anna@zentrale'],
    ...['zentrale.example.', `${'a'.repeat(64)}.example`],
  ])('an address that is none: mqtts://%s', address => {
    expect(changed('zentrale.example:8883', address)).toMatch(
      /:4: gateways\[0\]\.url: found “mqtts:.*”, expected an address such as mqtts:\S+, with a port from 1 to 65535\. Correct it\.$/,
    )
  })
  test.each([
    ['mqtts://zentrale.example:8883', 'mqtts://zentrale.example'],
    ['mqtts://zentrale.example:8883', 'mqtts://Zentrale.EXAMPLE:08883'],
    ['mqtts://[2001:db8::7]', 'mqtts://[2001:DB8:0::0007]:8883'],
  ])('a gateway that stands twice in different words: %s, %s', (first, second) => {
    const content = good.replace('mqtts://zentrale.example:8883', `${first}\n  - url: ${second}`)
    expect(refusal(content)).toBe(
      `${file}:5: gateways[1].url: found ${second} a second time, expected each one once. Change one of the two.`,
    )
  })
  test('fields that are unknown, however many there are, and what is wrong beside them', () => {
    for (const count of [7, 8, 500]) {
      const unknown = Array.from({ length: count }, (_, index) => `unknown${index}`)
      const atTop = good.replace('mqtts:', 'http:') + unknown.map(name => `${name}: 1\n`).join('')
      expect(refusal(atTop)).toContain(`${file}:10: unknown0: found an unknown field, expected one of device,`)
      const inButton = unknown.map(name => `${name}: 1, `).join('')
      expect(changed('id: kasse', `${inButton}id: kasse`)).toContain(`${file}:9: buttons[1].unknown0: found an unknown`)
    }
    const eight = 'a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1'
    expect(changed('closedLevel: low', `${eight}, closedLevel: down`).split('\n')).toHaveLength(9)
    expect(changed('backend: simulated', `backend: gpiod\n${eight.replaceAll(', ', '\n')}`)).toContain(
      `${file}:6: lines.backend: found “gpiod”`,
    )
  })
  test('a value that is not as expected', () => {
    expect(changed('closedLevel: low', 'closedLevel: down')).toBe(
      `${file}:8: buttons[0].closedLevel: found “down”, expected one of low, high (the level of the line while the contact is closed). Correct it.`,
    )
    expect(changed('offset: 1', 'offset: one')).toContain(
      `${file}:8: buttons[0].offset: found “one”, expected a whole number from 0 to 65535 (the place of the line on its chip; with firmata the number of the pin)`,
    )
    expect(changed('confirmMs: 40', 'confirmMs: 46')).toBe(
      `${file}:9: buttons[1].confirmMs: found 46, expected a whole number from 1 to 45 (for how many ms the contact must be closed to be a press, at most so many that a press of 50 ms surely counts; 30 if absent). Correct it.`,
    )
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
  test('a field that another wiring has, or one that this wiring lacks', () => {
    expect(refusal(`${good}  - { id: foyer, wiring: triple }`)).toContain(
      `${file}:10: buttons[2].wiring: found “triple”, expected one of normallyOpen, normallyClosed, antivalent, twoHand (how the button is wired). Correct it.`,
    )
    expect(changed('closedLevel: low', 'closedLevel: low, cutWireIs: fault')).toContain(
      `${file}:8: buttons[0].cutWireIs: found an unknown field, expected one of id, wiring, chip, offset,`,
    )
    const antivalent =
      '  - { id: foyer, wiring: antivalent, normallyOpen: { chip: simulated, offset: 3, closedLevel: low } }'
    expect(refusal(good + antivalent)).toBe(
      `${file}:10: buttons[2].normallyClosed: found nothing, expected the fields chip, offset, pin, line, closedLevel, bias (the contact that a press opens). Add it.`,
    )
    expect(refusal(good + antivalent.replace(' wiring', ' offset: 4, wiring'))).toContain(
      'buttons[2].offset: found an unknown',
    )
    expect(refusal(`${good}  - { id: foyer, wiring: twoHand, first: 3 }`)).toContain(
      'buttons[2].first: found 3, expected the fields chip, offset, pin, line, closedLevel, bias (the contact for one hand). Correct it.',
    )
  })
  test('the line of a second contact that is taken', () => {
    const line = (offset: number) => `{ chip: simulated, offset: ${offset}, closedLevel: low }`
    expect(
      refusal(
        `${good}  - { id: foyer, wiring: twoHand, first: ${line(3)}, second: ${line(2)} }\ntamper: ${line(3)}`,
      ).split('\n'),
    ).toEqual([
      `${file}:10: buttons[2].second.offset: found line 2 of simulated a second time, expected each one once. Change one of the two.`,
      `${file}:11: tamper.offset: found line 3 of simulated a second time, expected each one once. Change one of the two.`,
    ])
  })
  test('a button that stays pressed, of which something is expected that only letting go shows', () => {
    const latching = (more: string) => changed('closedLevel: low', `closedLevel: low, latching: true, ${more}`)
    expect(latching('pattern: doublePress')).toBe(
      `${file}:8: buttons[0].pattern: found doublePress for a button that stays pressed, expected single, or latching: false. Change one of the two.`,
    )
    expect(latching('wiring: normallyClosed, cutWireIs: fault')).toContain(
      `${file}:8: buttons[0].cutWireIs: found fault for a button that stays pressed, expected alarm, or latching: false.`,
    )
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
      'found nothing, expected the fields device, data, gateways, identity, board, lines, buttons, tamper, indicator, relay, watchdog (',
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
    good.replace('confirmMs: 40', 'confirmMS: 40'),
    '9: buttons[1].confirmMS: gefunden: ein unbekanntes Feld; erwartet: eines von id, wiring, chip, offset, pin, line, closedLevel, bias, confirmMs, pattern, latching. Ist „confirmMs“ gemeint?',
  ],
  [
    'a wrong level',
    good.replace('closedLevel: low', 'closedLevel: down'),
    '8: buttons[0].closedLevel: gefunden: „down“; erwartet: eines von low, high (der Pegel der Leitung bei geschlossenem Kontakt). Den Wert berichtigen.',
  ],
  [
    'an address of another kind',
    good.replace('mqtts:', 'http:'),
    '4: gateways[0].url: gefunden: „http://zentrale.example:8883“; erwartet: eine Adresse wie mqtts://zentrale.example:8883, mit einem Port von 1 bis 65535. Den Wert berichtigen.',
  ],
  [
    'a line for two things',
    good.replace('offset: 2', 'offset: 1'),
    '9: buttons[1].offset: gefunden: Leitung 1 von simulated zum zweiten Mal; erwartet: nur einmal. Eines der beiden ändern.',
  ],
  [
    'a contact that is missing',
    `${good}  - { id: foyer, wiring: twoHand, first: { chip: c, offset: 3, closedLevel: low } }`,
    '10: buttons[2].second: gefunden: nichts; erwartet: die Felder chip, offset, pin, line, closedLevel, bias (der Kontakt für die andere Hand). Das Feld ergänzen.',
  ],
  [
    'a double press of a button that latches',
    good.replace('closedLevel: low', 'closedLevel: low, latching: true, pattern: doublePress'),
    '8: buttons[0].pattern: gefunden: doublePress bei einem Taster, der eingerastet bleibt; erwartet: single, oder latching: false. Eines der beiden ändern.',
  ],
  [
    'something that is no button',
    `${good}  - foyer`,
    '10: buttons[2]: gefunden: „foyer“; erwartet: die Felder id, wiring, chip, offset, pin, line, closedLevel, bias, confirmMs, pattern, latching (ein Taster mit Schließer). Den Wert berichtigen.',
  ],
  [
    'a socket that would do nothing',
    good.replace('backend: simulated', 'backend: onoff\n  socket: x'),
    '7: lines.socket: gefunden: ein Socket für das Backend onoff; erwartet: ein solcher nur für nachgebildete Leitungen. Das Feld entfernen.',
  ],
  [
    'a line given by its name where names are not known',
    good.replace('chip: simulated, offset: 1', 'line: GPIO17'),
    '8: buttons[0].line: gefunden: der Name einer Leitung für das Backend simulated; erwartet: chip und offset. Diese beiden angeben.',
  ],
  [
    'a resistor that cannot be set',
    good.replace('closedLevel: low', 'closedLevel: low, bias: pull-up'),
    '8: buttons[0].bias: gefunden: pull-up für das Backend simulated; erwartet: keiner, denn eine nachgebildete Leitung braucht keinen. Den Wert berichtigen.',
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
