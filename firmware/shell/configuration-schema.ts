// The shape of device.yaml: one schema is the check, the type and, by the meaning of each field, the documentation.
import { type Static, type TProperties, Type } from 'typebox'
import { boardIds } from '../../hardware/boards.ts'
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

/** Where a line is. Which of these are needed depends on the backend (configuration-lines.ts). */
export const addressFields = {
  chip: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      meaning: text(
        'die Bezeichnung des Chips mit der Leitung, zum Beispiel pinctrl-bcm2711; mit firmata der Name des Boards',
        'the label of the chip that has the line, such as pinctrl-bcm2711; with firmata the name of the board',
      ),
    }),
  ),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      meaning: text(
        'die Nummer der Leitung auf ihrem Chip; mit firmata die Nummer des Pins',
        'the place of the line on its chip; with firmata the number of the pin',
      ),
    }),
  ),
  pin: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 40,
      meaning: text(
        'der Stift auf der Leiste des Boards, statt chip und offset; verlangt board',
        'the pin on the header of the board, in place of chip and offset; needs board',
      ),
    }),
  ),
  line: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      meaning: text(
        'der Name der Leitung, zum Beispiel GPIO17, statt chip und offset; mit gpiochip',
        'the name of the line, such as GPIO17, in place of chip and offset; with gpiochip',
      ),
    }),
  ),
}

const button = group('ein Taster', 'a button', {
  id: id<ButtonId>(
    'der Name des Tasters, wie ihn die Zentrale kennt',
    'the name of the button, as the gateway knows it',
  ),
  ...addressFields,
  closedLevel: oneOf(
    ['low', 'high'],
    'der Pegel der Leitung bei geschlossenem Kontakt',
    'the level of the line while the contact is closed',
  ),
  bias: Type.Optional(
    oneOf(
      ['pull-up', 'pull-down', 'disabled'],
      'der Widerstand des Chips; ohne Angabe bleibt er, wie er ist',
      'the chip’s resistor; if absent it stays as it is',
    ),
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

const board = group('ein Board am USB', 'a board over USB', {
  name: Type.String({
    minLength: 1,
    maxLength: 64,
    meaning: text('der Name, den Taster als ihren Chip nennen', 'the name that buttons give as their chip'),
  }),
  port: path('der serielle Port des Boards', 'the serial port of the board'),
})

export const boardList = Type.Array(board, {
  minItems: 1,
  maxItems: 8,
  meaning: text('die Boards am USB, mit firmata', 'the boards over USB, with firmata'),
})

const lines = group('die Leitungen', 'the lines', {
  backend: Type.Optional(
    oneOf(
      ['gpiochip', 'onoff', 'firmata', 'simulated'],
      'die des Rechners über gpiochip (ohne Angabe) oder sysfs, die eines Boards am USB, oder nachgebildete',
      'those of the machine through gpiochip (if absent) or sysfs, those of a board over USB, or simulated ones',
    ),
  ),
  socket: Type.Optional(
    path('der Socket, der nachgebildete Leitungen bewegt', 'the socket that moves simulated lines'),
  ),
  boards: Type.Optional(boardList),
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
  board: Type.Optional(oneOf(boardIds, 'das Board, dessen Stifte genannt werden', 'the board whose pins are named')),
  lines: Type.Optional(lines),
  buttons: Type.Array(button, {
    minItems: 1,
    maxItems: limits.buttonsPerDeviceMax,
    meaning: text('die Taster', 'the buttons'),
  }),
  indicator: Type.Optional(
    group('der Ausgang der unauffälligen Anzeige', 'the output of the discreet indicator', {
      ...addressFields,
      activeLevel: oneOf(
        ['low', 'high'],
        'der Pegel der Leitung, während sie leuchtet',
        'the level of the line while it is lit',
      ),
    }),
  ),
  watchdog: Type.Optional(
    Type.String({
      pattern: '^/dev/watchdog[0-9]*$',
      meaning: text('die Datei des Watchdogs, wie /dev/watchdog', 'the file of the board’s watchdog, as /dev/watchdog'),
    }),
  ),
})
export type DeviceFile = Static<typeof DeviceFile>
