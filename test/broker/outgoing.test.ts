// The queue of one connection: what goes out when, and what becomes of each message.
import { type Packet, parser } from 'mqtt-packet'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createOutgoing, type Outgoing, type OutgoingMessage } from '../../gateway/shell/broker/outgoing.ts'
import { limits } from '../../protocol/limits.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a message is written before `send` returns', () => {
  const { outgoing, sent } = open()
  outgoing.send(message('a'))
  expect(sent()).toMatchObject([{ topic: 'a', qos: 1, messageId: 1, retain: false }])
})

test('no more than the window is unacknowledged, and each PUBACK lets the next one go, in order', () => {
  const { outgoing, sent, outcomes } = open()
  const topics = Array.from({ length: limits.inflightMax + 3 }, (_, index) => `t${index}`)
  for (const topic of topics) outgoing.send(message(topic, outcomes))
  expect(sent()).toHaveLength(limits.inflightMax)
  outgoing.acknowledge(2)
  outgoing.acknowledge(1)
  expect(sent().map(packet => 'topic' in packet && packet.topic)).toEqual(topics.slice(0, limits.inflightMax + 2))
  expect(outcomes).toEqual(['t1 delivered', 't0 delivered'])
})

test('a receiver that takes nothing is overrun at the bound, and everything undelivered ends', () => {
  const { outgoing, outcomes, overflows, sent } = open({ writable: false })
  for (let index = 0; index < limits.connectionQueueMax + 1; index++) outgoing.send(message(`t${index}`, outcomes))
  expect(overflows()).toBe(0)
  outgoing.send(message('last', outcomes))
  expect(overflows()).toBe(1)
  expect(sent()).toHaveLength(1)
  expect(outcomes).toHaveLength(limits.connectionQueueMax + 2)
  expect(new Set(outcomes.map(outcome => outcome.split(' ')[1]))).toEqual(new Set(['queueFull']))
  outgoing.send(message('too late', outcomes))
  expect(outcomes.at(-1)).toBe('too late queueFull')
})

test('large messages reach the bound in bytes first', () => {
  const { outgoing, overflows } = open({ writable: false })
  const payload = Buffer.alloc(limits.connectionQueueBytesMax / 4)
  for (let count = 0; count < 5; count++) outgoing.send({ ...message('a'), payload })
  expect(overflows()).toBe(0)
  outgoing.send({ ...message('a'), payload })
  expect(overflows()).toBe(1)
})

test('what waited goes out when the connection takes bytes again', () => {
  const { outgoing, sent, takeBytes } = open({ writable: false })
  for (const topic of ['a', 'b', 'c']) outgoing.send(message(topic))
  expect(sent()).toHaveLength(1)
  takeBytes()
  expect(sent()).toHaveLength(3)
})

test('retained state goes out behind everything else, and only as fast as it is taken', () => {
  const { outgoing, sent } = open()
  let pulled = 0
  function* state(): Generator<OutgoingMessage> {
    for (;;) yield { ...message(`retained ${pulled++}`), retain: true }
  }
  outgoing.replay('#', state())
  expect(pulled).toBe(limits.inflightMax)
  outgoing.send(message('news'))
  outgoing.acknowledge(1)
  expect(sent().at(-1)).toMatchObject({ topic: 'news' })
  outgoing.acknowledge(2)
  expect(sent().at(-1)).toMatchObject({ topic: `retained ${limits.inflightMax}`, retain: true })
  outgoing.stopReplay('#')
  outgoing.acknowledge(3)
  expect(pulled).toBe(limits.inflightMax + 1)
})

test('a receiver that leaves its oldest packet unacknowledged counts as lost, however many others it acknowledges', () => {
  const { outgoing, outcomes } = open()
  outgoing.send(message('a', outcomes))
  for (let waited = 0; waited < 4; waited++) {
    vi.advanceTimersByTime(limits.pubackDeadlineMs / 4 - 1)
    outgoing.send(message('b', outcomes))
    outgoing.acknowledge(waited + 2)
  }
  vi.advanceTimersByTime(4)
  expect(outcomes.filter(outcome => outcome.startsWith('a'))).toEqual(['a connectionLost'])
})

test('packet ids start again behind the last, and never take one that is in use [MQTT-2.3.1-2]', () => {
  const { outgoing, sent } = open()
  outgoing.send(message('kept'))
  for (let id = 2; id <= 65_535; id++) {
    outgoing.send(message('a'))
    outgoing.acknowledge(id)
  }
  outgoing.send(message('a'))
  expect(sent().at(-1)).toMatchObject({ messageId: 2 })
})

function open({ writable = true } = {}) {
  const packets: Packet[] = []
  const read = parser()
  read.on('packet', packet => void packets.push(packet))
  let overflows = 0
  const outcomes: string[] = []
  const outgoing: Outgoing = createOutgoing({
    write: bytes => {
      read.parse(bytes)
      return writable
    },
    onOverflow: () => {
      overflows += 1
      outgoing.end('queueFull')
    },
    onSilence: () => outgoing.end('connectionLost'),
  })
  const takeBytes = () => {
    writable = true
    outgoing.drained()
  }
  return { outgoing, outcomes, takeBytes, sent: () => packets, overflows: () => overflows }
}

const message = (topic: string, outcomes: string[] = []): OutgoingMessage => ({
  topic,
  payload: Buffer.from('x'),
  qos: 1,
  retain: false,
  onEnded: outcome => void outcomes.push(`${topic} ${outcome}`),
})
