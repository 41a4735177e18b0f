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
import { clipped, type Text, text } from '../../../protocol/text.ts'
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
type SetAside = { readonly kind: 'setAside'; readonly event: SecurityEventKind; readonly detail: Text }

const deviceKinds = ['alarm', 'repeatPress', 'testAlarm', 'released', 'fault', 'heartbeat', 'status'] as const
const responderKinds = ['acknowledgement', 'close'] as const

export function judgePublish(sender: Identity, topic: string, payload: Uint8Array): Inbound {
  const { role, id } = sender
  const parsed = parseTopic(topic)
  if (parsed === null || !mayPublish(role, id, topic)) return foreign(topic)
  const expected: readonly MessageKind[] = topics[parsed.name].messages
  switch (role) {
    case 'device': {
      const decoded = decode(
        payload,
        deviceKinds.filter(kind => expected.includes(kind)),
      )
      if (!decoded.ok) return unreadable(topic, decoded)
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
        : unreadable(topic, decoded)
    }
    case 'monitor':
      return foreign(topic) // may publish nothing: never reached
    default:
      return assertNever(role)
  }
}

function foreign(topic: string): SetAside {
  const shown = clipped(topic, 200)
  return { kind: 'setAside', event: 'foreignTopic', detail: text(`Nachricht an ${shown}`, `publish to ${shown}`) }
}

const unreadable = (topic: string, { reason, detail }: DecodeFailure): SetAside => ({
  kind: 'setAside',
  event: reason === 'oversized' ? 'oversizedMessage' : 'malformedMessage',
  detail: text(`${topic}: ${detail.de}`, `${topic}: ${detail.en}`),
})
