// What tried to do what it may not: recorded and shown, but so many times a minute for each source and kind that nobody
// can fill the disk with it [S8, S6]. What is not recorded singly is counted, and told in the next record.

import { limits } from '../../protocol/limits.ts'
import type { SecurityEventKind } from '../../protocol/messages.ts'
import { clipped } from '../../protocol/text.ts'
import { seconds } from '../../protocol/time.ts'
import { isBacklogFull } from './backlog.ts'
import type { SecurityCount } from './live.ts'
import { put, remove } from './persistent-map.ts'
import { afterwards, record, setLive, type Turn } from './turn.ts'

const windowMs = seconds(60)
const sourceLengthMax = 128
const detailLengthMax = 300

/** @param detail one clause; never the content of what was sent. */
export function securityEvent(turn: Turn, event: SecurityEventKind, from: string, detail: string): void {
  const { securityCounts } = turn.live
  setLive(turn, { securityEvents: turn.live.securityEvents + 1 })
  const own = clipped(from, sourceLengthMax)
  const isKnown = securityCounts.has(keyOf(event, own)) || securityCounts.size < limits.securitySourcesMax
  const source = isKnown ? own : manySources[turn.configuration.language]
  const key = keyOf(event, source)
  const count = current(turn, securityCounts.get(key))
  if (count.recorded >= limits.securityEventsPerMinute || isBacklogFull(turn)) {
    setCount(turn, key, { ...count, suppressed: count.suppressed + 1 })
    return
  }
  setCount(turn, key, { since: count.since, recorded: count.recorded + 1, suppressed: 0 })
  tell(turn, event, source, detail, count.suppressed + 1)
}

/** Ends the minutes that are over; what was only counted in them is told now. */
export function endSecurityMinutes(turn: Turn): void {
  if (isBacklogFull(turn)) return
  for (const [key, count] of turn.live.securityCounts) {
    if (turn.at - count.since < windowMs) continue
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

const current = (turn: Turn, count: SecurityCount | undefined): SecurityCount =>
  count === undefined || turn.at - count.since >= windowMs
    ? { since: turn.at, recorded: 0, suppressed: count?.suppressed ?? 0 }
    : count

function setCount(turn: Turn, key: string, count: SecurityCount): void {
  setLive(turn, { securityCounts: put(turn.live.securityCounts, key, count) })
}

const manySources = { de: 'weitere Quellen', en: 'further sources' } as const
const furtherOnes = { de: 'weitere derselben Art', en: 'further ones of the same kind' } as const
