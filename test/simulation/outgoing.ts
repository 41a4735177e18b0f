// What waits to go out to one receiver, with the promises of gateway/shell/broker/outgoing.ts: a window of unacknowledged
// packets, a bounded queue behind it, and a deadline for the oldest one.
import type { DeliveryOutcome } from '../../gateway/core/record-types.ts'
import { limits } from '../../protocol/limits.ts'
import type { Agenda, Appointment } from './agenda.ts'
import type { Packet, Wire } from './packet.ts'

type Loss = Exclude<DeliveryOutcome, 'delivered'>
type Sending = { readonly wire: Wire; readonly onEnded: (outcome: DeliveryOutcome) => void }
type Options = {
  readonly agenda: Agenda
  readonly write: (packet: Packet) => void
  /** The receiver does not keep up. Must call `end`. */
  readonly onLost: (why: Loss) => void
}

export class Outgoing {
  readonly #options: Options
  readonly #inflight = new Map<number, Sending>()
  readonly #waiting: Sending[] = []
  #lastPacketId = 0
  #ended: Loss | null = null
  #deadline: Appointment | null = null

  constructor(options: Options) {
    this.#options = options
  }

  get size(): number {
    return this.#waiting.length
  }

  send(wire: Wire, onEnded: (outcome: DeliveryOutcome) => void = () => undefined): void {
    if (this.#ended !== null) {
      onEnded(this.#ended)
      return
    }
    this.#waiting.push({ wire, onEnded })
    this.#pump()
    if (this.#waiting.length > limits.connectionQueueMax) this.#options.onLost('queueFull')
  }

  acknowledge(packetId: number): void {
    const sending = this.#inflight.get(packetId)
    if (sending === undefined) return
    const [oldest] = this.#inflight.keys()
    this.#inflight.delete(packetId)
    if (packetId === oldest) this.#restartDeadline()
    sending.onEnded('delivered')
    this.#pump()
  }

  end(why: Loss): void {
    if (this.#ended !== null) return
    this.#ended = why
    this.#options.agenda.cancel(this.#deadline)
    const undelivered = [...this.#inflight.values(), ...this.#waiting.splice(0)]
    this.#inflight.clear()
    for (const { onEnded } of undelivered) onEnded(why)
  }

  #pump(): void {
    while (this.#ended === null && this.#inflight.size < limits.inflightMax) {
      const sending = this.#waiting.shift()
      if (sending === undefined) return
      this.#lastPacketId += 1
      this.#inflight.set(this.#lastPacketId, sending)
      if (this.#deadline === null) this.#restartDeadline()
      this.#options.write({ kind: 'publish', wire: sending.wire, packetId: this.#lastPacketId })
    }
  }

  #restartDeadline(): void {
    const { agenda, onLost } = this.#options
    agenda.cancel(this.#deadline)
    this.#deadline =
      this.#inflight.size === 0 ? null : agenda.after(limits.pubackDeadlineMs, () => onLost('connectionLost'))
  }
}
