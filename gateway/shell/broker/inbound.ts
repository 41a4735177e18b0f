// What an incoming publish is: a message of a device, a word of a responder, or something to set aside [D5].
import { assertNever } from '../../../protocol/assert.ts'
import { type DecodeFailure, decode, isAuthentic } from '../../../protocol/codec.ts'
import type { DeviceId, ResponderId } from '../../../protocol/ids.ts'
import type {
  AcknowledgementMessage,
  CloseMessage,
  DeviceMessage,
  MessageKind,
  SecurityEventKind,
} from '../../../protocol/messages.ts'
import { clipped } from '../../../protocol/text.ts'
import { mayPublish, parseTopic, topics } from '../../../protocol/topics.ts'
import type { Identity } from './access.ts'

/** An event of the core, but for what only the connection knows. */
export type Inbound =
  | {
      readonly kind: 'received'
      readonly sender: DeviceId
      readonly message: DeviceMessage
      readonly authentic: boolean
    }
  | {
      readonly kind: 'responderSaid'
      readonly responder: ResponderId
      readonly message: AcknowledgementMessage | CloseMessage
    }
  | SetAside
type SetAside = {
  readonly kind: 'securityObserved'
  readonly event: SecurityEventKind
  readonly source: string
  readonly detail: string
}

const deviceKinds = ['alarm', 'repeatPress', 'testAlarm', 'released', 'fault', 'heartbeat', 'status'] as const
const responderKinds = ['acknowledgement', 'close'] as const

export function judgePublish(sender: Identity, topic: string, payload: Uint8Array): Inbound {
  const { role, id } = sender
  const parsed = parseTopic(topic)
  if (parsed === null || !mayPublish(role, id, topic))
    return setAside(id, 'foreignTopic', `publish to ${clipped(topic, 200)}`)
  const expected: readonly MessageKind[] = topics[parsed.name].messages
  switch (role) {
    case 'device': {
      const decoded = decode(
        payload,
        deviceKinds.filter(kind => expected.includes(kind)),
      )
      if (!decoded.ok) return unreadable(id, topic, decoded)
      const { message } = decoded
      return { kind: 'received', sender: id, message, authentic: isAuthentic(message, sender.verify) }
    }
    case 'responder': {
      const decoded = decode(
        payload,
        responderKinds.filter(kind => expected.includes(kind)),
      )
      return decoded.ok
        ? { kind: 'responderSaid', responder: id, message: decoded.message }
        : unreadable(id, topic, decoded)
    }
    case 'monitor':
      return setAside(id, 'foreignTopic', `publish to ${clipped(topic, 200)}`) // may publish nothing: never reached
    default:
      return assertNever(role)
  }
}

const setAside = (source: string, event: SecurityEventKind, detail: string): SetAside => ({
  kind: 'securityObserved',
  event,
  source,
  detail,
})

const unreadable = (source: string, topic: string, failure: DecodeFailure): SetAside =>
  setAside(
    source,
    failure.reason === 'oversized' ? 'oversizedMessage' : 'malformedMessage',
    clipped(`${topic}: ${failure.reason}, ${failure.detail}`, 300),
  )
