// One device program for each data folder: two with the same identity would throw each other out of the gateway for ever.
import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { text } from '../../protocol/text.ts'

/**
 * Holds the folder until disposed or the process ends, however it ends: the lock is a name in the kernel, not a file.
 * @throws StartError if another process holds it
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const server = createServer(socket => socket.destroy())
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(nameOf(folder), resolve)
  try {
    await promise
  } catch {
    throw new StartError(
      text(
        `Mit dem Datenordner ${folder} läuft schon ein stillruf-device. Dieses zuerst beenden.`,
        `Another stillruf-device already runs with the data folder ${folder}. Stop that one first.`,
      ),
    )
  }
  server.unref()
  return { [Symbol.asyncDispose]: () => close(server) }
}

/** Whether a device runs with this data folder. */
export async function isLocked(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false
  const socket = connect(nameOf(folder))
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

function nameOf(folder: string): string {
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)
  return `\0stillruf-device-${digest}`
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  return promise
}
