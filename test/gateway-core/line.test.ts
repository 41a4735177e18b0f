// The straight line: press, notify, record, receipt, acknowledge, close.
import { expect, test } from 'vitest'
import { fold } from '../../gateway/core/records.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { startWorld } from './harness.ts'
import { anna, bert, chief, desk, device, guard, till } from './townhall.ts'

test('a press is notified in the step that asks for its record, and receipted only when the disk has it', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.heartbeat()
  world.forget()
  world.disk.hold()

  const press = world.press()
  expect(world.since('notify').length + world.since('record').length).toBe(3)
  world.expectNotified('first', [anna, bert])
  expect(world.receipts()).toEqual([])
  expect(world.pubacks()).toEqual([])
  const [prepared] = world.since('prepareReceipt')

  world.disk.work()
  expect(world.receipts()).toMatchObject([{ id: press, alarm: press, device, recordedAt: world.wall() }])
  expect(world.receipts()[0], 'signed while the disk worked').toBe(prepared?.message)
  expect(world.pubacks()).toHaveLength(1)
})

test('a commit releases the receipts of what it holds, and no others', () => {
  const world = startWorld()
  world.disk.hold()
  const first = world.press({ button: desk })
  const second = world.press({ button: till })
  const [raised] = world.recordsOf('alarmRaised')
  if (raised === undefined) throw new Error('nothing was raised')
  world.happen({ kind: 'recorded', through: raised.number })
  expect(world.receipts().map(({ id }) => id)).toEqual([first])
  world.disk.work()
  expect(world.receipts().map(({ id }) => id)).toEqual([first, second])
})

test('a receipt waits for the record of its press, not for the one before it', () => {
  const world = startWorld()
  world.disk.hold()
  const before = world.lastRecord()
  world.press()
  world.happen({ kind: 'recorded', through: before })
  expect(world.receipts()).toEqual([])
  world.disk.work()
  expect(world.receipts()).toHaveLength(1)
})

test('whoever is told reads where it is, how often it was pressed and how old it is', () => {
  const world = startWorld()
  world.present(anna)
  world.forget()
  world.press({ ageMs: 40 })
  const [told] = world.notifications()
  expect(told).toMatchObject({ alarmKind: 'alarm', state: 'notifying', presses: 1, ageMs: 40, late: false, step: 1 })
  expect(told?.place).toEqual({ site: 'Altes Rathaus', zone: 'Erdgeschoss', room: 'Raum 012', button: 'Tresen' })
  expect(told?.text).toBe('Stiller Alarm: Raum 012 (Tresen), Erdgeschoss, Altes Rathaus.')
})

test('a person takes the alarm: escalation stops, the others are told, the device may show it', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  const { id } = world.onlyAlarm()
  world.forget()

  world.acknowledge(bert, id)
  world.expectNotified('takenOver', [anna])
  expect(world.notifications()[0]?.text).toContain('übernommen von Bert')
  expect(world.progress()).toEqual(['acknowledged'])
  expect(world.onlyAlarm()).toMatchObject({ state: 'acknowledged', acknowledgedBy: bert, acknowledgedAt: world.wall() })
  world.forget()
  world.fastForward(600_000)
  expect(world.notifications().filter(({ alarm }) => alarm !== null)).toEqual([])
})

test('a closed alarm leaves, the others who were told hear of it, and monitors forget it', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  const { id } = world.onlyAlarm()
  world.acknowledge(bert, id)
  world.forget()

  world.close(bert, id, 'incident')
  expect(world.alarms()).toEqual([])
  expect(world.recordsOf('acknowledged')).toHaveLength(1)
  world.expectNotified('closed', [anna])
  expect(world.progress()).toEqual(['closed'])
  expect(world.monitored()).toMatchObject([{ kind: 'alarmState', state: 'closed', outcome: 'incident', retain: false }])
})

test('an alarm that nobody took is taken by whoever closes it', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  world.forget()
  world.close(anna, world.onlyAlarm().id)
  expect(world.recordsOf('acknowledged')).toMatchObject([{ responder: anna }])
  world.expectNotified('closed', [bert])
  world.expectNotified('takenOver', [])
})

