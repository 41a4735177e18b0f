// What people read, in both languages. One type for it, so that a sentence in one language alone does not compile.

export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]

/** The same in both languages. */
export type Text = Readonly<Record<Language, string>>

export const text = (de: string, en: string): Text => ({ de, en })

/** A name, a path, a reason in a library's own words. */
export const same = (value: string): Text => ({ de: value, en: value })

/** In the quotation marks of each language. */
export const quoted = (value: string): Text => ({ de: `„${value}“`, en: `“${value}”` })

/**
 * A text of others, short enough for a record or a message: cut between characters, with no half ones in it, and a space for
 * each control character, of which JSON would make six bytes.
 * @param lengthMax in code points.
 */
export const clipped = (value: string, lengthMax: number): string =>
  Array.from(value.slice(0, 2 * lengthMax).toWellFormed())
    .slice(0, lengthMax)
    .join('')
    .replace(/\p{Cc}/gu, ' ')

/** The same of each language. */
export const clippedText = ({ de, en }: Text, lengthMax: number): Text =>
  text(clipped(de, lengthMax), clipped(en, lengthMax))

export const isSameText = (a: Text, b: Text): boolean => a.de === b.de && a.en === b.en

/** One after the other, each on a line of its own. */
export const lines = (texts: readonly Text[]): Text => ({
  de: texts.map(({ de }) => de).join('\n'),
  en: texts.map(({ en }) => en).join('\n'),
})
