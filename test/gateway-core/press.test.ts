// What a press means, and what is never taken for one.
import { expect, test } from 'vitest'
import { pressedAtNow } from '../../gateway/core/age.ts'
import type { Policy } from '../../gateway/core/configuration.ts'
import { bounded } from '../../gateway/core/records.ts'
import { pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { millis } from '../../protocol/time.ts'
import { startWorld } from './harness.ts'
import {
  administrator,
  anna,
  bert,
  boot,
  type desk,
  device,
  guard,
  laterBoot,
  otherDevice,
  townhall,
} from './townhall.ts'

test('a further press of an open alarm raises its urgency, never a second alarm, and its receipt names the open alarm', () => {
  const world = startWorld()
  world.everybodyPresent()
  const first = world.press()
  world.forget()
  const second = world.press()
  expect(world.onlyAlarm()).toMatchObject({ id: first, presses: 2 })
  world.expectNotified('repeatPress', [anna, bert])
  expect(world.notifications()[0]?.text).toContain('2-mal gedrückt')
  expect(world.receipts()).toMatchObject([{ id: second, alarm: first }])
  expect(world.recordsOf('pressRepeated')).toHaveLength(1)
})

test('a further press after somebody took the alarm is told to that person and to those who were told', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.present(administrator, 'console')
  world.press()
  world.acknowledge(administrator, world.onlyAlarm().id, 'console')
  world.forget()
  world.press()
  world.expectNotified('repeatPress', [administrator, anna, bert])
  expect(world.notifications().every(({ state }) => state === 'acknowledged')).toBe(true)
})

test('a press that the device takes for a repetition raises an alarm if the gateway has closed it meanwhile', () => {
  const world = startWorld()
  const first = world.press()
  world.close(anna, first)
  const second = world.press({ kind: 'repeatPress' })
  expect(world.onlyAlarm()).toMatchObject({ id: second, kind: 'alarm', presses: 1 })
})

test('a press that is sent again raises nothing, is on record, and gets its receipt again', () => {
  const world = startWorld()
  world.everybodyPresent()
  const press = world.press()
  world.forget()
  world.press({ id: press })
  world.expectNobodyNotified()
  expect(world.onlyAlarm().presses).toBe(1)
  expect(world.receipts()).toMatchObject([{ id: press, alarm: press }])
  expect(world.recordsOf('pressDuplicated')).toMatchObject([{ press, alarm: press }])
})

test('a press that is sent again after the alarm was closed raises nothing', () => {
  const world = startWorld()
  const press = world.press()
  world.close(anna, press)
  world.forget()
  world.press({ id: press, boot: laterBoot })
  expect(world.alarms()).toEqual([])
  expect(world.receipts()).toMatchObject([{ id: press, alarm: press }])
})

test('a press that is sent again while the disk still works on it is receipted once, and only after the commit', () => {
  const world = startWorld()
  world.disk.hold()
  const press = world.press()
  world.forget()
  world.press({ id: press })
  expect(world.receipts()).toEqual([])
  expect(world.pubacks()).toEqual([])
  world.disk.work()
  expect(world.receipts()).toMatchObject([{ id: press }])
  expect(world.pubacks()).toHaveLength(2)
})

test('a known press is receipted at once even while the disk fails, because it is on the disk already', () => {
  const world = startWorld()
  const press = world.press()
  world.disk.fail()
  world.forget()
  world.press({ id: press })
  expect(world.receipts()).toMatchObject([{ id: press }])
})

test('while the disk fails, asking again for a receipt adds nothing to what waits for the disk', () => {
  const world = startWorld()
  world.disk.fail()
  const press = world.press()
  const waiting = world.lastRecord()
  for (let again = 0; again < 20; again++) world.press({ id: press })
  expect(world.lastRecord()).toBe(waiting)
  expect(world.receipts()).toEqual([])
  world.disk.work()
  expect(world.receipts()).toMatchObject([{ id: press }])
})

test('a test press raises a test alarm: told to the first step, never escalated, never unanswered', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.heartbeat()
  world.forget()
  world.press({ kind: 'testAlarm' })
  world.expectNotified('first', [anna, bert])
  expect(world.notifications()[0]).toMatchObject({ alarmKind: 'test', text: expect.stringMatching(/^Probealarm:/) })
  world.forget()
  world.fastForward(3_600_000)
  expect(world.notifications().filter(({ alarm }) => alarm !== null)).toEqual([])
  expect(world.onlyAlarm()).toMatchObject({ kind: 'test', step: 1, state: 'notifying' })
  expect(world.activeFaults()).not.toContain('alarmUnanswered')
})

