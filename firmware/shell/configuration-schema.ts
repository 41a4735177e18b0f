// The shape of device.yaml: one schema is the check, the type and, by its descriptions, what an error says is expected.
// What a button needs depends on its wiring: each has a schema of its own, so that an error speaks of that wiring only.
import { type Static, type TProperties, Type } from 'typebox'
import { type WiringKind, wirings } from '../../protocol/contact.ts'
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

const address = {
  chip: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'the label of the chip that has the line, such as pinctrl-bcm2711',
  }),
  offset: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    description: 'the place of the line on its chip: a whole number from 0',
  }),
}

const input = { ...address, closedLevel: oneOf(['low', 'high']) }
const output = { ...address, activeLevel: oneOf(['low', 'high']) }
const line = (what: string) => group(`${what}: chip, offset, closedLevel`, input)

const button = {
  id: id<ButtonId>('the name of the button, as the gateway knows it'),
  confirmMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.confirmMsMax,
      description: `how long the contact must be closed to be a press: 1 to ${limits.confirmMsMax} ms`,
    }),
  ),
  pattern: Type.Optional(oneOf(['single', 'doublePress'])),
}
const latching = Type.Optional(
  Type.Boolean({ description: 'true for a button that stays pressed until it is reset with its key, else false' }),
)

export const buttonShapes = {
  normallyOpen: group('a button: id, chip, offset, closedLevel', {
    ...button,
    wiring: Type.Optional(oneOf(['normallyOpen'])),
    ...input,
    latching,
  }),
  normallyClosed: group('a button: id, wiring, chip, offset, closedLevel', {
    ...button,
    wiring: oneOf(['normallyClosed']),
    ...input,
    cutWireIs: Type.Optional(oneOf(['alarm', 'fault'])),
    latching,
  }),
  antivalent: group('a button: id, wiring, normallyOpen, normallyClosed', {
    ...button,
    wiring: oneOf(['antivalent']),
    normallyOpen: line('the line of the contact that a press closes'),
    normallyClosed: line('the line of the contact that a press opens'),
    latching,
  }),
  twoHand: group('a button: id, wiring, first, second', {
    ...button,
    wiring: oneOf(['twoHand']),
    first: line('the line of the contact for one hand'),
    second: line('the line of the contact for the other hand'),
  }),
} as const satisfies Record<WiringKind, object>
export type ButtonFile = Static<(typeof buttonShapes)[WiringKind]>

export const DeviceFile = group('the fields device, data, gateways, lines and buttons', {
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
  lines: group('the field backend', {
    backend: oneOf(['simulated', 'onoff']),
    socket: Type.Optional(path('the socket that moves simulated lines')),
  }),
  buttons: Type.Array(
    Type.Object({ wiring: Type.Optional(oneOf(wirings)) }, { description: 'a button: id and wiring, and its lines' }),
    {
      minItems: 1,
      maxItems: limits.buttonsPerDeviceMax,
      description: `a list of 1 to ${limits.buttonsPerDeviceMax} buttons`,
    },
  ),
  tamper: Type.Optional(line('the contact that is closed while the case is closed')),
  indicator: Type.Optional(
    group('an output: chip, offset, activeLevel', {
      ...output,
      pattern: Type.Optional(oneOf(['steady', 'slowBlink'])),
    }),
  ),
  relay: Type.Optional(group('an output: chip, offset, activeLevel', output)),
})
/** Once each button was checked against the shape of its wiring. */
export type DeviceFile = Omit<Static<typeof DeviceFile>, 'buttons'> & { readonly buttons: readonly ButtonFile[] }
export type InputFile = NonNullable<DeviceFile['tamper']>
export type OutputFile = NonNullable<DeviceFile['relay']>
