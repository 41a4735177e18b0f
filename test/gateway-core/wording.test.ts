// What people read: short, plain, in both languages, and never longer than a message may be.
import { expect, test } from 'vitest'
import { type AlarmFacts, ageText, alarmText } from '../../gateway/core/wording.ts'
import { limits } from '../../protocol/limits.ts'
import { millis } from '../../protocol/time.ts'

const place = { site: 'Town hall', zone: 'Ground floor', room: 'Room 12', button: 'Counter' }
const facts: AlarmFacts = {
  kind: 'alarm',
  place,
  state: 'notifying',
  reason: 'first',
  presses: 1,
  age: millis(40),
  late: false,
  by: null,
}

test('English exists for everything', () => {
  const text = (change: Partial<AlarmFacts>) => alarmText('en', { ...facts, ...change })
  const where = 'Room 12 (Counter), Ground floor, Town hall'
  expect(text({})).toBe(`Silent alarm: ${where}.`)
  expect(text({ kind: 'test' })).toBe(`Test alarm: ${where}.`)
  expect(text({ late: true, age: millis(61_000), presses: 3 })).toBe(
    `Silent alarm: ${where}. Arrived late, pressed 61 seconds ago. Pressed 3 times.`,
  )
  expect(text({ late: true, age: null })).toBe(
    `Silent alarm: ${where}. Arrived late, after a restart of the device; when it was pressed is not known exactly.`,
  )
  expect(text({ state: 'unanswered', reason: 'repeat' })).toBe(`Silent alarm: ${where}. Nobody has taken it yet!`)
  expect(text({ state: 'acknowledged', reason: 'repeatPress', by: 'Anna', presses: 2 })).toBe(
    `Silent alarm: ${where}. Pressed 2 times. Taken by Anna.`,
  )
  expect(text({ state: 'acknowledged', reason: 'takenOver', by: 'Anna' })).toBe(`Silent alarm ${where}: taken by Anna.`)
  expect(text({ state: 'closed', reason: 'closed', by: null })).toBe(`Silent alarm ${where}: closed.`)
})

test('of an old press no telling looks fresh: each says how long ago it was', () => {
  const texts = (change: Partial<AlarmFacts>) =>
    (['de', 'en'] as const).map(language => alarmText(language, { ...facts, ...change }))
  const where = 'Room 12 (Counter), Ground floor, Town hall'
  expect(texts({ reason: 'reconnected', age: millis(600_000) })).toEqual([
    `Stiller Alarm: ${where}. Gedrückt vor 10 Minuten.`,
    `Silent alarm: ${where}. Pressed 10 minutes ago.`,
  ])
  expect(texts({ state: 'unanswered', reason: 'repeat', presses: 3, age: millis(180_000) })).toEqual([
    `Stiller Alarm: ${where}. 3-mal gedrückt, zuerst vor 3 Minuten. Noch niemand hat übernommen!`,
    `Silent alarm: ${where}. Pressed 3 times, first 3 minutes ago. Nobody has taken it yet!`,
  ])
  expect(texts({ reason: 'escalated', age: limits.lateMs, presses: 2 })).toEqual([
    `Stiller Alarm: ${where}. 2-mal gedrückt.`,
    `Silent alarm: ${where}. Pressed 2 times.`,
  ])
})

test('an age is said in the unit that people use', () => {
  expect([1_000, 119_000, 120_000, 7_199_000, 7_200_000].map(age => ageText('de', millis(age)))).toEqual([
    '1 Sekunde',
    '119 Sekunden',
    '2 Minuten',
    '119 Minuten',
    '2 Stunden',
  ])
})

test('a sentence never exceeds what a message may hold', () => {
  const long = 'ü'.repeat(64)
  const longest = alarmText('de', {
    ...facts,
    place: { site: long, zone: long, room: long, button: long },
    reason: 'takenOver',
    by: '😀'.repeat(200),
  })
  expect([...longest]).toHaveLength(400)
  expect(longest.isWellFormed()).toBe(true)
})
