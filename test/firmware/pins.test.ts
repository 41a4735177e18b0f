// A button given by the pin that it is screwed to.
import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../firmware/shell/configuration.ts'

const file = '/etc/stillruf/device.yaml'
const withPin = (button: string, head = 'board: raspberry-pi-4\n'): string =>
  `device: rathaus-1\ndata: data\ngateways: [{ url: "mqtts://zentrale.example:8883" }]\n${head}buttons:\n  - { id: tresen, closedLevel: low, ${button} }\n`
const read = (text: string) => parseConfiguration(text, file)
const refusal = (text: string): string => {
  try {
    read(text)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'accepted'
}

test('is the line that the board leads to that pin', () => {
  expect(read(withPin('pin: 11, bias: pull-up'))).toMatchObject({
    board: 'raspberry-pi-4',
    buttons: [{ inputs: [{ address: { chip: 'pinctrl-bcm2711', offset: 17 }, bias: 'pull-up' }] }],
  })
  const five = read(withPin('pin: 40', 'board: raspberry-pi-5\nlines: { backend: onoff }\n'))
  expect(five.buttons[0]?.inputs[0]?.address).toEqual({ chip: 'pinctrl-rp1', offset: 21 })
})

test('may be that of the indicator', () => {
  const text = `${withPin('pin: 11')}indicator: { pin: 40, activeLevel: high }\n`
  expect(read(text).indicator).toMatchObject({ address: { chip: 'pinctrl-bcm2711', offset: 21 }, activeLevel: 'high' })
})

test('is the same line as its chip and offset: used twice, it is refused', () => {
  const text = `${withPin('pin: 11')}indicator: { chip: pinctrl-bcm2711, offset: 17, activeLevel: high }\n`
  expect(refusal(text)).toBe(
    `${file}:7: indicator.offset: found line 17 of pinctrl-bcm2711 a second time, expected each one once. Change one of the two.`,
  )
})

describe('where no button may hang, it is said why', () => {
  const free = '7, 11, 12, 13, 15, 16, 18, 22, 29, 31, 32, 33, 35, 36, 37, 38, 40'
  test.for([
    [2, 'pin 2, which carries 5 V', 'Take another.'],
    [1, 'pin 1, which carries 3.3 V', 'Take another.'],
    [9, 'pin 9, which is ground', 'Take another.'],
    [27, 'pin 27, which belongs to the ID memory of add-on boards', 'Take another; who has surely freed it gives chip'],
    [8, 'pin 8, which belongs to the serial console', 'Take another; who has surely freed it gives chip'],
    [24, 'pin 24, which belongs to the SPI bus', 'Take another; who has surely freed it gives chip'],
    [
      3,
      'pin 3, which belongs to the I²C bus, with a fixed resistor',
      'Take another; who has surely freed it gives chip',
    ],
  ] as const)('pin %s', ([pin, found, whatToDo]) => {
    const told = refusal(withPin(`pin: ${pin}`))
    expect(told).toContain(`${file}:6: buttons[0].pin: found ${found}`)
    expect(told).toContain(`expected one of the free pins ${free}. ${whatToDo}`)
  })
  test('a pin that no header has', () => {
    expect(refusal(withPin('pin: 41'))).toContain(
      'buttons[0].pin: found 41, expected a whole number from 1 to 40 (the pin on the header of the board',
    )
  })
  test('a pin without the board', () => {
    expect(refusal(withPin('pin: 11', ''))).toContain(
      'buttons[0].pin: found a pin without “board”, expected the name of the board at the top of the file. Add “board” (raspberry-pi-3, ',
    )
  })
  test('a board without a header of its own', () => {
    expect(refusal(withPin('pin: 11', 'board: compute-module-3\n'))).toContain(
      'found pin 11, but this board has no header of its own, expected chip and offset. Give chip and offset.',
    )
  })
  test('a pin beside chip or name', () => {
    expect(refusal(withPin('pin: 11, offset: 17'))).toContain('buttons[0].pin: found a pin beside chip, offset or line')
  })
  test('a pin of a backend that has no header', () => {
    expect(refusal(withPin('pin: 11', 'board: raspberry-pi-4\nlines: { backend: simulated }\n'))).toContain(
      'buttons[0].pin: found a pin of the header for the backend simulated, expected chip and offset.',
    )
  })
  test('a board that is not in the table', () => {
    expect(refusal(withPin('pin: 11', 'board: banana\n'))).toContain(
      'board: found “banana”, expected one of raspberry-pi-3,',
    )
  })
})
