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
    board: null,
    lines: { backend: 'simulated', socket: '/etc/stillruf/data/lines.sock' },
    buttons: [
      { id: 'tresen', address: { chip: 'simulated', offset: 1 }, closedLevel: 'low', confirmMs: 30 },
      { id: 'kasse', address: { chip: 'simulated', offset: 2 }, closedLevel: 'high', confirmMs: 50 },
    ],
    indicator: null,
    watchdog: null,
  })
})

test('everything may be given', () => {
  const all = `${good.replace('backend: simulated', 'backend: simulated\n  socket: /run/lines.sock')}
identity: { key: id/key.pem, certificate: /etc/ssl/device.pem }
indicator: { chip: simulated, offset: 16, activeLevel: high }
watchdog: /dev/watchdog
`
  expect(read(all)).toMatchObject({
    identity: { key: '/etc/stillruf/id/key.pem', certificate: '/etc/ssl/device.pem' },
    lines: { socket: '/run/lines.sock' },
    indicator: { address: { chip: 'simulated', offset: 16 }, activeLevel: 'high' },
    watchdog: '/dev/watchdog',
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
      `${file}:9: buttons[1].confirmMS: found an unknown field, expected one of id, chip, offset, pin, line, closedLevel, bias, confirmMs. Did you mean “confirmMs”?`,
    )
  })
  test('a value that is not as expected', () => {
    expect(changed('closedLevel: low', 'closedLevel: down')).toBe(
      `${file}:8: buttons[0].closedLevel: found “down”, expected one of low, high (the level of the line while the contact is closed). Correct it.`,
    )
    expect(changed('offset: 1', 'offset: one')).toContain(
      `${file}:8: buttons[0].offset: found “one”, expected a whole number from 0 to 65535 (the place of the line on its chip; with firmata the number of the pin)`,
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
      'found nothing, expected the fields device, data, gateways, identity, board, lines, buttons, indicator, watchdog (',
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
    '9: buttons[1].confirmMS: gefunden: ein unbekanntes Feld; erwartet: eines von id, chip, offset, pin, line, closedLevel, bias, confirmMs. Ist „confirmMs“ gemeint?',
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

describe('the lines of each backend', () => {
  const withLines = (lines: string, button: string): string =>
    `device: rathaus-1\ndata: data\ngateways: [{ url: "mqtts://zentrale.example:8883" }]\n${lines}buttons:\n  - { id: tresen, closedLevel: low, ${button} }\n`
  const refused = (lines: string, button: string): string => refusal(withLines(lines, button))

  test('without a word about it the lines are those of the GPIO character device', () => {
    for (const lines of ['', 'lines: {}\n', 'lines: { backend: gpiochip }\n']) {
      const { lines: settings, buttons } = read(withLines(lines, 'chip: pinctrl-bcm2711, offset: 17, bias: pull-up'))
      expect(settings).toEqual({ backend: 'gpiochip' })
      expect(buttons[0]).toMatchObject({ address: { chip: 'pinctrl-bcm2711', offset: 17 }, bias: 'pull-up' })
    }
  })
  test('a line may be given by its name there, and only there', () => {
    expect(read(withLines('', 'line: GPIO17')).buttons[0]?.address).toEqual({ name: 'GPIO17' })
    expect(refused('lines: { backend: onoff }\n', 'line: GPIO17')).toBe(
      '/etc/stillruf/device.yaml:6: buttons[0].line: found a line’s name for the backend onoff, expected chip and offset. Give these two.',
    )
    expect(refused('', 'line: GPIO17, offset: 17')).toContain('buttons[0].line: found a name beside chip or offset')
    const twice = `${withLines('', 'line: GPIO17')}indicator: { line: GPIO17, activeLevel: high }\n`
    expect(refusal(twice)).toContain('indicator.line: found the line GPIO17 a second time')
  })
  test('boards over USB have a name and a port', () => {
    const boards = 'lines: { backend: firmata, boards: [{ name: uno, port: /dev/serial/by-id/usb-1 }] }\n'
    const { lines: settings, buttons } = read(withLines(boards, 'chip: uno, offset: 2, bias: pull-up'))
    expect(settings).toEqual({ backend: 'firmata', boards: [{ name: 'uno', port: '/dev/serial/by-id/usb-1' }] })
    expect(buttons[0]?.address).toEqual({ chip: 'uno', offset: 2 })
    expect(refused(boards, 'chip: mega, offset: 2')).toContain(
      'buttons[0].chip: found “mega”, expected one of the boards uno. Correct it.',
    )
    expect(refused('lines: { backend: firmata }\n', 'chip: uno, offset: 2')).toContain(
      'lines.boards: found nothing, expected a list of 1 to 8 entries (the boards over USB, with firmata). Add it.',
    )
    const twice = boards.replace(']', ', { name: uno, port: x }]')
    expect(refused(twice, 'chip: uno, offset: 2')).toContain('lines.boards[1].name: found the board uno a second time')
  })
  test.each([
    [
      'firmata, boards: [{ name: a, port: b }]',
      'pull-down',
      'expected pull-up or disabled, for Firmata knows no other',
    ],
    ['onoff', 'pull-up', 'expected none, for sysfs cannot set one'],
    ['simulated', 'disabled', 'expected none, for a simulated line needs none'],
  ])('a resistor that the backend %s cannot set is refused', (backend, bias, sentence) => {
    const told = refused(`lines: { backend: ${backend} }\n`, `chip: a, offset: 2, bias: ${bias}`)
    expect(told).toContain(`buttons[0].bias: found ${bias} for the backend`)
    expect(told).toContain(sentence)
  })
  test('a field that would do nothing is refused', () => {
    expect(refused('lines: { socket: x }\n', 'chip: a, offset: 2')).toContain(
      'lines.socket: found a socket for the backend gpiochip',
    )
    expect(refused('lines: { boards: [{ name: a, port: b }] }\n', 'chip: a, offset: 2')).toContain(
      'lines.boards: found boards for the backend gpiochip, expected boards for firmata only. Remove it.',
    )
  })
})
