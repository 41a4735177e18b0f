// Promises about people: somebody is always called next, nobody is called for what is taken, and only a person ends an alarm.
import { expect, test } from 'vitest'
import type { Habits } from '../plan.ts'
import { town } from './story.ts'
import { anna, bert, hausmeister, kasse, minuteMs, rathaus, takesAfter, tresen, wache, zentrale } from './town.ts'

const secondMs = 1000
const both = { rules: { steps: [{ afterMs: 0, notify: [anna, bert] }] } }

test('an alarm that nobody takes goes to the last step, is unanswered, and repeats there', () => {
  const end = town().press().ends()
  const steps = end.records('stepEntered').slice(0, 5)
  expect(steps.map(({ step, reason }) => `${step} ${reason}`)).toEqual([
    '1 first',
    '2 escalated',
    '3 escalated',
    '3 repeat',
    '3 repeat',
  ])
  expect(steps.map(({ atMs }) => Math.round(atMs / minuteMs))).toEqual([0, 1, 2, 3, 4])
  expect(end.faults()).toContain('alarmUnanswered')
  expect(end.alarms()).toMatchObject([{ isUnanswered: true, isClosed: false }])
})

test('a person takes the alarm: nobody else is called any more, and those who were told hear who took it', () => {
  const end = town({ ...both, habits: { anna: takesAfter(20_000) } })
    .press()
    .ends()
  expect(end.reasons(bert)).toEqual(['first', 'takenOver', 'closed'])
  expect(end.calls(bert)[1]?.text).toContain('übernommen von anna')
  expect(end.reasons(wache)).toEqual([])
})

test('two people take the same alarm in the same moment: one of them has it, and the other is told who', () => {
  const inStep: Habits = { ...takesAfter(5000), inStep: true, stubborn: true }
  const end = town({ ...both, habits: { anna: inStep, bert: inStep } })
    .press()
    .ends()
  expect(end.records('acknowledged')).toHaveLength(1)
  expect(end.records('acknowledgedLate').length).toBeGreaterThan(0)
  const [taker] = end.records('acknowledged')
  const other = taker?.responder === anna ? bert : anna
  expect(end.reasons(other)).toContain('takenOver')
})

test('whoever takes an alarm twice has taken it once', () => {
  const end = town({ habits: { anna: { ...takesAfter(20_000), twice: 1 } } })
    .press()
    .ends()
  expect(end.records('acknowledged')).toHaveLength(1)
  expect(end.records('acknowledgedLate')).toMatchObject([{ reason: 'sameResponder' }])
})

test('whoever takes an alarm after its close changes nothing, and it is on record', () => {
  const late: Habits = { ...takesAfter(3 * minuteMs), stubborn: true }
  const end = town({ ...both, habits: { anna: takesAfter(10_000, 30_000), bert: late } })
    .press()
    .ends()
  expect(end.alarms()).toMatchObject([{ takenBy: anna, isClosed: true }])
  expect(end.records('acknowledgedLate')).toMatchObject([{ responder: bert, reason: 'closed' }])
})

test('a press of a taken alarm is told to the one who took it', () => {
  const end = town({ habits: { anna: takesAfter(10_000) } })
    .press()
    .later(minuteMs)
    .press()
    .ends()
  expect(end.reasons(anna)).toEqual(['first', 'repeatPress'])
  expect(end.alarms()).toMatchObject([{ presses: 2 }])
})

test('whoever has taken an alarm and missed that it was pressed again hears of it on return', () => {
  const end = town({ habits: { anna: takesAfter(5000, 10 * minuteMs) } })
    .press()
    .later(15_000)
    .halfOpen(anna, 'both')
    .later(1000)
    .press()
    .ends()
  expect(end.reasons(anna)).toEqual(['first', 'repeatPress'])
  expect(end.calls(anna)[1]?.atMs).toBeGreaterThan(20_000)
  expect(end.calls(anna)[1]).toMatchObject({ presses: 2, state: 'acknowledged' })
})

test('a press after the close is a new alarm', () => {
  const end = town({ habits: { anna: takesAfter(10_000, 20_000) } })
    .press()
    .later(2 * minuteMs)
    .press()
    .ends()
  expect(end.alarms()).toMatchObject([
    { presses: 1, isClosed: true },
    { presses: 1, isClosed: true },
  ])
})

test('if the first who are asked are not there, the next are asked at once', () => {
  const end = town()
    .away(anna, 10 * minuteMs)
    .later(5000)
    .press()
    .ends()
  expect(end.records('stepEntered')[1]).toMatchObject({ step: 2, reason: 'unreached' })
  expect(end.calls(bert)[0]?.atMs).toBeLessThan(5000 + secondMs)
})

