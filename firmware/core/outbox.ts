// What the device owes: every press, until the receipt for it comes [S2]. Bounded [S6], sent again with full jitter.
import type { PressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { ReceiptMessage } from '../../protocol/messages.ts'
import { after, earlier, type Instant, type Millis, millis, type WallTime } from '../../protocol/time.ts'
import { type Change, each, linksUp, send, withEffect, withState } from './change.ts'
import { hasFault, withFault } from './faults.ts'
import { writeJournal } from './journaling.ts'
import type { Link, LinkId, Pending, Press, State } from './model.ts'
import { bodyOf, receiptHeard } from './press.ts'

type Moment = { readonly at: Instant; readonly wall: WallTime; readonly random: number }

/** A new press: out on every connection first, then to the journal, in one step [D14]. */
export function owePress(change: Change, press: Press, moment: Moment): Change {
  const pending = newPending(press, 'journaling', moment.at)
  const sent = sendRound(withState(change, { outbox: [...change.state.outbox, pending] }), press.id, moment)
  const roomy = makeRoom(sent, moment.at)
  const stays = roomy.state.outbox.some(({ press: { id } }) => id === press.id)
  return stays ? writeJournal(roomy, { kind: 'pressed', press }, moment.at) : roomy
}

/** What the journal gave back at the start. It is durable already. */
export function recoverPresses(change: Change, presses: readonly Press[], at: Instant): Change {
  return makeRoom(withState(change, { outbox: presses.map(press => newPending(press, 'journaled', at)) }), at)
}

/** Everything owed goes out on a new connection at once, in the order of pressing. */
export function sendOwed(change: Change, link: Link, moment: Moment): Change {
  const sent = each(change, change.state.outbox, (next, { press }) =>
    send(next, link, bodyOf(press, moment.at, moment.wall)),
  )
  const resendAt = after(moment.at, resendDelay(1, moment.random))
  return withState(sent, { outbox: sent.state.outbox.map(pending => ({ ...pending, rounds: 1, resendAt })) })
}

/** Presses whose receipt is due once more go out again; a receipt overdue for long is a fault. */
export function outboxWoken(change: Change, moment: Moment): Change {
  const due = change.state.outbox.filter(({ resendAt }) => resendAt !== null && resendAt <= moment.at)
  const resent = each(change, due, (next, { press }) => sendRound(next, press.id, moment))
  return withOverdue(resent, moment.at)
}

/** The only way in which a press is forgotten, but for what yields at the bound [S2]. A receipt heard twice does nothing. */
export function retire(change: Change, receipt: ReceiptMessage, by: LinkId, at: Instant): Change {
  const pending = change.state.outbox.find(({ press }) => press.id === receipt.id)
  if (pending === undefined) return change
  const heard = receiptHeard(forget(change, receipt.id, at), pending.press, receipt, by, at)
  return withOverdue(withFault(heard, 'outboxFull', 'device', isFull(heard.state)), at)
}

const withPending = (change: Change, id: PressId, patch: Partial<Pending>): Change =>
  withState(change, {
    outbox: change.state.outbox.map(pending => (pending.press.id === id ? { ...pending, ...patch } : pending)),
  })

/** When the outbox has something to do next. */
export function outboxDueAt(state: State): Instant | null {
  const overdueAt = state.outbox
    .filter(({ press }) => !hasFault(state, 'receiptOverdue', press.button))
    .map(({ queuedAt }) => after(queuedAt, limits.receiptOverdueMs))
  return [...state.outbox.map(({ resendAt }) => resendAt), ...overdueAt].reduce(earlier, null)
}

/**
 * Time until the next sending: anything between the least and a doubling bound, so that a thousand devices that lost the
 * same gateway do not come back together. @param random from [0, 1)
 */
export function resendDelay(rounds: number, random: number): Millis {
  const bound = Math.min(limits.resendMsMax, limits.resendMsMin * 2 ** rounds)
  return millis(limits.resendMsMin + random * (bound - limits.resendMsMin))
}

function sendRound(change: Change, id: PressId, { at, wall, random }: Moment): Change {
  const pending = change.state.outbox.find(({ press }) => press.id === id)
  if (pending === undefined) return change
  const up = linksUp(change.state)
  if (up.length === 0) return withPending(change, id, { resendAt: null }) // the next connection sends it
  const sent = each(change, up, (next, link) => send(next, link, bodyOf(pending.press, at, wall)))
  const rounds = pending.rounds + 1
  return withPending(sent, id, { rounds, resendAt: after(at, resendDelay(rounds, random)) })
}

const newPending = (press: Press, durability: Pending['durability'], at: Instant): Pending => ({
  press,
  queuedAt: at,
  durability,
  rounds: 0,
  resendAt: null,
})

const isFull = (state: State): boolean => state.outbox.length >= limits.outboxMax

/** At the bound the oldest repeat press yields, then the oldest test. First presses stay: there is one for each button at most. */
function makeRoom(change: Change, at: Instant): Change {
  const { outbox } = change.state
  if (outbox.length <= limits.outboxMax) return change
  const yielding =
    outbox.find(({ press }) => press.meaning.kind === 'repeatPress') ??
    outbox.find(({ press }) => press.meaning.kind === 'testAlarm')
  const full = withFault(change, 'outboxFull', 'device', true)
  if (yielding === undefined) return full
  const { id } = yielding.press
  return makeRoom(forget(withEffect(full, { kind: 'reportYielded', press: id }), id, at), at)
}

function forget(change: Change, id: PressId, at: Instant): Change {
  const outbox = change.state.outbox.filter(({ press }) => press.id !== id)
  return writeJournal(withState(change, { outbox }), { kind: 'retired', press: id }, at)
}

function withOverdue(change: Change, at: Instant): Change {
  const { outbox, faults } = change.state
  const late = outbox.filter(({ queuedAt }) => at >= after(queuedAt, limits.receiptOverdueMs))
  const overdue = new Set<string>(late.map(({ press }) => press.button))
  const known = [...faults.values()].filter(({ code }) => code === 'receiptOverdue').map(({ subject }) => subject)
  return each(change, new Set([...overdue, ...known]), (next, button) =>
    withFault(next, 'receiptOverdue', button, overdue.has(button)),
  )
}
