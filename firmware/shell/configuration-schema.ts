// The shape of device.yaml: one schema is the check, the type and, by the meaning of each field, the documentation.
import { type Static, type TProperties, Type } from 'typebox'
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

const button = group('ein Taster', 'a button', {
  id: id<ButtonId>(
    'der Name des Tasters, wie ihn die Zentrale kennt',
    'the name of the button, as the gateway knows it',
  ),
  ...address,
  closedLevel: oneOf(
    ['low', 'high'],
    'der Pegel der Leitung bei geschlossenem Kontakt',
    'the level of the line while the contact is closed',
  ),
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
})

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
  buttons: Type.Array(button, {
    minItems: 1,
    maxItems: limits.buttonsPerDeviceMax,
    meaning: text('die Taster', 'the buttons'),
  }),
  indicator: Type.Optional(
    group('der Ausgang der unauffälligen Anzeige', 'the output of the discreet indicator', {
      ...address,
      activeLevel: oneOf(
        ['low', 'high'],
        'der Pegel der Leitung, während sie leuchtet',
        'the level of the line while it is lit',
      ),
    }),
  ),
})
export type DeviceFile = Static<typeof DeviceFile>
