// How long the word of a gateway about an alarm holds. A gateway announces its open alarms on every new connection: what nobody
// has announced again by then was closed while this device could not hear it. Nothing goes dark before, so that neither a
// connection that returns nor a press that hastens it can be seen [S5]. Any new connection counts, not only that of the gateway
// that spoke last: gateways share their records, and the one that spoke may never return.
import { limits } from '../../protocol/limits.ts'
import { after, earlier, type Instant } from '../../protocol/time.ts'
import { type Change, each, linksUp, withButton } from './change.ts'
import type { Said, State } from './model.ts'
import { claimedAlarm } from './press.ts'

/** Forgets what should have been announced again by now. */
export function announcementsWoken(change: Change, at: Instant): Change {
  const { state } = change
  const dueAt = announcementsDueAt(state)
  if (dueAt === null || dueAt > at) return change
  const held = (said: Said | null): Said | null => {
    const end = overAt(state, said)
    return end !== null && end <= at ? null : said
  }
  return each(change, state.buttons.values(), (next, { id, openAlarm, acknowledged }) =>
    withButton(next, id, { openAlarm: held(openAlarm), acknowledged: held(acknowledged) }),
  )
}

/** When the next thing is to be forgotten. */
export function announcementsDueAt(state: State): Instant | null {
  let due: Instant | null = null
  for (const { openAlarm, acknowledged } of state.buttons.values())
    due = earlier(due, earlier(overAt(state, openAlarm), overAt(state, acknowledged)))
  return due
}

/** Null: it holds. An alarm whose press is still owed waits for the receipt; that says to which alarm the press belongs. */
function overAt(state: State, said: Said | null): Instant | null {
  if (said === null || isOwed(state, said)) return null
  const standing = linksUp(state).map(({ id, upSince }) => ({ id, since: upSince ?? said.at }))
  if (standing.some(({ id, since }) => id === said.by && since <= said.at)) return null
  const renewed = standing.filter(({ since }) => since > said.at)
  return renewed.map(({ since }) => after(since, limits.announcementMs)).reduce<Instant | null>(earlier, null)
}

const isOwed = ({ outbox }: State, { alarm }: Said): boolean =>
  outbox.some(({ press }) => claimedAlarm(press) === alarm)
