// What can be done to a simulated line from outside, and the check of a command that arrives as text. One JSON object is one command.
import type { Level, LineAddress, LineText } from './lines.ts'

/** accepted: answered as soon as the contact moves. finished: answered when the movement has come to its end. */
type AnswerWhen = { readonly answer?: 'accepted' | 'finished' }
type OnLine = { readonly line: LineAddress }

/** All times in milliseconds, fractions allowed. A later movement of the same contact replaces one that is under way. */
export type LineCommand =
  /**
   * Closes, gives at least `bounce.edges` further edges, settles closed, holds for `holdMs`, opens. With `atRest` closed the same
   * the other way round.
   */
  | (OnLine &
      AnswerWhen & {
        readonly kind: 'press'
        readonly holdMs: number
        readonly bounce?: Bounce
        readonly atRest?: Level
      })
  | (OnLine & { readonly kind: 'close' | 'open' })
  /** Changes the level `edges` times and stays where that leads. */
  | (OnLine & AnswerWhen & Bounce & { readonly kind: 'bounce' })
  /** Closes and opens once in each period without ever settling, and ends open. */
  | (OnLine & AnswerWhen & { readonly kind: 'chatter'; readonly periodMs: number; readonly durationMs: number })
  /** stuck: closes and will not open before `free`, which opens. */
  | (OnLine & { readonly kind: 'stuck' | 'free' })
  /** While dead, the level changes and can be read, but no edge is reported. */
  | (OnLine & { readonly kind: 'deadInterrupt'; readonly dead: boolean })
  /** fail: the line can no longer be trusted, reading it gives null. */
  | (OnLine & { readonly kind: 'fail'; readonly reason: string })
  | (OnLine & { readonly kind: 'recover' })

export type Bounce = { readonly edges: number; readonly gapMs: number }

/** Everything that may be asked over the socket: a command, or what the outputs did. */
export type LineRequest = LineCommand | { readonly kind: 'outputs' }

export type ParsedRequest =
  | { readonly kind: 'request'; readonly request: LineRequest }
  | { readonly kind: 'refused'; readonly reason: LineText }

/** Reads one line of text. A refusal is one sentence that names the field, what was found and what is expected. */
export function parseRequest(text: string): ParsedRequest {
  const value = parseJson(text)
  if (!isObject(value))
    return refused({
      de: 'Ein Befehl ist ein JSON-Objekt in einer Zeile; das ist keines.',
      en: 'A command is one JSON object on one line; this is none.',
    })
  const kind = value.kind
  const rules = typeof kind === 'string' && Object.hasOwn(fieldRules, kind) ? fieldRules[kind] : undefined
  if (rules === undefined) {
    const kinds = Object.keys(fieldRules).join(', ')
    return refused(wrongField('kind', kind, { de: `eines von ${kinds}`, en: `one of ${kinds}` }))
  }
  const reason = refusalOf(value, rules)
  return reason === null ? { kind: 'request', request: value as LineRequest } : refused(reason)
}

/** How long the command itself takes until its answer, in milliseconds. */
export function answerTakesMs(request: LineRequest): number {
  if (!('answer' in request) || request.answer !== 'finished') return 0
  if (request.kind === 'chatter') return request.durationMs
  if (request.kind === 'bounce') return request.edges * request.gapMs
  return request.holdMs + (request.bounce === undefined ? 0 : (request.bounce.edges + 1) * request.bounce.gapMs)
}

/** Says what is expected, or null if the value is right. */
type Rule = { readonly accepts: (value: unknown) => boolean; readonly expected: LineText; readonly optional?: true }
type Rules = Readonly<Record<string, Rule>>

