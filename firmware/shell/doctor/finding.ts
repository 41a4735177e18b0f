// What an examination comes to: findings, each one sentence on what was found and, if need be, one on what to do.
import { same, type Text, text } from '../../../protocol/text.ts'

/** ok: as it should be. note: the buttons work, but something needs care. failed: a press might not reach a person. */
export type Grade = 'ok' | 'note' | 'failed'
export type Subject =
  | 'configuration'
  | 'program'
  | 'line'
  | 'permissions'
  | 'system'
  | 'clock'
  | 'watchdog'
  | 'disk'
  | 'power'
  | 'identity'
  | 'gateway'

export type Finding = {
  readonly subject: Subject
  /** Which one of several: a button, a gateway. */
  readonly about: string | null
  /** The same in every version and language, for programs that watch many devices. */
  readonly code: string
  readonly grade: Grade
  readonly text: Text
}

/** Makes the findings of one subject. */
export function findingsOf(subject: Subject, about: string | null = null) {
  const make =
    (grade: Grade) =>
    (code: string, text: Text): Finding => ({ subject, about, code: `${subject}.${code}`, grade, text })
  return { ok: make('ok'), note: make('note'), failed: make('failed') }
}

/** The worst of them decides. */
export const gradeOf = (findings: readonly Finding[]): Grade =>
  (['failed', 'note'] as const).find(grade => findings.some(finding => finding.grade === grade)) ?? 'ok'

/** With the decimal sign of each language. @param digits after it, at most */
export function decimal(value: number, digits: number): Text {
  const written = (locale: string): string => value.toLocaleString(locale, { maximumFractionDigits: digits })
  return text(written('de'), written('en'))
}

export function day(moment: Date): Text {
  const written = (locale: string): string =>
    moment.toLocaleDateString(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  return text(written('de'), written('en-GB'))
}

/** Sentences, one after the other. */
export const sentences = (...parts: readonly (Text | null)[]): Text => {
  const said = parts.filter(part => part !== null)
  return text(said.map(({ de }) => de).join(' '), said.map(({ en }) => en).join(' '))
}

/** Several names in one sentence. */
export const list = (names: readonly string[]): Text => same(names.join(', '))
