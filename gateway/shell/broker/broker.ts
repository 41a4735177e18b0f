// The MQTT side of the gateway. Aedes does CONNECT, SUBSCRIBE, PING and wills; what is published becomes an event where its packet is
// read; what goes out is written by our own queue for each connection. Neither goes through Aedes' pipeline [D12, D16].
import type { TLSSocket } from 'node:tls'
import { Aedes, type Client, type Subscription } from 'aedes'
import { assert } from '../../../protocol/assert.ts'
import { encode, type Sign } from '../../../protocol/codec.ts'
import type { GatewayId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import { text } from '../../../protocol/text.ts'
import { mqttChannel } from '../../channels/mqtt.ts'
import type { Accounts, Broker, Emit, IsOnRecord, Log } from '../ports.ts'
import { culpritOf, type DeviceIdentity, judgeCertificate, type Refusal } from './access.ts'
import { createAudience } from './audience.ts'
import { Connection } from './connection.ts'
import { createDeliveries } from './deliveries.ts'
import { topicForDevice, topicForMonitors, topicsOfTheLast } from './destinations.ts'
import { createDevicePayloads } from './device-payloads.ts'
import { createGate } from './gate.ts'
import type { OnFailedHandshake } from './handshakes.ts'
import { createIntake } from './intake.ts'
import { createPace } from './pacing.ts'
import { createRetained } from './retained.ts'
import { type Revoked, readRevocations } from './revocation.ts'
import { listenTls } from './tls-listener.ts'

export type BrokerOptions = {
  readonly listen: { readonly address: string; readonly port: number }
  /** PEM texts. A device certificate counts if `authority` signed it and `revocationList` does not name it. */
  readonly tls: {
    readonly key: string
    readonly certificate: string
    readonly authority: string
    readonly revocationList?: string
  }
  readonly gateway: GatewayId
  readonly accounts: Accounts
  /** With the gateway's key: devices believe nothing else. */
  readonly sign: Sign
  readonly emit: Emit
  readonly isOnRecord: IsOnRecord
  /** A device may be about to tell of a press [D20]. */
  readonly onDevicePing: (device: DeviceIdentity) => void
  readonly log: Log
}

export type RunningBroker = Broker & {
  /** Takes over a new revocation list, PEM, and ends the connections of those that it names. @throws if it is not the authority's. */
  readonly revoke: (revocationList: string) => Promise<void>
}

/** @throws with `code` EADDRINUSE and the like if it cannot listen; if a key, certificate or revocation list is not usable. */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { emit, log } = options
  const { authority } = options.tls
  let revoked = await readRevocations(options.tls.revocationList, authority)
  const retained = createRetained()
  const payloads = createDevicePayloads(options.sign)
  const audience = createAudience(retained, emit)
  const deliveries = createDeliveries(ended => emit({ kind: 'deliveriesEnded', deliveries: ended }))
  const pace = createPace()
  const connections = new WeakMap<object, Connection>()

  const connectionOf = (client: Client): Connection => knownConnection(connections.get(client.conn))
  const onStatus = (topic: string, payload: Buffer) => {
    retained.set(topic, payload)
    audience.tellMonitors(topic, payload)
  }
  const intake = createIntake({ ...options, onStatus, acknowledge: deliveries.acknowledge })
  const gate = createGate({ ...options, connectionOf, intake })
  const aedes = await Aedes.createBroker({ id: options.gateway, connectTimeout: limits.connectTimeoutMs, ...gate })
  // Aedes would end the process. Nothing that it stores matters here [D6].
  aedes.addListener('error', (error: Error) => log.error({ error: error.message }, 'the broker’s own store failed'))
  aedes.on('client', neutraliseDedupe)
  aedes.on('clientReady', client => admit(connectionOf(client)))
  aedes.on('subscribe', (subscriptions, client) =>
    // Aedes has written SUBACK, but lets go of it at the end of this turn: retained messages come behind it.
    process.nextTick(() => audience.subscribed(connectionOf(client), granted(subscriptions))),
  )
  aedes.on('unsubscribe', (filters, client) => audience.unsubscribed(connectionOf(client), filters))

  function accept(socket: TLSSocket): void {
    const judgement = judgeCertificate(socket, revoked, Date.now())
    if (judgement?.kind === 'refused') refuse(socket, judgement.refusal)
    else begin(socket, judgement?.identity ?? null)
  }

  function begin(socket: TLSSocket, device: DeviceIdentity | null): void {
    new Connection({
      socket,
      device,
      attach: (stream, connection) => {
        connections.set(stream, connection)
        aedes.handle(stream)
      },
      onViolation: ({ identity, device, address }, { clause, detail }) =>
        emit({
          kind: 'securityObserved',
          event: 'protocolViolation',
          ...culpritOf(identity ?? device, address),
          detail: text(`${clause}: ${detail.de}`, `${clause}: ${detail.en}`),
        }),
      onPublish: intake,
      onPing: ({ identity }) => void (identity?.role === 'device' && options.onDevicePing(identity)),
      onClosed: audience.leave,
      answers: deliveries.open,
      pace,
      log,
    })
  }

  function refuse(socket: TLSSocket, { connack, ...observed }: Refusal): void {
    socket.on('error', () => {}) // the peer's last words to a connection that is over
    socket.destroy()
    emit({ kind: 'securityObserved', ...observed })
  }

  function admit(connection: Connection): void {
    listener.finished(connection.ends)
    if (isRevoked(connection, revoked)) connection.close() // by a list that is newer than its handshake
    if (connection.closed) return // or gone while it was let in
    audience.join(connection)
    connection.open()
    log.info({ address: connection.address, party: connection.identity?.id }, 'connected')
  }

  async function revoke(revocationList: string): Promise<void> {
    revoked = await readRevocations(revocationList, authority)
    for (const connection of audience.all()) if (isRevoked(connection, revoked)) pace(() => connection.close())
  }

  const listener = await listenTls(options.listen, options.tls, accept, reportTo(emit), log).catch(async error => {
    await closed(aedes)
    throw error
  })

  return {
    address: listener.address,
    channel: mqttChannel(audience.receiversOf, (notification, responder, outcome) =>
      emit({ kind: 'notificationEnded', notification, responder, channel: 'mqtt', outcome }),
    ),
    prepareReceipt: payloads.prepare,
    sendToDevice: ({ message }) => {
      const topic = topicForDevice(message)
      const payload = payloads.of(message)
      if (message.kind === 'config') retained.set(topic, payload)
      audience.sendToDevice(message.device, topic, payload)
    },
    isListening: audience.isListening,
    tellMonitors: ({ message, retain }) => {
      const topic = topicForMonitors(message)
      const payload = Buffer.from(encode(message))
      if (retain) retained.set(topic, payload)
      else for (const gone of topicsOfTheLast(message)) retained.delete(gone)
      audience.tellMonitors(topic, payload)
    },
    acknowledgeDelivery: deliveries.acknowledge,
    disconnect: party => {
      for (const connection of audience.connectionsOf(party)) pace(() => connection.close())
    },
    revoke,
    [Symbol.asyncDispose]: async () => {
      const quiet = listener.close()
      for (const connection of audience.all()) pace(() => connection.close())
      await quiet
      await closed(aedes)
    },
  }
}

/**
 * Aedes drops a packet whose counter is below the last one it delivered to the client, acknowledged ones too [D12]. It should
 * never deliver anything here [D16]; should it ever, nothing is lost.
 */
function neutraliseDedupe(client: Client): void {
  Object.assign(client, { duplicates: new Proxy(Object.create(null), { get: () => 0, set: () => true }) })
}

function knownConnection(connection: Connection | undefined): Connection {
  assert(connection !== undefined, 'every client of Aedes came in by us')
  return connection
}

const reportTo =
  (emit: Emit): OnFailedHandshake =>
  (source, detail) =>
    emit({ kind: 'securityObserved', event: 'protocolViolation', source, account: null, detail })

const isRevoked = ({ device }: Connection, revoked: Revoked): boolean => device !== null && revoked.has(device.serial)

const refusedSubscription: number = 128
const granted = (subscriptions: readonly Subscription[]): readonly string[] =>
  subscriptions.filter(({ qos }) => qos !== refusedSubscription).map(({ topic }) => topic)

const closed = (aedes: Aedes): Promise<void> => new Promise(resolve => aedes.close(resolve))
