// What is sent to a device, in bytes: signed, because a device believes nothing else [D9]. A receipt is signed while its record is
// being written, and kept until it may leave [S1].
import { encode, type Sign, signed, type Unsigned } from '../../../protocol/codec.ts'
import type { CommandMessage, ConfigMessage, ProgressMessage, ReceiptMessage } from '../../../protocol/messages.ts'

type SignedForDevice = ReceiptMessage | ProgressMessage | CommandMessage | ConfigMessage
type Message = Unsigned<SignedForDevice>

export type DevicePayloads = {
  readonly prepare: (message: Message) => void
  readonly of: (message: Message) => Buffer
}

export function createDevicePayloads(sign: Sign): DevicePayloads {
  /** Kept for as long as somebody means to send this very message. */
  const prepared = new WeakMap<Message, Buffer>()
  const payloadOf = (message: Message): Buffer => Buffer.from(encode(signed<SignedForDevice>(message, sign)))
  return {
    prepare: message => void prepared.set(message, payloadOf(message)),
    of: message => prepared.get(message) ?? payloadOf(message),
  }
}
