// What waits to go out on one connection: a bounded queue, a window of unacknowledged packets, and what became of each
// message [D12, S6]. One connection's queue never makes another wait.
import { generate, writeToStream } from 'mqtt-packet'
import { limits } from '../../../protocol/limits.ts'
import type { DeliveryOutcome } from '../../core/record-types.ts'

// Otherwise the library, Aedes' copy too, keeps a buffer for each of the 65,536 packet numbers: 16 MB for nothing.
writeToStream.cacheNumbers = false

export type OutgoingMessage = {
  readonly topic: string
  readonly payload: Buffer
  /** 0 if the receiver subscribed so; it then tells nobody that it has the message. */
  readonly qos: 0 | 1
  readonly retain: boolean
  /** Called exactly once for a message with QoS 1. */
  readonly onEnded?: (outcome: DeliveryOutcome) => void
}

export type Outgoing = {
  /** Writes the message now, or queues it. */
  readonly send: (message: OutgoingMessage) => void
  /** Sends these when nothing else waits, pulling each only when it can go: a long state needs no long queue. */
  readonly replay: (key: string, messages: Iterator<OutgoingMessage>) => void
  readonly stopReplay: (key: string) => void
  /** The receiver's PUBACK. False: nothing with this packet id is under way. */
  readonly acknowledge: (packetId: number) => boolean
  /** The connection takes bytes again. */
  readonly drained: () => void
  /** Nothing more goes out; what was not acknowledged ends with this. */
  readonly end: (outcome: Exclude<DeliveryOutcome, 'delivered'>) => void
}

type Options = {
  /** Hands the bytes to the socket at once. False: no more until `drained`. */
  readonly write: (bytes: Buffer) => boolean
  /** A bound is reached. Must call `end('queueFull')`. */
  readonly onOverflow: () => void
  /** The oldest packet is unacknowledged for too long. Must call `end('connectionLost')`. */
  readonly onSilence: () => void
}

const packetIdMax = 65535

export function createOutgoing(options: Options): Outgoing {
  const inflight = new Map<number, OutgoingMessage>()
  const waiting: OutgoingMessage[] = []
  const replays = new Map<string, Iterator<OutgoingMessage>>()
  let waitingBytes = 0
  let writable = true
  let ended: Exclude<DeliveryOutcome, 'delivered'> | null = null
  let lastPacketId = 0
  let deadline: NodeJS.Timeout | null = null

  function pump(): void {
    while (ended === null && writable && inflight.size < limits.inflightMax) {
      const message = nextWaiting() ?? nextReplayed()
      if (message === null) return
      transmit(message)
    }
  }

  function nextWaiting(): OutgoingMessage | null {
    const message = waiting.shift() ?? null
    if (message !== null) waitingBytes -= message.payload.length
    return message
  }

  function nextReplayed(): OutgoingMessage | null {
    for (const [key, messages] of replays) {
      const next = messages.next()
      if (next.done !== true) return next.value
      replays.delete(key)
    }
    return null
  }

  function transmit(message: OutgoingMessage): void {
    const { topic, payload, qos, retain } = message
    const messageId = qos === 0 ? {} : { messageId: expectAcknowledgement(message) }
    // Not writeToStream: it corks until the next tick, and a synchronous commit that follows would hold the bytes back [D13].
    writable = options.write(generate({ cmd: 'publish', topic, payload, qos, retain, dup: false, ...messageId }))
  }

  /** @returns the packet id, one that is not in use [MQTT-2.3.1-2]. */
  function expectAcknowledgement(message: OutgoingMessage): number {
    do lastPacketId = (lastPacketId % packetIdMax) + 1
    while (inflight.has(lastPacketId))
    inflight.set(lastPacketId, message)
    deadline ??= setTimeout(options.onSilence, limits.pubackDeadlineMs)
    return lastPacketId
  }

  function send(message: OutgoingMessage): void {
    if (ended !== null) {
      message.onEnded?.(ended)
      return
    }
    waiting.push(message)
    waitingBytes += message.payload.length
    pump()
    if (waiting.length > limits.connectionQueueMax || waitingBytes > limits.connectionQueueBytesMax)
      options.onOverflow()
  }

  function acknowledge(packetId: number): boolean {
    const message = inflight.get(packetId)
    if (message === undefined) return false
    const oldest = inflight.keys().next().value
    inflight.delete(packetId)
    if (packetId === oldest) restartDeadline()
    message.onEnded?.('delivered')
    pump()
    return true
  }

  function restartDeadline(): void {
    if (inflight.size > 0) deadline?.refresh()
    else stopDeadline()
  }

  function stopDeadline(): void {
    if (deadline !== null) clearTimeout(deadline)
    deadline = null
  }

  function end(outcome: Exclude<DeliveryOutcome, 'delivered'>): void {
    if (ended !== null) return
    ended = outcome
    stopDeadline()
    const undelivered = [...inflight.values(), ...waiting]
    inflight.clear()
    waiting.length = 0
    replays.clear()
    for (const message of undelivered) message.onEnded?.(outcome)
  }

  return {
    send,
    replay: (key, messages) => {
      replays.set(key, messages)
      pump()
    },
    stopReplay: key => void replays.delete(key),
    acknowledge,
    drained: () => {
      writable = true
      pump()
    },
    end,
  }
}
