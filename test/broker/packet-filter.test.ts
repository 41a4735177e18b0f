// What MQTT 3.1.1 forbids ends at the filter, clause by clause, and hostile bytes disturb nobody else.
import fc from 'fast-check'
import { type Packet as AnyPacket, generate, parser } from 'mqtt-packet'
import { beforeAll, expect, test, vi } from 'vitest'
import { readPacket } from '../../gateway/shell/broker/packet-filter.ts'
import { createFrameReader, type Frame, type Violation } from '../../gateway/shell/broker/packet-frames.ts'
import { createSigner } from '../../gateway/shell/broker/verify.ts'
import { limits } from '../../protocol/limits.ts'
import { same } from '../../protocol/text.ts'
import { topicOf } from '../../protocol/topics.ts'
import { type Certificates, createCertificates, type DeviceParty } from './certificates.ts'
import { alarm, notification } from './messages.ts'
import { connectPacket, patience, startWorld } from './world.ts'

type Case = readonly [clause: string, what: string, bytes: Buffer]

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
const packet = (first: number, ...fields: readonly (number | Buffer)[]): Buffer => {
  const body = Buffer.concat(fields.map(field => (typeof field === 'number' ? Buffer.from([field]) : field)))
  return Buffer.concat([Buffer.from([first, (body.length & 0x7f) | 0x80, body.length >> 7]), body])
}
const connect = (flags: number, ...payload: readonly Buffer[]): Buffer =>
  packet(0x10, text('MQTT'), 4, flags, 0, 60, ...payload)
const ill = Buffer.from([0x61, 0xc0, 0xaf])

