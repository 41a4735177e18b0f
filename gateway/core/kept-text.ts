// How a text stands in the record: in both languages, or as one string where they do not differ. A string is also what earlier
// versions wrote, in whatever language: it is shown as it is.
import { same, type Text } from '../../protocol/text.ts'

export type KeptText = Text | string

export const kept = (value: Text): KeptText => (value.de === value.en ? value.de : value)

export const textOf = (value: KeptText): Text => (typeof value === 'string' ? same(value) : value)
