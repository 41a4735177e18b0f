// Which language a command speaks.
import { type Language, languages, quoted, text } from '../text.ts'
import { StartError } from './start-error.ts'

/** Of the environment: for people who do not want to say it with every command. */
export const languageVariable = 'STILLRUF_LANGUAGE'
export const usualLanguage: Language = 'de'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What was asked for: by `--language`, else by STILLRUF_LANGUAGE; null: by neither, then the configuration decides.
 * The machine's locale does not: Raspberry Pi OS comes with en_GB, whoever works with it.
 * @param option the value of `--language`, null without one. @throws StartError for a language that is none of ours.
 */
export function askedLanguage(option: string | null, environment: Environment): Language | null {
  const asked = option ?? (environment[languageVariable] || null)
  if (asked === null) return null
  const language = languageNamed(asked)
  if (language !== null) return language
  const where = option === null ? languageVariable : '--language'
  const found = quoted(asked)
  throw new StartError(
    text(
      `${where} ist ${found.de}; möglich sind de (Deutsch) und en (Englisch).`,
      `${where} is ${found.en}; possible are de (German) and en (English).`,
    ),
  )
}

export const languageNamed = (value: unknown): Language | null => languages.find(language => language === value) ?? null

/** The value of `--name value` or `--name=value` in a command line that nobody has read yet; null without one. */
export function optionIn(words: readonly string[], name: string): string | null {
  const end = words.indexOf('--')
  const options = end === -1 ? words : words.slice(0, end)
  const index = options.findLastIndex(word => word === name || word.startsWith(`${name}=`))
  const word = options[index]
  if (word === undefined) return null
  return word === name ? (options[index + 1] ?? null) : word.slice(name.length + 1)
}