const beforeConnack: readonly Case[] = [
  ['MQTT-3.1.0-1', 'PUBLISH before CONNECT', packet(0x30, text('a'))],
  ['MQTT-3.1.0-1', 'PINGREQ before CONNECT', Buffer.from([0xc0, 0])],
  ['MQTT-3.1.0-1', 'text of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['MQTT-2.2.2-2', 'CONNECT with reserved flags', packet(0x11, text('MQTT'), 4, 2, 0, 60, text('dev-1'))],
  ['MQTT-3.1.2-1', 'another protocol name', packet(0x10, text('HTTP'), 4, 2, 0, 60, text('dev-1'))],
  ['MQTT-3.1.2-2', 'MQTT 5', generate({ ...connectPacket('dev-1'), protocolVersion: 5 }, { protocolVersion: 5 })],
  ['MQTT-3.1.2-2', 'MQTT 3.1', packet(0x10, text('MQIsdp'), 3, 2, 0, 60, text('dev-1'))],
  ['MQTT-3.1.2-2', 'bridge mode', packet(0x10, text('MQTT'), 0x84, 2, 0, 60, text('dev-1'))],
  ['MQTT-3.1.2-3', 'reserved connect flag', connect(0x03, text('dev-1'))],
  ['MQTT-3.1.2-13', 'will QoS without a will', connect(0x0a, text('dev-1'))],
  ['MQTT-3.1.2-15', 'will retain without a will', connect(0x22, text('dev-1'))],
  ['MQTT-3.1.2-14', 'will QoS 3', connect(0x1e, text('dev-1'), text('a'), text('b'))],
  ['MQTT-3.1.2-9', 'will flag without a will topic', connect(0x06, text('dev-1'))],
  ['MQTT-3.1.2-9', 'will flag without a will message', connect(0x06, text('dev-1'), text('a'))],
  ['MQTT-3.1.2-18', 'a user name that its flag denies', connect(0x02, text('dev-1'), text('anna'))],
  ['MQTT-3.1.2-19', 'a user name flag without a user name', connect(0x82, text('dev-1'))],
  ['MQTT-3.1.2-20', 'a password that its flag denies', connect(0x82, text('dev-1'), text('anna'), text('b'))],
  ['MQTT-3.1.2-21', 'a password flag without a password', connect(0xc2, text('dev-1'), text('anna'))],
  ['MQTT-3.1.2-22', 'a password without a user name', connect(0x42, text('dev-1'), text('secret'))],
  ['MQTT-3.1.3-1', 'bytes behind the last field', connect(0xc2, text('x'), text('anna'), text('b'), text('c'))],
  ['MQTT-3.1.3-3', 'no client id', connect(0x02)],
  ['MQTT-3.1.3-3', 'a client id that ends too early', connect(0x02, Buffer.from([0, 9, 0x61]))],
  ['MQTT-3.1.3-8', 'an empty client id without a clean session', connect(0x00, text(''))],
  ['MQTT-1.5.3-1', 'ill-formed UTF-8 in the client id', connect(0x02, text(ill))],
  ['MQTT-1.5.3-1', 'a surrogate in the client id', connect(0x02, text(Buffer.from([0xed, 0xa0, 0x80])))],
  ['MQTT-1.5.3-2', 'a null character in the client id', connect(0x02, text('dev\0'))],
  ['MQTT-1.5.3', 'a control character in the client id', connect(0x02, text('dev\x07'))],
  ['MQTT-1.5.3-1', 'ill-formed UTF-8 in the user name', connect(0x82, text('x'), text(ill))],
  ['MQTT-1.5.3', 'a non-character in the user name', connect(0x82, text('x'), text('\uffff'))],
  ['MQTT-1.5.3-1', 'ill-formed UTF-8 in the will topic', connect(0x06, text('x'), text(ill), text(''))],
  ['MQTT-3.3.2-2', 'a wildcard in the will topic', connect(0x06, text('x'), text('a/#'), text(''))],
  ['MQTT-2.2.3', 'CONNECT that ends too early', packet(0x10, text('MQTT'), 4)],
  ['MQTT-2.2.3', 'a remaining length of five bytes', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ['limit', 'a CONNECT of 256 MiB, of which only the length is sent', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
]

const afterConnack: readonly Case[] = [
  ['MQTT-3.1.0-2', 'a second CONNECT', connect(0x02, text('dev-1'))],
  ['MQTT-2.2.1', 'packet type 0', Buffer.from([0x00, 0])],
  ['MQTT-2.2.1', 'packet type 15', Buffer.from([0xf0, 0])],
  ['MQTT-2.2.1', 'CONNACK from a client', generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })],
  ['MQTT-2.2.1', 'SUBACK from a client', generate({ cmd: 'suback', messageId: 1, granted: [0] })],
  ['MQTT-2.2.1', 'UNSUBACK from a client', generate({ cmd: 'unsuback', messageId: 1, granted: [] })],
  ['MQTT-2.2.1', 'PINGRESP from a client', Buffer.from([0xd0, 0])],
  ['MQTT-3.3.1-4', 'PUBLISH with QoS 3', packet(0x36, text('a'), 0, 1)],
  ['MQTT-3.3.1-2', 'PUBLISH with QoS 0 and DUP', packet(0x38, text('a'))],
  ['MQTT-3.3.2-1', 'PUBLISH without a topic', packet(0x30)],
  ['MQTT-4.7.3-1', 'PUBLISH with an empty topic', packet(0x30, text(''))],
  ['MQTT-3.3.2-2', 'PUBLISH to a wildcard', packet(0x30, text('a/+/b'))],
  ['MQTT-1.5.3-1', 'PUBLISH with an ill-formed topic', packet(0x30, text(ill))],
  ['MQTT-1.5.3-2', 'PUBLISH with a null character in the topic', packet(0x30, text('a\0b'))],
  ['MQTT-1.5.3', 'PUBLISH with a control character in the topic', packet(0x30, text('a\u0085b'))],
  ['MQTT-2.3.1-1', 'PUBLISH with QoS 1 and packet id 0', packet(0x32, text('a'), 0, 0)],
  ['MQTT-2.2.3', 'PUBLISH with QoS 1 and no packet id', packet(0x32, text('a'))],
  ['limit', 'PUBLISH to a topic of a thousand levels', packet(0x30, text('/'.repeat(1000)))],
  ['limit', 'a PUBLISH of 256 MiB, of which only the length is sent', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
  ['MQTT-4.8.0-1', 'an unsolicited PUBACK', packet(0x40, 0, 1)],
  ['MQTT-4.8.0-1', 'an unsolicited PUBREC', packet(0x50, 0, 1)],
  ['MQTT-4.8.0-1', 'an unsolicited PUBREL', packet(0x62, 0, 1)],
  ['MQTT-4.8.0-1', 'an unsolicited PUBCOMP', packet(0x70, 0, 1)],
  ['MQTT-2.2.2-2', 'PUBACK with reserved flags', packet(0x41, 0, 1)],
  ['MQTT-3.6.1-1', 'PUBREL with wrong flags', packet(0x60, 0, 1)],
  ['MQTT-2.3.1-1', 'PUBACK with packet id 0', packet(0x40, 0, 0)],
  ['MQTT-2.2.3', 'PUBACK of three bytes', packet(0x40, 0, 1, 0)],
  ['MQTT-3.8.1-1', 'SUBSCRIBE with wrong flags', packet(0x80, 0, 1, text('a'), 1)],
  ['MQTT-2.3.1-1', 'SUBSCRIBE with packet id 0', packet(0x82, 0, 0, text('a'), 1)],
  ['MQTT-3.8.3-3', 'SUBSCRIBE without a filter', packet(0x82, 0, 1)],
  ['MQTT-3.8.3-1', 'SUBSCRIBE with a filter that ends too early', packet(0x82, 0, 1, 0, 9, 0x61)],
  ['MQTT-2.2.3', 'SUBSCRIBE without a QoS', packet(0x82, 0, 1, text('a'))],
  ['MQTT-3-8.3-4', 'SUBSCRIBE with QoS 3', packet(0x82, 0, 1, text('a'), 3)],
  ['MQTT-3-8.3-4', 'SUBSCRIBE with reserved bits', packet(0x82, 0, 1, text('a'), 0x81)],
  ['MQTT-4.7.3-1', 'SUBSCRIBE to an empty filter', packet(0x82, 0, 1, text(''), 1)],
  ['MQTT-4.7.1-2', 'SUBSCRIBE with # inside', packet(0x82, 0, 1, text('a/#/b'), 1)],
  ['MQTT-4.7.1-2', 'SUBSCRIBE with # behind text', packet(0x82, 0, 1, text('a#'), 1)],
  ['MQTT-4.7.1-3', 'SUBSCRIBE with + beside text', packet(0x82, 0, 1, text('a/b+'), 1)],
  ['MQTT-1.5.3-1', 'SUBSCRIBE with an ill-formed filter', packet(0x82, 0, 1, text(ill), 1)],
  ['MQTT-3.10.1-1', 'UNSUBSCRIBE with wrong flags', packet(0xa0, 0, 1, text('a'))],
  ['MQTT-2.3.1-1', 'UNSUBSCRIBE with packet id 0', packet(0xa2, 0, 0, text('a'))],
  ['MQTT-3.10.3-1', 'UNSUBSCRIBE with a filter that ends too early', packet(0xa2, 0, 1, 0, 9, 0x61)],
  ['MQTT-3.10.3-2', 'UNSUBSCRIBE without a filter', packet(0xa2, 0, 1)],
  ['MQTT-4.7.1-2', 'UNSUBSCRIBE from an invalid filter', packet(0xa2, 0, 1, text('#/a'))],
  ['MQTT-2.2.2-2', 'PINGREQ with reserved flags', Buffer.from([0xc1, 0])],
  ['MQTT-3.12.1', 'PINGREQ with a body', packet(0xc0, 0)],
  ['MQTT-3.14.1-1', 'DISCONNECT with reserved flags', Buffer.from([0xe1, 0])],
  ['MQTT-3.14.1', 'DISCONNECT with a body', packet(0xe0, 0)],
]

let certificates: Certificates
let dev1: DeviceParty
let dev2: DeviceParty
beforeAll(async () => {
  certificates = await createCertificates()
  dev1 = await certificates.device('dev-1')
  dev2 = await certificates.device('dev-2')
})

test('every packet that the standard forbids ends its own connection, with the clause on record, and no other', async () => {
  await using world = await startWorld(certificates)
  const bystander = await world.device(dev2)
  for (const [isOpen, cases] of [[false, beforeConnack] as const, [true, afterConnack] as const])
    for (const [clause, what, bytes] of cases) {
      const client = await world.raw(dev1)
      if (isOpen) client.send(connectPacket('dev-1'))
      if (isOpen) await client.received('connack')
      const before = world.securityEvents().length
      client.send(bytes)
      await client.ended()
      expect(world.securityEvents().slice(before), what).toEqual([
        expect.stringMatching(new RegExp(`^protocolViolation dev-1: ${clause.replaceAll('.', '\\.')}: `)),
      ])
      const detail = world.of('securityObserved').at(-1)?.detail
      expect(detail?.de.split(': ')[0], what).toBe(clause)
      expect(detail?.de, what).not.toBe(detail?.en)
    }
  bystander.publish(topicOf('deviceAlarm', { device: 'dev-2' }), alarm('dev-2', 1, createSigner(dev2.key)))
  expect(await world.seen('received')).toMatchObject([{ sender: 'dev-2' }])
})

test.each([
  ['MQTT 5', 1, generate({ ...connectPacket('dev-1'), protocolVersion: 5 }, { protocolVersion: 5 })],
  ['an empty client id without a clean session', 2, connect(0x00, text(''))],
])('%s is refused with CONNACK %d', async (_what, returnCode, bytes) => {
  await using world = await startWorld(certificates)
  const client = await world.raw(dev1)
  client.send(bytes)
  expect(await client.received('connack')).toMatchObject([{ returnCode }])
  await client.ended()
})

test('an alarm in front of a forbidden packet in the same bytes still counts', async () => {
  await using world = await startWorld(certificates)
  const client = await world.raw(dev1)
  client.send(connectPacket('dev-1'))
  await client.received('connack')
  const press = generate({
    cmd: 'publish',
    topic: topicOf('deviceAlarm', { device: 'dev-1' }),
    payload: alarm('dev-1', 1, createSigner(dev1.key)),
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  })
  client.send(Buffer.concat([press, packet(0x30, text(''))]))
  await client.ended()
  expect(await world.seen('received')).toMatchObject([{ sender: 'dev-1' }])
})

test('what a PUBACK answers may be answered once', async () => {
  await using world = await startWorld(certificates)
  const anna = await world.raw()
  const topic = topicOf('responderNotification', { responder: 'anna' })
  anna.send(connectPacket('phone', 'anna'))
  await anna.received('connack')
  anna.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
  await world.seen('responderPresent')
  world.broker.channel.notify(notification('anna', 1))
  const [sent] = await anna.received('publish')
  const puback = { cmd: 'puback', messageId: sent?.messageId ?? 0 } as const
  anna.send(puback)
  expect(await world.seen('notificationEnded')).toMatchObject([{ outcome: 'delivered' }])
  anna.send(puback)
  await anna.ended()
  expect(world.securityEvents()).toEqual([
    expect.stringMatching(/^protocolViolation 127\.0\.0\.1 \(anna\): MQTT-4.8.0-1: PUBACK/),
  ])
})

const someText = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.stringMatching(/^[a-z/+#]{0,20}$/))
const someId = fc.integer({ min: 1, max: 65535 })
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const)
/** Packets as clients make them, with texts that may be forbidden. */
const somePacket: fc.Arbitrary<AnyPacket> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: someText.filter(topic => topic !== ''),
    payload: fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
    qos,
    messageId: someId,
    dup: fc.boolean(),
    retain: fc.boolean(),
  }),
  fc.record({
    cmd: fc.constant('subscribe' as const),
    messageId: someId,
    subscriptions: fc.array(fc.record({ topic: someText, qos }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    cmd: fc.constant('unsubscribe' as const),
    messageId: someId,
    unsubscriptions: fc.array(someText, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ cmd: fc.constantFrom('puback' as const, 'pubrec', 'pubrel', 'pubcomp'), messageId: someId }),
  fc.record({
    cmd: fc.constant('connect' as const),
    clientId: someText.filter(id => id !== ''),
    protocolId: fc.constant('MQTT' as const),
    protocolVersion: fc.constant(4 as const),
    clean: fc.constant(true),
    keepalive: fc.nat(65535),
    username: someText,
    password: fc.uint8Array({ maxLength: 10 }).map(bytes => Buffer.from(bytes)),
  }),
  fc.record({ cmd: fc.constantFrom('pingreq' as const, 'disconnect') }),
)
const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), kind: fc.nat(2) })
/** Valid packets, some of their bytes changed, left out or doubled; or any bytes at all. */
const hostileBytes = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(somePacket, fc.array(mutation, { maxLength: 2 })).map(([p, m]) => mutated(p, m)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)) },
)

