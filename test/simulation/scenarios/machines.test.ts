// Promises about machines: power cuts, crashes, disks and clocks cost time, never an alarm.
import { expect, test } from 'vitest'
import type { ButtonId } from '../../../protocol/ids.ts'
import { town } from './story.ts'
import { anna, bert, hausmeister, minuteMs, rathaus, takesAfter, wache, zentrale } from './town.ts'

const secondMs = 1000

test('the gateway restarts while an alarm waits for its second step: the step comes on time', () => {
  const end = town().press().later(20_000).crash(zentrale, 5000).ends()
  const step = end.records('stepEntered').find(({ step }) => step === 2)
  expect(step).toMatchObject({ reason: 'escalated' })
  expect(Math.abs((step?.atMs ?? 0) - minuteMs)).toBeLessThan(secondMs)
  expect(end.calls(bert)[0]?.atMs).toBeLessThan(minuteMs + secondMs)
})

test('steps that fell due while the gateway had no power are entered at its start, and none is left out', () => {
  const end = town()
    .press()
    .later(20_000)
    .powerCut(zentrale, 5 * minuteMs)
    .ends()
  expect(
    end
      .records('stepEntered')
      .map(({ step }) => step)
      .slice(0, 4),
  ).toEqual([1, 2, 3, 3])
  expect(end.reasons(bert).length).toBeGreaterThan(0)
  expect(end.reasons(wache).length).toBeGreaterThan(0)
})

test('a step that becomes due at a restart waits for those who come back: nobody else is called before their turn', () => {
  const steps = [
    { afterMs: 0, notify: [anna] },
    { afterMs: minuteMs, notify: [bert] },
    { afterMs: 10 * minuteMs, notify: [wache] },
  ]
  const end = town({ rules: { steps } })
    .press()
    .later(40_000)
    .crash(zentrale, 30_000)
    .later(4 * minuteMs)
    .ends()
  expect(end.records('stepEntered').some(({ reason }) => reason === 'unreached')).toBe(false)
  expect(end.calls(bert)[0]?.atMs).toBeLessThan(2 * minuteMs)
  expect(end.calls(wache)[0]?.atMs).toBeGreaterThan(9 * minuteMs)
})

test('a gateway that is killed twice while it recovers has the alarm in the end', () => {
  const end = town().press().later(5000).crash(zentrale, 2000, { afterMs: 1500, durationMs: 3000 }).ends()
  expect(end.records('gatewayStarted')).toHaveLength(2)
  expect(end.alarms()).toMatchObject([{ presses: 1 }])
  expect(end.reasons(bert)).toContain('escalated')
})

test('a press while the gateway is down is told when it is back, with its age', () => {
  const end = town().crash(zentrale, minuteMs).later(10_000).press().ends()
  const [call] = end.calls(anna)
  expect(call).toMatchObject({ late: true, presses: 1 })
  expect(Math.abs((call?.ageMs ?? 0) - ((call?.atMs ?? 0) - 10_000))).toBeLessThan(secondMs)
})

test('a press in the very moment in which the gateway is killed is on record in the end, once', () => {
  for (const afterMs of [31, 33, 36, 38, 41, 45]) {
    const end = town().press().later(afterMs).crash(zentrale, 5000).ends()
    expect(end.alarms(), `killed after ${afterMs} ms`).toMatchObject([{ presses: 1 }])
  }
})

test('a press in the very moment in which its device is killed is told, if the device had noticed it', () => {
  for (const afterMs of [31, 33, 36, 38, 41, 45]) {
    const end = town().press().later(afterMs).crash(rathaus, 1000).ends()
    expect(end.alarms(), `killed after ${afterMs} ms`).toMatchObject([{ presses: 1, late: false }])
  }
})

test('a program that was killed knows the exact age of what it owes, because its machine went on', () => {
  const end = town().cutOff(rathaus, minuteMs).later(10_000).press().later(20_000).crash(rathaus, 3000).ends()
  const [call] = end.calls(anna)
  expect(Math.abs((call?.ageMs ?? 0) - ((call?.atMs ?? 0) - 10_000))).toBeLessThan(secondMs)
})

test('a full disk of the gateway withholds no alarm, promises nothing, and is a fault', () => {
  const end = town()
    .disk(zentrale, 'full', 2 * minuteMs)
    .later(5000)
    .press()
    .ends()
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(5000 + secondMs)
  expect(end.presses()[0]?.receiptedAfterMs).toBeGreaterThan(minuteMs)
  expect(end.faults()).toContain('storeFailed')
  expect(end.faultsSeen(hausmeister)[0]?.text).toContain('kann ihr Protokoll nicht schreiben')
  expect(end.records('faultCleared').map(({ code }) => code)).toContain('storeFailed')
})

