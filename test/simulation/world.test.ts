// What a run stands on: time that goes in order, chance that has names, disks that keep what was synced, a network that is as
// reliable as TCP until a plan says otherwise.
import { describe, expect, test } from 'vitest'
import type { Press } from '../../firmware/core/model.ts'
import { type BootId, type DeviceId, pressId } from '../../protocol/ids.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { createAgenda } from './agenda.ts'
import { createClock } from './clock.ts'
import { JournalDisk } from './journal-disk.ts'
import type { Packet } from './packet.ts'
import { Path } from './path.ts'
import { createRandom } from './random.ts'
import * as town from './sample-plan.ts'

describe('the agenda', () => {
  test('goes through everything in the order of its time, and of asking at the same time', () => {
    const agenda = createAgenda()
    const random = createRandom('agenda')
    const asked = Array.from({ length: 500 }, (_, order) => ({ at: random.whole(0, 50), order }))
    const happened: typeof asked = []
    for (const each of asked) agenda.at(each.at, () => happened.push(each))
    agenda.passTo(50)
    expect(happened).toEqual(asked.toSorted((a, b) => a.at - b.at || a.order - b.order))
  })

  test('does not run what was called off, nor what lies beyond', () => {
    const agenda = createAgenda()
    const happened: number[] = []
    const calledOff = agenda.at(1, () => happened.push(1))
    agenda.at(2, () => happened.push(2))
    agenda.at(3, () => happened.push(3))
    agenda.cancel(calledOff)
    agenda.passTo(2)
    expect([happened, agenda.now()]).toEqual([[2], 2])
  })
})

describe('chance', () => {
  test('depends on the name alone, whoever else was asked before', () => {
    const first = createRandom('seed').fork('anna').next()
    const other = createRandom('seed')
    for (let count = 0; count < 100; count += 1) other.next()
    other.fork('bert').next()
    expect(other.fork('anna').next()).toBe(first)
  })

  test('is spread evenly over neighbouring seeds', () => {
    const drawn = Array.from({ length: 10_000 }, (_, seed) => createRandom(`plan ${seed}`).fork('town').next())
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const count = drawn.filter(value => Math.floor(value * 10) === tenth).length
      expect(count).toBeGreaterThan(900)
      expect(count).toBeLessThan(1100)
    }
  })
})

test('a clock that drifts wakes its program at its own moment, and a step moves the wall clock only', () => {
  let world = 0
  const clock = createClock(() => world, 200)
  world = clock.worldAt(instant(3_600_000))
  expect(3_600_000 - world).toBeCloseTo(720, 0)
  expect(clock.now()).toBeGreaterThanOrEqual(3_600_000)
  clock.step(-86_400_000)
  expect(clock.now()).toBeCloseTo(3_600_000, 3)
  expect(clock.error()).toBe(-86_400_000)
})

describe('the network', () => {
  const path = (seed: string) => {
    const agenda = createAgenda()
    const always = { isUp: true }
    const way = new Path({ client: 'anna', gateway: town.gateway }, agenda, createRandom(seed), 5)
    const { client, gateway } = way.join(always, always, { client: [100, 200], gateway: [100, 200] })
    const heard: number[] = []
    const lost: string[] = []
    gateway.onPacket = packet => void (packet.kind === 'puback' && heard.push(packet.packetId))
    client.onLost = why => lost.push(why)
    const send = (count: number): void => {
      for (let packetId = 0; packetId < count; packetId += 1) client.send({ kind: 'puback', packetId } satisfies Packet)
    }
    return { agenda, way, send, heard, lost, client, gateway }
  }
  const inOrder = Array.from({ length: 100 }, (_, index) => index)

  test('carries everything once and in order, also what a short interruption held back', () => {
    const { agenda, way, send, heard, lost } = path('order')
    way.cut()
    send(100)
    agenda.passTo(50)
    expect(heard).toEqual([])
    way.mend()
    agenda.passTo(5000)
    expect([heard, lost]).toEqual([inOrder, []])
  })

  test('tells an end that hears nothing for longer than its patience', () => {
    const { agenda, way, lost } = path('silence')
    way.cut()
    agenda.passTo(201)
    expect(lost).toEqual(['nothing heard for too long'])
  })

  test('half open: one end goes on believing in a connection that carries nothing', () => {
    const { agenda, way, send, heard, client, gateway } = path('half open')
    way.deafen('gateway')
    send(10)
    agenda.passTo(90)
    expect([heard, client.isOpen, gateway.isOpen]).toEqual([[], true, true])
    agenda.passTo(300)
    expect(gateway.isOpen).toBe(false)
  })

  test('loses, doubles and reorders only where a plan says so', () => {
    const { agenda, way, send, heard } = path('unruly')
    way.unruly = { loss: 0.3, duplication: 0.3, reordering: 0.3 }
    send(100)
    agenda.passTo(5000)
    expect(new Set(heard).size).toBeLessThan(100)
    expect(heard.length).toBeGreaterThan(new Set(heard).size)
    expect(heard).not.toEqual(heard.toSorted((a, b) => a - b))
  })
})

describe('the memory card of a device', () => {
  const press: Press = {
    id: pressId('rathaus-1' as DeviceId, '0123456789abcdef' as BootId, 1),
    ...{ button: town.desk, meaning: { kind: 'alarm' }, pressedWall: wallTime(7) },
    age: { basis: 'monotonic', pressedAt: instant(7) },
    contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
  }
  const card = () => {
    const agenda = createAgenda()
    const disk = new JournalDisk(agenda, createRandom('card'))
    const answers: string[] = []
    const open = (machineBoot: number) =>
      disk.open({
        machineBoot,
        now: () => instant(0),
        onWritten: ({ kind }) => answers.push(`${kind} written`),
        onFailed: ({ kind }) => answers.push(`${kind} failed`),
      })
    return { agenda, disk, answers, open }
  }

  test('keeps over a power cut what it has called written', () => {
    const { agenda, disk, answers, open } = card()
    open(1).write({ kind: 'pressed', press })
    agenda.passTo(1000)
    disk.cutPower()
    expect(answers).toEqual(['pressed written'])
    expect(open(2).presses).toMatchObject([{ id: press.id, age: { basis: 'wall' } }])
  })

  test('calls nothing written that a full disk refused', () => {
    const { agenda, disk, answers, open } = card()
    disk.how = 'full'
    open(1).write({ kind: 'pressed', press })
    agenda.passTo(1000)
    disk.cutPower()
    expect([answers, open(2).presses]).toEqual([['pressed failed'], []])
  })

  test('forgets what was retired', () => {
    const { agenda, open } = card()
    const journal = open(1)
    journal.write({ kind: 'pressed', press })
    journal.write({ kind: 'retired', press: press.id })
    agenda.passTo(2000)
    expect(open(1).presses).toEqual([])
  })
})
