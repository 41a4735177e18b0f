// The shape of device.yaml: one schema is the check, the type and, by its descriptions, what an error says is expected.
import { type Static, type TProperties, Type } from 'typebox'
import { boardIds } from '../../hardware/boards.ts'
import { type ButtonId, type DeviceId, namePattern } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'

const group = <Properties extends TProperties>(description: string, properties: Properties) =>
  Type.Object(properties, { additionalProperties: false, description })
const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], description: `one of ${values.join(', ')}` }))
const id = <Id extends string>(what: string) =>
  Type.Unsafe<Id>(
    Type.String({
      pattern: namePattern,
      description: `${what}: 1 to 32 lower-case letters, digits and inner hyphens`,
    }),
  )
const path = (what: string) =>
  Type.String({ minLength: 1, maxLength: 4096, description: `${what}, absolute or relative to this file` })

/** Said of fields that a backend needs and the schema alone cannot ask for. */
export const expected = {
  chip: 'the label of the chip that has the line, such as pinctrl-bcm2711; with firmata the name of the board',
  offset: 'the place of the line on its chip: a whole number from 0; with firmata the number of the pin',
  boards: 'a list of 1 to 8 boards, for the backend firmata',
} as const

const address = {
  chip: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        'the label of the chip that has the line, such as pinctrl-bcm2711; with firmata the name of the board',
    }),
  ),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: expected.offset,
    }),
  ),
  pin: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 40,
      description: 'the pin on the header of the board, 1 to 40, in place of chip and offset; needs board',
    }),
  ),
  line: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'the name of the line, such as GPIO17, in place of chip and offset; with the backend gpiochip',
    }),
  ),
}

const button = group('a button: id, pin or chip and offset or line, closedLevel', {
  id: id<ButtonId>('the name of the button, as the gateway knows it'),
  ...address,
  closedLevel: oneOf(['low', 'high']),
  bias: Type.Optional(oneOf(['pull-up', 'pull-down', 'disabled'])),
  confirmMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.confirmMsMax,
      description: `how long the contact must be closed to be a press: 1 to ${limits.confirmMsMax} ms`,
    }),
  ),
})

const lines = group('the fields backend, and boards or socket', {
  backend: Type.Optional(oneOf(['gpiochip', 'onoff', 'firmata', 'simulated'])),
  socket: Type.Optional(path('the socket that moves simulated lines')),
  boards: Type.Optional(
    Type.Array(
      group('a board: name, port', {
        name: Type.String({ minLength: 1, maxLength: 64, description: 'the name that buttons give as their chip' }),
        port: path('the serial port of the board, such as /dev/serial/by-id/usb-Arduino_…'),
      }),
      { minItems: 1, maxItems: 8, description: expected.boards },
    ),
  ),
})

export const DeviceFile = group('the fields device, data, gateways and buttons', {
  device: id<DeviceId>('the name of the device, as in its certificate'),
  data: path('the folder where the device keeps what it owes'),
  gateways: Type.Array(
    group('a gateway: url', {
      url: Type.String({
        pattern: '^mqtts://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?$',
        description: 'an address such as mqtts://zentrale.example:8883',
      }),
    }),
    { minItems: 1, maxItems: 8, description: 'a list of 1 to 8 gateways' },
  ),
  identity: Type.Optional(
    group('the fields key, certificate and authority', {
      key: Type.Optional(path('the file of the device’s key')),
      certificate: Type.Optional(path('the file of the device’s certificate')),
      authority: Type.Optional(path('the file of the certificate of the gateway’s authority')),
    }),
  ),
  board: Type.Optional(oneOf(boardIds)),
  lines: Type.Optional(lines),
  buttons: Type.Array(button, {
    minItems: 1,
    maxItems: limits.buttonsPerDeviceMax,
    description: `a list of 1 to ${limits.buttonsPerDeviceMax} buttons`,
  }),
  indicator: Type.Optional(
    group('an output: pin or chip and offset or line, activeLevel', {
      ...address,
      activeLevel: oneOf(['low', 'high']),
    }),
  ),
  watchdog: Type.Optional(
    Type.String({ pattern: '^/dev/watchdog[0-9]*$', description: 'the file of the board’s watchdog: /dev/watchdog' }),
  ),
})
export type DeviceFile = Static<typeof DeviceFile>
