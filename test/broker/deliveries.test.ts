// Answers that wait for the record: in order, bounded for each connection and for all, and told when nobody waits any more.
import { expect, test } from 'vitest'
import type { Delivery } from '../../gateway/core/model.ts'
import { createDeliveries } from '../../gateway/shell/broker/deliveries.ts'
import { limits } from '../../protocol/limits.ts'

function start() {
  const ended: (readonly Delivery[])[] = []
  const deliveries = createDeliveries(gone => ended.push(gone))
  const connect = () => {
    const written: string[] = []
    const answers = deliveries.open(bytes => written.push(bytes.toString()))
    const owe = (answer: string) => answers.owe(Buffer.from(answer))
    return { written, owe, close: answers.close }
  }
  const acknowledge = (delivery: Delivery | null) => {
    if (delivery !== null) deliveries.acknowledge(delivery)
  }
  return { ended, connect, acknowledge }
}

test('answers leave in the order of the publishes, however late the first is recorded', () => {
  const { connect, acknowledge } = start()
  const { owe, written } = connect()
  const [first, second] = [owe('1'), owe('2')]
  acknowledge(second)
  expect(written).toEqual([])
  acknowledge(first)
  expect(written).toEqual(['1', '2'])
})

test('what a connection still owed is told once when it ends, and never answered', () => {
  const { connect, acknowledge, ended } = start()
  const { owe, written, close } = connect()
  acknowledge(owe('1'))
  const left = [owe('2'), owe('3')]
  close()
  close()
  expect(ended).toEqual([left])
  for (const delivery of left) acknowledge(delivery)
  expect(written).toEqual(['1'])
})

test('a connection that owes nothing ends without a word', () => {
  const { connect, acknowledge, ended } = start()
  const { owe, close } = connect()
  acknowledge(owe('1'))
  close()
  expect(ended).toEqual([])
})

test('beyond the bound of a connection, or of all, a publish is taken and never answered', () => {
  const { connect, acknowledge } = start()
  const first = connect()
  const owed = Array.from({ length: limits.deliveriesMax }, () => first.owe('x'))
  expect(owed).not.toContain(null)
  expect(first.owe('x')).toBeNull()
  let all = limits.deliveriesMax
  for (let other = connect(); all < limits.deliveriesHeldMax; all += 1) {
    if (other.owe('x') !== null) continue
    other = connect()
    other.owe('x')
  }
  expect(connect().owe('x')).toBeNull()
  acknowledge(owed[0] ?? null)
  expect(connect().owe('x')).not.toBeNull()
})
