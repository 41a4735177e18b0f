// Who listens while a bench measures. On a machine with two processors the observer disturbs what it observes, so these note
// when bytes arrived, and read what they say only when the race is over.
import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { parser as createParser, generate, type IConnectPacket, type Packet } from 'mqtt-packet'
import { monotonicMs } from '../integration/console-client.ts'

/** When bytes came that satisfy; each call waits for the next ones. */
export type Arrivals = {
  /** Resolves with the moment of the first chunk from now on that contains this text. */
  readonly next: (text: string) => Promise<Arrival>
}
export type Arrival = { readonly at: number; readonly bytes: Buffer }

function createArrivals(): Arrivals & { readonly arrived: (bytes: Buffer) => void } {
  let wanted: { readonly text: string; readonly found: (arrival: Arrival) => void } | null = null
  return {
    next: text => new Promise(found => (wanted = { text, found })),
    arrived: bytes => {
      const at = monotonicMs()
      if (wanted === null || !bytes.includes(wanted.text)) return
      const { found } = wanted
      wanted = null
      found({ at, bytes })
    },
  }
}

/** The console's stream of events, as bytes. @param cookie of a session of this account. */
export async function listenToConsole(url: string, account: string, cookie: string): Promise<Arrivals & Disposable> {
  const arrivals = createArrivals()
  const stream = request(`${url}/api/events?account=${account}`, { headers: { cookie, accept: 'text/event-stream' } })
  stream.end()
  const [response] = await once(stream, 'response')
  response.on('data', arrivals.arrived)
  return { ...arrivals, [Symbol.dispose]: () => stream.destroy() }
}

export type Subscriber = Arrivals & {
  readonly publish: (topic: string, payload: string | Buffer) => void
} & Disposable

/** An MQTT client over a connected socket with nothing in it that the protocol does not ask for. */
export async function subscribe(socket: Socket, options: Partial<IConnectPacket>, topic: string): Promise<Subscriber> {
  const arrivals = createArrivals()
  const parser = createParser()
  const granted = new Promise<void>(resolve => {
    parser.on('packet', (packet: Packet) => {
      if (packet.cmd === 'suback') resolve()
      if (packet.cmd === 'publish' && packet.qos === 1)
        socket.write(generate({ cmd: 'puback', messageId: packet.messageId ?? 0 }))
    })
  })
  socket.on('data', bytes => {
    arrivals.arrived(bytes)
    parser.parse(bytes)
  })
  let messageId = 1
  const connection = { cmd: 'connect', clientId: 'bench', protocolId: 'MQTT', protocolVersion: 4, clean: true } as const
  socket.write(generate({ ...connection, keepalive: 0, ...options }))
  socket.write(generate({ cmd: 'subscribe', messageId, subscriptions: [{ topic, qos: 1 }] }))
  await granted
  return {
    ...arrivals,
    publish: (to, payload) => {
      messageId = (messageId % 65_000) + 1
      socket.write(generate({ cmd: 'publish', topic: to, payload, qos: 1, dup: false, retain: false, messageId }))
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}