test('a test alarm whose step reaches nobody is a fault, and still does not escalate', () => {
  const world = startWorld()
  world.fastForward(limits.returnMs)
  world.present(guard)
  world.forget()
  world.press({ kind: 'testAlarm' })
  world.expectNobodyNotified()
  expect(world.activeFaults()).toContain('responderUnreachable')
  expect(world.onlyAlarm().step).toBe(1)
})

test('a second test press repeats the test alarm', () => {
  const world = startWorld()
  world.press({ kind: 'testAlarm' })
  world.press({ kind: 'testAlarm' })
  expect(world.onlyAlarm()).toMatchObject({ kind: 'test', presses: 2 })
})

test.each(['alarm', 'repeatPress'] as const)(
  'a genuine press (%s) during a test raises a real alarm and ends the test',
  kind => {
    const world = startWorld()
    world.everybodyPresent()
    const trial = world.press({ kind: 'testAlarm' })
    world.forget()
    const genuine = world.press({ kind })
    expect(world.onlyAlarm()).toMatchObject({ id: genuine, kind: 'alarm', presses: 1 })
    expect(world.recordsOf('closed')).toMatchObject([{ alarm: trial, outcome: 'test', responder: null }])
    expect(world.notifications().map(({ reason }) => reason)).toEqual(['first', 'first', 'closed', 'closed'])
    world.press({ kind })
    expect(world.onlyAlarm()).toMatchObject({ id: genuine, presses: 2 })
    world.fastForward(30_000)
    expect(world.onlyAlarm().step).toBe(2)
  },
)

test('a test press while a genuine alarm is open is a repeat press of it', () => {
  const world = startWorld()
  const genuine = world.press()
  world.press({ kind: 'testAlarm' })
  expect(world.onlyAlarm()).toMatchObject({ id: genuine, kind: 'alarm', presses: 2 })
})

test('a late alarm is told as late with its true age, whatever the device’s clock says', () => {
  const world = startWorld()
  world.present(anna)
  world.forget()
  world.press({ ageMs: 600_000 })
  expect(world.onlyAlarm()).toMatchObject({ late: true, pressedAt: world.wall() - 600_000 })
  expect(world.notifications()[0]).toMatchObject({ late: true, ageMs: 600_000 })
  expect(world.notifications()[0]?.text).toContain('Verspätet eingetroffen, gedrückt vor 10 Minuten.')
})

test('a step of the gateway’s wall clock changes no age', () => {
  const world = startWorld()
  world.present(anna)
  world.press({ ageMs: 600_000 })
  world.absent(anna)
  world.jumpWallClock(-3_600_000)
  world.fastForward(2000)
  world.forget()
  world.present(anna)
  expect(world.notifications()[0]).toMatchObject({ reason: 'reconnected', ageMs: 602_000 })
})

test.for([
  ['rightClock', 'gedrückt vor 60 Sekunden.'],
  ['unknownClock', 'wann gedrückt wurde, ist nicht genau bekannt.'],
] as const)(
  'a press that outlived a restart of its machine is late, and its age is told only if known: %s',
  ([recovered, text]) => {
    const world = startWorld()
    world.present(anna)
    world.forget()
    world.press({ recovered, ageMs: recovered === 'rightClock' ? 60_000 : 200 })
    expect(world.onlyAlarm().late).toBe(true)
    expect(world.notifications()[0]?.text).toContain(text)
  },
)

test('an alarm that just fits the bound is not late', () => {
  const world = startWorld()
  world.press({ ageMs: limits.lateMs })
  expect(world.onlyAlarm().late).toBe(false)
})

test('an age beyond all time does not stop an alarm', () => {
  const world = startWorld()
  world.press({ ageMs: Number.MAX_SAFE_INTEGER })
  expect(world.onlyAlarm()).toMatchObject({ late: true, pressedAt: 0 })
  world.fastForward(1000)
  world.present(anna)
  world.expectNotified('reconnected', [anna])
})

test('an alarm of a device that is not in the configuration is raised all the same, by the default policy', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.forget()
  world.press({ device: otherDevice })
  world.expectNotified('first', [anna, bert])
  expect(world.onlyAlarm()).toMatchObject({ policy: { id: townhall.defaultPolicy } })
  expect(world.onlyAlarm().place).toEqual({
    site: 'Unbekannter Standort',
    zone: 'Unbekannter Bereich',
    room: 'Raum unbekannt, Gerät rathaus-2',
    button: 'Taster tresen, nicht in der Konfiguration',
  })
})

test('an alarm of an unknown button of a known device is raised at the device’s site, in the site’s language', () => {
  const world = startWorld({ configuration: { ...townhall, language: 'en' } })
  world.press({ button: 'keller' as typeof desk })
  expect(world.onlyAlarm().place).toMatchObject({
    site: 'Altes Rathaus',
    button: 'Button keller, not in the configuration',
  })
})

