// What Aedes asks before it lets anything happen: who connects, what is subscribed, and what a will says.
import { randomUUID } from 'node:crypto'
import type { AedesOptions, AuthenticateError, Client } from 'aedes'
import { limits } from '../../../protocol/limits.ts'
import { clipped, text } from '../../../protocol/text.ts'
import { maySubscribe } from '../../../protocol/topics.ts'
import type { Accounts, Emit, Log } from '../ports.ts'
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
import type { Connection } from './connection.ts'
import type { Intake } from './intake.ts'
import type { Qos } from './packet-filter.ts'

export type GateOptions = {
  readonly connectionOf: (client: Client) => Connection
  readonly accounts: Accounts
  readonly emit: Emit
  readonly intake: Intake
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
  const { connectionOf, accounts, emit, intake, log } = options

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

  /** Only a will comes here, when its connection has ended: what is published goes to the intake from where it is read. */
  const authorizePublish: Gate['authorizePublish'] = (client, packet, done) => {
    const { topic, payload } = packet
    if (client !== null) intake(connectionOf(client), { topic, payload: Buffer.from(payload), qos: 0, packetId: null })
    packet.topic = quarantineTopic
    packet.retain = false
    packet.qos = 0
    done(null)
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

const refusal = (returnCode: 2 | 3 | 4 | 5, detail: string): AuthenticateError =>
  Object.assign(new Error(detail), { returnCode })
