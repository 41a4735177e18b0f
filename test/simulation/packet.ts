// What travels between the machines. A message is carried as the value that the cores made, or as bytes; its signature is a
// cheap one that only its owner makes and that covers the same bytes as the real one.
import { encode, type Sign, signed, type Unsigned, type Verify } from '../../protocol/codec.ts'
import type {
  AcknowledgementMessage,
  CloseMessage,
  Message,
  NotificationMessage,
  SignedMessage,
} from '../../protocol/messages.ts'

/** `signer`: whose key signed it. A message as bytes carries its signature itself. */
export type Wire =
  | { readonly kind: 'object'; readonly message: Message; readonly signer: string }
  | { readonly kind: 'bytes'; readonly topic: string; readonly bytes: Uint8Array }

export type Said = AcknowledgementMessage | CloseMessage

export type Packet =
  | { readonly kind: 'connack' }
  | { readonly kind: 'subscribe' }
  /** packetId null: QoS 0, nobody answers. */
  | { readonly kind: 'publish'; readonly wire: Wire; readonly packetId: number | null }
  | { readonly kind: 'puback'; readonly packetId: number }
  | { readonly kind: 'disconnect' }
  /** The console: the page has shown this; a person asks for something; the answer. */
  | { readonly kind: 'seen'; readonly notification: NotificationMessage['id'] }
  | { readonly kind: 'ask'; readonly asking: number; readonly said: Said }
  | { readonly kind: 'answer'; readonly asking: number; readonly result: 'done' | 'notYet' }

/** What a connection is made of: even a network that loses packets loses none of these, or there were no connection. */
export const isControl = ({ kind }: Packet): boolean =>
  kind === 'connack' || kind === 'subscribe' || kind === 'disconnect'

const signatureLength = 86

/** Stands where the signature is in a message that is carried as a value. */
export const noSignature = 'A'.repeat(signatureLength)

/** The key of this party: its name goes into the signature, and so does every byte. */
export const signerOf =
  (party: string): Sign =>
  bytes => {
    let low = 0x811c9dc5
    let high = 0x01000193
    const add = (value: number): void => {
      low = Math.imul(low ^ value, 16777619)
      high = Math.imul(high + value, 0x85ebca6b) ^ (high >>> 13)
    }
    for (let index = 0; index < party.length; index += 1) add(party.charCodeAt(index))
    for (const byte of bytes) add(byte)
    return `${(low >>> 0).toString(36)}-${(high >>> 0).toString(36)}`.padEnd(signatureLength, '_')
  }

export const verifierOf = (party: string): Verify => {
  const sign = signerOf(party)
  return (bytes, signature) => sign(bytes) === signature
}

export const signedBytes = (topic: string, message: Unsigned<SignedMessage>, signer: string): Wire => ({
  kind: 'bytes',
  topic,
  bytes: encode(signed<SignedMessage>(message, signerOf(signer))),
})
