// Server-sent events: the open pages of the console. What is written leaves in the same turn, before the commit that
// follows it [D13]; a page that does not read is ended instead of waited for [D12, S6].
import type { ServerResponse } from 'node:http'
import { type AccountRole, accountRoles, type ConsoleEvents } from '../../../protocol/console.ts'
import type { ResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Session } from './sessions.ts'
import { seenBy } from './sight.ts'

export type StreamEnd = 'connectionLost' | 'queueFull'

/** One open page. */
export type Stream = {
  readonly session: Session
  readonly role: AccountRole
  readonly response: ServerResponse
  /** Bytes that may wait. The first overview does not count: it is as large as the building. */
  readonly bytesMax: number
  readonly show: (notification: ConsoleEvents['notification']) => void
}

export type Streams = {
  /** Starts the stream with its overview. The head of the response must be set and not yet sent. */
  readonly open: (session: Session, role: AccountRole, response: ServerResponse, overview: string) => Stream
  /** To every page what its account may see. */
  readonly send: <Name extends keyof ConsoleEvents>(name: Name, data: ConsoleEvents[Name]) => void
  readonly ofAccount: (account: ResponderId) => readonly Stream[]
  readonly all: () => readonly Stream[]
  readonly end: (stream: Stream, why: StreamEnd) => void
  /** Ends it with a last word, so that the page knows that it has to give way. */
  readonly displace: (stream: Stream) => void
}

/** How an event looks on the wire. */
export const eventText = (name: keyof ConsoleEvents, json: string): string => `event: ${name}\ndata: ${json}\n\n`

/** How soon a page that lost its stream asks again. */
const retryMs = 1000
/** How long a page may take to read its last event. */
const lastWordMs = 10_000

/** @param onEnded is called exactly once for each stream, after it has left the lists. */
export function createStreams(onEnded: (stream: Stream, why: StreamEnd) => void): Streams {
  const streams = new Set<Stream>()

  function end(stream: Stream, why: StreamEnd): void {
    if (!streams.delete(stream)) return
    stream.response.destroy()
    onEnded(stream, why)
  }

  function displace(stream: Stream): void {
    if (!streams.delete(stream)) return
    const { response } = stream
    response.end(eventText('displaced', '{}'))
    response.setTimeout(lastWordMs, () => response.destroy()) // a page that does not read is not waited for
    onEnded(stream, 'connectionLost')
  }

  function write(stream: Stream, bytes: string | Buffer): void {
    if (!streams.has(stream)) return
    const { response } = stream
    response.write(bytes)
    response.socket?.uncork() // Node would hold the bytes until the next tick, behind the commit
    if (response.writableLength > stream.bytesMax) end(stream, 'queueFull')
  }

  function open(session: Session, role: AccountRole, response: ServerResponse, overview: string): Stream {
    const first = Buffer.from(`retry: ${retryMs}\n${eventText('overview', overview)}`)
    const stream: Stream = {
      session,
      role,
      response,
      bytesMax: limits.connectionQueueBytesMax + first.length,
      show: notification => write(stream, eventText('notification', JSON.stringify(notification))),
    }
    streams.add(stream)
    response.on('close', () => end(stream, 'connectionLost'))
    response.on('error', () => end(stream, 'connectionLost')) // the peer is gone; `close` follows
    if (response.destroyed) end(stream, 'connectionLost') // the page left while the overview was made
    write(stream, first)
    return stream
  }

  return {
    open,
    send: (name, data) => {
      if (streams.size === 0) return
      for (const role of accountRoles) {
        const readers = [...streams].filter(stream => stream.role === role)
        if (readers.length === 0) continue
        const bytes = Buffer.from(eventText(name, JSON.stringify(seenBy(role, name, data))))
        for (const stream of readers) write(stream, bytes)
      }
    },
    ofAccount: account => [...streams].filter(stream => stream.session.account === account),
    all: () => [...streams],
    end,
    displace,
  }
}
