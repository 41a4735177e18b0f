// Promises about fingers and contacts: what is a press, what is none, and what becomes of it in the first second.
import { expect, test } from 'vitest'
import { town } from './story.ts'
import { anna, bert, hausmeister, kasse, minuteMs, takesAfter, tresen, wache } from './town.ts'

const secondMs = 1000

test('a press is seen by a person within a second, and its device has the receipt', () => {
  const end = town().press().ends()
  expect(end.calls(anna)[0]).toMatchObject({ reason: 'first', late: false, presses: 1 })
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(secondMs)
  expect(end.presses()[0]?.receiptedAfterMs).toBeLessThan(secondMs)
})

test('a press in a production of bytes and signatures is the same press', () => {
  const end = town({ wire: 'bytes' }).press().ends()
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(secondMs)
  expect(end.presses()).toMatchObject([{ button: tresen, meaning: 'alarm' }])
})

test('a contact that bounces is pressed once', () => {
  const end = town().pressBouncing(6).ends()
  expect(end.alarms()).toMatchObject([{ button: tresen, presses: 1 }])
})

test('what brushes against a button alarms nobody', () => {
  const end = town().brush(12).later(minuteMs).brush(3).ends()
  expect(end.alarms()).toEqual([])
  expect(end.calls(anna)).toEqual([])
})

test('five presses of one button are one alarm, and each makes it more urgent', () => {
  const end = town().pressTimes(5, 2000).ends()
  expect(end.alarms()).toMatchObject([{ button: tresen, presses: 5 }])
  expect(end.reasons(anna).slice(0, 5)).toEqual(['first', 'repeatPress', 'repeatPress', 'repeatPress', 'repeatPress'])
  expect(end.calls(anna)[4]?.text).toContain('5-mal gedrückt')
})

test('fingers that tremble press once', () => {
  const end = town().pressTimes(4, 100).ends()
  expect(end.alarms()).toMatchObject([{ presses: 1 }])
})

test('two buttons pressed in the same moment are two alarms', () => {
  const end = town().pressTogether(tresen, kasse).ends()
  expect(end.alarms()).toMatchObject([{ button: tresen }, { button: kasse }])
  expect(end.calls(anna).slice(0, 2)).toMatchObject([{ reason: 'first' }, { reason: 'first' }])
})

test('300 employees press within a second: every first press is told to somebody, and receipted', () => {
  const buttons = Array.from({ length: 30 }, (_, index) => `platz-${index + 1}`)
  const end = town({ devices: 10, buttons, habits: { anna: takesAfter(20_000) } })
    .everybodyPresses(300)
    .ends()
  const first = end.calls(anna).filter(({ reason }) => reason === 'first')
  expect(new Set(first.map(({ alarm }) => alarm)).size).toBe(300)
  for (const { atMs } of first) expect(atMs).toBeLessThan(4 * secondMs)
  for (const press of end.presses()) expect(press.receiptedAfterMs).toBeLessThan(2 * secondMs)
})

test('a button that is stuck alarms once, and then it is a fault', () => {
  const end = town()
    .contact('stuck', 5 * minuteMs)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 1 }])
  expect(end.faults()).toContain('buttonStuck')
  expect(end.faultsSeen(hausmeister)[0]?.text).toContain('Störung')
})

test('a contact that chatters without end is pressed all the same', () => {
  const end = town().contact('chatter', 10_000).ends()
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(secondMs)
  expect(end.alarms()).toMatchObject([{ presses: 1 }])
  expect(end.faults()).toContain('contactChatter')
})

test('a button whose interrupts died is found by reading its level', () => {
  const end = town()
    .contact('deadInterrupt', 5 * minuteMs)
    .later(minuteMs)
    .press(tresen, 8000)
    .ends()
  expect(end.alarms()).toMatchObject([{ button: tresen, presses: 1 }])
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(minuteMs + 8000)
  expect(end.faults()).toContain('levelMismatch')
})

test('a button that is held while its device starts is an alarm', () => {
  const end = town().heldAtStart(5000, 10_000).ends()
  expect(end.alarms()).toMatchObject([{ button: tresen }])
  expect(end.faults()).toContain('heldAtStart')
})

test('a line that cannot be read is a fault within ten seconds, and over when it can', () => {
  const end = town()
    .contact('lineFailure', 2 * minuteMs)
    .ends()
  expect(end.records('faultRaised')[0]).toMatchObject({ code: 'lineFailed', subject: tresen })
  expect(end.records('faultRaised')[0]?.atMs).toBeLessThan(10_000)
  expect(end.records('faultCleared')[0]).toMatchObject({ code: 'lineFailed' })
  expect(end.alarms()).toEqual([])
})

test('a cut wire of a button with two contacts is a fault and no alarm, and the button still alarms', () => {
  const end = town({ device: { wiring: 'antivalent' } })
    .contact('cutWire', 5 * minuteMs)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.records('faultRaised')[0]).toMatchObject({ code: 'lineCut', subject: tresen })
  expect(end.records('faultRaised')[0]?.atMs).toBeLessThan(10_000)
  expect(end.alarms()).toMatchObject([{ button: tresen, presses: 1 }])
  expect(end.calls(anna)[0]?.atMs).toBeGreaterThan(minuteMs)
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(minuteMs + secondMs)
})

test('nothing is to be seen at the press; the indicator lights when a person takes the alarm, until it is closed', () => {
  const end = town({ habits: { anna: takesAfter(20_000, minuteMs) } })
    .press()
    .ends()
  const [lit, dark, ...more] = end.indications()
  expect([lit?.state, dark?.state]).toEqual(['acknowledged', 'off'])
  expect(lit?.atMs).toBeGreaterThan(20_000)
  expect(dark?.atMs).toBeGreaterThan(20_000 + minuteMs)
  expect(more).toEqual([])
})

test('a press in test mode is told as a test and goes no further', () => {
  const end = town().testMode(hausmeister, 5000).ends()
  expect(end.alarms()).toMatchObject([{ kind: 'test', isClosed: true }])
  expect(end.calls(anna)[0]).toMatchObject({ alarmKind: 'test' })
  expect(end.reasons(bert)).toEqual([])
  expect(end.reasons(wache)).toEqual([])
})

test('a second press soon after a test press is meant: it is an alarm', () => {
  const end = town().testMode(hausmeister, 5000).later(9000).press().ends()
  expect(end.alarms()).toMatchObject([
    { kind: 'test', isClosed: true },
    { kind: 'alarm', isClosed: false },
  ])
  expect(end.reasons(wache)).toContain('escalated')
})
