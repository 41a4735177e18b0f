// One way of a device to one gateway, with the promises of firmware/shell/uplink.ts: each attempt is a new connection, ends are
// told exactly once, and nothing is believed that the gateway of this very connection did not sign.
import type { FromGateway, LinkId } from '../../firmware/core/model.ts'
import { decode, isAuthentic, type Unsigned } from '../../protocol/codec.ts'
import type { DeviceId, GatewayId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { DeviceMessage } from '../../protocol/messages.ts'
import { type TopicName, topicOf } from '../../protocol/topics.ts'
import type { Hello, Network } from './network.ts'
import type { Observe } from './observation.ts'
import { noSignature, type Packet, signedBytes, verifierOf, type Wire } from './packet.ts'
import type { End, Host } from './path.ts'
import type { UnstampedDevice } from './programs.ts'

export const linkOf = (gateway: GatewayId): LinkId => `mqtts://${gateway}:8883` as LinkId

type Options = {
  readonly network: Network
  readonly host: Host
  readonly device: DeviceId
  readonly gateway: GatewayId
  readonly boot: Unsigned<DeviceMessage>['boot']
  readonly asBytes: boolean
  readonly observe: Observe
  readonly dispatch: (event: UnstampedDevice) => void
  readonly onPuback: (message: DeviceMessage) => void
}

/** Keep-alive of ten seconds: a ping answers one at the latest, and three halves of it are too long. */
const patience = { client: [5000, 15_000], gateway: [5000, 15_000] } as const
const inflightMax = 2 * limits.outboxMax
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

export class Uplink {
  readonly link: LinkId
  readonly #options: Options
  readonly #inflight = new Map<number, DeviceMessage>()
  #session = 0
  #end: End | null = null
  #giveUp: (() => void) | null = null
  #lastPacketId = 0

  constructor(options: Options) {
    this.#options = options
    this.link = linkOf(options.gateway)
  }

  connect(session: number): void {
    const { network, device, gateway, boot, host } = this.#options
    if (this.#end !== null || this.#giveUp !== null) this.#over('a new connection takes its place')
    this.#session = session
    const hello: Hello = { role: 'device', id: device, boot, session }
    this.#giveUp = network.connect({
      path: { client: device, gateway },
      hello,
      host,
      patience,
      timeoutMs: limits.connectTimeoutMs,
      onConnected: end => this.#connected(end),
      onFailed: () => this.#over('no connection'),
    })
  }

  publish(session: number, unsigned: Unsigned<DeviceMessage>): void {
    if (this.#end === null || session !== this.#session) return
    if (this.#inflight.size >= inflightMax) this.#over('the gateway takes nothing over')
    else this.#send({ ...unsigned, sig: noSignature } as DeviceMessage)
  }

  #send(message: DeviceMessage): void {
    this.#lastPacketId += 1
    this.#inflight.set(this.#lastPacketId, message)
    this.#end?.send({ kind: 'publish', wire: this.#wireOf(message), packetId: this.#lastPacketId })
  }

  /** The program ends: what the operating system does with its connections. */
  close(how: 'crash' | 'powerCut' | 'stop'): void {
    this.#giveUp?.()
    if (how === 'powerCut') this.#end?.vanish()
    if (how === 'stop') this.#end?.send({ kind: 'disconnect' })
    this.#end?.close()
    this.#end = null
    this.#giveUp = null
  }

  #connected(end: End): void {
    this.#giveUp = null
    this.#end = end
    end.onPacket = packet => this.#heard(end, packet)
    end.onLost = why => this.#over(why)
    end.send({ kind: 'subscribe' })
    this.#options.dispatch({ kind: 'connected', link: this.link, session: this.#session })
  }

  #heard(end: End, packet: Packet): void {
    if (packet.kind === 'puback') this.#taken(packet.packetId)
    if (packet.kind !== 'publish') return
    if (packet.packetId !== null) end.send({ kind: 'puback', packetId: packet.packetId })
    const message = this.#believed(packet.wire)
    if (message === null) return
    const { device, observe, dispatch } = this.#options
    if (message.kind === 'receipt') observe({ kind: 'receiptArrived', device, press: message.id })
    dispatch({ kind: 'received', link: this.link, message })
  }

  #taken(packetId: number): void {
    const message = this.#inflight.get(packetId)
    if (message === undefined) return
    this.#inflight.delete(packetId)
    this.#options.onPuback(message)
  }

  #believed(wire: Wire): FromGateway | null {
    const { device, gateway } = this.#options
    if (wire.kind === 'object') {
      const message = wire.message as FromGateway
      return wire.signer === gateway && message.device === device ? message : null
    }
    const decoded = decode(wire.bytes, fromGateway)
    if (!decoded.ok || !isAuthentic(decoded.message, verifierOf(gateway))) return null
    return decoded.message.device === device ? decoded.message : null
  }

  #wireOf(message: DeviceMessage): Wire {
    const { asBytes, device } = this.#options
    if (!asBytes) return { kind: 'object', message, signer: device }
    const { sig: _, ...unsigned } = message
    return signedBytes(topicOf(outbound[message.kind], { device }), unsigned as Unsigned<DeviceMessage>, device)
  }

  #over(_why: string): void {
    const session = this.#session
    this.#giveUp?.()
    this.#end?.close()
    this.#end = null
    this.#giveUp = null
    this.#inflight.clear()
    this.#options.dispatch({ kind: 'disconnected', link: this.link, session })
  }
}
