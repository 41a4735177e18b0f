// The MQTT side of a gateway program, with the promises of gateway/shell/broker: who is connected and listens to what, one
// connection for each device, wills, retained states, and PUBACKs that wait for the disk.

import { mqttChannel, type Receiver } from '../../gateway/channels/mqtt.ts'
import type { Delivery, Effect, ToDevice, ToMonitor } from '../../gateway/core/model.ts'
import { type Answers, createDeliveries, type Deliveries } from '../../gateway/shell/broker/deliveries.ts'
import { topicForDevice } from '../../gateway/shell/broker/destinations.ts'
import { type Inbound, judgePublish } from '../../gateway/shell/broker/inbound.ts'
import type { Emit, NotificationChannel } from '../../gateway/shell/ports.ts'
import type { DeviceId, ResponderId } from '../../protocol/ids.ts'
import type { DeviceMessage, NotificationMessage } from '../../protocol/messages.ts'
import type { GatewayMachine } from './gateway.ts'
import type { Hello } from './network.ts'
import { Outgoing } from './outgoing.ts'
import { noSignature, type Packet, signedBytes, verifierOf, type Wire } from './packet.ts'
import type { End } from './path.ts'
import type { Ending } from './power.ts'

type Party = Exclude<Hello, { role: 'page' }>
type Connected = {
  readonly party: Party
  readonly end: End
  readonly outgoing: Outgoing
  readonly answers: Answers
  isListening: boolean
}

export class Broker {
  readonly deliveries: Deliveries
  readonly channel: NotificationChannel
  readonly #machine: GatewayMachine
  readonly #emit: Emit
  readonly #connected = new Set<Connected>()
  readonly #devices = new Map<DeviceId, Connected>()
  readonly #listening = new Map<ResponderId, Set<Connected>>()
  readonly #configurations = new Map<DeviceId, Wire>()
  readonly #retained = new Map<string, ToMonitor>()

  constructor(machine: GatewayMachine, emit: Emit) {
    this.#machine = machine
    this.#emit = emit
    this.deliveries = createDeliveries(deliveries => emit({ kind: 'deliveriesEnded', deliveries }))
    this.channel = mqttChannel(
      responder => this.#receiversOf(responder),
      (notification, responder, outcome) =>
        emit({ kind: 'notificationEnded', notification, responder, channel: 'mqtt', outcome }),
    )
  }

  accept(end: End, party: Party): void {
    const outgoing = new Outgoing({
      agenda: this.#machine.world.agenda,
      write: packet => end.send(packet),
      onLost: why => {
        end.close()
        this.#gone(connected, why, true)
      },
    })
    const answers = this.deliveries.open(bytes => end.send({ kind: 'puback', packetId: bytes.readUInt32BE() }))
    const connected: Connected = { party, end, outgoing, answers, isListening: false }
    if (party.role === 'device') this.#takeOver(party.id, connected)
    this.#connected.add(connected)
    end.onPacket = packet => this.#heard(connected, packet)
    end.onLost = () => this.#gone(connected, 'connectionLost', true)
    end.send({ kind: 'connack' })
  }

  sendToDevice(message: ToDevice): void {
    const { plan, world } = this.#machine
    const wire: Wire =
      world.plan.wire === 'bytes'
        ? signedBytes(topicForDevice(message), message, plan.id)
        : { kind: 'object', message: { ...message, sig: noSignature }, signer: plan.id }
    if (message.kind === 'config') this.#configurations.set(message.device, wire)
    const connected = this.#devices.get(message.device)
    if (connected?.isListening === true) connected.outgoing.send(wire)
  }

  tellMonitors({ message, retain }: Extract<Effect, { kind: 'tellMonitors' }>): void {
    const topic = retainedName(message)
    if (retain) this.#retained.set(topic, message)
    else this.#retained.delete(topic)
    for (const { party, end, isListening } of this.#connected)
      if (party.role === 'monitor' && isListening) end.send(toMonitor(message))
  }

  /** Something is published in this name: by the machine with this certificate, or by whoever has stolen it. */
  published(sender: DeviceId, wire: Wire, delivery: Delivery | null): void {
    if (wire.kind === 'object') {
      const message = wire.message as DeviceMessage
      this.#emit({ kind: 'received', sender, message, authentic: wire.signer === sender, delivery })
      return
    }
    const identity = { role: 'device', id: sender, serial: 1n, verify: verifierOf(sender) } as const
    this.pass(judgePublish(identity, wire.topic, wire.bytes), sender, delivery)
  }

  /** @param from the device, or the network address. */
  pass(inbound: Inbound, from: string, delivery: Delivery | null): void {
    if (inbound.kind === 'received') this.#emit({ ...inbound, delivery })
    else if (inbound.kind === 'responderSaid') {
      const isOnRecord = this.#machine.isOnRecord(inbound.message.alarm)
      this.#emit({ ...inbound, channel: 'mqtt', address: from, isOnRecord, delivery })
    } else {
      this.#emit({ ...inbound, kind: 'securityObserved', source: from, account: null })
      if (delivery !== null) this.deliveries.acknowledge(delivery)
    }
  }

  end(how: Ending): void {
    for (const { end, outgoing } of this.#connected) {
      if (how === 'powerCut') end.vanish()
      else end.close()
      outgoing.end('connectionLost')
    }
  }

  #heard(connected: Connected, packet: Packet): void {
    switch (packet.kind) {
      case 'subscribe':
        this.#subscribed(connected)
        break
      case 'publish':
        this.#publishHeard(connected, packet)
        break
      case 'puback':
        connected.outgoing.acknowledge(packet.packetId)
        break
      case 'disconnect':
        this.#gone(connected, 'connectionLost', false)
        connected.end.close()
        break
      case 'connack':
      case 'seen':
      case 'ask':
      case 'answer':
        break // not of this side
    }
  }

