// Keeps a connection to one gateway for a person's program or for security monitoring: whenever it is lost it tries again.
import type { GatewayId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { Hello } from './network.ts'
import type { Packet } from './packet.ts'
import type { End, Host, Patience, Side } from './path.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

export type ClientOptions = {
  readonly world: World
  readonly random: Random
  readonly name: string
  readonly gateway: GatewayId
  readonly hello: Hello
  readonly patience: Readonly<Record<Side, Patience>>
  readonly onConnected: () => void
  readonly onPacket: (packet: Packet) => void
  readonly onLost: () => void
}

const retryMs = { least: 1000, most: 5000 } as const

export class Client {
  readonly #options: ClientOptions
  readonly #host: Host = { isUp: true }
  #end: End | null = null
  #giveUp: (() => void) | null = null
  #isWanted = false

  constructor(options: ClientOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#end !== null
  }

  open(): void {
    this.#isWanted = true
    this.#connect()
  }

  /** Says goodbye, or only closes what is not connected yet. */
  close(): void {
    this.#isWanted = false
    this.#giveUp?.()
    this.#giveUp = null
    const end = this.#end
    this.#end = null
    if (end === null) return
    end.send({ kind: 'disconnect' })
    end.close()
    this.#options.onLost()
  }

  send(packet: Packet): void {
    this.#end?.send(packet)
  }

  #connect(): void {
    const { world, name, gateway, hello, patience, onConnected, onPacket } = this.#options
    if (!this.#isWanted || this.#end !== null || this.#giveUp !== null) return
    this.#giveUp = world.network.connect({
      path: { client: name, gateway },
      hello,
      host: this.#host,
      patience,
      timeoutMs: limits.connectTimeoutMs,
      onConnected: end => {
        this.#giveUp = null
        this.#end = end
        end.onPacket = onPacket
        end.onLost = () => this.#lost()
        onConnected()
      },
      onFailed: () => {
        this.#giveUp = null
        this.#tryAgain()
      },
    })
  }

  #lost(): void {
    this.#end = null
    this.#options.onLost()
    this.#tryAgain()
  }

  #tryAgain(): void {
    const { world, random } = this.#options
    world.agenda.after(random.between(retryMs.least, retryMs.most), () => this.#connect())
  }
}
