// Logging in and out, and that a page is still there.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { NotLoggedIn, Session as SessionView } from '../../../protocol/console.ts'
import { parseResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import { type Text, text } from '../../../protocol/text.ts'
import { isInPolicy } from '../../core/directory.ts'
import { bodyOf, checks } from './body.ts'
import type { ConsoleContext } from './http.ts'
import { refusals } from './problems.ts'
import type { Person } from './requests.ts'

export function serveSessions(app: FastifyInstance, context: ConsoleContext): void {
  const { guard, accounts, pages } = context
  const admit = admission(app)

  app.get('/api/session', (request, reply) => {
    const person = guard.find(request)
    if (person !== null) return sessionView(context, person)
    const { status, problem } = refusals.notLoggedIn()
    const gateway = context.state().configuration?.gateway.name ?? ''
    return reply.code(status).send({ ...problem, gateway, ended: guard.wasLoggedIn(request) } satisfies NotLoggedIn)
  })

  app.post('/api/session', async (request, reply) => {
    const { name, password } = bodyOf(checks.login, request)
    if (!(await admit(request, name))) throw refused(context, request, name, 'tooManyAttempts')
    const account = await accounts.authenticate(name, password)
    if (account === null) throw refused(context, request, name, 'wrongPassword')
    return sessionView(context, guard.logIn(account, request, reply))
  })

  app.delete('/api/session', (request, reply) => {
    guard.logOut(request, reply)
    return reply.code(204).send()
  })

  app.post('/api/presence', request => {
    const person = guard.reader(request)
    pages.answered(person.session.key)
    return sessionView(context, person)
  })
}

/** The name that was typed stays out of the record unless it is an account: it may be a password by mistake. */
function refused(
  { accounts, emit }: ConsoleContext,
  request: FastifyRequest,
  name: string,
  why: 'wrongPassword' | 'tooManyAttempts',
): Error {
  const id = parseResponderId(name)
  const account = id === null ? null : (accounts.find(id)?.id ?? null)
  const words = [refusedAt.console, ...(account === null ? [refusedAt.unknown] : []), ...refusedAt[why]]
  emit({ kind: 'securityObserved', event: 'wrongPassword', source: request.ip, account, detail: listed(words) })
  return refusals[why]()
}

const refusedAt = {
  console: text('Konsole', 'console'),
  unknown: text('unbekanntes Konto', 'unknown account'),
  wrongPassword: [],
  tooManyAttempts: [text('zu viele Versuche', 'too many attempts')],
} as const

const listed = (words: readonly Text[]): Text =>
  text(words.map(({ de }) => de).join(', '), words.map(({ en }) => en).join(', '))

function sessionView({ state, endOf }: ConsoleContext, { account, session }: Person): SessionView {
  const { configuration } = state()
  return {
    account: account.id,
    name: account.name,
    role: account.role,
    language: configuration?.language ?? 'de',
    gateway: configuration?.gateway.name ?? '',
    inPolicy: configuration !== null && isInPolicy(configuration, account.id),
    endsAt: endOf(session),
  }
}

/** True while the name at this address, and the address alone, stay below their attempts per minute. */
function admission(app: FastifyInstance): (request: FastifyRequest, name: string) => Promise<boolean> {
  const timeWindow = 60_000
  const names = new WeakMap<FastifyRequest, string>()
  const ofName = app.createRateLimit({
    max: limits.loginAttemptsPerMinute,
    timeWindow,
    keyGenerator: request => `${request.ip} ${names.get(request)}`,
  })
  const ofAddress = app.createRateLimit({
    max: limits.loginAttemptsPerAddressPerMinute,
    timeWindow,
    keyGenerator: request => request.ip,
  })
  return async (request, name) => {
    names.set(request, name)
    const results = [await ofName(request), await ofAddress(request)]
    return results.every(result => result.isAllowed || !result.isExceeded)
  }
}
