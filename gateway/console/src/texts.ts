// Every word that the console shows, in German and English, as one table. A missing language, an unknown key or a
// missing value does not compile.
import type { Language } from '../../../protocol/faults.ts'
import { alarmTexts } from './texts/alarms.ts'
import { commonTexts } from './texts/common.ts'
import { deviceTexts } from './texts/devices.ts'
import { incidentTexts } from './texts/incident.ts'

export type Entries = Readonly<Record<string, Readonly<Record<Language, string>>>>

export const texts = { ...commonTexts, ...alarmTexts, ...incidentTexts, ...deviceTexts }
export type TextKey = keyof typeof texts

/** The names in braces of a text. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type Values<Key extends TextKey> = { readonly [Name in Names<(typeof texts)[Key]['de']>]: string | number }
type Arguments<Key extends TextKey> = [Names<(typeof texts)[Key]['de']>] extends [never] ? [] : [values: Values<Key>]

/** The text of a key in one language; names in braces are replaced by the values given. */
export type Translate = <Key extends TextKey>(key: Key, ...values: Arguments<Key>) => string

/** Keys whose text needs no values: those that a table of keys may hold. */
export type PlainKey = { [Key in TextKey]: Arguments<Key> extends [] ? Key : never }[TextKey]

export const translator =
  (language: Language): Translate =>
  (key, ...values) =>
    fill(texts[key][language], values[0] ?? {})

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
