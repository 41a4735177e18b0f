// What Aedes asks before it lets anything happen: who connects, what is published, what is subscribed.
import { randomUUID } from 'node:crypto'
import type { AedesOptions, AuthenticateError, Client, PublishPacket } from 'aedes'
import { assertNever } from '../../../protocol/assert.ts'
import { limits } from '../../../protocol/limits.ts'
import { clipped, text } from '../../../protocol/text.ts'
import { maySubscribe } from '../../../protocol/topics.ts'
import type { Delivery } from '../../core/model.ts'
import type { Accounts, Emit, IsOnRecord, Log } from '../ports.ts'
import {
  culpritOf,
  type Identity,
  type Judgement,
  judgeDevice,
  judgePerson,
  type Refusal,
  sessionName,
} from './access.ts'
import { notificationTopic } from './audience.ts'
import { answerTo, type Connection } from './connection.ts'
import { type Inbound, judgePublish } from './inbound.ts'
import type { Qos } from './packet-filter.ts'

export type GateOptions = {
  readonly connectionOf: (client: Client) => Connection
  readonly accounts: Accounts
  readonly emit: Emit
  readonly isOnRecord: IsOnRecord
  /** Lets the answer of a publish go. */
  readonly acknowledge: (delivery: Delivery) => void
  /** Passes on the birth or death of a device that its signature proves. */
  readonly onStatus: (topic: string, payload: Buffer) => void
  readonly log: Log
}

type Gate = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>

/** Nobody may subscribe to it: it lies outside our prefix. Aedes is left with nothing to forward or to store [D16]. */
const quarantineTopic = 'quarantine'
/** CONNACK: the gateway itself is in trouble, try again. */
const unavailable = 3

export function createGate(options: GateOptions): Gate {
  const { connectionOf, accounts, emit, log } = options

  const preConnect: Gate['preConnect'] = (client, packet, done) => {
    const { device, connect } = connectionOf(client)
    if (connect === null) return done(new Error('no CONNECT was read'), false)
    packet.clientId = sessionName(device, connect, randomUUID())
    packet.clean = true // no session outlives its connection: state is announced again on every connect [D6]
    packet.keepalive = 0 // watched by the connection, which sees the packets that Aedes does not
    done(null, true)
  }

  const authenticate: Gate['authenticate'] = (client, _name, _password, done) => {
    const connection = connectionOf(client)
    const decide = (judgement: Judgement<Identity>) => {
      if (judgement.kind === 'refused') {
        report(judgement.refusal)
        return done(refusal(judgement.refusal.connack, judgement.refusal.detail.en), false)
      }
      connection.identity = judgement.identity
      done(null, true)
    }
    const { device, connect } = connection
    if (connect === null) return done(refusal(unavailable, 'no CONNECT was read'), false)
    if (device !== null) return decide(judgeDevice(device, connect))
    judgePerson(connect, accounts, connection.address).then(decide, (error: unknown) => {
      log.error({ error: String(error) }, 'accounts cannot be read: nobody can connect with a password')
      done(refusal(unavailable, 'accounts cannot be read'), false)
    })
  }

  function report({ connack, ...observed }: Refusal): void {
    emit({ kind: 'securityObserved', ...observed })
  }

  const authorizePublish: Gate['authorizePublish'] = (client, packet, done) => {
    if (client !== null) take(connectionOf(client), packet)
    packet.topic = quarantineTopic
    packet.retain = false
    packet.qos = 0 // the answer is ours to send: Aedes would send it now, before anything is on record [D4]
    done(null)
  }

  /** A will comes here too, when its connection has ended: nobody is left to answer. */
  function take(connection: Connection, packet: PublishPacket): void {
    const { identity } = connection
    const packetId = packet.qos === 0 || connection.closed ? undefined : packet.messageId
    // Exactly once is what ids are for [D6]; a QoS 2 publish is taken once and gets its handshake, for clients that insist.
    if (identity === null || (packet.qos === 2 && packetId !== undefined && !connection.awaitRelease(packetId))) return
    const answer = packetId === undefined ? null : answerTo(packet.qos === 2 ? 'pubrec' : 'puback', packetId)
    const delivery = answer === null ? null : connection.answers.owe(answer)
    const payload = Buffer.from(packet.payload) // a copy: Aedes' packet shares its memory with what was read with it
    const inbound = judgePublish(identity, packet.topic, payload)
    pass(inbound, identity, connection.address, delivery)
    if (inbound.kind === 'received' && isOwnStatus(inbound)) options.onStatus(packet.topic, payload)
  }

  function pass(inbound: Inbound, identity: Identity, address: string, delivery: Delivery | null): void {
    switch (inbound.kind) {
      case 'received':
        emit({ ...inbound, delivery })
        return
      case 'responderSaid':
        emit({ ...inbound, channel: 'mqtt', address, isOnRecord: options.isOnRecord(inbound.message.alarm), delivery })
        return
      case 'setAside':
        emit({ ...inbound, kind: 'securityObserved', ...culpritOf(identity, address) })
        if (delivery !== null) options.acknowledge(delivery) // or the client would send it for ever [D5]
        return
      default:
        assertNever(inbound)
    }
  }

  const authorizeSubscribe: Gate['authorizeSubscribe'] = (client, subscription, done) => {
    const connection = connectionOf(client)
    const { topic: filter, qos } = subscription
    if (!maySubscribeNow(connection, filter, qos)) return done(null, null) // SUBACK 0x80
    connection.subscriptions.set(filter, qos === 0 ? 0 : 1)
    done(null, subscription)
  }

  function maySubscribeNow(connection: Connection, filter: string, qos: Qos): boolean {
    const { identity, subscriptions, address } = connection
    if (identity === null) return false
    const { role, id } = identity
    if (!maySubscribe(role, id, filter)) {
      const shown = clipped(filter, 200)
      emit({
        kind: 'securityObserved',
        event: 'foreignTopic',
        ...culpritOf(identity, address),
        detail: text(`Abonnement von ${shown}`, `subscribe to ${shown}`),
      })
      return false
    }
    if (qos === 0 && identity.role === 'responder' && filter === notificationTopic(identity.id)) {
      log.warn({ party: id }, 'subscription refused: notifications need QoS 1, or nobody knows whether they arrived')
      return false
    }
    if (subscriptions.has(filter) || subscriptions.size < limits.subscriptionsMax) return true
    log.warn({ party: id, most: limits.subscriptionsMax }, 'subscription refused: too many on one connection')
    return false
  }

  return { preConnect, authenticate, authorizePublish, authorizeSubscribe, authorizeForward: () => null }
}

/** Proved by its signature and about its sender: what others may be told. */
const isOwnStatus = ({ sender, message, authentic }: Extract<Inbound, { kind: 'received' }>): boolean =>
  authentic && message.kind === 'status' && message.device === sender

const refusal = (returnCode: 2 | 3 | 4 | 5, detail: string): AuthenticateError =>
  Object.assign(new Error(detail), { returnCode })
