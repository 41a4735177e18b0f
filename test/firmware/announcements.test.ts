// What a device knows of alarms that were closed while it could not hear of it, and what it shows meanwhile.
import { expect, test } from 'vitest'
import type { LinkId } from '../../firmware/core/model.ts'
import { type AlarmId, alarmOfPress, pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { boot, device, tresen, World, zentrale, zweite } from './world.ts'

const first = pressId(device, boot, 1)
const alarm = alarmOfPress(first)

/** A device whose alarm was taken: it shows it, and every gateway has said so. */
function taken(links: readonly LinkId[] = [zentrale]): World {
  const world = new World({ links })
  world.config(10_000, 'afterAcknowledgement')
  world.press()
  world.receipt({ id: first })
  for (const link of links) world.progress(alarm, 'acknowledged', tresen, link)
  world.forget()
  return world
}

function cut(world: World, ...links: readonly LinkId[]): void {
  world.network = 'fails'
  for (const link of links) world.disconnect(link)
}

/** The network is back; time passes until every gateway that still exists is connected. */
function restore(world: World): void {
  world.network = 'works'
  const isUp = () => [...world.state.links.values()].every(({ id, state }) => state === 'up' || world.gone.has(id))
  for (let waited = 0; !isUp(); waited += 10) {
    if (waited > limits.reconnectMsMax) throw new Error('the device does not come back')
    world.pass(10)
  }
}

const shown = (world: World) => world.of('indicate').map(({ state }) => state)
const openAlarm = (world: World): AlarmId | undefined => world.state.buttons.get(tresen)?.openAlarm?.alarm

test('an alarm closed while the device was offline goes dark after its return, and the next press is a new alarm', () => {
  const world = taken()
  cut(world, zentrale)
  world.pass(60_000)
  expect(shown(world)).toEqual([])
  restore(world)
  world.pass(limits.announcementMs)
  expect(shown(world)).toEqual(['off'])
  expect(world.press()).toMatchObject({ kind: 'alarm' })
})

test('in test mode a press after such a return is a test, and calls nobody', () => {
  const world = taken()
  cut(world, zentrale)
  restore(world)
  world.pass(limits.announcementMs)
  world.command('startTest', 1)
  expect(world.press()).toMatchObject({ kind: 'testAlarm' })
})

test('an alarm that is announced again stays lit without a blink, and its next press repeats it', () => {
  const world = taken()
  cut(world, zentrale)
  restore(world)
  world.progress(alarm, 'acknowledged')
  world.pass(10 * limits.announcementMs)
  expect(shown(world)).toEqual([])
  expect(world.press()).toMatchObject({ kind: 'repeatPress', alarm })
})

test('a press that hastens the connection changes nothing that can be seen', () => {
  const world = taken()
  cut(world, zentrale)
  world.press()
  restore(world)
  world.progress(alarm, 'acknowledged')
  world.pass(10 * limits.announcementMs)
  expect(shown(world)).toEqual([])
})

test('an acknowledgement that its gateway lost before it was on disk is taken back by what it announces', () => {
  const world = taken()
  cut(world, zentrale)
  restore(world)
  world.progress(alarm, 'notifying')
  expect(shown(world)).toEqual(['off'])
  world.pass(10 * limits.announcementMs)
  expect(openAlarm(world)).toBe(alarm)
})

test('while a press waits for its receipt, its alarm is not forgotten; the receipt says to which one it belongs', () => {
  const world = taken()
  cut(world, zentrale)
  world.press()
  restore(world)
  world.pass(10 * limits.announcementMs)
  expect(openAlarm(world)).toBe(alarm)
  const second = pressId(device, boot, 2)
  world.receipt({ id: second }, alarmOfPress(second))
  expect(openAlarm(world)).toBe(alarmOfPress(second))
  world.pass(10 * limits.announcementMs)
  expect(world.press()).toMatchObject({ kind: 'repeatPress', alarm: second })
})

test('with two gateways, the word of the one that stayed connected holds when the other returns', () => {
  const world = taken([zweite, zentrale])
  cut(world, zweite)
  restore(world)
  world.pass(10 * limits.announcementMs)
  expect(shown(world)).toEqual([])
  expect(openAlarm(world)).toBe(alarm)
})

test('with two gateways, the loss of the one that spoke last changes nothing while the other stands', () => {
  const world = taken([zweite, zentrale])
  cut(world, zentrale)
  world.pass(10 * limits.announcementMs)
  expect(shown(world)).toEqual([])
})

test('with two gateways, one that returns tells of the close although the one that spoke last never comes back', () => {
  const world = taken([zweite, zentrale])
  cut(world, zweite, zentrale)
  world.pass(60_000)
  world.gone.add(zentrale)
  restore(world)
  world.pass(limits.announcementMs)
  expect(shown(world)).toEqual(['off'])
  expect(openAlarm(world)).toBeUndefined()
})
