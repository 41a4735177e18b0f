// Where lines come from and how each is given, for every backend, contact and output; and what does not fit together is told.
import { describe, expect, test } from 'vitest'
import { head, read, refusal } from './device-file.ts'

describe('each contact of each wiring, that of the case and the outputs', () => {
  const file = (lines: string, where: readonly string[]): string => `${head}${lines}buttons:
  - { id: auf, ${where[0]}, closedLevel: low }
  - { id: zu, wiring: normallyClosed, ${where[1]}, closedLevel: low }
  - { id: beide, wiring: antivalent, normallyOpen: { ${where[2]}, closedLevel: low }, normallyClosed: { ${where[3]}, closedLevel: low } }
  - { id: tor, wiring: twoHand, first: { ${where[4]}, closedLevel: low }, second: { ${where[5]}, closedLevel: low } }
tamper: { ${where[6]}, closedLevel: low }
indicator: { ${where[7]}, activeLevel: high }
relay: { ${where[8]}, activeLevel: high }
`
  const nine = Array.from({ length: 9 }, (_, index) => index)
  const places = (content: string) => {
    const { buttons, tamper, indicator, relay } = read(content)
    const inputs = [...buttons, ...(tamper === null ? [] : [tamper])].flatMap(each => each.inputs)
    return [...inputs, indicator, relay].map(line => line?.address)
  }
  // The contact that a press opens is told first.
  const order = [0, 1, 3, 2, 4, 5, 6, 7, 8]

  test.each<[string, string, (index: number) => string, (index: number) => object]>([
    ['label and offset', '', index => `chip: c, offset: ${index}`, index => ({ chip: 'c', offset: index })],
    ['name', '', index => `line: GPIO${index}`, index => ({ name: `GPIO${index}` })],
    [
      'pin of the header',
      'board: raspberry-pi-4\n',
      index => `pin: ${[11, 12, 13, 15, 16, 18, 22, 29, 31][index]}`,
      index => ({ chip: 'pinctrl-bcm2711', offset: [17, 18, 27, 22, 23, 24, 25, 5, 6][index] }),
    ],
    [
      'pin of a board over USB',
      'lines: { backend: firmata, boards: [{ name: uno, port: x }] }\n',
      index => `chip: uno, offset: ${index}`,
      index => ({ chip: 'uno', offset: index }),
    ],
  ])('may be given by %s', (_, lines, written, address) => {
    expect(places(file(lines, nine.map(written)))).toEqual(order.map(address))
  })

  test('a contact may have the chip’s resistor, an output has none', () => {
    const biased = nine.map(index => `chip: c, offset: ${index}${index < 7 ? ', bias: pull-up' : ''}`)
    const { buttons, tamper } = read(file('', biased))
    const inputs = [...buttons, ...(tamper === null ? [] : [tamper])].flatMap(each => each.inputs)
    expect(inputs.map(({ bias }) => bias)).toEqual(Array.from({ length: 7 }, () => 'pull-up'))
    expect(refusal(file('', biased.with(8, 'chip: c, offset: 8, bias: pull-up')))).toContain(
      'relay.bias: found an unknown field',
    )
  })

  test.each([
    [0, 'buttons[0].line'],
    [1, 'buttons[1].line'],
    [2, 'buttons[2].normallyOpen.line'],
    [3, 'buttons[2].normallyClosed.line'],
    [4, 'buttons[3].first.line'],
    [5, 'buttons[3].second.line'],
    [6, 'tamper.line'],
    [7, 'indicator.line'],
    [8, 'relay.line'],
  ])('a name that the backend does not know is told where it stands: %i, %s', (index, field) => {
    const places = nine.map(each => `chip: c, offset: ${each}`).with(index, 'line: GPIO17')
    expect(refusal(file('lines: { backend: onoff }\n', places))).toContain(
      `${field}: found a line’s name for the backend onoff`,
    )
  })
})

describe('the lines of each backend', () => {
  const withLines = (lines: string, button: string): string =>
    `device: rathaus-1\ndata: data\ngateways: [{ url: "mqtts://zentrale.example:8883" }]\n${lines}buttons:\n  - { id: tresen, closedLevel: low, ${button} }\n`
  const refused = (lines: string, button: string): string => refusal(withLines(lines, button))

  test('without a word about it the lines are those of the GPIO character device', () => {
    for (const lines of ['', 'lines: {}\n', 'lines: { backend: gpiochip }\n']) {
      const { lines: settings, buttons } = read(withLines(lines, 'chip: pinctrl-bcm2711, offset: 17, bias: pull-up'))
      expect(settings).toEqual({ backend: 'gpiochip' })
      expect(buttons[0]?.inputs[0]).toMatchObject({ address: { chip: 'pinctrl-bcm2711', offset: 17 }, bias: 'pull-up' })
    }
  })
  test('a line may be given by its name there, and only there', () => {
    expect(read(withLines('', 'line: GPIO17')).buttons[0]?.inputs[0]?.address).toEqual({ name: 'GPIO17' })
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
    expect(buttons[0]?.inputs[0]?.address).toEqual({ chip: 'uno', offset: 2 })
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
