// Who is told, by which channel, and who is told again when the way to them was lost.
import { expect, test } from 'vitest'
import { type ButtonId, pressId } from '../../protocol/ids.ts'
import { restarted, startWorld } from './harness.ts'
import { administrator, anna, bert, boot, caretaker, chief, device, guard, townhall } from './townhall.ts'

test('a responder is told by every channel on which they are present, each telling with its own id', () => {
  const world = startWorld()
  world.present(anna, 'mqtt')
  world.present(anna, 'console')
  world.forget()
  world.press()
  const told = world.notifications()
  expect(told.map(({ channel }) => channel)).toEqual(['mqtt', 'console'])
  expect(new Set(told.map(({ id }) => id)).size).toBe(2)
  expect(world.recordsOf('notified').map(({ notification }) => notification)).toEqual(told.map(({ id }) => id))
})

test('who was not connected is told as soon as they are present', () => {
  const world = startWorld()
  world.present(anna)
  world.press()
  world.forget()
  world.present(bert, 'console')
  world.expectNotified('reconnected', [bert])
})

test('whose turn has not come is not told when they connect', () => {
  const world = startWorld()
  world.present(anna)
  world.press()
  world.forget()
  world.present(guard)
  world.present(administrator, 'console')
  world.expectNotified('reconnected', [])
})

test('a telling that nobody confirmed is told again after the connection returns; a confirmed one is not', () => {
  const world = startWorld()
  world.present(anna)
  world.present(bert)
  world.forget()
  world.press()
  for (const told of world.notifications()) world.ended(told, told.responder === anna ? 'delivered' : 'connectionLost')
  world.forget()
  for (const person of [anna, bert]) {
    world.absent(person)
    world.present(person)
  }
  world.expectNotified('reconnected', [bert])
})

test('a confirmed responder whose next telling was lost is told again', () => {
  const world = startWorld()
  world.present(anna)
  world.forget()
  world.press()
  for (const told of world.notifications()) world.ended(told, 'delivered')
  world.press()
  world.forget()
  world.present(anna, 'console')
  world.expectNotified('reconnected', [anna])
})

test('whoever has taken the alarm is not told that it is taken', () => {
  const world = startWorld()
  world.present(anna)
  world.acknowledge(anna, world.press())
  world.forget()
  world.present(anna)
  world.expectNobodyNotified()
})

test('whoever has taken the alarm and missed that it was pressed again hears of it on return, once', () => {
  const world = startWorld()
  world.present(anna)
  world.acknowledge(anna, world.press())
  world.forget()
  world.press()
  const [lost] = world.notifications()
  if (lost === undefined) throw new Error('nobody was told')
  world.ended(lost, 'connectionLost')
  world.absent(anna)
  world.forget()
  world.present(anna)
  world.expectNotified('repeatPress', [anna])
  for (const told of world.notifications()) world.ended(told, 'delivered')
  world.absent(anna)
  world.forget()
  world.present(anna)
  world.expectNobodyNotified()
})

test('who confirms one telling while the next one is lost is told again', () => {
  const world = startWorld()
  world.present(anna)
  world.forget()
  world.press()
  world.press()
  const [first, second] = world.notifications()
  if (first === undefined || second === undefined) throw new Error('nobody was told twice')
  world.ended(first, 'delivered')
  world.ended(second, 'connectionLost')
  world.absent(anna)
  world.forget()
  world.present(anna)
  world.expectNotified('reconnected', [anna])
})

test('after a restart of the gateway everybody whose telling was not confirmed is told again', () => {
  const before = startWorld()
  before.everybodyPresent()
  before.forget()
  before.press()
  const [first] = before.notifications()
  if (first === undefined) throw new Error('nobody was told')
  before.ended(first, 'delivered')
  const after = restarted(before)
  after.everybodyPresent()
  after.expectNotified(
    'reconnected',
    [anna, bert].filter(person => person !== first.responder),
  )
})

