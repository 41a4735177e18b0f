// Of several connections of a responder, which outcome counts.
import { expect, test } from 'vitest'
import { mqttChannel, type Receiver } from '../../gateway/channels/mqtt.ts'
import type { DeliveryOutcome } from '../../gateway/core/record-types.ts'
import { notification } from './messages.ts'

test.each<[what: string, outcomes: (readonly [connection: number, outcome: DeliveryOutcome])[], ended: string[][]]>([
  [
    'the first delivery counts, and what follows does not',
    [
      [1, 'delivered'],
      [0, 'delivered'],
    ],
    [['delivered'], []],
  ],
  [
    'one that is lost while another is open decides nothing',
    [
      [0, 'connectionLost'],
      [1, 'delivered'],
    ],
    [[], ['delivered']],
  ],
  [
    'when all are lost, the last reason counts',
    [
      [0, 'connectionLost'],
      [1, 'queueFull'],
    ],
    [[], ['queueFull']],
  ],
  [
    'one that is lost after the delivery changes nothing',
    [
      [0, 'delivered'],
      [1, 'connectionLost'],
    ],
    [['delivered'], []],
  ],
])('%s', (_what, outcomes, ended) => {
  const said: DeliveryOutcome[] = []
  const callbacks: ((outcome: DeliveryOutcome) => void)[] = []
  const receiver: Receiver = { send: (_topic, _payload, onEnded) => void callbacks.push(onEnded) }
  const channel = mqttChannel(
    () => [receiver, receiver],
    (_notification, _responder, outcome) => void said.push(outcome),
  )
  channel.notify(notification('anna', 1))
  const after = outcomes.map(([connection, outcome]) => {
    const before = said.length
    callbacks[connection]?.(outcome)
    return said.slice(before)
  })
  expect(after).toEqual(ended)
})

test('connections that fail while they are written to do not end the notification before the last was tried', () => {
  const said: DeliveryOutcome[] = []
  const full: Receiver = { send: (_topic, _payload, onEnded) => onEnded('queueFull') }
  const good: Receiver = { send: (_topic, _payload, onEnded) => onEnded('delivered') }
  const channel = mqttChannel(
    () => [full, good],
    (_notification, _responder, outcome) => void said.push(outcome),
  )
  channel.notify(notification('anna', 1))
  expect(said).toEqual(['delivered'])
})
