// Security monitoring at one gateway: what its screen shows, made of retained states and of what comes after.
import type { ToMonitor } from '../../gateway/core/model.ts'
import type { AlarmId, DeviceId, GatewayId } from '../../protocol/ids.ts'
import type { AlarmStateMessage, DeviceStateMessage, GatewayStateMessage } from '../../protocol/messages.ts'
import { Client } from './client.ts'
import type { Packet } from './packet.ts'
import type { World } from './world.ts'

const patience = { client: [15_000, 45_000], gateway: [15_000, 45_000] } as const

export class Monitor {
  readonly alarms = new Map<AlarmId, AlarmStateMessage>()
  readonly devices = new Map<DeviceId, DeviceStateMessage>()
  gatewayState: GatewayStateMessage | null = null
  /** World time of the gateway's last heartbeat here. */
  heardAt = Number.NEGATIVE_INFINITY
  readonly #world: World
  readonly #gateway: GatewayId
  readonly #client: Client

  constructor(world: World, gateway: GatewayId) {
    this.#world = world
    this.#gateway = gateway
    this.#client = new Client({
      world,
      random: world.random.fork(`monitor ${gateway}`),
      name: 'monitor',
      gateway,
      hello: { role: 'monitor' },
      patience,
      onConnected: () => this.#begin(),
      onPacket: packet => this.#heard(packet),
      onLost: () => undefined,
    })
  }

  get isConnected(): boolean {
    return this.#client.isConnected
  }

  open(): void {
    this.#client.open()
  }

  /** What is retained comes now, and nothing else counts. */
  #begin(): void {
    this.alarms.clear()
    this.devices.clear()
    this.#client.send({ kind: 'subscribe' })
  }

  #heard(packet: Packet): void {
    if (packet.kind !== 'publish' || packet.wire.kind !== 'object') return
    const message = packet.wire.message as ToMonitor
    this.#show(message)
    this.#world.observe({ kind: 'monitorTold', gateway: this.#gateway, message })
  }

  #show(message: ToMonitor): void {
    switch (message.kind) {
      case 'alarmState':
        if (message.state === 'closed') this.alarms.delete(message.alarm)
        else this.alarms.set(message.alarm, message)
        break
      case 'deviceState':
        this.devices.set(message.device, message)
        break
      case 'gatewayState':
        this.gatewayState = message
        this.heardAt = this.#world.agenda.now()
        break
      case 'securityEvent':
        break // a line on the screen, no state
    }
  }
}
