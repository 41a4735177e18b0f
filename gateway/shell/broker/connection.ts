// One connection, from the TLS socket to its end: the strict filter in front of Aedes, the bounded queue beside it, and
// keep-alive. Aedes sees a stream of its own, with nothing in it but packets that may come, and no PUBLISH [D12, D16].
import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { assertNever } from '../../../protocol/assert.ts'
import { limits } from '../../../protocol/limits.ts'
import { text } from '../../../protocol/text.ts'
import { matchesFilter } from '../../../protocol/topics.ts'
import type { DeliveryOutcome } from '../../core/record-types.ts'
import type { Log } from '../ports.ts'
import { addressOf, type DeviceIdentity, type Identity } from './access.ts'
import type { Ends } from './admission.ts'
import type { Answers } from './deliveries.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import type { Pace } from './pacing.ts'
import { type ConnectPacket, type Packet, type PublishPacket, packetTypes, readPacket } from './packet-filter.ts'
import { createFrameReader, type Frame, type Violation, violation } from './packet-frames.ts'

export type Loss = Exclude<DeliveryOutcome, 'delivered'>

export type ConnectionOptions = {
  readonly socket: TLSSocket
  readonly device: DeviceIdentity | null
  /** Takes the stream that the broker reads, once a valid CONNECT is in it. */
  readonly attach: (stream: Duplex, connection: Connection) => void
  readonly onViolation: (connection: Connection, violation: Violation) => void
  readonly onPublish: (connection: Connection, publish: PublishPacket) => void
  readonly onPing: (connection: Connection) => void
  /** Called once. Nothing goes out any more. */
  readonly onClosed: (connection: Connection) => void
  readonly answers: (write: (bytes: Buffer) => void) => Answers
  readonly pace: Pace
  readonly log: Log
}

/** How long a peer has to take the last bytes before its connection is cut. */
const farewellMs = 2000
const typePublish = packetTypes.publish
/** CONNECT and SUBSCRIBE carry names and, in a will, one message. */
const otherBytesMax = 4 * limits.messageBytesMax

export class Connection {
  readonly address: string
  /** Names the TCP connection, also after it has ended. */
  readonly ends: Ends
  readonly outgoing: Outgoing
  /** Answers owed to the publishes of this connection. */
  readonly answers: Answers
  /** Topic filters with the QoS granted. */
  readonly subscriptions = new Map<string, 0 | 1>()
  /** Whom the certificate names; null without one. */
  readonly device: DeviceIdentity | null
  /** Null until CONNECT was accepted. */
  identity: Identity | null = null
  /** Null before CONNECT. */
  connect: ConnectPacket | null = null