test('an alarm keeps the policy that was in force when it was raised', () => {
  const world = startWorld()
  world.everybodyPresent()
  world.press()
  const shorter: Policy = {
    id: townhall.defaultPolicy,
    steps: [{ name: 'Alle', afterMs: townhall.silentMs, notify: [] }],
    repeatMs: townhall.silentMs,
  }
  world.happen({ kind: 'configured', configuration: { ...townhall, version: 'stand-2', policies: [shorter] } })
  world.forget()
  world.fastForward(30_000)
  world.expectNotified('escalated', [guard])
})

test('a boot that is still heard of is not forgotten before one that is not', () => {
  const used = ['a', 'b', 'c', 'a', 'd']
  const boots = used.reduce<ReadonlyMap<string, number>>((map, key, n) => bounded(map, key, n, 3), new Map())
  expect([...boots]).toEqual([
    ['c', 2],
    ['a', 3],
    ['d', 4],
  ])
})

test('memory of presses is bounded, and the fold forgets the same ones', () => {
  const world = startWorld()
  for (let index = 0; index < limits.pressesRememberedPerDevice + 40; index++) world.press()
  const memory = world.state().durable.devices.get(device)
  expect(memory?.presses.size).toBe(limits.pressesRememberedPerDevice)
  expect(memory?.boots.get(boot)).toBe(limits.pressesRememberedPerDevice + 40)
})

test('how long a press was held goes on record, tells nobody anything, and changes nothing of the alarm', () => {
  const world = startWorld()
  world.everybodyPresent()
  const press = world.press()
  const before = world.onlyAlarm()
  world.forget()
  world.release(press, { heldMs: millis(840) })
  expect(world.recordsOf('pressReleased')).toMatchObject([{ alarm: press, press, heldMs: 840 }])
  expect(world.onlyAlarm()).toEqual(before)
  expect([world.notifications(), world.receipts(), world.monitored()]).toEqual([[], [], []])
  expect(world.since('show')).toContainEqual({ kind: 'show', what: 'alarm', alarm: press })
})

test('every press of a finger shows its device anew: that is when its button was last pressed', () => {
  const world = startWorld()
  const shown = { kind: 'show', what: 'device', device } as const
  const alarm = world.press({ kind: 'testAlarm' })
  expect(world.since('show')).toContainEqual(shown)
  world.forget()
  world.press({ kind: 'testAlarm' })
  expect(world.onlyAlarm()).toMatchObject({ id: alarm, presses: 2 })
  expect(world.since('show')).toContainEqual(shown)
  world.forget()
  world.acknowledge(anna, alarm)
  world.close(anna, alarm)
  expect(world.since('show')).not.toContainEqual(shown)
})

test('that comes after the alarm was closed too, and then opens nothing', () => {
  const world = startWorld()
  const press = world.press()
  world.close(anna, press)
  world.release(press)
  expect(world.recordsOf('pressReleased')).toMatchObject([{ alarm: press }])
  expect(world.alarms()).toEqual([])
})

test('of a press that is not known, of a foreign one, or sent twice, nothing of the kind goes on record', () => {
  const world = startWorld()
  const press = world.press()
  world.release(pressId(device, boot, 99))
  world.release(pressId(otherDevice, boot, 1))
  world.release(press, { n: 1 })
  expect(world.recordsOf('pressReleased')).toEqual([])
  expect(world.recordsOf('securityEvent').map(({ event }) => event)).toEqual(['foreignAlarm', 'replay'])
})

test('while the disk fails it is not kept, so that what waits for the disk does not grow', () => {
  const world = startWorld()
  const press = world.press()
  world.disk.fail()
  world.release(press)
  expect(world.recordsOf('pressReleased')).toEqual([])
})

test('an open alarm keeps its true age when the wall clock is set, and every page is shown it anew', () => {
  const world = startWorld()
  world.present(anna)
  world.press()
  for (const jump of [3 * 3_600_000, -5 * 3_600_000]) {
    world.fastForward(60_000)
    world.forget()
    world.jumpWallClock(jump)
    world.happen({ kind: 'woken' })
    expect(world.since('show')).toContainEqual({ kind: 'show', what: 'everything' })
    const alarm = world.onlyAlarm()
    const age = world.wall() - pressedAtNow(world.state().live, alarm)
    expect(age).toBe(world.now() - (world.state().live.pressedAt.get(alarm.id) ?? Number.NaN))
  }
  world.forget()
  world.jumpWallClock(300)
  world.happen({ kind: 'woken' })
  expect(world.since('show')).toEqual([])
})

test('while nobody sets the clock an open alarm says when it was pressed as its record does', () => {
  const world = startWorld()
  world.press()
  world.fastForward(60_000)
  const alarm = world.onlyAlarm()
  expect(pressedAtNow(world.state().live, alarm)).toBe(alarm.pressedAt)
})
