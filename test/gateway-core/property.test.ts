// What holds for every sequence of events, also with a disk that fails, clocks that jump, and gateways that are killed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Channel, GatewayRecord } from '../../gateway/core/record-types.ts'
import { fold } from '../../gateway/core/records.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { outcomes } from '../../protocol/messages.ts'
import type { PressOptions } from './device-messages.ts'
import { restarted, startWorld, type World } from './harness.ts'
import {
  administrator,
  anna,
  bert,
  boot,
  caretaker,
  chief,
  desk,
  device,
  guard,
  laterBoot,
  otherDevice,
  till,
} from './townhall.ts'

type Act =
  | { readonly act: 'press'; readonly how: PressOptions }
  | { readonly act: 'sendAgain' | 'release'; readonly which: number }
  | { readonly act: 'heartbeat' }
  | { readonly act: 'presence'; readonly who: ResponderId; readonly channel: Channel; readonly present: boolean }
  | { readonly act: 'acknowledge' | 'close'; readonly who: ResponderId; readonly which: number }
  | { readonly act: 'ended'; readonly which: number; readonly outcome: 'delivered' | 'connectionLost' | 'queueFull' }
  | { readonly act: 'fastForward' | 'jumpWallClock'; readonly by: number }
  | { readonly act: 'disk'; readonly disk: 'hold' | 'work' | 'fail' }
  | { readonly act: 'kill'; readonly downMs: number }

