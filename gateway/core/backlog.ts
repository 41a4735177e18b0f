// What yields while the disk takes nothing [S6]. A record waits in memory until it is on the disk; beyond the bound only those are
// made without which an alarm, who was called for it, or what became of it would be unknown. So no first press is ever refused,
// and what goes on without end (repetitions, answers of channels, faults that come and go) adds nothing.

import { faultKey } from '../../protocol/faults.ts'
import { parseAlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { Durable } from './durable.ts'
import type { RecordBody } from './record-types.ts'
import { record, setLive, type Turn } from './turn.ts'

type BodyOf<Kind extends RecordBody['kind']> = Extract<RecordBody, { kind: Kind }>

/** True while as many records wait for the disk as may. */
export const isBacklogFull = (turn: Turn): boolean =>
  turn.durable.lastRecord - turn.live.recordedThrough >= limits.recordsWaitingMax

/** Decides whether this record is left out, and counts it then. */
export function yields(turn: Turn, body: RecordBody): boolean {
  if (!isBacklogFull(turn) || !isLesser(turn.durable, body)) return false
  setLive(turn, { yielded: { ...turn.live.yielded, count: turn.live.yielded.count + 1 } })
  return true
}

/**
 * Once there is room again, the record tells how much is missing.
 * @param lookAgain judges anew what was left as it was.
 */
export function endBacklog(turn: Turn, lookAgain: () => void): void {
  const { count, told } = turn.live.yielded
  if (count === told || isBacklogFull(turn)) return
  setLive(turn, { yielded: { count, told: count } })
  record(turn, { kind: 'recordsYielded', count: count - told })
  lookAgain()
}

/** Without a lesser record nothing that counts is unknown: it is said again later, or was known before. */
function isLesser(durable: Durable, body: RecordBody): boolean {
  switch (body.kind) {
    case 'pressDuplicated':
    case 'notNotified':
    case 'notificationEnded':
    case 'acknowledgedLate':
    case 'closedLate':
      return true
    case 'notified':
      return durable.alarms.get(body.alarm)?.told.has(body.responder) === true
    case 'stepEntered':
      return body.reason === 'repeat'
    case 'faultRaised':
      return durable.faults.has(faultKey(body.code, body.source, body.subject))
    case 'faultCleared':
      return isJudgedAgain(body)
    default:
      return false
  }
}

/** It may stay raised for now: the device's next word, the next delivery, or `lookAgain` clears it. */
function isJudgedAgain({ source, code, subject }: BodyOf<'faultCleared'>): boolean {
  if (source !== 'gateway' || code === 'channelFailed' || code === 'stepUnreachable') return true
  return code === 'responderUnreachable' && parseAlarmId(subject) === null
}
