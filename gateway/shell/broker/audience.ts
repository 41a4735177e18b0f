// Who is connected and listens to what: finds the receivers of a message, sends what is retained to those who begin to
// listen, and says who came and went.
import type { DeviceId, ResponderId } from '../../../protocol/ids.ts'
import { topicOf } from '../../../protocol/topics.ts'
import type { Receiver } from '../../channels/mqtt.ts'
import type { Emit } from '../ports.ts'
import type { Connection } from './connection.ts'
import type { OutgoingMessage } from './outgoing.ts'
import type { Retained } from './retained.ts'

export type Audience = {
  /** The connection has its identity. */
  readonly join: (connection: Connection) => void
  readonly leave: (connection: Connection) => void
  /** Its SUBACK is written. @param filters those that were granted. */
  readonly subscribed: (connection: Connection, filters: readonly string[]) => void
  readonly unsubscribed: (connection: Connection, filters: readonly string[]) => void
  readonly sendToDevice: (device: DeviceId, topic: string, payload: Buffer) => void
  /** Connected, and subscribed to its commands: what is sent to it now goes out. */
  readonly isListening: (device: DeviceId) => boolean
  readonly tellMonitors: (topic: string, payload: Buffer) => void
  readonly receiversOf: (responder: ResponderId) => readonly Receiver[]
  readonly connectionsOf: (party: string) => readonly Connection[]
  readonly all: () => readonly Connection[]
}

export function createAudience(retained: Retained, emit: Emit): Audience {
  const connections = new Set<Connection>()
  const monitors = new Set<Connection>()
  const devices = new Map<DeviceId, Connection>()
  const listening = new Map<ResponderId, Set<Connection>>()

  function join(connection: Connection): void {
    const { identity } = connection
    connections.add(connection)
    if (identity?.role === 'monitor') monitors.add(connection)
    if (identity?.role === 'device') devices.set(identity.id, connection)
  }

  function leave(connection: Connection): void {
    const { identity } = connection
    connections.delete(connection)
    monitors.delete(connection)
    if (identity?.role === 'device' && devices.get(identity.id) === connection) devices.delete(identity.id)
    if (identity?.role === 'responder') stopListening(identity.id, connection)
  }

  function subscribed(connection: Connection, filters: readonly string[]): void {
    const { identity } = connection
    if (connection.closed || identity === null) return
    for (const filter of filters) connection.outgoing.replay(filter, replayOf(connection, filter))
    if (identity.role === 'responder' && filters.includes(notificationTopic(identity.id)))
      startListening(identity.id, connection)
    if (identity.role === 'device' && filters.includes(topicOf('deviceReceipt', { device: identity.id })))
      emit({ kind: 'deviceConnected', device: identity.id })
  }

  function* replayOf(connection: Connection, filter: string): Generator<OutgoingMessage> {
    const qos = connection.subscriptions.get(filter) ?? 0
    const found = retained.matching(filter)
    for (let next = found.next(); next.done !== true; next = found.next()) {
      const [topic, payload] = next.value
      yield { topic, payload, qos, retain: true }
    }
  }

  function unsubscribed(connection: Connection, filters: readonly string[]): void {
    const { identity } = connection
    for (const filter of filters) {
      connection.subscriptions.delete(filter)
      connection.outgoing.stopReplay(filter)
    }
    if (identity?.role === 'responder' && filters.includes(notificationTopic(identity.id)))
      stopListening(identity.id, connection)
  }

  function startListening(responder: ResponderId, connection: Connection): void {
    listening.set(responder, (listening.get(responder) ?? new Set()).add(connection))
    // Also beside another one: that may be dead and not know it, and whoever connects again has to hear what it missed.
    emit({ kind: 'responderPresent', responder, channel: 'mqtt', present: true })
  }

  function stopListening(responder: ResponderId, connection: Connection): void {
    const own = listening.get(responder)
    if (own?.delete(connection) !== true || own.size > 0) return
    listening.delete(responder)
    emit({ kind: 'responderPresent', responder, channel: 'mqtt', present: false })
  }

  function receiversOf(responder: ResponderId): readonly Receiver[] {
    return [...(listening.get(responder) ?? [])].map(({ outgoing }) => ({
      send: (topic, payload, onEnded) => outgoing.send({ topic, payload, qos: 1, retain: false, onEnded }),
    }))
  }

  return {
    join,
    leave,
    subscribed,
    unsubscribed,
    sendToDevice: (device, topic, payload) => {
      const connection = devices.get(device)
      if (connection !== undefined) sendIfSubscribed(connection, topic, payload)
    },
    isListening: device => (devices.get(device)?.qosFor(topicOf('deviceCommand', { device })) ?? null) !== null,
    tellMonitors: (topic, payload) => {
      for (const monitor of monitors) sendIfSubscribed(monitor, topic, payload)
    },
    receiversOf,
    connectionsOf: party => [...connections].filter(({ identity }) => identity?.id === party),
    all: () => [...connections],
  }
}

/** The topic on which a responder is told. Only who listens to it with QoS 1 counts as present: others confirm nothing. */
export const notificationTopic = (responder: ResponderId): string => topicOf('responderNotification', { responder })

/** Once for each message, however many filters match it; without the retain flag [MQTT-3.3.1-9]. */
function sendIfSubscribed(connection: Connection, topic: string, payload: Buffer): void {
  const qos = connection.qosFor(topic)
  if (qos !== null) connection.outgoing.send({ topic, payload, qos, retain: false })
}
