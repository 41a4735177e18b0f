// Promises about networks that lie: nothing is lost on the way, nothing comes twice, and nothing old looks new.
import { expect, test } from 'vitest'
import { limits } from '../../../protocol/limits.ts'
import { town } from './story.ts'
import { anna, bert, hausmeister, minuteMs, rathaus, takesAfter, zentrale, zweite } from './town.ts'

const secondMs = 1000

test('a press while the network is down is told with its true age when it is back', () => {
  const end = town()
    .cutOff(rathaus, 2 * minuteMs)
    .later(20_000)
    .press()
    .ends()
  const [call] = end.calls(anna)
  expect(call).toMatchObject({ reason: 'first', late: true })
  expect(call?.atMs).toBeGreaterThan(2 * minuteMs)
  expect(Math.abs((call?.ageMs ?? 0) - ((call?.atMs ?? 0) - 20_000))).toBeLessThan(2 * secondMs)
  expect(call?.text).toContain('Verspätet eingetroffen')
})

test('a press during a short break is told as soon as packets pass, and is not late', () => {
  const end = town().cutOff(rathaus, 4000).later(1000).press().ends()
  expect(end.calls(anna)[0]).toMatchObject({ late: false })
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(10_000)
})

test('a press that outlived a restart of its machine is late, whatever its clock says', () => {
  const end = town({ device: { hasClockBattery: false } })
    .cutOff(rathaus, 40_000)
    .later(15_000)
    .press()
    .later(5000)
    .powerCut(rathaus, 2000)
    .ends()
  expect(end.calls(anna)[0]).toMatchObject({ reason: 'first', late: true, presses: 1 })
  expect(end.alarms()).toMatchObject([{ late: true, presses: 1 }])
})

test('a press whose device lost its power before the network was back comes from its journal', () => {
  const end = town()
    .cutOff(rathaus, 3 * minuteMs)
    .later(10_000)
    .press()
    .later(5000)
    .powerCut(rathaus, minuteMs)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 1, late: true }])
  expect(end.presses()[0]?.receiptedAfterMs).toBeGreaterThan(2 * minuteMs)
})

test('lost packets delay a press and lose nothing of it', () => {
  const end = town()
    .unruly(rathaus, 2 * minuteMs, { loss: 0.5 })
    .later(10_000)
    .pressTimes(3, 10_000)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 3 }])
  for (const { receiptedAfterMs } of end.presses()) expect(receiptedAfterMs).toBeLessThan(3 * minuteMs)
})

test('doubled and overtaking packets raise nothing twice', () => {
  const end = town()
    .unruly(rathaus, 2 * minuteMs, { duplication: 0.8, reordering: 0.5 })
    .later(10_000)
    .pressTimes(3, 10_000)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 3 }])
})

test('a press into a connection that is dead without knowing it reaches somebody all the same', () => {
  const end = town().halfOpen(rathaus, 'both').later(1000).press().ends()
  expect(end.calls(anna)[0]).toMatchObject({ reason: 'first' })
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(30_000)
})

test('a responder whose connection is dead without knowing it is told on coming back', () => {
  const end = town().halfOpen(anna, 'both').later(1000).press().ends()
  expect(end.reasons(anna)).toContain('reconnected')
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(minuteMs)
})

test('whoever connects again beside a dead connection is told what it missed', () => {
  const end = town({ channel: 'console' }).halfOpen(anna, 'both').later(1000).press().ends()
  expect(end.reasons(anna)[0]).toBe('reconnected')
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(minuteMs)
})

test('a responder who reads nothing holds up nobody else', () => {
  const end = town({ rules: { steps: [{ afterMs: 0, notify: [anna, bert] }] } })
    .hangs(anna, 3 * minuteMs)
    .later(1000)
    .press()
    .ends()
  expect(end.calls(bert)[0]?.atMs).toBeLessThan(2 * secondMs)
  expect(end.calls(anna)[0]?.atMs).toBeGreaterThan(minuteMs)
})

test('a slow network makes a press slow and nothing worse', () => {
  const end = town()
    .slow(rathaus, 2000, 2 * minuteMs)
    .later(10_000)
    .press()
    .ends()
  expect(end.calls(anna)[0]).toMatchObject({ late: false, presses: 1 })
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(15_000)
})

