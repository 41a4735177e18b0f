// What an incoming publish is: every message that a role may send is let through to the step, by the examples of the protocol.
import { expect, test } from 'vitest'
import { judgePublish } from '../../gateway/shell/broker/inbound.ts'
import { encode } from '../../protocol/codec.ts'
import { examples } from '../../protocol/examples.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { topicNames, topicOf, topics } from '../../protocol/topics.ts'

const { device } = examples.alarm
const sent = (from: 'device' | 'responder') =>
  topicNames
    .filter(name => topics[name].from === from)
    .flatMap(name => topics[name].messages.map(kind => ({ name, kind })))

test.for(sent('device'))('$kind of a device is received', ({ name, kind }) => {
  const sender = { role: 'device', id: device, serial: 1n, verify: () => true } as const
  const topic = topicOf(name, { device } as never)
  expect(judgePublish(sender, topic, encode(examples[kind]))).toEqual({
    kind: 'received',
    sender: device,
    message: examples[kind],
    authentic: true,
  })
})

test.for(sent('responder'))('$kind of a responder is what that person said', ({ name, kind }) => {
  const sender = { role: 'responder', id: 'wache' as ResponderId } as const
  const topic = topicOf(name, { responder: 'wache' } as never)
  expect(judgePublish(sender, topic, encode(examples[kind]))).toMatchObject({
    kind: 'responderSaid',
    responder: 'wache',
  })
})
