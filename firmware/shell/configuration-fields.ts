// The fields that stand in several places of device.yaml: where a line is, and what a contact and an output have beside it.
import { type TProperties, Type } from 'typebox'
import { namePattern } from '../../protocol/ids.ts'
import { text } from '../../protocol/text.ts'

export const group = <Properties extends TProperties>(de: string, en: string, properties: Properties) =>
  Type.Object(properties, { additionalProperties: false, meaning: text(de, en) })
export const oneOf = <const Values extends readonly string[]>(values: Values, de: string, en: string) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values], meaning: text(de, en) }))
export const id = <Id extends string>(de: string, en: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: namePattern, meaning: text(de, en) }))
export const path = (de: string, en: string) =>
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

const levels = ['low', 'high'] as const
/** A contact. */
export const input = {
  ...addressFields,
  closedLevel: oneOf(
    levels,
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
}
export const output = {
  ...addressFields,
  activeLevel: oneOf(
    levels,
    'der Pegel der Leitung, während der Ausgang eingeschaltet ist',
    'the level of the line while the output is on',
  ),
}
