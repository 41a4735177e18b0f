// Fastify as this gateway wants it: strict headers, bounded requests, JSON only, and every error a sentence.
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { limits } from '../../../protocol/limits.ts'
import type { Log } from '../ports.ts'
import { rawRefusal, refusalOf, refusals } from './problems.ts'
import { refuseForeignPage } from './requests.ts'

export type Tls = { readonly key: string; readonly certificate: string }

/** @throws what TLS says about a key or certificate that it cannot use. */
export async function createServer(tls: Tls | null, log: Log): Promise<FastifyInstance> {
  const answer = (error: unknown, reply: FastifyReply): void => {
    const { refusal, unexpected } = refusalOf(error)
    if (unexpected) log.error({ error }, 'a request to the console failed')
    reply.code(refusal.status).header('cache-control', 'no-store').send(refusal.problem)
  }
  const app: FastifyInstance = fastify({
    bodyLimit: limits.requestBytesMax,
    forceCloseConnections: true,
    serverFactory: handler => listener(tls, handler),
    frameworkErrors: (error, _request, reply) => answer(error, reply),
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(rawRefusal(), () => socket.destroy())
    },
  })
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, _request, reply) => answer(error, reply))
  app.setNotFoundHandler(() => {
    throw refusals.unknownAddress()
  })
  await app.register(cookie)
  await app.register(helmet, headers(tls !== null))
  await app.register(rateLimit, { global: false })
  app.addHook('onRequest', async request => refuseForeignPage(request))
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
  return app
}

/** What a peer may hold without saying anything is bounded in time and in number [S6]. */
function listener(tls: Tls | null, handler: RequestListener): Server {
  const patience = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 }
  const server =
    tls === null
      ? createHttpServer(patience, handler)
      : createHttpsServer({ ...patience, key: tls.key, cert: tls.certificate, handshakeTimeout: 10_000 }, handler)
  server.maxConnections = limits.consoleConnectionsMax
  return server
}

/** Everything comes from the gateway itself, nothing is inline, nobody may frame it. */
const headers = (secure: boolean) =>
  ({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  }) as const
