// Logging in and out.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Session as SessionView } from '../../../protocol/console.ts'
import { parseResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Configuration } from '../../core/configuration.ts'
import type { Account } from '../ports.ts'
import { bodyOf, checks } from './body.ts'
import type { ConsoleContext } from './http.ts'
import { refusals } from './problems.ts'

export function serveSessions(app: FastifyInstance, context: ConsoleContext): void {
  const { guard, accounts } = context
  const admit = admission(app)
  const viewOf = (account: Account): SessionView => sessionView(account, context.state().configuration)

  app.get('/api/session', (request, reply) => {
    const person = guard.find(request)
    if (person !== null) return viewOf(person.account)
    const { status, problem } = refusals.notLoggedIn()
    return reply.code(status).send({ ...problem, gateway: context.state().configuration?.gateway.name ?? '' })
  })

  app.post('/api/session', async (request, reply) => {
    const { name, password } = bodyOf(checks.login, request)
    if (!(await admit(request, name))) throw refused(context, request, name, 'tooManyAttempts')
    const account = await accounts.authenticate(name, password)
    if (account === null) throw refused(context, request, name, 'wrongPassword')
    guard.logIn(account, request, reply)
    return viewOf(account)
  })

  app.delete('/api/session', (request, reply) => {
    guard.logOut(request, reply)
    return reply.code(204).send()
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
  const whom = id !== null && accounts.find(id) !== null ? `account ${id}` : 'unknown account'
  const detail = `console, ${whom}${why === 'tooManyAttempts' ? ', too many attempts' : ''}`
  emit({ kind: 'securityObserved', event: 'wrongPassword', source: request.ip, detail })
  return refusals[why]()
}

const sessionView = (account: Account, configuration: Configuration | null): SessionView => ({
  account: account.id,
  name: account.name,
  role: account.role,
  language: configuration?.language ?? 'de',
  gateway: configuration?.gateway.name ?? '',
})

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
