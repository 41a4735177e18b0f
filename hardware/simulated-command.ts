// What can be done to a simulated line from outside, and the check of a command that arrives as text. One JSON object is one command.
import { describeAddress } from './line-address.ts'
import type { Level, LineAddress } from './lines.ts'

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
  | { readonly kind: 'refused'; readonly reason: string }

/** Reads one line of text. A refusal is one sentence that names the field, what was found and what is expected. */
export function parseRequest(text: string): ParsedRequest {
  const value = parseJson(text)
  if (!isObject(value)) return refused('A command is one JSON object on one line; this is none.')
  const kind = value.kind
  const rules = typeof kind === 'string' && Object.hasOwn(fieldRules, kind) ? fieldRules[kind] : undefined
  if (rules === undefined) {
    return refused(`Field kind is ${show(kind)}; expected one of ${Object.keys(fieldRules).join(', ')}.`)
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
type Rule = { readonly accepts: (value: unknown) => boolean; readonly expected: string; readonly optional?: true }
type Rules = Readonly<Record<string, Rule>>

const hour = 3_600_000
const duration: Rule = numberRule(0, hour)
const edges: Rule = {
  accepts: value => Number.isInteger(value) && isWithin(value, 1, 1000),
  expected: 'a whole number from 1 to 1000',
}
const gapMs: Rule = numberRule(0, 1000)
const line: Rule = { accepts: isAddress, expected: '{"chip": a name, "offset": a whole number from 0}' }
const bounce: Rule = {
  accepts: value => isObject(value) && refusalOf(value, { edges, gapMs }) === null,
  expected: `{"edges": ${edges.expected}, "gapMs": ${gapMs.expected}}`,
  optional: true,
}
const answer: Rule = {
  accepts: value => value === 'accepted' || value === 'finished',
  expected: '"accepted" or "finished"',
  optional: true,
}
const atRest: Rule = {
  accepts: value => value === 'open' || value === 'closed',
  expected: '"open" or "closed"',
  optional: true,
}
const dead: Rule = { accepts: value => typeof value === 'boolean', expected: 'true or false' }
const reason: Rule = {
  accepts: value => typeof value === 'string' && value !== '' && value.length <= 200,
  expected: 'a text of 1 to 200 characters',
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

function refusalOf(value: Readonly<Record<string, unknown>>, rules: Rules): string | null {
  const unknown = Object.keys(value).find(name => name !== 'kind' && !Object.hasOwn(rules, name))
  if (unknown !== undefined)
    return `Field ${show(unknown)} is not known here; known are kind, ${Object.keys(rules).join(', ')}.`
  for (const [name, rule] of Object.entries(rules)) {
    const found = value[name]
    if (found === undefined && rule.optional === true) continue
    if (!rule.accepts(found)) return `Field ${name} is ${show(found)}; expected ${rule.expected}.`
  }
  return null
}

function numberRule(least: number, most: number): Rule {
  return { accepts: value => isWithin(value, least, most), expected: `a number from ${least} to ${most}` }
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

const refused = (reason: string): ParsedRequest => ({ kind: 'refused', reason })

/** What was found, short enough for one sentence. */
function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (isAddress(value)) return describeAddress(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
