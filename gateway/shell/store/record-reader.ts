// Reads the record: each one is checked against its checksum, and none may be missing.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { AlarmId } from '../../../protocol/ids.ts'
import { text } from '../../../protocol/text.ts'
import type { GatewayRecord } from '../../core/record-types.ts'
import type { RecordReader } from '../ports.ts'
import { openDatabase } from './database.ts'
import { damaged, sentenceFor } from './database-mistakes.ts'

/** Reads beside a running gateway. @throws StartError if the database is missing or damaged. */
export function openRecordReader(path: string): RecordReader & Disposable {
  const database = openDatabase(path, 'reader')
  return { ...recordReader(database, path), [Symbol.dispose]: () => database.close() }
}

/** Every reading throws a StartError that names the damage, if there is any. */
export function recordReader(database: DatabaseSync, path: string): RecordReader {
  const ofAlarm = database.prepare('SELECT number, json, checksum FROM record WHERE alarm = ? ORDER BY number')
  const closed = database.prepare(`
    SELECT alarm FROM record AS raised
    WHERE kind = 'alarmRaised' AND number < ?
      AND EXISTS (SELECT 1 FROM record AS closing WHERE closing.kind = 'closed' AND closing.alarm = raised.alarm)
    ORDER BY number DESC LIMIT ?`)
  const latest = database.prepare("SELECT alarm FROM record WHERE kind = 'alarmRaised' ORDER BY number DESC LIMIT ?")
  const lastPress = database.prepare(
    'SELECT number, json, checksum FROM record WHERE place = ? ORDER BY number DESC LIMIT 1',
  )
  const alarms = (rows: readonly Row[]): readonly AlarmId[] => rows.map(row => row.alarm as AlarmId)

  return {
    records: () => everyRecord(database, path),
    recordsOfAlarm: alarm => ofAlarm.all(alarm).map(row => recordFrom(row, path)),
    closedAlarms: (before, limit) => alarms(closed.all(before ?? Number.MAX_SAFE_INTEGER, limit)),
    latestAlarms: limit => alarms(latest.all(limit)),
    lastPressAt: (device, button) => {
      const row = lastPress.get(pressPlace(device, button))
      const record = row === undefined ? null : recordFrom(row, path)
      return record !== null && isPress(record) ? record.pressedAt : null
    },
  }
}

type PressRecord = Extract<GatewayRecord, { kind: 'alarmRaised' | 'pressRepeated' }>

/** A press of a finger, genuine or a test. */
export const isPress = (record: GatewayRecord): record is PressRecord =>
  record.kind === 'alarmRaised' || record.kind === 'pressRepeated'

/** How the database names a button. */
export const pressPlace = (device: string, button: string): string => `${device}/${button}`

type Row = Record<string, SQLOutputValue>

function* everyRecord(database: DatabaseSync, path: string): Generator<GatewayRecord> {
  let expected = 1
  try {
    for (const row of database.prepare('SELECT number, json, checksum FROM record ORDER BY number').iterate()) {
      if (row.number !== expected)
        throw damaged(path, text(`Eintrag ${expected} fehlt`, `record ${expected} is missing`))
      yield recordFrom(row, path)
      expected += 1
    }
  } catch (error) {
    throw sentenceFor(path, error)
  }
}

function recordFrom(row: Row, path: string): GatewayRecord {
  const { number, json, checksum } = row
  if (typeof json !== 'string' || crc32(json) !== checksum)
    throw damaged(
      path,
      text(`die Prüfsumme von Eintrag ${number} stimmt nicht`, `record ${number} does not match its checksum`),
    )
  return JSON.parse(json) as GatewayRecord
}
