// A disk that stays broken: what waits for it has a bound, lesser traffic yields at it, and never a first press [S6].
import { expect, test } from 'vitest'
import { fold } from '../../gateway/core/records.ts'
import { limits } from '../../protocol/limits.ts'
import { same } from '../../protocol/text.ts'
import { startWorld, stepMs, type World } from './harness.ts'
import { anna, bert, boot, caretaker, desk, device, guard, policy, till } from './townhall.ts'

const waiting = (world: World): number => world.state().durable.lastRecord - world.state().live.recordedThrough
const stuck = { code: 'buttonStuck', subject: till } as const

const isUnreachable = (world: World): boolean =>
  [...world.state().durable.faults.values()].some(({ subject }) => subject === policy.id)

/** Everybody is there, one alarm is open, and the disk fails until as many records wait for it as may. */
function fullWorld(): World {
  const world = startWorld()
  world.everybodyPresent()
  world.heartbeat()
  world.press({ button: desk })
  world.disk.fail()
  while (waiting(world) < limits.recordsWaitingMax) {
    world.heartbeat({ faults: [stuck] })
    world.heartbeat()
  }
  world.forget()
  return world
}

test('what goes on without end adds nothing to what waits for the disk', () => {
  const world = fullWorld()
  const alarm = world.onlyAlarm().id
  const [original] = world.recordsOf('alarmRaised')
  world.acknowledge(anna, alarm)
  world.heartbeat({ faults: [stuck] })
  const before = world.lastRecord()
  for (let round = 0; round < 50; round++) {
    world.heartbeat({ faults: round % 2 === 0 ? [stuck] : [] })
    world.press({ button: desk })
    world.press({ button: till, kind: 'testAlarm' })
    if (original !== undefined) world.press({ ...original.message, n: world.nextNumber(boot) })
    world.acknowledge(bert, alarm)
    world.happen({
      kind: 'securityObserved',
      event: 'foreignTopic',
      source: `stranger-${round}`,
      account: null,
      detail: same('x'),
    })
    for (const told of world.notifications().slice(0, 5)) world.ended(told, 'delivered')
    world.absent(guard)
    world.present(guard)
    world.fastForward(1000)
  }
  expect(world.lastRecord()).toBe(before)
  expect(fold(world.records())).toEqual(world.state().durable)
})

test('an alarm that nobody takes repeats its last step as ever, and adds nothing', () => {
  const world = fullWorld()
  world.fastForward(stepMs(3) + policy.repeatMs)
  const before = world.lastRecord()
  world.forget()
  world.fastForward(1000 * policy.repeatMs)
  expect(world.notifications().filter(({ reason }) => reason === 'repeat')).toHaveLength(2000)
  expect(world.lastRecord()).toBe(before)
})

test('a first press is told at once and receipted once the disk is back, whatever else yields', () => {
  const world = fullWorld()
  const press = world.press({ button: till })
  world.expectNotified('first', [anna, bert])
  expect(world.receipts()).toEqual([])
  world.close(anna, press)
  const next = world.press({ button: till })
  expect(world.alarms().map(({ id }) => id)).toContain(next)
  world.disk.work()
  expect(world.receipts().map(({ id }) => id)).toEqual(expect.arrayContaining([press, next]))
})

test('a repeated press that yields gets no receipt: sent again when the disk is back, it is told and on record', () => {
  const world = fullWorld()
  const message = world.pressMessage({ button: desk })
  const delivery = world.send(message)
  expect(world.onlyAlarm().presses).toBe(1)
  world.disk.work()
  expect(world.receipts().map(({ id }) => id)).not.toContain(message.id)
  expect(world.pubacks()).toContain(delivery)
  world.forget()
  world.press({ ...message, n: world.nextNumber(boot) })
  world.expectNotified('repeatPress', [anna, bert])
  expect(world.receipts().map(({ id }) => id)).toEqual([message.id])
})

test('the record tells how much was left out, and what stayed as it was is judged again', () => {
  const world = fullWorld()
  for (let round = 0; round < 20; round++) world.heartbeat({ faults: round % 2 === 0 ? [stuck] : [] })
  expect(world.activeFaults()).toContain('buttonStuck')
  for (const person of world.state().configuration?.responders ?? []) world.absent(person.id)
  world.fastForward(60_000)
  world.everybodyPresent()
  expect(isUnreachable(world)).toBe(true)
  world.disk.work()
  const { count, told } = world.state().live.yielded
  expect(world.recordsOf('recordsYielded').map(record => record.count)).toEqual([count])
  expect(told).toBe(count)
  expect(isUnreachable(world)).toBe(false)
  world.heartbeat()
  expect(world.activeFaults()).not.toContain('buttonStuck')
})

test('a file that is refused is so still when there is room again', () => {
  const world = fullWorld()
  world.happen({ kind: 'configurationRefused', reason: same('gateway.yaml:12: zone') })
  world.heartbeat({ faults: [stuck] })
  world.heartbeat()
  world.disk.work()
  expect(world.recordsOf('recordsYielded')).toHaveLength(1)
  expect(world.activeFaults()).toContain('configurationRefused')
})

test('security events that were only counted meanwhile are told afterwards in one line', () => {
  const world = fullWorld()
  const stranger = {
    kind: 'securityObserved',
    event: 'foreignTopic',
    source: 'stranger',
    account: null,
    detail: same('x'),
  } as const
  for (let round = 0; round < 200; round++) world.happen(stranger)
  world.fastForward(3_600_000)
  expect(world.recordsOf('securityEvent')).toEqual([])
  world.disk.work()
  world.fastForward(120_000)
  expect(world.recordsOf('securityEvent')).toMatchObject([
    { source: { de: 'weitere Quellen', en: 'further sources' }, count: 200 },
  ])
})

test('every telling has an id of its own, on record or not', () => {
  const world = fullWorld()
  world.fastForward(100 * policy.repeatMs)
  world.disk.work()
  world.fastForward(10 * policy.repeatMs)
  const ids = world.notifications().map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(200)
  expect(new Set(ids).size).toBe(ids.length)
})

test('a device that was silent when too many records waited is known to be heard as soon as there is room', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.fastForward(60_000)
  expect(world.activeFaults()).toContain('deviceSilent')
  world.disk.fail()
  while (waiting(world) < limits.recordsWaitingMax) {
    world.happen({ kind: 'configurationRefused', reason: same(`${waiting(world)}`) })
    world.absent(caretaker)
    world.present(caretaker)
  }
  world.heartbeat()
  world.disk.work()
  world.heartbeat()
  expect(world.activeFaults()).not.toContain('deviceSilent')
})

test('whoever has gone waits for no PUBACK; the receipt is sent all the same', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.disk.fail()
  const message = world.pressMessage({ device })
  const deliveries = [world.send(message), world.send({ ...message, n: world.nextNumber(boot) })]
  expect(world.state().live.pending).toHaveLength(2)
  world.happen({ kind: 'deliveriesEnded', deliveries })
  expect(world.state().live.pending).toHaveLength(1)
  world.disk.work()
  expect(world.pubacks()).toEqual([])
  expect(world.receipts().map(({ id }) => id)).toEqual([message.id])
})
