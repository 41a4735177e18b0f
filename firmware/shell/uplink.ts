// One way to one gateway: MQTT over mutual TLS. Every connection is a new client object that keeps nothing: what has to be sent
// again is known to the outbox alone, and a packet sent again by the library would look like a replay [D15].
import type { KeyObject, X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import mqtt, { type MqttClient } from 'mqtt'
import { writeToStream } from 'mqtt-packet'
import { decode, encode, isAuthentic, signed, type Unsigned } from '../../protocol/codec.ts'
import type { BootId, DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { DeviceMessage, PressMessage, StatusMessage } from '../../protocol/messages.ts'
import { type TopicName, topicOf, topics } from '../../protocol/topics.ts'
import type { FromGateway } from '../core/model.ts'
import type { GatewayAddress } from './gateway-address.ts'
import { type Identity, verifyWith } from './identity.ts'

export type UplinkOptions = {
  readonly gateway: GatewayAddress
  readonly device: DeviceId
  readonly boot: BootId
  readonly identity: Identity
  readonly onConnected: (session: number) => void
  /** Ends a session, or an attempt that brought none; exactly once for each. */
  readonly onDisconnected: (session: number, reason: string) => void
  readonly onMessage: (message: FromGateway) => void
  /** One clause about something set aside; never its content. */
  readonly onSetAside: (reason: string) => void
}

// Otherwise the library keeps a buffer for each of the 65,536 packet numbers: 16 MB that a device has better uses for.
writeToStream.cacheNumbers = false

const keepaliveSeconds = 10
/** Messages that the gateway has not taken over; beyond it the connection is given up, and with it all of them. */
const inflightMax = 2 * limits.outboxMax
const goodbyeMs = 1000
const inbound = ['deviceReceipt', 'deviceProgress', 'deviceCommand', 'deviceConfig'] as const
const fromGateway = ['receipt', 'progress', 'command', 'config'] as const

const outbound: Readonly<Record<DeviceMessage['kind'], Extract<TopicName, `device${string}`>>> = {
  alarm: 'deviceAlarm',
  repeatPress: 'deviceAlarm',
  testAlarm: 'deviceAlarm',
  released: 'deviceAlarm',
  fault: 'deviceFault',
  heartbeat: 'deviceHeartbeat',
  status: 'deviceStatus',
}

type Connection = {
  readonly client: MqttClient
  readonly session: number
  gatewayKey: KeyObject | null
  inflight: number
}

type Packet = { readonly topic: string; readonly bytes: Buffer; readonly retain: boolean }

export class Uplink implements AsyncDisposable {
  readonly #options: UplinkOptions
  readonly #packets = new WeakMap<object, Packet>()
  #connection: Connection | null = null
  #isCut = false

  constructor(options: UplinkOptions) {
    this.#options = options
  }

  /** One attempt under this session number; a connection that still stands is given up. */
  connect(session: number): void {
    this.#end('a new connection takes its place')
    if (this.#isCut) {
      this.#options.onDisconnected(session, 'the network is cut for a demonstration')
      return
    }
    const client = mqtt.connect(this.#clientOptions(session))
    const connection: Connection = { client, session, gatewayKey: null, inflight: 0 }
    this.#connection = connection
    let reason = 'the connection was closed'
    client.on('error', error => {
      reason = error.message
      this.#lost(connection, reason)
    })
    client.on('close', () => this.#lost(connection, reason))
    client.on('message', (topic, payload) => this.#receive(connection, topic, payload))
    client.on('connect', () => this.#connected(connection))
  }

  /** Signs and sends, if this session still stands. The outbox decides what is sent again. */
  publish(session: number, message: Unsigned<DeviceMessage>): void {
    const connection = this.#connection
    if (connection === null || connection.session !== session || !connection.client.connected) return
    if (connection.inflight >= inflightMax) {
      this.#lost(connection, 'the gateway takes nothing over')
      return
    }
    connection.inflight += 1
    const { topic, bytes, retain } = this.#packet(message)
    connection.client.publish(topic, bytes, { qos: 1, retain }, () => {
      connection.inflight -= 1
    })
    connection.client.stream.uncork() // the library would let it wait for what else this turn does: the journal [D14]
    if ('contact' in message) setImmediate(() => rehearseReceipt(connection, message.kind, bytes))
  }

  /** The message will be published in a moment: it is signed and encoded, and a ping has the gateway prepare itself too. */
  prepare(message: Unsigned<DeviceMessage>): void {
    if (this.#connection?.client.connected !== true) return
    const { client } = this.#connection
    client.sendPing()
    client.stream.uncork()
    this.#packet(message)
  }

  /** For demonstrations: while cut, connections break and none can be made. */
  setCut(isCut: boolean): void {
    this.#isCut = isCut
    if (isCut && this.#connection !== null) this.#lost(this.#connection, 'the network is cut for a demonstration')
  }

  /** Lets what is on its way arrive, for a second at most, then closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    if (connection === null) return
    const { client } = connection
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => client.end(true, () => resolve()), goodbyeMs)
    if (client.connected) client.end(false, () => resolve())
    else client.end(true, () => resolve())
    await promise
    clearTimeout(timer)
  }

  /** What `publish` hands to the connection. Made once for each message, so that it can be made beforehand. */
  #packet(message: Unsigned<DeviceMessage>): Packet {
    const known = this.#packets.get(message)
    if (known !== undefined) return known
    const name = outbound[message.kind]
    const packet = {
      topic: topicOf(name, { device: this.#options.device }),
      bytes: Buffer.from(encode(signed<DeviceMessage>(message, this.#options.identity.sign))),
      retain: topics[name].retained,
    }
    this.#packets.set(message, packet)
    return packet
  }

  #clientOptions(session: number): mqtt.IClientOptions {
    const { gateway, device, boot, identity } = this.#options
    const death: StatusMessage = signed<StatusMessage>(
      { v: 1, kind: 'status', device, boot, session, state: 'offline' },
      identity.sign,
    )
    return {
      // Given the address as text, the library would read it in a way that Node warns of at every start.
      protocol: 'mqtts',
      host: gateway.host,
      port: gateway.port,
      clientId: device,
      protocolVersion: 4,
      clean: true,
      keepalive: keepaliveSeconds,
      connectTimeout: limits.connectTimeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      key: identity.key,
      cert: identity.certificate,
      ca: identity.authority,
      rejectUnauthorized: true,
      will: {
        topic: topicOf('deviceStatus', { device }),
        payload: Buffer.from(encode(death)),
        qos: 1,
        retain: topics.deviceStatus.retained,
      },
    }
  }

  #connected(connection: Connection): void {
    if (connection !== this.#connection) return
    const { client, session } = connection
    if (client.stream instanceof TLSSocket) {
      client.stream.setNoDelay(true)
      const certificate: X509Certificate | undefined = client.stream.getPeerX509Certificate()
      connection.gatewayKey = certificate?.publicKey ?? null
    }
    const { device } = this.#options
    client.subscribe(
      inbound.map(name => topicOf(name, { device })),
      { qos: 1 },
      error => error !== null && this.#lost(connection, `the gateway refused a subscription: ${error.message}`),
    )
    this.#options.onConnected(session)
  }

  #receive(connection: Connection, topic: string, payload: Uint8Array): void {
    if (connection !== this.#connection) return
    const decoded = decode(payload, fromGateway)
    const refusal = decoded.ok ? this.#refusal(connection, decoded.message) : `${decoded.reason}, ${decoded.detail.en}`
    if (refusal !== null) this.#options.onSetAside(`${topic}: ${refusal}`)
    else if (decoded.ok) this.#options.onMessage(decoded.message)
  }

  /** Why the message is not believed; null: it is. */
  #refusal({ gatewayKey }: Connection, message: FromGateway): string | null {
    if (gatewayKey === null || !isAuthentic(message, verifyWith(gatewayKey)))
      return 'the signature is not the gateway’s'
    return message.device === this.#options.device ? null : 'it is meant for another device'
  }

  #lost(connection: Connection, reason: string): void {
    if (connection !== this.#connection) return
    this.#end(reason)
  }

  #end(reason: string): void {
    const connection = this.#connection
    if (connection === null) return
    this.#connection = null
    connection.client.removeAllListeners('message')
    connection.client.end(true)
    this.#options.onDisconnected(connection.session, reason)
  }
}

/**
 * The receipt of a press comes in a moment, and a processor that slept takes several times as long to check it: meanwhile the
 * press itself is read and checked in the same way [D20].
 */
function rehearseReceipt({ gatewayKey }: Connection, kind: PressMessage['kind'], bytes: Uint8Array): void {
  const sent = decode(bytes, [kind])
  if (sent.ok && gatewayKey !== null) isAuthentic(sent.message, verifyWith(gatewayKey)) // the wrong key takes as long
}
