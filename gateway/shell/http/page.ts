// The console's files, as they were built; and one clear sentence if they were not.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Serves the built console at `/`. */
export async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(notBuilt))
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    // File names in `assets` carry a hash of their content; everything else is asked for again.
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
    cacheControl: false,
  })
}

const notBuilt =
  'Die Konsole ist noch nicht gebaut: „npm run build“ ausführen und die Zentrale neu starten.\n' +
  'The console is not built yet: run “npm run build” and restart the gateway.\n'