test('the PUBACK of an acknowledgement and of a close follows the commit', () => {
  const world = startWorld()
  world.press()
  const { id } = world.onlyAlarm()
  world.disk.hold()
  world.forget()
  const deliveries = [world.acknowledge(anna, id), world.close(anna, id)]
  expect(world.pubacks()).toEqual([])
  world.disk.work()
  expect(world.pubacks()).toEqual(deliveries)
})

test('the first person wins; whoever comes later changes nothing, is told, and is on record', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  const { id } = world.onlyAlarm()
  world.acknowledge(anna, id)
  world.forget()

  world.acknowledge(guard, id)
  world.acknowledge(anna, id)
  world.expectNotified('takenOver', [guard])
  expect(world.onlyAlarm().acknowledgedBy).toBe(anna)
  world.close(anna, id)
  world.acknowledge(chief, id)
  world.close(chief, id)
  expect(world.recordsOf('acknowledgedLate')).toMatchObject([
    { responder: guard, reason: 'takenOver' },
    { responder: anna, reason: 'sameResponder' },
    { responder: chief, reason: 'closed' },
  ])
  expect(world.recordsOf('closedLate')).toMatchObject([{ responder: chief }])
})

test('an alarm that is on no record cannot be taken, and the attempt is a security event', () => {
  const world = startWorld()
  const delivery = world.acknowledge(anna, 'rathaus-1.ffffffffffffffff.9' as ReturnType<typeof world.press>)
  expect(world.recordsOf('securityEvent')).toMatchObject([{ event: 'foreignAlarm', source: '10.0.0.7', account: anna }])
  expect(world.pubacks()).toContain(delivery)
})

test('two buttons have two alarms', () => {
  const world = startWorld()
  world.press({ button: desk })
  world.press({ button: till })
  expect(
    world
      .alarms()
      .map(alarm => alarm.button)
      .sort(),
  ).toEqual([till, desk])
})

test('folding the records gives the live state after a whole alarm, and while it is open', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  expect(fold(world.records())).toEqual(world.state().durable)
  world.acknowledge(anna, world.onlyAlarm().id)
  world.press()
  world.close(anna, world.onlyAlarm().id)
  expect(fold(world.records())).toEqual(world.state().durable)
})

const draftOf = (alarm: AlarmId) =>
  ({ alarm, level: 2, summary: '', measures: '', ground: 'none', groundReference: '' }) as const

test('an incident draft is recorded once the alarm is closed, and not before', () => {
  const world = startWorld()
  const alarm = world.press() as string as AlarmId
  const draft = draftOf(alarm)
  world.happen({ kind: 'incidentWritten', responder: anna, draft })
  expect(world.recordsOf('incidentDrafted')).toEqual([])
  world.close(anna, alarm, 'incident')
  world.happen({ kind: 'incidentWritten', responder: anna, draft })
  expect(world.recordsOf('incidentDrafted')).toMatchObject([{ alarm, responder: anna, draft }])
})

test('whoever comes late to an alarm that its device’s later presses made forgotten is late, and no stranger', () => {
  const world = startWorld()
  const alarm = world.press() as string as AlarmId
  world.close(anna, alarm, 'incident')
  for (let press = 0; press < limits.pressesRememberedPerDevice; press++) {
    const test = world.press({ kind: 'testAlarm' })
    world.close(anna, test, 'test')
  }
  world.acknowledge(chief, alarm)
  world.close(chief, alarm)
  world.happen({ kind: 'incidentWritten', responder: chief, draft: draftOf(alarm) })
  expect(world.recordsOf('acknowledgedLate')).toMatchObject([{ alarm, responder: chief, reason: 'closed' }])
  expect(world.recordsOf('closedLate')).toMatchObject([{ alarm, responder: chief }])
  expect(world.recordsOf('incidentDrafted')).toMatchObject([{ alarm, responder: chief }])
  expect(world.recordsOf('securityEvent')).toEqual([])
})