  #publishHeard({ party, answers }: Connected, { wire, packetId }: Extract<Packet, { kind: 'publish' }>): void {
    const delivery = packetId === null ? null : answers.owe(bytesOf(packetId))
    if (party.role === 'device') this.published(party.id, wire, delivery)
    if (party.role === 'responder' && wire.kind === 'object') {
      const { message } = wire
      if (message.kind === 'acknowledgement' || message.kind === 'close')
        this.pass({ kind: 'responderSaid', responder: party.id, message }, 'network', delivery)
    }
  }

  #subscribed(connected: Connected): void {
    const { party, end, outgoing } = connected
    connected.isListening = true
    if (party.role === 'monitor') for (const message of this.#retained.values()) end.send(toMonitor(message))
    if (party.role === 'responder') this.#startListening(party.id, connected)
    if (party.role !== 'device') return
    const retained = this.#configurations.get(party.id)
    if (retained !== undefined) outgoing.send(retained)
    this.#emit({ kind: 'deviceConnected', device: party.id })
  }

  #startListening(responder: ResponderId, connected: Connected): void {
    this.#listening.set(responder, (this.#listening.get(responder) ?? new Set()).add(connected))
    this.#emit({ kind: 'responderPresent', responder, channel: 'mqtt', present: true })
  }

  /** A new connection of a device takes the place of the old one, whose will then says that it is dead. */
  #takeOver(device: DeviceId, next: Connected): void {
    const old = this.#devices.get(device)
    if (old !== undefined) {
      old.end.close()
      this.#gone(old, 'connectionLost', true)
    }
    this.#devices.set(device, next)
  }

  #gone(connected: Connected, why: 'connectionLost' | 'queueFull', isSudden: boolean): void {
    const { party, outgoing, answers } = connected
    if (!this.#connected.delete(connected)) return
    answers.close()
    outgoing.end(why)
    if (party.role === 'responder') this.#stopListening(party.id, connected)
    if (party.role !== 'device') return
    if (this.#devices.get(party.id) === connected) this.#devices.delete(party.id)
    if (isSudden) this.#will(party)
  }

  #will({ id: device, boot, session }: Extract<Party, { role: 'device' }>): void {
    const message = { v: 1, kind: 'status', device, boot, session, state: 'offline', sig: noSignature } as const
    this.#machine.world.agenda.after(0, () =>
      this.#emit({ kind: 'received', sender: device, message, authentic: true, delivery: null }),
    )
  }

  #stopListening(responder: ResponderId, connected: Connected): void {
    const own = this.#listening.get(responder)
    if (own?.delete(connected) !== true || own.size > 0) return
    this.#listening.delete(responder)
    this.#emit({ kind: 'responderPresent', responder, channel: 'mqtt', present: false })
  }

  #receiversOf(responder: ResponderId): readonly Receiver[] {
    return [...(this.#listening.get(responder) ?? [])].map(({ outgoing }) => ({
      send: (_topic, payload, onEnded) => outgoing.send(notificationIn(payload), onEnded),
    }))
  }
}

const toMonitor = (message: ToMonitor): Packet => ({
  kind: 'publish',
  wire: { kind: 'object', message, signer: '' },
  packetId: null,
})

/** What stands in the place of the topic: a state replaces the one of the same thing. */
function retainedName(message: ToMonitor): string {
  switch (message.kind) {
    case 'alarmState':
      return message.alarm
    case 'deviceState':
      return message.device
    default:
      return message.kind
  }
}

/** The channel encodes what it tells, and so proves that it may be said. */
const notificationIn = (payload: Buffer): Wire => ({
  kind: 'object',
  message: JSON.parse(payload.toString('utf8')) as NotificationMessage,
  signer: '',
})

function bytesOf(packetId: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(packetId)
  return bytes
}
