// Cuts the bytes of a connection into MQTT packets. Nothing is kept of a packet before its first bytes have said that it
// may come and that it is small enough [S6].
import { type Text, text } from '../../../protocol/text.ts'

/** What a client did that MQTT 3.1.1 forbids. */
export type Violation = {
  readonly kind: 'violation'
  /** Number in the standard, such as `MQTT-3.1.0-2`; `limit` for a bound of ours. */
  readonly clause: string
  /** One clause for the record; never the content of a message. */
  readonly detail: Text
  /** CONNACK return code that the standard asks for before the connection ends. */
  readonly connack?: 1 | 2
}

export type Frame = {
  /** Packet type, 0 to 15 [MQTT 2.2.1]. */
  readonly type: number
  /** Lower half of the first byte. */
  readonly flags: number
  /** Behind the fixed header. */
  readonly body: Buffer
  /** The whole packet as it came. */
  readonly bytes: Buffer
}

export type FrameReader = {
  readonly push: (chunk: Buffer) => void
  /** The next whole packet; null: more bytes are needed. After a violation nothing more may be asked for. */
  readonly next: () => Frame | Violation | null
}

export const violation = (clause: string, detail: Text): Violation => ({ kind: 'violation', clause, detail })

const tooLong = text('die Restlänge ist länger als vier Bytes', 'the remaining length is longer than four bytes')
const shortestFrame = 2
const longestHeader = 5

/** @param admit asked as soon as type and length (of the body, in bytes) are known. */
export function createFrameReader(admit: (type: number, length: number) => Violation | null): FrameReader {
  let chunks: Buffer[] = []
  let length = 0
  let needed = shortestFrame

  function joined(): Buffer {
    const all = chunks.length === 1 ? chunks[0] : undefined
    return all ?? Buffer.concat(chunks)
  }

  function next(): Frame | Violation | null {
    if (length < needed) return null
    const all = joined()
    chunks = [all]
    const header = headerOf(all)
    if (header === null) {
      needed = length + 1
      return length < longestHeader ? null : violation('MQTT-2.2.3', tooLong)
    }
    const refused = admit(header.type, header.bodyLength)
    if (refused !== null) return refused
    const total = header.length + header.bodyLength
    if (length < total) {
      needed = total
      return null
    }
    return take(all, header, total)
  }

  function take(all: Buffer, header: Header, total: number): Frame {
    length = all.length - total
    chunks = length === 0 ? [] : [all.subarray(total)]
    needed = shortestFrame
    const { type, flags } = header
    return { type, flags, body: all.subarray(header.length, total), bytes: all.subarray(0, total) }
  }

  return {
    push: chunk => {
      chunks.push(chunk)
      length += chunk.length
    },
    next,
  }
}

type Header = { readonly type: number; readonly flags: number; readonly length: number; readonly bodyLength: number }

/** Null if the remaining length goes on behind these bytes. */
function headerOf(bytes: Buffer): Header | null {
  const first = bytes[0] ?? 0
  let bodyLength = 0
  for (let index = 1; index < Math.min(bytes.length, longestHeader); index++) {
    const byte = bytes[index] ?? 0
    bodyLength += (byte & 0x7f) * 128 ** (index - 1)
    if (byte < 0x80) return { type: first >> 4, flags: first & 0x0f, length: index + 1, bodyLength }
  }
  return null
}
