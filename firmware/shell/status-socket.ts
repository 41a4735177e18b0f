// Where a running device answers somebody at the device: a socket in its data folder, for whoever may read that folder. One JSON
// object a line: first the report, then every edge of its lines until the asker hangs up. Nothing can be changed through it.
import { chmod, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Edge } from '../../hardware/lines.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import type { LineId } from '../core/circuit.ts'
import type { DeviceReport } from '../core/report.ts'
import type { OutputSettings } from './configuration.ts'
import type { RuntimeLog } from './log.ts'
import type { OutputState } from './output-switch.ts'

export type SeenEdge = Edge & { readonly line: LineId }
/** What the step knows, and what became of the outputs, of which it is not told. */
export type StatusReport = DeviceReport & {
  readonly outputs: readonly { readonly name: OutputSettings['name']; readonly state: OutputState }[]
}
export type StatusLine =
  | { readonly kind: 'report'; readonly pid: number; readonly report: StatusReport }
  | { readonly kind: 'edge'; readonly edge: SeenEdge }

/** Of the device: what is asked of it here. */
export type Observed = {
  readonly report: () => StatusReport
  /** @returns a function that ends it. */
  readonly onEdge: (listener: (edge: SeenEdge) => void) => () => void
}

const askersMax = 8
/** An asker that does not read is cut off before its lines fill the memory. */
const unreadBytesMax = 64 * 1024
const answerDeadlineMs = 3000

const socketIn = (folder: string): string => join(folder, 'status.sock')

/** The device works as well without it: that it cannot be had is only logged. @param folder is held by this process alone */
export async function serveStatus(folder: string, device: Observed, log: RuntimeLog): Promise<AsyncDisposable> {
  const askers = new Set<Socket>()
  const server = createServer(socket => {
    askers.add(socket)
    socket.once('close', () => askers.delete(socket))
    answer(socket, device)
  })
  server.maxConnections = askersMax
  try {
    await rm(socketIn(folder), { force: true }) // of a program that was killed
    await listen(server, socketIn(folder))
    await chmod(socketIn(folder), 0o600)
  } catch (error) {
    log.warn({ reason: systemReason(error).en }, 'no status socket: doctor cannot ask this device')
  }
  return {
    [Symbol.asyncDispose]: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve()) // also if it never listened
      for (const asker of askers) asker.destroy()
      await promise
    },
  }
}

/**
 * What the device that runs with this data folder says of itself; null if none answers.
 * @param onEdge is told every edge from then on, until `end` is called or the device ends, which `ended` tells
 */
export async function askStatus(
  folder: string,
  onEdge?: (edge: SeenEdge) => void,
): Promise<{
  readonly pid: number
  readonly report: StatusReport
  readonly ended: Promise<void>
  readonly end: () => void
} | null> {
  const socket = connect(socketIn(folder))
  const first = Promise.withResolvers<Extract<StatusLine, { kind: 'report' }> | null>()
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(() => first.resolve(null), answerDeadlineMs)
  socket.on('error', () => first.resolve(null)) // nobody listens, or this account may not ask
  socket.once('close', () => {
    first.resolve(null)
    over.resolve()
  })
  onLines(socket, line => {
    if (line.kind === 'report') first.resolve(line)
    else onEdge?.(line.edge)
  })
  const said = await first.promise
  clearTimeout(timer)
  if (said === null || onEdge === undefined) socket.destroy()
  return said === null ? null : { ...said, ended: over.promise, end: () => void socket.destroy() }
}

function answer(socket: Socket, device: Observed): void {
  const say = (line: StatusLine): void => {
    if (socket.writableLength < unreadBytesMax) socket.write(`${JSON.stringify(line)}\n`)
    else socket.destroy()
  }
  say({ kind: 'report', pid: process.pid, report: device.report() })
  const stop = device.onEdge(edge => say({ kind: 'edge', edge }))
  socket.on('error', () => socket.destroy()) // The asker went away.
  socket.once('close', stop)
  socket.resume()
}

/** Both ends are this program: what it reads there is what it wrote. */
function onLines(socket: Socket, tell: (line: StatusLine) => void): void {
  let rest = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tell(JSON.parse(line) as StatusLine)
  })
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(path, () => resolve())
  return promise
}
