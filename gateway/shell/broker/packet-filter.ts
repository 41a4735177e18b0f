// The strict reading of one MQTT 3.1.1 packet from a client [D12]: what Aedes would let through ends here, with the number of
// the clause that it breaks. What a packet means, and whether it may come now, is decided elsewhere.
import { same, type Text } from '../../../protocol/text.ts'
import { isFilter } from '../../../protocol/topics.ts'
import { type Frame, type Violation, violation } from './packet-frames.ts'
import { mistakes, names, reservedFlags, withoutFilter, wrongFlags } from './packet-words.ts'

export type Qos = 0 | 1 | 2
export type Will = { readonly topic: string; readonly payload: Buffer; readonly qos: Qos; readonly retain: boolean }
export type ConnectPacket = {
  readonly kind: 'connect'
  readonly clientId: string
  readonly keepAliveSeconds: number
  readonly userName: string | null
  readonly password: Buffer | null
  readonly will: Will | null
}
export type PublishPacket = {
  readonly kind: 'publish'
  readonly topic: string
  /** Shares its memory with the chunk that it came in. */
  readonly payload: Buffer
  readonly qos: Qos
  /** Null with QoS 0. */
  readonly packetId: number | null
}
/** What an answer answers; the others carry no more than what the filter's user needs of them. */
export type Packet =
  | ConnectPacket
  | PublishPacket
  | { readonly kind: 'subscribe' | 'unsubscribe' | 'pingreq' | 'disconnect' }
  | { readonly kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'; readonly packetId: number }

export const packetTypes = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const

/** Aedes' topic tree throws beyond 100 levels; no topic of ours has more than six. */
const levelsMax = 32

/** The packet, or the first rule that it breaks. Hostile bytes give a violation, never an exception. */
export function readPacket(frame: Frame): Packet | Violation {
  try {
    return read(frame)
  } catch (error) {
    if (error instanceof Broken) return error.violation
    throw error
  }
}

/** Leaves the reading of a packet from any depth; it never leaves this file. */
class Broken extends Error {
  readonly violation: Violation
  constructor(broken: Violation) {
    super(broken.detail.en)
    this.violation = broken
  }
}

function must(condition: boolean, clause: string, detail: Text): asserts condition {
  if (!condition) throw new Broken(violation(clause, detail))
}

function read(frame: Frame): Packet {
  const fields = new Fields(frame.body)
  switch (frame.type) {
    case packetTypes.connect:
      must(frame.flags === 0, 'MQTT-2.2.2-2', reservedFlags('CONNECT'))
      return readConnect(fields)
    case packetTypes.publish:
      return readPublish(frame.flags, fields)
    case packetTypes.puback:
      return readAnswer('puback', frame, 0, fields)
    case packetTypes.pubrec:
      return readAnswer('pubrec', frame, 0, fields)
    case packetTypes.pubrel:
      return readAnswer('pubrel', frame, 2, fields)
    case packetTypes.pubcomp:
      return readAnswer('pubcomp', frame, 0, fields)
    case packetTypes.subscribe:
      must(frame.flags === 2, 'MQTT-3.8.1-1', wrongFlags('SUBSCRIBE'))
      return readSubscribe(fields)
    case packetTypes.unsubscribe:
      must(frame.flags === 2, 'MQTT-3.10.1-1', wrongFlags('UNSUBSCRIBE'))
      return readUnsubscribe(fields)
    case packetTypes.pingreq:
      must(frame.flags === 0, 'MQTT-2.2.2-2', reservedFlags('PINGREQ'))
      fields.end('MQTT-3.12.1', 'PINGREQ')
      return { kind: 'pingreq' }
    case packetTypes.disconnect:
      must(frame.flags === 0, 'MQTT-3.14.1-1', reservedFlags('DISCONNECT'))
      fields.end('MQTT-3.14.1', 'DISCONNECT')
      return { kind: 'disconnect' }
    default:
      throw new Broken(violation('MQTT-2.2.1', mistakes.notOfClient(frame.type)))
  }
}

function readConnect(fields: Fields): ConnectPacket {
  readProtocol(fields)
  const flags = fields.byte('CONNECT')
  checkConnectFlags(flags)
  const keepAliveSeconds = fields.number('CONNECT')
  const clientId = fields.text('MQTT-3.1.3-3', names.clientId)
  if (clientId === '' && (flags & 0x02) === 0)
    throw new Broken({ ...violation('MQTT-3.1.3-8', mistakes.emptyClientId), connack: 2 })
  const will = (flags & 0x04) === 0 ? null : readWill(fields, flags)
  const userName = (flags & 0x80) === 0 ? null : fields.text('MQTT-3.1.2-19', names.userName)
  const password = (flags & 0x40) === 0 ? null : fields.bytes('MQTT-3.1.2-21', names.password)
  fields.end(clauseOfExcess(flags), 'CONNECT')
  return { kind: 'connect', clientId, keepAliveSeconds, userName, password, will }
}

function readProtocol(fields: Fields): void {
  const protocol = fields.text('MQTT-3.1.2-1', names.protocol)
  const level = fields.byte('CONNECT')
  const known = protocol === 'MQTT' || protocol === 'MQIsdp'
  must(known, 'MQTT-3.1.2-1', mistakes.otherProtocol)
  if (protocol === 'MQTT' && level === 4) return
  throw new Broken({ ...violation('MQTT-3.1.2-2', mistakes.otherLevel(level)), connack: 1 })
}

function checkConnectFlags(flags: number): void {
  const will = (flags & 0x04) !== 0
  const willQos = (flags >> 3) & 0x03
  must((flags & 0x01) === 0, 'MQTT-3.1.2-3', mistakes.reservedConnectFlag)
  must(will || willQos === 0, 'MQTT-3.1.2-13', mistakes.willQos)
  must(will || (flags & 0x20) === 0, 'MQTT-3.1.2-15', mistakes.willRetain)
  must(willQos !== 3, 'MQTT-3.1.2-14', mistakes.willQos3)
  must((flags & 0x80) !== 0 || (flags & 0x40) === 0, 'MQTT-3.1.2-22', mistakes.passwordAlone)
}

function readWill(fields: Fields, flags: number): Will {
  const topic = readTopic(fields, 'MQTT-3.1.2-9', names.willTopic)
  const payload = fields.bytes('MQTT-3.1.2-9', names.willMessage)
  return { topic, payload, qos: qosOf((flags >> 3) & 0x03), retain: (flags & 0x20) !== 0 }
}

/** Bytes behind the last announced field are one that its flag denies. */
function clauseOfExcess(flags: number): string {
  if ((flags & 0x80) === 0) return 'MQTT-3.1.2-18'
  return (flags & 0x40) === 0 ? 'MQTT-3.1.2-20' : 'MQTT-3.1.3-1'
}

function readPublish(flags: number, fields: Fields): Packet {
  const qosBits = (flags >> 1) & 0x03
  must(qosBits !== 3, 'MQTT-3.3.1-4', mistakes.qos3)
  const qos = qosOf(qosBits)
  must(qos !== 0 || (flags & 0x08) === 0, 'MQTT-3.3.1-2', mistakes.dupAtQos0)
  const topic = readTopic(fields, 'MQTT-3.3.2-1', names.topic)
  const packetId = qos === 0 ? null : fields.packetId('PUBLISH')
  return { kind: 'publish', topic, payload: fields.rest(), qos, packetId }
}

function readAnswer(
  kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  frame: Frame,
  flags: number,
  fields: Fields,
): Packet {
  const name = kind.toUpperCase()
  must(frame.flags === flags, kind === 'pubrel' ? 'MQTT-3.6.1-1' : 'MQTT-2.2.2-2', wrongFlags(name))
  const packetId = fields.packetId(name)
  fields.end('MQTT-2.2.3', name)
  return { kind, packetId }
}

function readSubscribe(fields: Fields): Packet {
  fields.packetId('SUBSCRIBE')
  must(!fields.ended(), 'MQTT-3.8.3-3', withoutFilter('SUBSCRIBE'))
  while (!fields.ended()) {
    readFilter(fields, 'MQTT-3.8.3-1')
    must(fields.byte('SUBSCRIBE') <= 2, 'MQTT-3-8.3-4', mistakes.reservedOptions)
  }
  return { kind: 'subscribe' }
}

function readUnsubscribe(fields: Fields): Packet {
  fields.packetId('UNSUBSCRIBE')
  must(!fields.ended(), 'MQTT-3.10.3-2', withoutFilter('UNSUBSCRIBE'))
  while (!fields.ended()) readFilter(fields, 'MQTT-3.10.3-1')
  return { kind: 'unsubscribe' }
}

function readTopic(fields: Fields, clauseIfMissing: string, what: Text): string {
  const topic = fields.text(clauseIfMissing, what)
  must(topic !== '', 'MQTT-4.7.3-1', mistakes.empty(what))
  must(!/[+#]/.test(topic), 'MQTT-3.3.2-2', mistakes.wildcard(what))
  must(levelsIn(topic) <= levelsMax, 'limit', mistakes.levels(what, levelsMax))
  return topic
}

function readFilter(fields: Fields, clauseIfMissing: string): void {
  const filter = fields.text(clauseIfMissing, names.filter)
  must(filter !== '', 'MQTT-4.7.3-1', mistakes.empty(names.filter))
  must(isFilter(filter), filter.includes('#') ? 'MQTT-4.7.1-2' : 'MQTT-4.7.1-3', mistakes.misplacedWildcard)
  must(levelsIn(filter) <= levelsMax, 'limit', mistakes.levels(names.filter, levelsMax))
}

const levelsIn = (topic: string): number => topic.split('/').length
const qosOf = (value: number): Qos => (value === 0 ? 0 : value === 1 ? 1 : 2)

/** A byte order mark is text like any other [MQTT-1.5.3-3]. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const unwantedCharacters = /[\p{Cc}\p{Noncharacter_Code_Point}]/u

/** The fields of a packet's body, read from front to back. */
class Fields {
  readonly #body: Buffer
  #position = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  ended(): boolean {
    return this.#position === this.#body.length
  }

  end(clause: string, packet: string): void {
    must(this.ended(), clause, mistakes.excess(packet, this.#body.length - this.#position))
  }

  rest(): Buffer {
    return this.#body.subarray(this.#position)
  }

  byte(packet: string): number {
    const value = this.#body[this.#position]
    must(value !== undefined, 'MQTT-2.2.3', mistakes.endsEarly(same(packet)))
    this.#position += 1
    return value
  }

  number(packet: string): number {
    return this.byte(packet) * 256 + this.byte(packet)
  }

  packetId(packet: string): number {
    const value = this.number(packet)
    must(value !== 0, 'MQTT-2.3.1-1', mistakes.packetId0(packet))
    return value
  }

  bytes(clauseIfMissing: string, what: Text): Buffer {
    const start = this.#position + 2
    must(start <= this.#body.length, clauseIfMissing, mistakes.missing(what))
    const end = start + this.#body.readUInt16BE(this.#position)
    must(end <= this.#body.length, clauseIfMissing, mistakes.endsEarly(what))
    this.#position = end
    return this.#body.subarray(start, end)
  }

  text(clauseIfMissing: string, what: Text): string {
    const read = decoded(this.bytes(clauseIfMissing, what))
    must(read !== null, 'MQTT-1.5.3-1', mistakes.notUtf8(what))
    must(!read.includes('\0'), 'MQTT-1.5.3-2', mistakes.nullCharacter(what))
    must(!unwantedCharacters.test(read), 'MQTT-1.5.3', mistakes.controlCharacter(what))
    return read
  }
}

function decoded(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null // ill-formed: the caller says so with the clause
  }
}