test('a connection that is reset in the moment of a press costs no more than a new one', () => {
  const end = town().connectionReset(rathaus).later(1).press().ends()
  expect(end.alarms()).toMatchObject([{ presses: 1, late: false }])
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(10_000)
})

test('of two gateways one is enough: nobody waits for the one that cannot be reached', () => {
  const end = town({ gateways: 2 })
    .networkDown(3 * minuteMs, zentrale)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.calls(anna)[0]).toMatchObject({ gateway: zweite, late: false })
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(minuteMs + secondMs)
  expect(end.alarms(zweite)).toMatchObject([{ presses: 1, late: false }])
})

test('two gateways tell of a press, each by itself', () => {
  const end = town({ gateways: 2 }).press().ends()
  expect(new Set(end.calls(anna).map(({ gateway }) => gateway))).toEqual(new Set([zentrale, zweite]))
})

test('a device that falls silent is a fault in half a minute, told to those who look after devices, and over when it is heard', () => {
  const end = town()
    .cutOff(rathaus, 3 * minuteMs)
    .ends()
  const [silent] = end.records('faultRaised')
  expect(silent).toMatchObject({ code: 'deviceSilent', source: rathaus })
  expect(silent?.atMs).toBeGreaterThan(20_000)
  expect(silent?.atMs).toBeLessThan(32_000)
  expect(end.faultsSeen(hausmeister).map(({ reason }) => reason)).toEqual(['fault', 'faultCleared'])
  expect(end.deviceStates()).toContain('silent')
  expect(end.deviceStates().at(-1)).toBe('online')
})

test('the death of an old connection does not make a live device silent', () => {
  const end = town().halfOpen(rathaus, 'client').ends()
  expect(end.faults()).not.toContain('deviceSilent')
  expect(end.deviceStates()).not.toContain('silent')
})

test('a fault whose telling nobody confirmed is told again', () => {
  const end = town()
    .halfOpen(hausmeister, 'client')
    .later(500)
    .contact('lineFailure', 3 * minuteMs)
    .ends()
  const [told] = end.faultsSeen(hausmeister)
  expect(told).toMatchObject({ reason: 'fault' })
  expect(told?.atMs).toBeGreaterThan(10_000)
  expect(end.records('faultNotified').filter(({ code }) => code === 'lineFailed').length).toBeGreaterThan(1)
})

test('an alarm that was taken while its device was cut off shows so when it is back, and goes dark when it is closed', () => {
  const end = town({ habits: { anna: takesAfter(20_000, 4 * minuteMs) } })
    .press()
    .later(10_000)
    .cutOff(rathaus, 2 * minuteMs)
    .ends()
  const [lit, dark] = end.indications()
  expect(lit?.state).toBe('acknowledged')
  expect(lit?.atMs).toBeGreaterThan(2 * minuteMs)
  expect(dark?.state).toBe('off')
})

test('an alarm that was closed while its device was cut off leaves the indicator dark', () => {
  const end = town({ habits: { anna: takesAfter(20_000, 30_000) } })
    .press()
    .later(30_000)
    .cutOff(rathaus, 2 * minuteMs)
    .later(4 * minuteMs)
    .press()
    .ends()
  expect(end.indications().map(({ state }) => state)).toEqual(['acknowledged', 'off', 'acknowledged', 'off'])
  expect(end.alarms()).toMatchObject([
    { presses: 1, isClosed: true },
    { presses: 1, isClosed: true },
  ])
})

test('a test after an alarm that was closed while its device was cut off is a test, and repeats nothing', () => {
  const end = town({ habits: { anna: takesAfter(10_000, 20_000) } })
    .press()
    .later(20_000)
    .cutOff(rathaus, minuteMs)
    .later(2 * minuteMs)
    .testMode(hausmeister, 5000)
    .ends()
  expect(end.alarms()).toMatchObject([{ kind: 'alarm', presses: 1, isClosed: true }, { kind: 'test' }])
  expect(end.reasons(bert)).toEqual([])
})

test('more presses than a device may owe: repetitions yield, the first press never does, and it is a fault', () => {
  const end = town()
    .networkDown(7 * minuteMs)
    .later(1000)
    .pressTimes(540, 400, 220)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: limits.outboxMax, late: true }])
  expect(end.presses()[0]?.receiptedAfterMs).toBeLessThan(8 * minuteMs)
  expect(end.faults()).toContain('outboxFull')
})
