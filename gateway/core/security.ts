// What tried to do what it may not: recorded and shown, but only so many times a minute for each source and kind, and for all of
// them together, that nobody can fill the disk with it [S8, S6]. What is not recorded singly is counted, and told once a minute.

import { limits } from '../../protocol/limits.ts'
import type { SecurityEventKind } from '../../protocol/messages.ts'
import { clipped } from '../../protocol/text.ts'
import { type Instant, seconds } from '../../protocol/time.ts'
import { isBacklogFull } from './backlog.ts'
import type { Live, SecurityCount } from './live.ts'
import { put, remove } from './persistent-map.ts'
import { afterwards, record, setLive, type Turn } from './turn.ts'

const windowMs = seconds(60)
const sourceLengthMax = 128
const detailLengthMax = 300

/** @param from who it is as far as that is proved, or else the network address. @param detail one clause; never the content of what was sent. */
export function securityEvent(turn: Turn, event: SecurityEventKind, from: string, detail: string): void {
  setLive(turn, { securityEvents: turn.live.securityEvents + 1 })
  const isFull = isBacklogFull(turn) || minuteOf(turn).recorded >= limits.securityEventsPerMinuteOfAll
  const source = isFull ? manySources[turn.configuration.language] : clipped(from, sourceLengthMax)
  const key = keyOf(event, source)
  const count = turn.live.securityCounts.get(key) ?? { since: turn.at, recorded: 0, suppressed: 0 }
  const recorded = isOver(turn, count) ? 0 : count.recorded
  if (isFull || recorded >= limits.securityEventsPerMinute) {
    setCount(turn, key, { ...count, suppressed: count.suppressed + 1 })
    return
  }
  const { since } = isOver(turn, count) ? { since: turn.at } : count
  setCount(turn, key, { since, recorded: recorded + 1, suppressed: 0 })
  countInMinute(turn)
  tell(turn, event, source, detail, count.suppressed + 1)
}

/** Ends the minutes that are over; what was only counted in them is told now. */
export function endSecurityMinutes(turn: Turn): void {
  if (isBacklogFull(turn)) return
  for (const [key, count] of turn.live.securityCounts) {
    if (!isOver(turn, count)) continue
    setLive(turn, { securityCounts: remove(turn.live.securityCounts, key) })
    const [event, source] = partsOf(key)
    if (count.suppressed > 0) tell(turn, event, source, furtherOnes[turn.configuration.language], count.suppressed)
  }
}

function tell(turn: Turn, event: SecurityEventKind, source: string, detail: string, count: number): void {
  const short = clipped(detail, detailLengthMax)
  record(turn, { kind: 'securityEvent', event, source, detail: short, count })
  const message = { v: 1, kind: 'securityEvent', event, source, detail: short, at: turn.wall, count } as const
  afterwards(turn, { kind: 'tellMonitors', message, retain: false })
}

const keyOf = (event: SecurityEventKind, source: string): string => `${event}/${source}`

function partsOf(key: string): readonly [SecurityEventKind, string] {
  const end = key.indexOf('/')
  return [key.slice(0, end) as SecurityEventKind, key.slice(end + 1)]
}

const isOver = (turn: Turn, { since }: { readonly since: Instant }): boolean => turn.at - since >= windowMs

/** The minute that runs; it begins with the first event after the last one. */
const minuteOf = (turn: Turn): Live['securityMinute'] =>
  isOver(turn, turn.live.securityMinute) ? { since: turn.at, recorded: 0 } : turn.live.securityMinute

function countInMinute(turn: Turn): void {
  const { since, recorded } = minuteOf(turn)
  setLive(turn, { securityMinute: { since, recorded: recorded + 1 } })
}

function setCount(turn: Turn, key: string, count: SecurityCount): void {
  setLive(turn, { securityCounts: put(turn.live.securityCounts, key, count) })
}

const manySources = { de: 'weitere Quellen', en: 'further sources' } as const
const furtherOnes = { de: 'weitere derselben Art', en: 'further ones of the same kind' } as const