test('a gateway that dies with a failing disk has promised nothing: its device tells it again', () => {
  const end = town()
    .disk(zentrale, 'readOnly', 2 * minuteMs)
    .later(5000)
    .press()
    .later(20_000)
    .crash(zentrale, 5000)
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 1 }])
  expect(end.presses()[0]?.receiptedAfterMs).toBeGreaterThan(minuteMs)
})

test('a person takes an alarm on a gateway that dies before it is on record: the person is called again', () => {
  const end = town({ habits: { anna: takesAfter(10_000) } })
    .press()
    .later(5000)
    .disk(zentrale, 'full', minuteMs)
    .later(10_000)
    .crash(zentrale, 5000)
    .ends()
  expect(end.alarms()).toMatchObject([{ takenBy: anna }])
})

test('what waits for a disk that takes nothing has a bound; lesser records yield, and a first press never does', () => {
  const buttons = Array.from({ length: 30 }, (_, index) => `platz-${index + 1}` as ButtonId)
  const [last] = buttons.slice(-1)
  const end = town({ buttons, rules: { repeatMs: 5000 } })
    .disk(zentrale, 'full', 8 * minuteMs)
    .later(1000)
    .everybodyPresses(29)
    .later(7 * minuteMs)
    .press(last)
    .ends()
  expect(end.yielded).toBeGreaterThan(0)
  expect(end.alarms()).toHaveLength(30)
  const call = end.calls(anna).find(({ reason, atMs }) => reason === 'first' && atMs > 2 * minuteMs)
  expect(call?.place.button).toBe(last)
  expect(call?.atMs).toBeLessThan(7 * minuteMs + 3 * secondMs)
})

test('a full journal withholds no alarm and is a fault; what was owed is written once there is room', () => {
  const end = town()
    .disk(rathaus, 'full', 2 * minuteMs)
    .later(5000)
    .press()
    .ends()
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(5000 + secondMs)
  expect(end.faults()).toContain('journalFailed')
  expect(end.records('faultCleared').map(({ code }) => code)).toContain('journalFailed')
})

test('a slow memory card delays no alarm', () => {
  const end = town()
    .disk(rathaus, 'slow', 2 * minuteMs)
    .later(5000)
    .press()
    .ends()
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(5000 + secondMs)
  expect(end.faults()).toContain('journalSlow')
})

test('the clock of the gateway jumps by a day in mid-alarm: every step comes at its time, and ages stay true', () => {
  for (const byMs of [86_400_000, -86_400_000]) {
    const end = town()
      .press()
      .later(30_000)
      .clockWrong(zentrale, byMs, 10 * minuteMs)
      .ends()
    const steps = end.records('stepEntered').map(({ atMs }) => Math.round(atMs / 1000))
    expect(steps.slice(0, 4)).toEqual([0, 60, 120, 180])
    expect(Math.abs((end.calls(bert)[0]?.ageMs ?? 0) - minuteMs)).toBeLessThan(secondMs)
  }
})

test('the clock of a device is wrong by a month: its press is fresh all the same', () => {
  const end = town()
    .clockWrong(rathaus, -30 * 86_400_000, 10 * minuteMs)
    .later(minuteMs)
    .press()
    .ends()
  expect(end.calls(anna)[0]).toMatchObject({ late: false })
  expect(end.calls(anna)[0]?.ageMs).toBeLessThan(secondMs)
})

test('a device that is stopped for an update and starts again owes and forgets nothing', () => {
  const end = town()
    .cutOff(rathaus, minuteMs)
    .later(15_000)
    .press()
    .later(1000)
    .powerCut(rathaus, 5000, { afterMs: 2000, durationMs: 4000 })
    .ends()
  expect(end.alarms()).toMatchObject([{ presses: 1, late: true }])
})

test('a gateway knows after a restart who was told: whoever has confirmed is not told again', () => {
  const end = town().press().later(20_000).crash(zentrale, 5000).ends()
  const beforeTheSecondStep = end.calls(anna).filter(({ atMs }) => atMs < minuteMs)
  expect(beforeTheSecondStep.map(({ reason }) => reason)).toEqual(['first'])
})
