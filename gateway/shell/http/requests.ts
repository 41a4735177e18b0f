// Who asks, and may they: the session cookie, the account that the page shows, the role, and the page that a write comes from.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { assert } from '../../../protocol/assert.ts'
import type { AccountHeader } from '../../../protocol/console.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Account, Accounts } from '../ports.ts'
import { refusals } from './problems.ts'
import type { Session, Sessions } from './sessions.ts'

export type Person = { readonly account: Account; readonly session: Session }

export type Guard = {
  /** Who is logged in, if anybody is, whomever the page shows. */
  readonly find: (request: FastifyRequest) => Person | null
  /** Somebody logged in with this browser and did not log out, whether or not that login still lasts. */
  readonly wasLoggedIn: (request: FastifyRequest) => boolean
  /** Who is logged in, on the page as in its cookie. @throws Refusal 400, 401. */
  readonly reader: (request: FastifyRequest) => Person
  /** Who is logged in and may take alarms. @throws Refusal 400, 401, 403. */
  readonly taker: (request: FastifyRequest) => Person
  /**
   * Prolongs the session that this browser has of the same account. That of another account ends: nobody can use it any
   * more, and its pages learn at once why.
   */
  readonly logIn: (account: Account, request: FastifyRequest, reply: FastifyReply) => Person
  /** @throws Refusal 400, 401: no page logs out whom it does not show. */
  readonly logOut: (request: FastifyRequest, reply: FastifyReply) => void
}

/** @param secure the console is served with TLS; @param cookie names the cookie, which browsers share between ports. */
export function createGuard(
  sessions: Sessions,
  accounts: Accounts,
  { secure, cookie }: { secure: boolean; cookie: () => string },
): Guard {
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const

  function find(request: FastifyRequest): Person | null {
    const token = request.cookies[cookie()]
    const session = token === undefined ? null : sessions.find(token)
    if (session === null) return null
    const account = accounts.find(session.account)
    if (account !== null) return { account, session }
    sessions.endAccount(session.account)
    return null
  }

  function prolonged(account: Account, request: FastifyRequest): string | null {
    const before = find(request)
    if (before?.account.id !== account.id) return null
    sessions.prolong(before.session)
    return request.cookies[cookie()] ?? null
  }

  function opened(account: Account, request: FastifyRequest): string {
    const before = find(request)
    const token = sessions.open(account.id)
    if (before !== null) sessions.end(before.session.key)
    return token
  }

  function reader(request: FastifyRequest): Person {
    const person = find(request)
    if (person === null) throw refusals.notLoggedIn()
    refuseOtherAccount(request, person.account)
    return person
  }

  return {
    find,
    wasLoggedIn: request => request.cookies[cookie()] !== undefined,
    reader,
    taker: request => {
      const person = reader(request)
      if (person.account.role === 'monitor') throw refusals.readsOnly()
      return person
    },
    logIn: (account, request, reply) => {
      const token = prolonged(account, request) ?? opened(account, request)
      const maxAge = limits.loginRememberedMs / 1000
      reply.setCookie(cookie(), token, { ...attributes, maxAge })
      const session = sessions.find(token)
      assert(session !== null, 'a session has just begun')
      return { account, session }
    },
    logOut: (request, reply) => {
      const person = find(request)
      if (person !== null) {
        refuseOtherAccount(request, person.account)
        sessions.end(person.session.key)
      }
      reply.clearCookie(cookie(), attributes)
    },
  }
}

/** Tabs share a cookie: what one of them shows need not be who logged in last. @throws Refusal 400, 401. */
function refuseOtherAccount({ headers, query }: FastifyRequest, account: Account): void {
  const named = headers['stillruf-account' satisfies AccountHeader] ?? (query as { readonly account?: unknown }).account
  if (named === undefined) throw refusals.accountNotNamed()
  if (named !== account.id) throw refusals.otherAccount()
}

/**
 * A write must come from a page of this gateway: SameSite=Strict already keeps the cookie at home, and this does not
 * depend on it. Browsers send `Origin` with every write, and pages cannot forge it or `Sec-Fetch-Site`.
 * @throws Refusal 403.
 */
export function refuseForeignPage(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const known = origin !== undefined || site !== undefined
  const own =
    (origin === undefined || hostOf(origin) === request.host) && (site === undefined || site === 'same-origin')
  if (!known || !own) throw refusals.foreignPage()
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null)
