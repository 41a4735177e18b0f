// Whether an alarm is on record is asked of the state first, and then of the disk.
import { expect, test } from 'vitest'
import { createLookUp } from '../../gateway/shell/look-up.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { startWorld } from '../gateway-core/harness.ts'
import { anna } from '../gateway-core/townhall.ts'

const logged: string[] = []
const note = (_fields: object, text: string) => void logged.push(text)
const log = { debug: note, info: note, warn: note, error: note }
const unknown = 'rathaus-1.ffffffffffffffff.9' as string as AlarmId

test('an alarm that only the disk knows is on record, one that nobody knows is not', () => {
  const before = startWorld()
  const alarm = before.press() as string as AlarmId
  before.close(anna, alarm)
  const recordsOfAlarm = (id: AlarmId) =>
    before.records().filter(record => record.kind === 'alarmRaised' && record.alarm === id)
  const isOnRecord = createLookUp(startWorld().state, { recordsOfAlarm }, log)
  expect([isOnRecord(alarm), isOnRecord(unknown)]).toEqual([true, false])
})

test('an open alarm is found without the disk, and a disk that cannot be read makes nobody a stranger', () => {
  const world = startWorld()
  const alarm = world.press() as string as AlarmId
  const damaged = () => {
    throw new Error('the disk is gone')
  }
  const isOnRecord = createLookUp(world.state, { recordsOfAlarm: damaged }, log)
  expect(isOnRecord(alarm)).toBe(true)
  expect(logged).toEqual([])
  expect(isOnRecord(unknown)).toBe(true)
  expect(logged).toEqual(['the record of an alarm cannot be read'])
})
