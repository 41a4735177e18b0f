import { expect, test } from 'vitest'
import { formatAge, formatExactly, formatMoment } from '../../gateway/console/src/format.ts'
import { parseRoute, type Route, routeHash } from '../../gateway/console/src/routes.ts'
import { alarmTexts } from '../../gateway/console/src/texts/alarms.ts'
import { commonTexts } from '../../gateway/console/src/texts/common.ts'
import { deviceTexts } from '../../gateway/console/src/texts/devices.ts'
import { incidentTexts } from '../../gateway/console/src/texts/incident.ts'
import { type Entries, texts, translator } from '../../gateway/console/src/texts.ts'
import { alarmId, later, noon } from './samples.ts'

const entries = Object.entries<Entries[string]>(texts)
const names = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '').sort()

test('every text exists in German and English', () => {
  const missing = entries.filter(([, text]) => text.de.trim() === '' || text.en.trim() === '')
  expect(missing).toEqual([])
})

test('both languages of a text are filled with the same values', () => {
  const unequal = entries.filter(([, text]) => names(text.de).join() !== names(text.en).join())
  expect(unequal).toEqual([])
})

test('no area takes away a text of another', () => {
  const areas = [commonTexts, alarmTexts, incidentTexts, deviceTexts]
  expect(entries).toHaveLength(areas.reduce((sum, area) => sum + Object.keys(area).length, 0))
})

test('texts keep to the glossary: no English loan word stands for a German one', () => {
  const loans = entries.filter(([, text]) => /\b(Client|Server|Session|Login|Device|Gateway|User)\b/.test(text.de))
  expect(loans).toEqual([])
})

test('values take their place in the text', () => {
  expect(translator('de')('noticeTaken', { name: 'Empfang' })).toBe('Übernommen von Empfang')
  expect(translator('en')('noticeTaken', { name: 'Empfang' })).toBe('Taken by Empfang')
})

test.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [65_000, '1 min 05 s'],
  [47 * 60_000, '47 min 00 s'],
  [(2 * 60 + 7) * 60_000, '2 h 07 min'],
  [24 * 3_600_000, '1 Tag'],
  [3 * 24 * 3_600_000, '3 Tagen'],
])('an age of %i ms reads “vor %s”', (ms, words) => {
  expect(formatAge(ms, 'de')).toBe(words)
})

test('a moment of another day says its day', () => {
  expect(formatMoment(noon, later(noon, 60_000), 'de')).toMatch(/^\d{2}:\d{2}$/)
  expect(formatMoment(noon, later(noon, 3 * 86_400_000), 'de')).toContain('21.11.2025')
  expect(formatMoment(noon, later(noon, 3 * 86_400_000), 'en')).toContain('21/11/2025')
})

test('the exact moment, and the last contact, of another day say their day too', () => {
  expect(formatExactly(noon, later(noon, 60_000), 'de')).toMatch(/^\d{2}:\d{2}:00$/)
  expect(formatExactly(noon, later(noon, 86_400_000), 'de')).toMatch(/21\.11\.2025.*:00$/)
})

const routes: readonly Route[] = [
  { kind: 'alarms' },
  { kind: 'alarm', alarm: alarmId(1) },
  { kind: 'incident', alarm: alarmId(1) },
  { kind: 'devices' },
  { kind: 'faults' },
]
test.each(routes)('the address of $kind leads there again', route => {
  expect(parseRoute(routeHash(route))).toEqual(route)
})

test.each(['', '#/', '#/nowhere', '#/alarms/../../etc', '#/alarms/<b>', '#/devices/1', `#/alarms/${alarmId(1)}/x`])(
  'an address that names no place (%s) leads to the alarms',
  hash => {
    expect(parseRoute(hash)).toEqual({ kind: 'alarms' })
  },
)