test('if nobody is there it is a fault, and whoever comes is told at once', () => {
  const end = town()
    .away(anna, 5 * minuteMs)
    .away(bert, 10 * minuteMs)
    .away(wache, 10 * minuteMs)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.faults()).toContain('responderUnreachable')
  expect(end.reasons(anna)[0]).toBe('reconnected')
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(5 * minuteMs + 10_000)
})

test('a policy of which nobody can be reached is a fault before anybody presses', () => {
  const end = town()
    .away(anna, 5 * minuteMs)
    .away(bert, 5 * minuteMs)
    .away(wache, 5 * minuteMs)
    .away(hausmeister, minuteMs)
    .ends()
  expect(end.records('faultRaised')[0]).toMatchObject({ code: 'responderUnreachable', source: 'gateway' })
  expect(end.records('faultRaised')[0]?.atMs).toBeLessThan(32_000)
  expect(end.faultsSeen(hausmeister)[0]).toMatchObject({ reason: 'fault' })
  expect(end.records('faultCleared')[0]).toMatchObject({ code: 'responderUnreachable' })
})

test('somebody who was told leaves and comes back: of what was confirmed nothing is told again', () => {
  const end = town().press().later(10_000).away(anna, 20_000).ends()
  expect(
    end
      .calls(anna)
      .filter(({ atMs }) => atMs < minuteMs)
      .map(({ reason }) => reason),
  ).toEqual(['first'])
})

test('a reload in mid-alarm loses nothing: the alarm keeps the policy it was raised with', () => {
  const end = town()
    .press()
    .later(10_000)
    .reload('steps', 10 * minuteMs)
    .ends()
  expect(
    end
      .records('stepEntered')
      .slice(0, 3)
      .map(({ atMs }) => Math.round(atMs / minuteMs)),
  ).toEqual([0, 1, 2])
  expect(end.records('configurationApplied').length).toBeGreaterThan(0)
})

test('after a reload the next alarm follows the new policy', () => {
  const end = town()
    .reload('steps', 10 * minuteMs)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.calls(bert)[0]?.atMs).toBeLessThan(minuteMs + secondMs)
})

test('a configuration with a mistake changes nothing and is a fault, until a good one is saved', () => {
  const end = town()
    .reload('mistake', 2 * minuteMs)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.faults()).toContain('configurationRefused')
  expect(end.calls(anna)[0]).toMatchObject({ reason: 'first' })
  expect(end.records('faultCleared').map(({ code }) => code)).toContain('configurationRefused')
})

test('an alarm goes on although its device is taken out of the configuration', () => {
  const end = town()
    .press()
    .later(10_000)
    .removeDevice(3 * minuteMs)
    .ends()
  expect(end.reasons(bert)).toContain('escalated')
  expect(end.alarms()).toMatchObject([{ isClosed: false, isUnanswered: true }])
})

test('a reload in the moment of a press and a restart right after it change nothing about the alarm', () => {
  const end = town()
    .reload('names', 10 * minuteMs)
    .later(300)
    .press()
    .later(200)
    .crash(zentrale, 2000)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 1 }])
  expect(end.reasons(bert)).toContain('escalated')
})

test('two alarms of one room go each its own way', () => {
  const end = town().press(tresen).later(30_000).press(kasse).ends()
  const second = end.records('stepEntered').filter(({ step, reason }) => step === 2 && reason === 'escalated')
  expect(second.map(({ atMs }) => Math.round(atMs / 1000))).toEqual([60, 90])
})

test('what nobody took is closed by whoever looks after the list, and the device hears of it', () => {
  const end = town()
    .press()
    .later(12 * minuteMs)
    .sweep(wache)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.alarms()).toMatchObject([
    { presses: 1, isClosed: true, takenBy: wache },
    { presses: 1, isClosed: false },
  ])
})

test('on the console the same: a page that is open shows the alarm, and an answer comes after the disk', () => {
  const end = town({ channel: 'console', habits: { anna: takesAfter(10_000, minuteMs) } })
    .press()
    .ends()
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(secondMs)
  expect(end.alarms()).toMatchObject([{ takenBy: anna, isClosed: true }])
})

test('nobody is forgotten who is told of faults alone', () => {
  const end = town()
    .away(hausmeister, 2 * minuteMs)
    .later(1000)
    .cutOff(rathaus, 4 * minuteMs)
    .ends()
  expect(end.faultsSeen(hausmeister).map(({ reason }) => reason)).toEqual(['fault', 'faultCleared'])
  expect(end.faultsSeen(hausmeister)[0]?.atMs).toBeLessThan(2 * minuteMs + 10_000)
})
