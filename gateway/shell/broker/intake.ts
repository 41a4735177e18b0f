// Takes what a connection publishes: makes an event of it, and owes its answer until what it brought is on record [D4, D16].
import { assertNever } from '../../../protocol/assert.ts'
import type { Delivery } from '../../core/model.ts'
import type { Emit, IsOnRecord } from '../ports.ts'
import { culpritOf, type Identity } from './access.ts'
import { answerTo, type Connection } from './connection.ts'
import { type Inbound, judgePublish } from './inbound.ts'
import type { PublishPacket } from './packet-filter.ts'

export type IntakeOptions = {
  readonly emit: Emit
  readonly isOnRecord: IsOnRecord
  /** Lets the answer of a publish go. */
  readonly acknowledge: (delivery: Delivery) => void
  /** Passes on the birth or death of a device that its signature proves. */
  readonly onStatus: (topic: string, payload: Buffer) => void
}

/** A will comes here too, when its connection has ended: nobody is left to answer. */
export type Intake = (connection: Connection, publish: Omit<PublishPacket, 'kind'>) => void

export function createIntake({ emit, isOnRecord, acknowledge, onStatus }: IntakeOptions): Intake {
  function pass(inbound: Inbound, identity: Identity, address: string, delivery: Delivery | null): void {
    switch (inbound.kind) {
      case 'received':
        emit({ ...inbound, delivery })
        return
      case 'responderSaid':
        emit({ ...inbound, channel: 'mqtt', address, isOnRecord: isOnRecord(inbound.message.alarm), delivery })
        return
      case 'setAside':
        emit({ ...inbound, kind: 'securityObserved', ...culpritOf(identity, address) })
        if (delivery !== null) acknowledge(delivery) // or the client would send it for ever [D5]
        return
      default:
        assertNever(inbound)
    }
  }

  return (connection, { topic, payload, qos, packetId }) => {
    const { identity } = connection
    // Exactly once is what ids are for [D6]; a QoS 2 publish is taken once and gets its handshake, for clients that insist.
    if (identity === null || (qos === 2 && packetId !== null && !connection.awaitRelease(packetId))) return
    const answer = packetId === null ? null : answerTo(qos === 2 ? 'pubrec' : 'puback', packetId)
    const delivery = answer === null ? null : connection.answers.owe(answer)
    const inbound = judgePublish(identity, topic, payload)
    pass(inbound, identity, connection.address, delivery)
    if (inbound.kind === 'received' && isOwnStatus(inbound)) onStatus(topic, Buffer.from(payload)) // not the whole chunk it came in
  }
}

/** Proved by its signature and about its sender: what others may be told. */
const isOwnStatus = ({ sender, message, authentic }: Extract<Inbound, { kind: 'received' }>): boolean =>
  authentic && message.kind === 'status' && message.device === sender