  readonly #options: ConnectionOptions
  readonly #socket: TLSSocket
  readonly #frames = createFrameReader((type, length) => this.#admitFrame(type, length))
  readonly #stream: Duplex
  /** Ids of QoS 2 publishes that wait for their PUBREL. */
  readonly #unreleased = new Set<number>()
  #phase: 'new' | 'connecting' | 'open' | 'closed' = 'new'
  #keepAlive: NodeJS.Timeout | null = null
  #farewell: NodeJS.Timeout | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#socket = options.socket
    this.device = options.device
    this.address = addressOf(options.socket)
    const { remoteAddress, remotePort, localAddress, localPort } = options.socket
    this.ends = { remoteAddress, remotePort, localAddress, localPort }
    this.answers = options.answers(bytes => void this.write(bytes))
    this.outgoing = createOutgoing({
      write: bytes => this.write(bytes),
      onOverflow: () => this.#overflow(),
      onSilence: () => this.#lose('the peer acknowledges nothing'),
    })
    this.#stream = this.#createStream()
    this.#socket.on('data', chunk => this.#take(chunk))
    this.#socket.on('drain', () => this.outgoing.drained())
    this.#socket.on('error', error => options.log.debug({ ...this.#who(), error: error.message }, 'connection failed'))
    this.#socket.on('close', () => this.#gone())
  }

  get closed(): boolean {
    return this.#phase === 'closed'
  }

  /** CONNECT is answered: packets behind it are read from now on. */
  open(): void {
    if (this.closed) return
    this.#phase = 'open'
    this.#socket.resume()
    this.#readFrames()
  }

  /** The lower of both QoS for a topic that this connection has subscribed; null if it has not. */
  qosFor(topic: string): 0 | 1 | null {
    const exact = this.subscriptions.get(topic)
    if (exact !== undefined) return exact
    let best: 0 | 1 | null = null
    for (const [filter, qos] of this.subscriptions)
      if (matchesFilter(filter, topic) && (best === null || qos > best)) best = qos
    return best
  }

  /** False: a publish with this id is under way already, sent twice. */
  awaitRelease(packetId: number): boolean {
    if (this.#unreleased.has(packetId)) return false
    if (this.#unreleased.size < limits.deliveriesMax) this.#unreleased.add(packetId)
    return true
  }

  /** Hands the bytes to the operating system before it returns. False: the peer does not keep up. */
  write(bytes: Buffer): boolean {
    if (this.#socket.destroyed || !this.#socket.writable) return false
    const taken = this.#socket.write(bytes)
    if (this.#socket.writableLength > limits.connectionQueueBytesMax) this.#overflow()
    return taken
  }

  /** Ends it after what was written has gone out. */
  close(): void {
    if (this.closed) return
    this.#end('connectionLost')
    this.#socket.end()
    this.#farewell = setTimeout(() => this.#socket.destroy(), farewellMs)
  }

  #overflow(): void {
    if (this.closed) return
    this.#options.log.warn(this.#who(), 'connection closed: its queue is full, the peer does not keep up')
    this.#end('queueFull')
    this.#socket.destroy()
  }

  #lose(why: string): void {
    if (this.closed) return
    this.#options.log.info(this.#who(), `connection closed: ${why}`)
    this.#end('connectionLost')
    this.#socket.destroy()
  }

  #gone(): void {
    if (this.#farewell !== null) clearTimeout(this.#farewell)
    if (!this.closed) this.#end('connectionLost')
  }

  #end(why: Loss): void {
    this.#phase = 'closed'
    if (this.#keepAlive !== null) clearTimeout(this.#keepAlive)
    this.answers.close()
    this.outgoing.end(why)
    this.#options.onClosed(this)
    // An end, not a destruction: what the peer sent before it went is still read, DISCONNECT and alarms too.
    if (this.connect === null) this.#stream.destroy()
    else this.#options.pace(() => void (this.#stream.destroyed || this.#stream.push(null)))
  }

  #take(chunk: Buffer): void {
    if (this.closed) return // it may go on sending until it has heard of the end
    this.#frames.push(chunk)
    this.#readFrames()
  }

  /** Packets behind CONNECT wait until it is answered. */
  #readFrames(): void {
    while (this.#phase === 'new' || this.#phase === 'open') {
      const frame = this.#frames.next()
      if (frame === null) return
      const broken = 'clause' in frame ? frame : this.#handle(readPacket(frame), frame)
      if (broken !== null) this.#violate(broken)
    }
  }

  /** Order and size, known from the first bytes. */
  #admitFrame(type: number, length: number): Violation | null {
    if (this.#phase === 'new' && type !== packetTypes.connect) return violation('MQTT-3.1.0-1', mistakes.tooEarly(type))
    if (this.#phase === 'open' && type === packetTypes.connect) return violation('MQTT-3.1.0-2', mistakes.secondConnect)
    const most = type === typePublish ? limits.packetBytesMax : otherBytesMax
    return length <= most ? null : violation('limit', mistakes.tooLarge(type, length, most))
  }

  #handle(packet: Packet | Violation, frame: Frame): Violation | null {
    this.#keepAlive?.refresh()
    switch (packet.kind) {
      case 'violation':
        return packet
      case 'connect':
        this.#begin(packet, frame)
        return null
      case 'puback':
        return this.outgoing.acknowledge(packet.packetId) ? null : unsolicited('PUBACK', packet.packetId)
      case 'pubrel':
        return this.#release(packet.packetId) ? null : unsolicited('PUBREL', packet.packetId)
      case 'pubrec':
      case 'pubcomp':
        return unsolicited(packet.kind.toUpperCase(), packet.packetId) // nothing is sent with QoS 2
      case 'publish':
        this.#options.onPublish(this, packet)
        return null
      case 'subscribe':
      case 'unsubscribe':
        this.#forward(frame)
        return null
      case 'pingreq':
        this.#forward(frame)
        this.#options.onPing(this)
        return null
      case 'disconnect':
        this.#forward(frame)
        this.close()
        return null
      default:
        return assertNever(packet)
    }
  }

  #begin(packet: ConnectPacket, frame: Frame): void {
    this.connect = packet
    this.#phase = 'connecting'
    this.#socket.pause()
    if (packet.keepAliveSeconds > 0)
      this.#keepAlive = setTimeout(
        () => this.#lose('keep-alive ran out [MQTT-3.1.2-24]'),
        packet.keepAliveSeconds * 1500,
      )
    this.#options.attach(this.#stream, this)
    this.#forward(frame)
  }

  #release(packetId: number): boolean {
    if (!this.#unreleased.delete(packetId)) return false
    this.write(answerTo('pubcomp', packetId))
    return true
  }

  #forward(frame: Frame): void {
    if (!this.#stream.push(frame.bytes)) this.#socket.pause()
  }

  #violate(broken: Violation): void {
    if (this.closed) return
    this.#options.onViolation(this, broken)
    if (broken.connack !== undefined) this.write(Buffer.from([0x20, 2, 0, broken.connack]))
    this.close()
  }

  #createStream(): Duplex {
    return new Duplex({
      read: () => {
        if (this.#phase === 'open') this.#socket.resume()
      },
      write: (bytes: Buffer, _encoding, done) => {
        this.write(bytes)
        done()
      },
      writev: (chunks, done) => {
        this.write(Buffer.concat(chunks.map(({ chunk }) => chunk)))
        done()
      },
      destroy: (_error, done) => {
        this.close()
        done(null)
      },
    })
  }

  #who(): { readonly address: string; readonly party: string | null } {
    return { address: this.address, party: this.identity?.id ?? null }
  }
}

/** @param kind the packets that carry nothing but a packet id. */
export function answerTo(kind: 'puback' | 'pubrec' | 'pubcomp', packetId: number): Buffer {
  return Buffer.from([packetTypes[kind] << 4, 2, packetId >> 8, packetId & 0xff])
}

const unsolicited = (name: string, packetId: number): Violation =>
  violation('MQTT-4.8.0-1', mistakes.unsolicited(name, packetId))

const mistakes = {
  tooEarly: (type: number) => text(`Paketart ${type} vor CONNECT`, `packet type ${type} before CONNECT`),
  secondConnect: text('ein zweites CONNECT', 'a second CONNECT'),
  tooLarge: (type: number, length: number, most: number) =>
    text(
      `Paketart ${type} mit ${length} Bytes, höchstens ${most}`,
      `packet type ${type} of ${length} bytes, at most ${most}`,
    ),
  unsolicited: (name: string, packetId: number) =>
    text(
      `${name} ${packetId} antwortet auf nichts, was gesendet wurde`,
      `${name} ${packetId} answers nothing that was sent`,
    ),
} as const
