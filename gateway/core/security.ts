// What tried to do what it may not: recorded and shown, but only so many times a minute for each source and kind, and for all of
// them together, that nobody can fill the disk with it [S8, S6]. What is not recorded singly is counted, and told once a minute.

import { limits } from '../../protocol/limits.ts'
import { clipped, clippedText, same, type Text, text } from '../../protocol/text.ts'
import { type Instant, seconds } from '../../protocol/time.ts'
import { isBacklogFull } from './backlog.ts'
import { kept } from './kept-text.ts'
import type { Live, SecurityCount } from './live.ts'
import type { SecurityObservation } from './model.ts'
import { put, remove } from './persistent-map.ts'
import { afterwards, record, setLive, type Turn } from './turn.ts'

/** Of whom only so many a minute are recorded. */
type Culprit = Pick<SecurityCount, 'event' | 'source' | 'account'>

const windowMs = seconds(60)
const sourceLengthMax = 128
const detailLengthMax = 300

export function securityEvent(turn: Turn, observed: SecurityObservation): void {
  setLive(turn, { securityEvents: turn.live.securityEvents + 1 })
  const isFull = isBacklogFull(turn) || minuteOf(turn).recorded >= limits.securityEventsPerMinuteOfAll
  const culprit = isFull ? { event: observed.event, source: manySources, account: null } : culpritOf(observed)
  const count = turn.live.securityCounts.get(keyOf(culprit)) ?? {
    ...culprit,
    since: turn.at,
    recorded: 0,
    suppressed: 0,
  }
  const recorded = isOver(turn, count) ? 0 : count.recorded
  if (isFull || recorded >= limits.securityEventsPerMinute) {
    setCount(turn, { ...count, suppressed: count.suppressed + 1 })
    return
  }
  const { since } = isOver(turn, count) ? { since: turn.at } : count
  setCount(turn, { ...count, since, recorded: recorded + 1, suppressed: 0 })
  countInMinute(turn)
  tell(turn, culprit, observed.detail, count.suppressed + 1)
}

/** Ends the minutes that are over; what was only counted in them is told now. */
export function endSecurityMinutes(turn: Turn): void {
  if (isBacklogFull(turn)) return
  for (const [key, count] of turn.live.securityCounts) {
    if (!isOver(turn, count)) continue
    setLive(turn, { securityCounts: remove(turn.live.securityCounts, key) })
    if (count.suppressed > 0) tell(turn, count, furtherOnes, count.suppressed)
  }
}

function tell(turn: Turn, { event, source, account }: Culprit, detail: Text, count: number): void {
  const whose = account === null ? {} : { account }
  const recorded = { source: kept(source), ...whose, detail: kept(clippedText(detail, detailLengthMax)) }
  record(turn, { kind: 'securityEvent', event, ...recorded, count })
  const { language } = turn.configuration
  const told = { source: source[language], detail: impersonal(detail, account)[language] }
  const message = { v: 1, kind: 'securityEvent', event, ...told, at: turn.wall, count } as const
  afterwards(turn, { kind: 'tellMonitors', message, retain: false })
}

/** As monitors may know it: that it was an account, not whose, nor whose topic was meant [D11]. */
function impersonal(detail: Text, account: Culprit['account']): Text {
  const { de, en } = account === null ? detail : text(`ein Konto, ${detail.de}`, `an account, ${detail.en}`)
  return clippedText(text(withoutResponders(de), withoutResponders(en)), detailLengthMax)
}

/** A topic of a responder names the account; a wildcard in its place names nobody. */
const withoutResponders = (words: string): string => words.replace(/responder\/(?![+#])[^/\s:,]+/g, 'responder/…')

const culpritOf = ({ event, source, account }: SecurityObservation): Culprit => ({
  event,
  source: same(clipped(source, sourceLengthMax)),
  account,
})

const keyOf = ({ event, source, account }: Culprit): string => `${event}/${source.de}/${account ?? ''}`

const isOver = (turn: Turn, { since }: { readonly since: Instant }): boolean => turn.at - since >= windowMs

/** The minute that runs; it begins with the first event after the last one. */
const minuteOf = (turn: Turn): Live['securityMinute'] =>
  isOver(turn, turn.live.securityMinute) ? { since: turn.at, recorded: 0 } : turn.live.securityMinute

function countInMinute(turn: Turn): void {
  const { since, recorded } = minuteOf(turn)
  setLive(turn, { securityMinute: { since, recorded: recorded + 1 } })
}

function setCount(turn: Turn, count: SecurityCount): void {
  setLive(turn, { securityCounts: put(turn.live.securityCounts, keyOf(count), count) })
}

const manySources = text('weitere Quellen', 'further sources')
const furtherOnes = text('weitere derselben Art', 'further ones of the same kind')