test('who was told and comes back after the alarm was taken hears that it is taken, and nobody else does', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  world.absent(bert)
  world.acknowledge(anna, world.onlyAlarm().id)
  expect(world.recordsOf('notNotified')).toMatchObject([{ responder: bert, reason: 'notConnected' }])
  world.forget()
  world.present(bert)
  world.present(guard)
  world.expectNotified('takenOver', [bert])
  expect(world.notifications()).toHaveLength(1)
})

/** Anna is told of an alarm, and her queue overflows. */
function overflown() {
  const world = startWorld()
  world.present(anna)
  world.forget()
  world.press()
  const [told] = world.notifications()
  if (told === undefined) throw new Error('nobody was told')
  world.ended(told, 'queueFull')
  return { world, told }
}

test('the outcome of each telling is on record, a lost one too', () => {
  const { world, told } = overflown()
  expect(world.recordsOf('notificationEnded')).toMatchObject([
    { alarm: told.alarm, notification: told.id, responder: anna, channel: 'mqtt', outcome: 'queueFull' },
  ])
})

test('a channel whose queue overflowed is a fault until the responder is present again', () => {
  const { world } = overflown()
  expect(world.activeFaults()).toContain('channelFailed')
  world.absent(anna)
  world.present(anna)
  expect(world.activeFaults()).not.toContain('channelFailed')
})

test('a changed configuration does not say of a channel that it works again, unless it has no such responder any more', () => {
  const { world } = overflown()
  world.absent(anna)
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'b' } })
  expect(world.activeFaults()).toContain('channelFailed')
  const responders = townhall.responders.filter(({ id }) => id !== anna)
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'c', responders } })
  expect(world.activeFaults()).not.toContain('channelFailed')
})

test('whoever has taken an alarm without being told of it hears that another one has closed it', () => {
  const world = startWorld()
  for (const responder of [anna, chief]) world.present(responder)
  const press = world.press()
  world.acknowledge(chief, press)
  world.forget()
  world.close(anna, press)
  world.expectNotified('closed', [chief])
})

test('of somebody who took an alarm, is named by no policy and is gone, the record says that nothing is connected', () => {
  const world = startWorld()
  world.present(anna)
  const press = world.press()
  world.acknowledge(administrator, press)
  world.press()
  world.close(anna, press)
  const notTold = world.recordsOf('notNotified').filter(({ responder }) => responder === administrator)
  expect(notTold.map(({ reason }) => reason)).toEqual(['notConnected', 'notConnected'])
})

test('monitors hear that a channel has failed, once and not to whom it leads', () => {
  const world = startWorld()
  for (const responder of [anna, bert]) world.present(responder, 'mqtt')
  world.forget()
  world.press()
  const told = world.notifications()
  expect(told.map(({ responder }) => responder)).toEqual([anna, bert])
  for (const notification of told) world.ended(notification, 'queueFull')
  world.fastForward(10_000)
  const state = world.monitored().findLast(({ kind }) => kind === 'gatewayState')
  expect(state).toMatchObject({ faults: [{ code: 'channelFailed', subject: 'mqtt' }] })
})

test('several alarms are told to a returned responder in the order of their raising', () => {
  const world = startWorld()
  const presses = Array.from({ length: 20 }, (_, index) => {
    world.fastForward(1000)
    return world.press({ button: `taster-${index}` as ButtonId, id: pressId(device, boot, 20 - index) })
  })
  world.forget()
  world.present(anna)
  expect(world.notifications().map(({ alarm }) => alarm)).toEqual(presses)
})

test.for(['the connection was lost', 'the gateway was restarted'] as const)(
  'a fault whose telling nobody confirmed because %s is told again on return',
  why => {
    const before = startWorld()
    before.everybodyPresent()
    before.fastForward(townhall.silentMs)
    const [lost] = before.notifications()
    if (lost !== undefined && why === 'the connection was lost') before.ended(lost, 'connectionLost')
    before.absent(caretaker)
    const world = why === 'the gateway was restarted' ? restarted(before) : before
    world.forget()
    world.present(caretaker)
    world.expectNotified('fault', [caretaker])
    const [told] = world.notifications()
    if (told !== undefined) world.ended(told, 'delivered')
    world.absent(caretaker)
    world.forget()
    world.present(caretaker)
    world.expectNotified('fault', [])
  },
)
