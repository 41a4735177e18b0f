// Who is logged in. A session is a random token that only the browser knows; the gateway keeps its hash, in memory and,
// to outlive a restart [L4], in its storage. Storage is written when a session opens or ends, and read once.
import { createHash, randomBytes } from 'node:crypto'
import type { ResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import {
  after,
  between,
  clamp,
  type Instant,
  millis,
  type WallTime,
  wallAfter,
  wallBetween,
} from '../../../protocol/time.ts'
import type { KeptSession, Log, SessionStorage } from '../ports.ts'
import { refusals } from './problems.ts'

export type Session = {
  /** Hash of the token: names the session without being able to open it. */
  readonly key: string
  readonly account: ResponderId
  readonly endsAt: Instant
}

export type Sessions = {
  /**
   * Opens a session and returns its token: 256 random bits, base64url. At a bound the oldest session ends [S6].
   * @throws Refusal 503 if it cannot be kept: then it is not open, and none has ended for it.
   */
  readonly open: (account: ResponderId) => string
  /** Begins anew with the same token: its person has just given the password. @throws Refusal 503 if that cannot be kept. */
  readonly prolong: (session: Session) => void
  /** When it ends by the wall clock. */
  readonly endOf: (session: Session) => WallTime
  /** The session of this token, unless it has ended. */
  readonly find: (token: string) => Session | null
  readonly isOpen: (key: string) => boolean
  readonly end: (key: string) => void
  readonly endAccount: (account: ResponderId) => void
  /** Removes what has ended and is still kept: what time has ended, and what could not be removed when it ended. */
  readonly tidy: () => void
}

export type SessionOptions = {
  readonly storage: SessionStorage
  readonly now: () => Instant
  readonly wall: () => WallTime
  /** The account answers for an open alarm: its sessions last somewhat longer. */
  readonly isNeeded: (account: ResponderId) => boolean
  /** Is told of every session that ends, except that time alone ends one silently until somebody asks. */
  readonly onEnded: (key: string) => void
  readonly log: Log
}

/** @throws what the storage says if it cannot be read. */
export function createSessions({ storage, now, wall, isNeeded, onEnded, log }: SessionOptions): Sessions {
  const sessions = new Map<string, Session>() // in the order of opening: the first is the oldest
  /** Ended, and not yet removed from storage. */
  const ended = new Set<string>()
  for (const kept of storage.all()) restore(kept)

  /** Its age is known by the wall clock alone, which may have been set back meanwhile: it never gets more than its time. */
  function restore({ key, account, startedAt }: KeptSession): void {
    const age = clamp(wallBetween(startedAt, wall()), millis(0), lifeMsMax)
    if (age === lifeMsMax) ended.add(key)
    else sessions.set(key, { key, account, endsAt: after(now(), millis(limits.sessionMs - age)) })
  }

  function close(key: string): void {
    if (!sessions.delete(key)) return
    ended.add(key)
    onEnded(key)
  }

  function tidy(): void {
    if (ended.size === 0) return
    try {
      storage.change(null, [...ended])
      ended.clear()
    } catch (error) {
      log.error({ error }, 'an ended session could not be removed from the database, it will be tried again')
    }
  }

  function current(key: string): Session | null {
    const session = sessions.get(key)
    if (session === undefined) return null
    if (session.endsAt > now() || isNeededStill(session)) return session
    close(key)
    return null
  }

  const isNeededStill = ({ account, endsAt }: Session): boolean =>
    after(endsAt, limits.sessionGraceMs) > now() && isNeeded(account)

  const keysOf = (account: ResponderId): readonly string[] =>
    [...sessions.values()].filter(session => session.account === account).map(session => session.key)

  /** The oldest of the account or of all, where another one would be too many. */
  function yieldingTo(account: ResponderId): readonly string[] {
    const own = keysOf(account)
    if (own.length >= limits.sessionsPerAccountMax) return own.slice(0, 1)
    return sessions.size >= limits.sessionsMax ? [...sessions.keys()].slice(0, 1) : []
  }

  function keep(session: KeptSession, gone: readonly string[]): void {
    try {
      storage.change(session, gone)
    } catch (error) {
      log.error({ error }, 'a login could not be kept')
      throw refusals.loginNotKept()
    }
  }

  function open(account: ResponderId): string {
    const token = randomBytes(32).toString('base64url')
    begin(hash(token), account, yieldingTo(account))
    return token
  }

  function begin(key: string, account: ResponderId, yielding: readonly string[]): void {
    keep({ key, account, startedAt: wall() }, [...ended, ...yielding, key])
    for (const oldest of yielding) close(oldest)
    ended.clear()
    sessions.delete(key) // one that is prolonged is not the oldest any more
    sessions.set(key, { key, account, endsAt: after(now(), limits.sessionMs) })
  }

  return {
    open,
    prolong: ({ key, account }) => begin(key, account, []),
    endOf: ({ endsAt }) => wallAfter(wall(), millis(Math.round(between(now(), endsAt)))),
    find: token => current(hash(token)),
    isOpen: key => current(key) !== null,
    end: key => {
      close(key)
      tidy()
    },
    endAccount: account => {
      for (const key of keysOf(account)) close(key)
      tidy()
    },
    tidy,
  }
}

/** Of a session, at most. */
const lifeMsMax = millis(limits.sessionMs + limits.sessionGraceMs)

const hash = (token: string): string => createHash('sha256').update(token).digest('base64url')