const hour = 3_600_000
const duration: Rule = numberRule(0, hour)
const edges: Rule = {
  accepts: value => Number.isInteger(value) && isWithin(value, 1, 1000),
  expected: { de: 'eine ganze Zahl von 1 bis 1000', en: 'a whole number from 1 to 1000' },
}
const gapMs: Rule = numberRule(0, 1000)
const line: Rule = {
  accepts: isAddress,
  expected: {
    de: '{"chip": ein Name, "offset": eine ganze Zahl ab 0}',
    en: '{"chip": a name, "offset": a whole number from 0}',
  },
}
const bounce: Rule = {
  accepts: value => isObject(value) && refusalOf(value, { edges, gapMs }) === null,
  expected: {
    de: `{"edges": ${edges.expected.de}, "gapMs": ${gapMs.expected.de}}`,
    en: `{"edges": ${edges.expected.en}, "gapMs": ${gapMs.expected.en}}`,
  },
  optional: true,
}
const answer: Rule = {
  accepts: value => value === 'accepted' || value === 'finished',
  expected: { de: '"accepted" oder "finished"', en: '"accepted" or "finished"' },
  optional: true,
}
const atRest: Rule = {
  accepts: value => value === 'open' || value === 'closed',
  expected: { de: '"open" oder "closed"', en: '"open" or "closed"' },
  optional: true,
}
const dead: Rule = {
  accepts: value => typeof value === 'boolean',
  expected: { de: 'true oder false', en: 'true or false' },
}
const reason: Rule = {
  accepts: value => typeof value === 'string' && value !== '' && value.length <= 200,
  expected: { de: 'ein Text von 1 bis 200 Zeichen', en: 'a text of 1 to 200 characters' },
}

const fieldRules: Readonly<Record<string, Rules>> = {
  press: { line, holdMs: duration, bounce, atRest, answer },
  close: { line },
  open: { line },
  bounce: { line, edges, gapMs, answer },
  chatter: { line, periodMs: numberRule(0.1, 10_000), durationMs: duration, answer },
  stuck: { line },
  free: { line },
  deadInterrupt: { line, dead },
  fail: { line, reason },
  recover: { line },
  outputs: {},
} satisfies Record<LineRequest['kind'], Rules>

function refusalOf(value: Readonly<Record<string, unknown>>, rules: Rules): LineText | null {
  const unknown = Object.keys(value).find(name => name !== 'kind' && !Object.hasOwn(rules, name))
  if (unknown !== undefined) return unknownField(unknown, rules)
  for (const [name, rule] of Object.entries(rules)) {
    const found = value[name]
    if (found === undefined && rule.optional === true) continue
    if (!rule.accepts(found)) return wrongField(name, found, rule.expected)
  }
  return null
}

function unknownField(name: string, rules: Rules): LineText {
  const known = ['kind', ...Object.keys(rules)].join(', ')
  return {
    de: `Das Feld ${show(name)} ist hier nicht bekannt; bekannt sind ${known}.`,
    en: `Field ${show(name)} is not known here; known are ${known}.`,
  }
}

const wrongField = (name: string, found: unknown, expected: LineText): LineText =>
  found === undefined
    ? {
        de: `Das Feld ${name} fehlt; erwartet: ${expected.de}.`,
        en: `Field ${name} is missing; expected ${expected.en}.`,
      }
    : {
        de: `Das Feld ${name} ist ${show(found)}; erwartet: ${expected.de}.`,
        en: `Field ${name} is ${show(found)}; expected ${expected.en}.`,
      }

function numberRule(least: number, most: number): Rule {
  return {
    accepts: value => isWithin(value, least, most),
    expected: { de: `eine Zahl von ${least} bis ${most}`, en: `a number from ${least} to ${most}` },
  }
}

const isWithin = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isAddress(value: unknown): value is LineAddress {
  if (!isObject(value) || Object.keys(value).length !== 2) return false
  const { chip, offset } = value
  return typeof chip === 'string' && chip !== '' && Number.isInteger(offset) && isWithin(offset, 0, 65_535)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Not JSON: the caller says so in its own words.
  }
}

const refused = (reason: LineText): ParsedRequest => ({ kind: 'refused', reason })

/** What was found, short enough for one sentence. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
