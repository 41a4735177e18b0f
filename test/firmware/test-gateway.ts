// The other end of a device's link, as thin as possible: a plain Aedes on mutual TLS that notes what comes and says what the test
// tells it to say.
import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { Aedes } from 'aedes'
import type { FromGateway } from '../../firmware/core/model.ts'
import { signWith, verifyWith } from '../../firmware/shell/identity.ts'
import { type Authority, type Issued, issueGatewayCertificate } from '../../gateway/provisioning/authority.ts'
import { decode, encode, isAuthentic, signed, type Unsigned } from '../../protocol/codec.ts'
import { type GatewayId, parseGatewayId } from '../../protocol/ids.ts'
import type { DeviceMessage, PressMessage } from '../../protocol/messages.ts'
import { wallTime } from '../../protocol/time.ts'
import { type TopicName, topicOf } from '../../protocol/topics.ts'

export type Heard = { readonly message: DeviceMessage; readonly authentic: boolean; readonly retained: boolean }

const kinds = ['alarm', 'repeatPress', 'testAlarm', 'released', 'fault', 'heartbeat', 'status'] as const
const topicNames: Readonly<Record<FromGateway['kind'], Extract<TopicName, `device${string}`>>> = {
  receipt: 'deviceReceipt',
  progress: 'deviceProgress',
  command: 'deviceCommand',
  config: 'deviceConfig',
}

export class TestGateway implements AsyncDisposable {
  readonly heard: Heard[] = []
  /** Whether each press is receipted as soon as it comes. */
  receipts = true
  /** Whether a PUBACK follows a publish. */
  pubacks = true
  readonly #aedes: Aedes
  readonly #server: Server
  readonly #sockets = new Set<TLSSocket>()
  readonly #identity: Issued
  /** Of the certificate of the one device that connects. */
  #deviceKey: KeyObject | undefined

  static async start(authority: Authority, port = 0): Promise<TestGateway> {
    const gateway = parseGatewayId('test') as GatewayId
    const identity = await issueGatewayCertificate(authority, { gateway, hosts: ['127.0.0.1', 'localhost'] })
    const aedes = await Aedes.createBroker()
    const server = createServer({
      key: identity.key,
      cert: identity.certificate,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return new TestGateway(aedes, server, identity)
  }

  private constructor(aedes: Aedes, server: Server, identity: Issued) {
    this.#aedes = aedes
    this.#server = server
    this.#identity = identity
    server.on('secureConnection', socket => {
      this.#deviceKey = socket.getPeerX509Certificate()?.publicKey
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
      aedes.handle(socket)
    })
    aedes.authorizePublish = (_client, packet, callback) => {
      this.#hear(packet)
      if (this.pubacks) callback(null)
    }
  }

  #hear(packet: { readonly payload: Buffer | string; readonly retain: boolean }): void {
    const decoded = decode(Buffer.from(packet.payload), kinds)
    if (!decoded.ok) return
    const { message } = decoded
    const authentic = this.#deviceKey !== undefined && isAuthentic(message, verifyWith(this.#deviceKey))
    this.heard.push({ message, authentic, retained: packet.retain })
    if ('pressedAt' in message && this.receipts) this.receipt(message)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `mqtts://127.0.0.1:${this.port}`
  }

  of<Kind extends DeviceMessage['kind']>(kind: Kind): Extract<DeviceMessage, { kind: Kind }>[] {
    return this.heard.flatMap(({ message }) =>
      message.kind === kind ? [message as Extract<DeviceMessage, { kind: Kind }>] : [],
    )
  }

  receipt(message: PressMessage, key?: string): void {
    const { device, id } = message
    const alarm = message.kind === 'repeatPress' ? message.alarm : (id as string as never)
    this.say({ v: 1, kind: 'receipt', device, id, alarm, recordedAt: wallTime(Date.now()) }, key)
  }

  /** Signs with the gateway's key, or with another one to see it refused. */
  say(message: Unsigned<FromGateway>, key: string = this.#identity.key): void {
    this.sayAs(message.device, message, key)
  }

  /** The same on the topic of a device that it may not be meant for. */
  sayAs(device: string, message: Unsigned<FromGateway>, key: string = this.#identity.key): void {
    const bytes = encode(signed<FromGateway>(message, signWith(createPrivateKey(key))))
    this.sayBytes(message.kind, device, bytes)
  }

  sayBytes(kind: FromGateway['kind'], device: string, bytes: Uint8Array): void {
    this.#aedes.publish(
      {
        cmd: 'publish',
        topic: topicOf(topicNames[kind], { device }),
        payload: Buffer.from(bytes),
        qos: 1,
        retain: kind === 'config',
        dup: false,
      },
      () => undefined,
    )
  }

  /** Breaks every connection without a word. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropAll()
    await new Promise<void>(resolve => this.#server.close(() => resolve()))
    await new Promise<void>(resolve => this.#aedes.close(() => resolve()))
  }
}