test('hostile bytes give a packet or a violation, never an exception, however they are cut into pieces', () => {
  fc.assert(
    fc.property(hostileBytes, fc.integer({ min: 1, max: 7 }), (bytes, size) => {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
      expect(read(pieces)).toEqual(read([bytes]))
    }),
    { numRuns: 2000 },
  )
})

test('what passes the filter reads the same for Aedes, to the last byte', () => {
  let passed = 0
  fc.assert(
    fc.property(hostileBytes, bytes => {
      for (const { frame, result } of read([bytes])) {
        if (frame === null || result.kind === 'violation') continue
        passed += 1
        const other = parsedByAedes(frame.bytes)
        expect(other).toHaveLength(1)
        expect(other[0]).toMatchObject({ cmd: result.kind, length: frame.body.length })
        const answered = 'packetId' in result ? result.packetId : null
        if (result.kind === 'publish')
          expect(other[0]).toMatchObject({ topic: result.topic, payload: result.payload, qos: result.qos })
        if (answered !== null) expect(other[0]).toMatchObject({ messageId: answered })
      }
    }),
    { numRuns: 2000 },
  )
  expect(passed).toBeGreaterThan(300)
})

test('a device that sends hostile bytes delays no alarm of another', async () => {
  await using world = await startWorld(certificates)
  const bystander = await world.device(dev2)
  const sign = createSigner(dev2.key)
  let pressed = 0
  for (const bytes of fc.sample(hostileBytes, 150)) {
    const attacker = await world.raw(dev1)
    attacker.send(connectPacket('dev-1'), bytes)
    pressed += 1
    bystander.publish(topicOf('deviceAlarm', { device: 'dev-2' }), alarm('dev-2', pressed, sign))
    const count = pressed
    await vi.waitFor(
      () => expect(world.of('received').filter(({ sender }) => sender === 'dev-2')).toHaveLength(count),
      patience,
    )
    attacker.socket.destroy()
  }
  expect(bystander.connected).toBe(true)
  expect(world.events.length).toBeGreaterThan(pressed)
})

