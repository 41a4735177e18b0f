// The journal as the step sees it: what was asked to be written, what failed, when it is tried again. An alarm never waits
// for it [D14]; that it fails or is slow is a fault, and so is only believed to work after a real write.
import type { PressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { after, between, earlier, type Instant } from '../../protocol/time.ts'
import { type Change, each, withEffect, withState } from './change.ts'
import { hasFault, withFault } from './faults.ts'
import type { Journal, JournalEntry, Pending, State } from './model.ts'

const subject = 'journal'

export function writeJournal(change: Change, entry: JournalEntry, at: Instant): Change {
  const { underWay } = change.state.journal
  return withEffect(withJournal(change, { underWay: [...underWay, at] }), { kind: 'journal', entry })
}

/** The entry is on the disk: what failed before is tried again now, because the disk is back. */
export function journaled(change: Change, entry: JournalEntry, at: Instant): Change {
  const { retryAt } = change.state.journal
  const answered = withFault(writeAnswered(change, at), 'journalFailed', subject, false)
  const known = entry.kind === 'pressed' ? withDurability(answered, entry.press.id, 'journaled') : answered
  return retryAt === null ? known : writeAgain(known, at)
}

export function journalFailed(change: Change, entry: JournalEntry, at: Instant): Change {
  const failed = withFault(writeAnswered(change, at), 'journalFailed', subject, true)
  const again = withJournal(failed, { retryAt: failed.state.journal.retryAt ?? after(at, limits.journalRetryMs) })
  switch (entry.kind) {
    case 'pressed':
      return withDurability(again, entry.press.id, 'volatile')
    case 'retired': {
      const { retirementsOwed } = again.state.journal
      return withJournal(again, {
        retirementsOwed: new Set([...retirementsOwed, entry.press].slice(-limits.outboxMax)),
      })
    }
    case 'checked':
      return again
  }
}

/** A press may be lost with what cannot be read: no later write makes that good. */
export const journalDamaged = (change: Change): Change => withFault(change, 'journalDamaged', subject, true)

export function journalWoken(change: Change, at: Instant): Change {
  const { retryAt, nextCheckAt } = change.state.journal
  const watched = isOverdue(change.state, at) ? withFault(change, 'journalSlow', subject, true) : change
  if (retryAt !== null && retryAt <= at) return writeAgain(watched, at)
  if (nextCheckAt > at) return watched
  const next = withJournal(watched, { nextCheckAt: after(at, limits.journalCheckMs) })
  return writeJournal(next, { kind: 'checked' }, at)
}

export function journalDueAt(state: State): Instant | null {
  const { underWay, retryAt, nextCheckAt } = state.journal
  const [oldest] = underWay
  const deadline =
    oldest === undefined || hasFault(state, 'journalSlow', subject) ? null : after(oldest, limits.journalDeadlineMs)
  return [retryAt, deadline].reduce(earlier, nextCheckAt)
}

/** Everything that the disk still lacks; if that is nothing, a write that only shows whether it works. */
function writeAgain(change: Change, at: Instant): Change {
  const { outbox, journal } = change.state
  const owed = withJournal(change, { retryAt: null, retirementsOwed: new Set() })
  const entries: JournalEntry[] = [
    ...outbox.filter(isVolatile).map(({ press }): JournalEntry => ({ kind: 'pressed', press })),
    ...[...journal.retirementsOwed].map((press): JournalEntry => ({ kind: 'retired', press })),
  ]
  const asked = withState(owed, { outbox: outbox.map(pending => (isVolatile(pending) ? again(pending) : pending)) })
  const proof: JournalEntry[] = entries.length === 0 ? [{ kind: 'checked' }] : entries
  return each(asked, proof, (next, entry) => writeJournal(next, entry, at))
}

const isVolatile = ({ durability }: Pending): boolean => durability === 'volatile'
const again = (pending: Pending): Pending => ({ ...pending, durability: 'journaling' })

/** What was slow once, as while the program starts, is tried again soon: the fault must not outlive its cause by an hour. */
function writeAnswered(change: Change, at: Instant): Change {
  const { underWay, nextCheckAt } = change.state.journal
  const slow = isOverdue(change.state, at)
  const answered = withJournal(change, {
    underWay: underWay.slice(1),
    nextCheckAt: slow ? after(at, limits.journalRetryMs) : nextCheckAt,
  })
  return withFault(answered, 'journalSlow', subject, slow)
}

function isOverdue(state: State, at: Instant): boolean {
  const [oldest] = state.journal.underWay
  return oldest !== undefined && between(oldest, at) >= limits.journalDeadlineMs
}

const withJournal = (change: Change, patch: Partial<Journal>): Change =>
  withState(change, { journal: { ...change.state.journal, ...patch } })

const withDurability = (change: Change, id: PressId, durability: Pending['durability']): Change =>
  withState(change, {
    outbox: change.state.outbox.map(pending => (pending.press.id === id ? { ...pending, durability } : pending)),
  })
