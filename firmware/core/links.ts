// Connections to gateways: when to try again, and what is said first on a new one. Full jitter, so that a fleet that lost its
// gateway does not return as a crowd; in haste while a press waits for its receipt.
import { limits } from '../../protocol/limits.ts'
import type { StatusMessage } from '../../protocol/messages.ts'
import { after, between, earlier, type Instant, type Millis, millis, type WallTime } from '../../protocol/time.ts'
import { type Change, each, linksUp, withEffect, withLink, withState } from './change.ts'
import type { Link, LinkId, State } from './model.ts'
import { sendOwed } from './outbox.ts'
import { sendFaultsBeyond, sendHeartbeat } from './supervision.ts'

type Moment = { readonly at: Instant; readonly wall: WallTime; readonly random: number }

export const linksStarted = (change: Change, { at, random }: Moment): Change =>
  each(change, change.state.links.values(), (next, link) => tryAgainLater(next, link, at, random))

export function linksWoken(change: Change, at: Instant): Change {
  const due = [...change.state.links.values()].filter(({ retryAt }) => retryAt !== null && retryAt <= at)
  return each(change, due, connect)
}

/** What is owed goes first, then who is there and how it is. */
export function connected(change: Change, id: LinkId, session: number, moment: Moment): Change {
  const link = change.state.links.get(id)
  if (link === undefined || link.session !== session) return change
  const up: Link = { ...link, state: 'up', upSince: moment.at }
  const owed = sendOwed(withLink(change, id, up), up, moment)
  return sendFaultsBeyond(sendHeartbeat(tellStatus(owed, up, 'online'), up, moment.at), up)
}

export function disconnected(change: Change, id: LinkId, session: number, { at, random }: Moment): Change {
  const link = change.state.links.get(id)
  if (link === undefined || link.session !== session || link.state === 'down') return change
  const lasted = link.upSince !== null && between(link.upSince, at) >= limits.reconnectMsMax
  const failures = lasted ? 0 : link.failures + 1
  return tryAgainLater(change, { ...link, state: 'down', upSince: null, failures }, at, random)
}

/** A press waits: the connections that are down are tried at once. */
export function hasten(change: Change, { at, random }: Moment): Change {
  const soon = after(at, millis(random * limits.reconnectMsMin))
  return each(change, change.state.links.values(), (next, link) =>
    link.retryAt === null ? next : withLink(next, link.id, { retryAt: earlier(link.retryAt, soon) }),
  )
}

/** Says goodbye, so that a device that was stopped is not taken for one that died. */
export const linksStopping = (change: Change): Change =>
  each(change, linksUp(change.state), (next, link) => tellStatus(next, link, 'offline'))

export function linksDueAt(state: State): Instant | null {
  let due: Instant | null = null
  for (const { retryAt } of state.links.values()) due = earlier(due, retryAt)
  return due
}

/** @param failures attempts in a row that brought no lasting connection; @param random from [0, 1) */
export function reconnectDelay(failures: number, urgent: boolean, random: number): Millis {
  const least = urgent ? limits.reconnectMsMin : 4 * limits.reconnectMsMin
  const most = urgent ? limits.reconnectUrgentMsMax : limits.reconnectMsMax
  return millis(random * Math.min(most, least * 2 ** failures))
}

function tryAgainLater(change: Change, link: Link, at: Instant, random: number): Change {
  const delay = reconnectDelay(link.failures, change.state.outbox.length > 0, random)
  return withLink(change, link.id, { ...link, retryAt: after(at, delay) })
}

function connect(change: Change, link: Link): Change {
  const session = change.state.sessions + 1
  const counted = withState(change, { sessions: session })
  const trying = withLink(counted, link.id, { state: 'connecting', session, retryAt: null })
  return withEffect(trying, { kind: 'connect', link: link.id, session })
}

function tellStatus(change: Change, { id, session }: Link, state: StatusMessage['state']): Change {
  const { device, boot } = change.state.settings
  const message = { v: 1, kind: 'status', device, boot, session, state } as const
  return withEffect(change, { kind: 'publish', link: id, session, message })
}
