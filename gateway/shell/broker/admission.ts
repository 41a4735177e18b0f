// Who may begin to connect: a few at a time, the others wait unread, so that a storm of handshakes delays no alarm [D12].
// Network addresses take turns: one host that opens many connections keeps only itself waiting.
import type { Socket } from 'node:net'
import { limits } from '../../../protocol/limits.ts'
import type { Log } from '../ports.ts'

export type Admission = {
  /** A new connection, paused. It is started when it is its turn, or closed if there are too many. */
  readonly arrive: (socket: Socket) => void
  /** The connection between these ends is through with CONNECT. */
  readonly finished: (connection: Ends) => void
  /** Ends all that wait or are not through. */
  readonly close: () => void
}

/** The four numbers that name a TCP connection: the TLS socket has them too. */
export type Ends = {
  readonly [End in 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort']?: Socket[End] | undefined
}

type Started = { readonly socket: Socket; readonly stall: NodeJS.Timeout; readonly deadline: NodeJS.Timeout }

/** @param onExpired its time to connect is over, and it will be closed. */
export function createAdmission(
  start: (socket: Socket) => void,
  onExpired: (socket: Socket) => void,
  log: Log,
): Admission {
  const open = new Set<Socket>()
  const waiting = new Map<string, Socket[]>()
  const started = new Map<string, Started>()
  /** Keys of those that hold a place. */
  const places = new Set<string>()
  let closed = false

  function arrive(socket: Socket): void {
    socket.on('error', error => log.debug({ address: socket.remoteAddress, error: error.message }, 'connection failed'))
    if (closed || socket.remoteAddress === undefined) return void socket.destroy() // gone before it was looked at
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    const address = socket.remoteAddress
    waiting.set(address, [...(waiting.get(address) ?? []), socket])
    if (open.size > limits.connectionsMax) refuseOne(address)
    fill()
  }

  function fill(): void {
    while (!closed && places.size < limits.admissionsMax) {
      const socket = nextWaiting()
      if (socket === null) return
      if (!socket.destroyed) admit(socket)
    }
  }

  /** The first of the address whose turn it is; the address then stands behind all others. */
  function nextWaiting(): Socket | null {
    const [address, sockets] = waiting.entries().next().value ?? ['', []]
    const socket = sockets.shift() ?? null
    waiting.delete(address)
    if (sockets.length > 0) waiting.set(address, sockets)
    return socket
  }

  function admit(socket: Socket): void {
    const key = keyOf(socket)
    const stall = setTimeout(() => leave(key), limits.admissionStallMs)
    const deadline = setTimeout(() => expire(socket), limits.connectTimeoutMs)
    started.set(key, { socket, stall, deadline })
    places.add(key)
    socket.once('close', () => forget(key))
    start(socket)
  }

  function expire(socket: Socket): void {
    log.info({ address: socket.remoteAddress }, 'connection closed: it did not connect in time')
    onExpired(socket)
    socket.destroy()
  }

  function forget(key: string): void {
    const entry = started.get(key)
    if (entry === undefined) return
    clearTimeout(entry.stall)
    clearTimeout(entry.deadline)
    started.delete(key)
    leave(key)
  }

  function leave(key: string): void {
    if (places.delete(key)) setImmediate(fill) // others, who may have an alarm to send, first
  }

  /** The newest of the address with the most waiting ones, so that a crowd from one host locks out nobody else. */
  function refuseOne(newcomer: string): void {
    let crowd = newcomer
    for (const [address, sockets] of waiting) if (sockets.length > (waiting.get(crowd)?.length ?? 0)) crowd = address
    waiting.get(crowd)?.pop()?.destroy()
    log.error(
      { address: crowd, connections: limits.connectionsMax },
      'connection refused: this gateway holds as many connections as it may',
    )
  }

  return {
    arrive,
    finished: connection => forget(keyOf(connection)),
    close: () => {
      closed = true
      for (const sockets of waiting.values()) for (const socket of sockets) socket.destroy()
      for (const { socket } of started.values()) socket.destroy()
    },
  }
}

/** Of a connection that is open. */
export const keyOf = (ends: Ends): string =>
  `${ends.remoteAddress} ${ends.remotePort} ${ends.localAddress} ${ends.localPort}`
