// The shape of device.yaml: one schema is the check, the type and, by the meaning of each field, the documentation.
import { type Static, type TProperties, Type } from 'typebox'
import { type WiringKind, wirings } from '../../protocol/contact.ts'
import { type ButtonId, type DeviceId, namePattern } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { text } from '../../protocol/text.ts'

const group = <Properties extends TProperties>(de: string, en: string, properties: Properties) =>
  Type.Object(properties, { additionalProperties: false, meaning: text(de, en) })
const oneOf = <const Values extends readonly string[]>(values: Values, de: string, en: string) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], meaning: text(de, en) }))
const id = <Id extends string>(de: string, en: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: namePattern, meaning: text(de, en) }))
const path = (de: string, en: string) =>
  Type.String({
    minLength: 1,
    maxLength: 4096,
    meaning: text(`${de}, absolut oder vom Ordner dieser Datei aus`, `${en}, absolute or relative to this file`),
  })

const address = {
  chip: Type.String({
    minLength: 1,
    maxLength: 64,
    meaning: text(
      'die Bezeichnung des Chips mit der Leitung, zum Beispiel pinctrl-bcm2711',
      'the label of the chip that has the line, such as pinctrl-bcm2711',
    ),
  }),
  offset: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    meaning: text('die Nummer der Leitung auf ihrem Chip', 'the place of the line on its chip'),
  }),
}

const levels = ['low', 'high'] as const
const input = {
  ...address,
  closedLevel: oneOf(
    levels,
    'der Pegel der Leitung bei geschlossenem Kontakt',
    'the level of the line while the contact is closed',
  ),
}
const output = {
  ...address,
  activeLevel: oneOf(
    levels,
    'der Pegel der Leitung, während der Ausgang eingeschaltet ist',
    'the level of the line while the output is on',
  ),
}

const buttonId = id<ButtonId>(
  'der Name des Tasters, wie ihn die Zentrale kennt',
  'the name of the button, as the gateway knows it',
)
const timing = {
  confirmMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.confirmMsMax,
      meaning: text(
        `wie viele ms der Kontakt für einen Druck geschlossen sein muss; ohne Angabe ${limits.confirmMsDefault}`,
        `for how many ms the contact must be closed to be a press; ${limits.confirmMsDefault} if absent`,
      ),
    }),
  ),
  pattern: Type.Optional(
    oneOf(
      ['single', 'doublePress'],
      'ob ein zweiter Druck gleich nach dem ersten für sich zählt; ohne Angabe single',
      'whether a second press right after the first counts for itself; single if absent',
    ),
  ),
}
const wiring = <const Kind extends WiringKind>(kinds: readonly Kind[]) =>
  oneOf(kinds, 'wie der Taster beschaltet ist', 'how the button is wired')
const latching = Type.Optional(
  Type.Boolean({
    meaning: text(
      'true für einen Taster, der eingerastet bleibt, bis ihn sein Schlüssel zurückstellt, sonst false',
      'true for a button that stays pressed until its key resets it, else false',
    ),
  }),
)
const cutWireIs = Type.Optional(
  oneOf(
    ['alarm', 'fault'],
    'was ein offener Stromkreis bedeutet, solange er offen bleibt; ohne Angabe alarm',
    'what an open circuit means as long as it stays open; alarm if absent',
  ),
)