const people = [anna, bert, guard, chief, caretaker, administrator]
const which = fc.nat(99)
const who = fc.constantFrom(...people)
const pressOptions: fc.Arbitrary<PressOptions> = fc.record({
  kind: fc.constantFrom('alarm', 'alarm', 'repeatPress', 'testAlarm'),
  button: fc.constantFrom(desk, till),
  device: fc.constantFrom(device, device, otherDevice),
  boot: fc.constantFrom(boot, laterBoot),
  ageMs: fc.constantFrom(30, 30, 60_000),
  authentic: fc.constantFrom(true, true, true, false),
})
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ act: fc.constant('press' as const), how: pressOptions }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('sendAgain' as const, 'release' as const), which }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('heartbeat' as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        act: fc.constant('presence' as const),
        who,
        channel: fc.constantFrom<Channel>('mqtt', 'console'),
        present: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('acknowledge' as const, 'close' as const), who, which }) },
    {
      weight: 3,
      arbitrary: fc.record({
        act: fc.constant('ended' as const),
        which,
        outcome: fc.constantFrom('delivered' as const, 'connectionLost' as const, 'queueFull' as const),
      }),
    },
    { weight: 4, arbitrary: fc.record({ act: fc.constant('fastForward' as const), by: fc.nat(45_000) }) },
    {
      weight: 1,
      arbitrary: fc.record({ act: fc.constant('jumpWallClock' as const), by: fc.integer({ min: -9e6, max: 9e6 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constant('disk' as const),
        disk: fc.constantFrom('hold' as const, 'work' as const, 'fail' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('kill' as const), downMs: fc.nat(200_000) }) },
  ),
  { maxLength: 60 },
)

const pick = <Value>(values: readonly Value[], index: number): Value | undefined =>
  values[index % Math.max(1, values.length)]
const alarmsOnRecord = (world: World) => world.recordsOf('alarmRaised').map(({ alarm }) => alarm)

/** Does it, and gives the world that goes on: after a kill it is another one. */
function perform(world: World, act: Act): World {
  switch (act.act) {
    case 'press':
      world.press(act.how)
      return world
    case 'sendAgain': {
      const message = pick(world.recordsOf('alarmRaised'), act.which)?.message
      if (message !== undefined) world.press({ ...message, id: message.id, n: world.nextNumber(message.boot) })
      return world
    }
    case 'release': {
      const message = pick(world.recordsOf('alarmRaised'), act.which)?.message
      if (message !== undefined) world.release(message.id, { device: message.device, boot: message.boot })
      return world
    }
    case 'heartbeat':
      world.heartbeat()
      return world
    case 'presence':
      if (act.present) world.present(act.who, act.channel)
      else world.absent(act.who, act.channel)
      return world
    case 'acknowledge':
    case 'close': {
      const alarm = pick(alarmsOnRecord(world), act.which)
      if (alarm === undefined) return world
      if (act.act === 'acknowledge') world.acknowledge(act.who, alarm)
      else world.close(act.who, alarm, outcomes[act.which % outcomes.length] ?? 'noIncident')
      return world
    }
    case 'ended': {
      const told = pick(world.notifications(), act.which)
      if (told !== undefined) world.ended(told, act.outcome)
      return world
    }
    case 'fastForward':
      world.fastForward(act.by)
      return world
    case 'jumpWallClock':
      world.jumpWallClock(act.by)
      return world
    case 'disk':
      world.disk[act.disk]()
      return world
    case 'kill':
      return restarted(world, act.downMs)
  }
}

function play(sequence: readonly Act[], look: (world: World) => void = () => undefined): World {
  let world = startWorld()
  for (const act of sequence) {
    world = perform(world, act)
    look(world)
  }
  return world
}

test('whatever happens, folding the records gives the live state', () => {
  fc.assert(
    fc.property(acts, sequence => {
      play(sequence, world => {
        const { durable } = world.state()
        expect(fold(world.records())).toEqual(durable)
        expect([...durable.faultKeys.values()].flat().sort()).toEqual([...durable.faults.keys()].sort())
      })
    }),
    { numRuns: 150 },
  )
})

test('whatever happens, no receipt leaves before the press is on the disk', () => {
  fc.assert(
    fc.property(acts, sequence => {
      play(sequence, world => {
        const onDisk = new Map(
          world.onDisk().flatMap(record => {
            const isPress = record.kind === 'alarmRaised' || record.kind === 'pressRepeated'
            return isPress ? [[record.message.id, record.alarm] as const] : []
          }),
        )
        for (const { id, alarm } of world.receipts()) expect(onDisk.get(id)).toBe(alarm)
      })
    }),
    { numRuns: 150 },
  )
})

test('whatever happens, whoever is told of an alarm that is taken hears just that, or that it was pressed again', () => {
  fc.assert(
    fc.property(acts, sequence => {
      checkTellings(play(sequence).records())
    }),
    { numRuns: 300 },
  )
})

function checkTellings(records: readonly GatewayRecord[]): void {
  const told = new Map<string, Set<ResponderId>>()
  const taken = new Map<string, ResponderId | null>()
  const asked = new Set<string>()
  for (const record of records) {
    if (record.kind === 'acknowledged' || record.kind === 'closed')
      taken.set(record.alarm, taken.get(record.alarm) ?? record.responder)
    if (record.kind === 'acknowledgedLate') asked.add(`${record.alarm} ${record.responder}`)
    if (record.kind !== 'notified') continue
    const known = told.get(record.alarm) ?? new Set()
    if (taken.has(record.alarm)) {
      expect(['takenOver', 'closed', 'repeatPress']).toContain(record.reason)
      const isConcerned = known.has(record.responder) || taken.get(record.alarm) === record.responder
      expect(isConcerned || asked.has(`${record.alarm} ${record.responder}`)).toBe(true)
    } else expect(['takenOver', 'closed']).not.toContain(record.reason)
    told.set(record.alarm, known.add(record.responder))
  }
}

test('whatever happens, the same events give the same records', () => {
  fc.assert(
    fc.property(acts, sequence => {
      expect(JSON.stringify(play(sequence).records())).toBe(JSON.stringify(play(sequence).records()))
    }),
    { numRuns: 50 },
  )
})

test('whatever happens, an alarm that nobody has taken has its next step ahead of it, and the step is woken for it', () => {
  fc.assert(
    fc.property(acts, sequence => {
      play(sequence, world => {
        const { deadlines } = world.state().live
        const waiting = world.alarms().filter(({ kind, state }) => kind === 'alarm' && state !== 'acknowledged')
        expect([...deadlines.keys()].sort()).toEqual(waiting.map(({ id }) => id).sort())
        for (const deadline of deadlines.values()) {
          expect(deadline).toBeGreaterThan(world.now())
          expect(world.wakeAt()).toBeLessThanOrEqual(deadline)
        }
      })
    }),
    { numRuns: 150 },
  )
})

test('whatever happens, every genuine press belongs to exactly one alarm, and no button has two', () => {
  fc.assert(
    fc.property(acts, sequence => {
      play(sequence, world => {
        const presses = world.records().flatMap(record => {
          const isPress = record.kind === 'alarmRaised' || record.kind === 'pressRepeated'
          return isPress ? [record.message.id] : []
        })
        expect(new Set(presses).size).toBe(presses.length)
        const buttons = world.alarms().map(alarm => `${alarm.device}/${alarm.button}`)
        expect(new Set(buttons).size).toBe(buttons.length)
      })
    }),
    { numRuns: 150 },
  )
})

test('once everybody is there and faults stop, every open alarm has been told to each person of its steps', () => {
  fc.assert(
    fc.property(acts, sequence => {
      const world = play(sequence)
      world.disk.work()
      for (const person of people) world.present(person)
      for (const alarm of world.alarms()) {
        if (alarm.state === 'acknowledged') continue
        const owed = alarm.policy.steps.slice(0, alarm.step).flatMap(step => step.notify)
        for (const person of owed) expect([...alarm.told.keys()]).toContain(person)
      }
    }),
    { numRuns: 150 },
  )
})
