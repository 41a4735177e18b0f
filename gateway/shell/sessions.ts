// Who is logged in. A session is a random token that only the browser knows; the gateway keeps its hash, in memory.
import { createHash, randomBytes } from 'node:crypto'
import type { ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { after, type Instant } from '../../protocol/time.ts'

export type Session = {
  /** Hash of the token: names the session without being able to open it. */
  readonly key: string
  readonly account: ResponderId
  readonly endsAt: Instant
}

export type Sessions = {
  /** Opens a session and returns its token: 256 random bits, base64url. At a bound the oldest session ends [S6]. */
  readonly open: (account: ResponderId) => string
  /** The session of this token, unless it has ended. */
  readonly find: (token: string) => Session | null
  readonly isOpen: (key: string) => boolean
  readonly end: (key: string) => void
  readonly endAccount: (account: ResponderId) => void
}

/** @param onEnded is told of every session that ends, except that time alone ends one silently until somebody asks. */
export function createSessions(now: () => Instant, onEnded: (key: string) => void): Sessions {
  const sessions = new Map<string, Session>() // in the order of opening: the first is the oldest

  function end(key: string): void {
    if (sessions.delete(key)) onEnded(key)
  }

  function current(key: string): Session | null {
    const session = sessions.get(key)
    if (session === undefined) return null
    if (session.endsAt > now()) return session
    end(key)
    return null
  }

  const keysOf = (account: ResponderId): readonly string[] =>
    [...sessions.values()].filter(session => session.account === account).map(session => session.key)

  function endFirst(keys: Iterable<string>): void {
    const [first] = keys
    if (first !== undefined) end(first)
  }

  function open(account: ResponderId): string {
    const own = keysOf(account)
    if (own.length >= limits.sessionsPerAccountMax) endFirst(own)
    if (sessions.size >= limits.sessionsMax) endFirst(sessions.keys())
    const token = randomBytes(32).toString('base64url')
    const key = hash(token)
    sessions.set(key, { key, account, endsAt: after(now(), limits.sessionMs) })
    return token
  }

  return {
    open,
    find: token => current(hash(token)),
    isOpen: key => current(key) !== null,
    end,
    endAccount: account => {
      for (const key of keysOf(account)) end(key)
    },
  }
}

const hash = (token: string): string => createHash('sha256').update(token).digest('base64url')