/** What may stand in the entry of a button depends on its wiring: a mistake is told by that wiring alone. */
export const buttonShapes = {
  normallyOpen: group('ein Taster mit Schließer', 'a button with a normally open contact', {
    id: buttonId,
    wiring: Type.Optional(wiring(['normallyOpen'])),
    ...input,
    ...timing,
    latching,
  }),
  normallyClosed: group('ein Taster mit Öffner', 'a button with a normally closed contact', {
    id: buttonId,
    wiring: wiring(['normallyClosed']),
    ...input,
    cutWireIs,
    ...timing,
    latching,
  }),
  antivalent: group('ein Taster mit Schließer und Öffner', 'a button with a contact of each kind', {
    id: buttonId,
    wiring: wiring(['antivalent']),
    normallyOpen: group('der Kontakt, den ein Druck schließt', 'the contact that a press closes', input),
    normallyClosed: group('der Kontakt, den ein Druck öffnet', 'the contact that a press opens', input),
    ...timing,
    latching,
  }),
  twoHand: group('ein Taster für zwei Hände', 'a button for two hands', {
    id: buttonId,
    wiring: wiring(['twoHand']),
    first: group('der Kontakt für die eine Hand', 'the contact for one hand', input),
    second: group('der Kontakt für die andere Hand', 'the contact for the other hand', input),
    ...timing,
  }),
} as const satisfies Record<WiringKind, object>
/** For an entry whose wiring is none of these. */
export const buttonOfUnknownWiring = Type.Object({ wiring: wiring(wirings) })
export type ButtonFile = Static<(typeof buttonShapes)[WiringKind]>

const gateway = group('eine Zentrale', 'a gateway', {
  url: Type.String({
    pattern: '^mqtts://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?$',
    meaning: text('eine Adresse wie mqtts://zentrale.example:8883', 'an address such as mqtts://zentrale.example:8883'),
  }),
})

export const DeviceFile = group('die Konfiguration eines Geräts', 'the configuration of a device', {
  device: id<DeviceId>(
    'der Name des Geräts, wie in seinem Zertifikat',
    'the name of the device, as in its certificate',
  ),
  data: path(
    'der Ordner, in dem das Gerät aufhebt, was es noch zu melden hat',
    'the folder where the device keeps what it owes',
  ),
  gateways: Type.Array(gateway, { minItems: 1, maxItems: 8, meaning: text('die Zentralen', 'the gateways') }),
  identity: Type.Optional(
    group('Schlüssel und Zertifikate des Geräts', 'key and certificates of the device', {
      key: Type.Optional(path('der Schlüssel des Geräts', 'the device’s key')),
      certificate: Type.Optional(path('das Zertifikat des Geräts', 'the device’s certificate')),
      authority: Type.Optional(
        path('das Zertifikat der Zertifizierungsstelle der Zentrale', 'the certificate of the gateway’s authority'),
      ),
    }),
  ),
  lines: group('die Leitungen', 'the lines', {
    backend: oneOf(
      ['simulated', 'onoff'],
      'nachgebildete Leitungen, oder die des Rechners über sysfs',
      'simulated lines, or those of the machine through sysfs',
    ),
    socket: Type.Optional(
      path('der Socket, der nachgebildete Leitungen bewegt', 'the socket that moves simulated lines'),
    ),
  }),
  buttons: Type.Array(Type.Unknown(), {
    minItems: 1,
    maxItems: limits.buttonsPerDeviceMax,
    meaning: text('die Taster', 'the buttons'),
  }),
  tamper: Type.Optional(
    group(
      'der Kontakt, der bei geschlossenem Gehäuse geschlossen ist',
      'the contact that is closed while the case is closed',
      input,
    ),
  ),
  indicator: Type.Optional(
    group('der Ausgang der unauffälligen Anzeige', 'the output of the discreet indicator', {
      ...output,
      pattern: Type.Optional(
        oneOf(['steady', 'slowBlink'], 'wie sie leuchtet; ohne Angabe steady', 'how it is lit; steady if absent'),
      ),
    }),
  ),
  relay: Type.Optional(
    group(
      'der Ausgang des Relais, das bei übernommenem Alarm geschlossen ist',
      'the output of the relay that is closed while an alarm is taken',
      output,
    ),
  ),
})
/** Once each button was checked against the shape of its wiring. */
export type DeviceFile = Omit<Static<typeof DeviceFile>, 'buttons'> & { readonly buttons: readonly ButtonFile[] }
export type InputFile = NonNullable<DeviceFile['tamper']>
export type OutputFile = NonNullable<DeviceFile['relay']>