test('no more is kept of a packet than a packet may have', () => {
  const reader = createFrameReader((_type, length) =>
    length > limits.packetBytesMax ? { kind: 'violation', clause: 'limit', detail: same('too long') } : null,
  )
  reader.push(Buffer.from([0x30, 0x81, 0x80, 0x04]))
  expect(reader.next()).toMatchObject({ clause: 'limit' })
})

function mutated(packet: AnyPacket, mutations: readonly { at: number; byte: number; kind: number }[]): Buffer {
  const bytes = [...generate(packet)]
  for (const { at, byte, kind } of mutations) {
    const index = at % Math.max(bytes.length, 1)
    if (kind === 0) bytes[index] = byte
    else if (kind === 1) bytes.splice(index, 1)
    else bytes.splice(index, 0, byte)
  }
  return Buffer.from(bytes)
}

type Read = { readonly frame: Frame | null; readonly result: ReturnType<typeof readPacket> | Violation }

function read(pieces: readonly Buffer[]): Read[] {
  const reader = createFrameReader(() => null)
  const found: Read[] = []
  for (const piece of pieces) {
    reader.push(piece)
    for (let next = reader.next(); next !== null; next = reader.next()) {
      if ('clause' in next) return [...found, { frame: null, result: next }]
      found.push({ frame: next, result: readPacket(next) })
    }
  }
  return found
}

function parsedByAedes(bytes: Buffer): AnyPacket[] {
  const packets: AnyPacket[] = []
  const read = parser()
  read.on('packet', packet => void packets.push(packet))
  read.on('error', error => {
    throw error
  })
  read.parse(bytes)
  return packets
}
