// A broker on loopback with everything it says, and the people and devices that connect to it.

import { once } from 'node:events'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { generate, type Packet, parser } from 'mqtt-packet'
import { expect, vi } from 'vitest'
import { type BrokerOptions, type RunningBroker, startBroker } from '../../gateway/shell/broker/broker.ts'
import { createSigner } from '../../gateway/shell/broker/verify.ts'
import type { Unstamped } from '../../gateway/shell/ports.ts'
import type { AccountRole } from '../../protocol/console.ts'
import type { Certificates, DeviceParty } from './certificates.ts'
import { deviceState, gatewayId, responderId } from './messages.ts'

// The machine may be busy with other things: what is awaited comes sooner or later, or never.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
export const patience = { timeout: 30_000, interval: 5 }

type EventKind = Unstamped['kind']
export type EventOf<Kind extends EventKind> = Extract<Unstamped, { kind: Kind }>

export type World = AsyncDisposable & {
  readonly broker: RunningBroker
  readonly events: Unstamped[]
  readonly logged: { readonly level: string; readonly text: string; readonly fields: object }[]
  readonly of: <Kind extends EventKind>(kind: Kind) => EventOf<Kind>[]
  /** Waits until that many events of the kind were emitted. */
  readonly seen: <Kind extends EventKind>(kind: Kind, count?: number) => Promise<EventOf<Kind>[]>
  readonly securityEvents: () => string[]
  readonly device: (party: DeviceParty, options?: Partial<IClientOptions>) => Promise<MqttClient>
  readonly person: (name: string, options?: Partial<IClientOptions>) => Promise<MqttClient>
  /** A TLS connection on which the test writes the bytes itself. */
  readonly raw: (party?: Credentials | null) => Promise<RawClient>
}
type Credentials = { readonly key: string; readonly certificate: string }

export type RawClient = {
  readonly socket: TLSSocket
  readonly packets: Packet[]
  readonly send: (...packets: readonly (Packet | Buffer)[]) => void
  readonly received: (cmd: Packet['cmd'], count?: number) => Promise<Packet[]>
  readonly ended: () => Promise<void>
}

const roles: Readonly<Record<string, AccountRole>> = {
  anna: 'responder',
  bert: 'responder',
  chief: 'administrator',
  watch: 'monitor',
}
export const passwordOf = (name: string): string => `secret of ${name}`

export async function startWorld(
  certificates: Certificates,
  options: Partial<BrokerOptions> & { readonly onEvent?: (event: Unstamped, world: World) => void } = {},
): Promise<World> {
  const events: Unstamped[] = []
  const logged: World['logged'] = []
  const level = (name: string) => (fields: object, text: string) => void logged.push({ level: name, text, fields })
  const broker = await startBroker({
    onDevicePing: () => {},
    isOnRecord: () => true,
    listen: { address: '127.0.0.1', port: 0 },
    tls: tlsOf(certificates),
    gateway: gatewayId,
    sign: createSigner(certificates.gateway.key),
    accounts: {
      authenticate: async (name, password) => {
        const role = roles[name]
        return role !== undefined && password === passwordOf(name) ? { id: responderId(name), name, role } : null
      },
      find: id => {
        const role = roles[id]
        return role === undefined ? null : { id, name: id, role }
      },
    },
    emit: event => {
      events.push(event)
      options.onEvent?.(event, world)
    },
    log: { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') },
    ...options,
  })
  const clients: MqttClient[] = []
  const sockets: TLSSocket[] = []

  const of = <Kind extends EventKind>(kind: Kind) =>
    events.filter((event): event is EventOf<Kind> => event.kind === kind)
  const connect = async (given: IClientOptions): Promise<MqttClient> => {
    const client = mqtt.connect({
      host: '127.0.0.1',
      port: broker.address.port,
      protocol: 'mqtts',
      ca: certificates.authority.certificate,
      reconnectPeriod: 0,
      connectTimeout: 20_000,
      ...given,
    })
    clients.push(client)
    await connected(client)
    return client
  }

  const world: World = {
    broker,
    events,
    logged,
    of,
    seen: (kind, count = 1) =>
      vi.waitFor(() => {
        const found = of(kind)
        expect(found.length).toBeGreaterThanOrEqual(count)
        return found
      }, patience),
    securityEvents: () =>
      of('securityObserved').map(({ event, source, account, detail }) => {
        const whose = account === null ? '' : ` (${account})`
        return `${event} ${source}${whose}: ${detail.en}`
      }),
    device: (party, given = {}) => connect({ clientId: party.id, key: party.key, cert: party.certificate, ...given }),
    person: (name, given = {}) =>
      connect({ clientId: `${name}-${Math.random()}`, username: name, password: passwordOf(name), ...given }),
    raw: async (party = null) => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: broker.address.port,
        ca: certificates.authority.certificate,
        ...(party === null ? {} : { key: party.key, cert: party.certificate }),
      })
      sockets.push(socket)
      return rawClient(socket)
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.end(true)
      for (const socket of sockets) socket.destroy()
      await broker[Symbol.asyncDispose]()
    },
  }
  return world
}

export const tlsOf = (certificates: Certificates): BrokerOptions['tls'] => ({
  key: certificates.gateway.key,
  certificate: certificates.gateway.certificate,
  authority: certificates.authority.certificate,
})

/** Rejects with the reason if the connection ends before CONNACK. */
const connected = (client: MqttClient): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
  })

async function rawClient(socket: TLSSocket): Promise<RawClient> {
  const packets: Packet[] = []
  const read = parser()
  read.on('packet', packet => void packets.push(packet))
  let ended = false
  socket.on('data', chunk => read.parse(chunk))
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
  })
  await once(socket, 'secureConnect')
  return {
    socket,
    packets,
    send: (...sent) =>
      void socket.write(Buffer.concat(sent.map(packet => (Buffer.isBuffer(packet) ? packet : generate(packet))))),
    received: (cmd, count = 1) =>
      vi.waitFor(() => {
        const found = packets.filter(packet => packet.cmd === cmd)
        expect(found.length, cmd).toBeGreaterThanOrEqual(count)
        return found
      }, patience),
    ended: () => vi.waitFor(() => expect(ended).toBe(true), patience),
  }
}

/** @param account user name; without one the certificate speaks. */
export const connectPacket = (clientId: string, account?: string) =>
  ({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    clientId,
    ...(account === undefined ? {} : { username: account, password: Buffer.from(passwordOf(account)) }),
  }) as const

/** What arrives, parsed, with the retain flag; waits for that many. */
export function messagesOf(client: MqttClient) {
  const messages: (Record<string, unknown> & { retain: boolean })[] = []
  client.on(
    'message',
    (_topic, payload, { retain }) => void messages.push({ ...JSON.parse(payload.toString()), retain }),
  )
  return (count: number) =>
    vi.waitFor(() => {
      expect(messages.length).toBeGreaterThanOrEqual(count)
      return messages
    }, patience)
}

export const tellState = (world: World, id: string, retain: boolean): void =>
  world.broker.tellMonitors({ kind: 'tellMonitors', message: deviceState(id), retain })
