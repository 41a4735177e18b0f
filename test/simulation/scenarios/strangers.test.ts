// Promises about strangers: nothing forged, foreign or overheard raises an alarm, and everything of the kind is on record.
import { expect, test } from 'vitest'
import { town } from './story.ts'
import { anna, minuteMs, takesAfter, zentrale } from './town.ts'

test.for([
  ['forged', 'badSignature'],
  ['foreignDevice', 'foreignTopic'],
  ['foreignAlarm', 'foreignAlarm'],
  ['foreignTopic', 'foreignTopic'],
  ['malformed', 'malformedMessage'],
  ['inventedAlarm', 'foreignAlarm'],
] as const)('%s: nobody is called, and it is on record as %s', ([attack, event]) => {
  const end = town().attack(attack).ends()
  expect(end.alarms()).toEqual([])
  expect(end.calls(anna)).toEqual([])
  expect(end.records('securityEvent')).toMatchObject([{ event }])
})

test('a press that was overheard raises nothing when it is sent again, even after its alarm is closed', () => {
  const end = town({ habits: { anna: takesAfter(5000, 20_000) } })
    .press()
    .later(2 * minuteMs)
    .attack('replay')
    .ends()
  expect(end.alarms()).toMatchObject([{ isClosed: true }])
  expect(end.records('securityEvent')).toMatchObject([{ event: 'replay' }])
})

test('a gateway that was restarted knows what it has heard before: a replay is one', () => {
  const end = town({ habits: { anna: takesAfter(5000, 20_000) } })
    .press()
    .later(2 * minuteMs)
    .crash(zentrale, 3000)
    .later(30_000)
    .attack('replay')
    .ends()
  expect(end.alarms()).toHaveLength(1)
  expect(end.records('securityEvent')).toMatchObject([{ event: 'replay' }])
})

test('an attack disturbs no genuine press', () => {
  const end = town().attack('malformed').attack('forged').later(5).press().ends()
  expect(end.calls(anna)[0]).toMatchObject({ reason: 'first' })
  expect(end.calls(anna)[0]?.atMs).toBeLessThan(1000)
})

test('whoever attacks without end fills no disk: ten a minute are on record, and the rest is counted', () => {
  const story = town()
  for (let attack = 0; attack < 40; attack += 1) story.attack('forged').later(100)
  const recorded = story.ends().records('securityEvent')
  expect(recorded).toHaveLength(11)
  expect(recorded.reduce((sum, { count }) => sum + count, 0)).toBe(40)
})
