// The record on disk [D7]: SQLite, WAL, synchronous=FULL. Everything asked for in one turn of the event loop is one commit
// with one sync; only after it is anything called recorded [S1]. A failed commit is kept and tried again, in order.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Text } from '../../../protocol/text.ts'
import type { GatewayRecord, RecordNumber } from '../../core/model.ts'
import type { Store } from '../ports.ts'
import { inTransaction, lockData, openDatabase } from './database.ts'
import { databaseReason, usingDatabase } from './database-mistakes.ts'
import { isPress, pressPlace, recordReader } from './record-reader.ts'
import { startUpkeep } from './store-upkeep.ts'

export type StoreEvents = {
  /** These and all before them are on disk. Called once per commit. */
  readonly onRecorded: (through: RecordNumber) => void
  /** A commit failed; what it held is kept and will be tried again. Called once per try. */
  readonly onFailed: (reason: Text) => void
}

const retryMs = { first: 100, last: 5000 } as const

/** @throws StartError if another gateway has these data, or the database is missing or damaged. */
export function openStore(path: string, events: StoreEvents): Store {
  const unlock = lockData(path)
  try {
    const database = openDatabase(path, 'owner')
    const writer = usingDatabase(path, () => startWriter(database, events))
    const onDisk = recordReader(database, path)
    return {
      ...onDisk,
      append: writer.append,
      recordsOfAlarm: alarm => [
        ...onDisk.recordsOfAlarm(alarm),
        ...writer.waiting().filter(record => 'alarm' in record && record.alarm === alarm),
      ],
      lastPressAt: (device, button) => {
        const isOfButton = (record: GatewayRecord) =>
          isPress(record) && record.message.device === device && record.message.button === button
        const press = writer.waiting().findLast(isOfButton)
        return press !== undefined && isPress(press) ? press.pressedAt : onDisk.lastPressAt(device, button)
      },
      [Symbol.asyncDispose]: async () => {
        writer.finish()
        database.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

type Writer = {
  readonly append: Store['append']
  /** Asked for and not yet on disk. */
  readonly waiting: () => readonly GatewayRecord[]
  readonly finish: () => void
}

function startWriter(database: DatabaseSync, events: StoreEvents): Writer {
  const insert = database.prepare(
    'INSERT INTO record (number, at, kind, alarm, place, json, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const upkeep = startUpkeep(database)
  let waiting: GatewayRecord[] = []
  let turn: NodeJS.Immediate | null = null
  let retry: NodeJS.Timeout | null = null
  let retryDelayMs: number = retryMs.first

  function append(records: readonly GatewayRecord[]): void {
    waiting.push(...records)
    if (retry === null) turn ??= setImmediate(commit)
  }

  function commit(): void {
    turn = null
    retry = null
    const last = waiting.at(-1)
    if (last === undefined) return
    const failure = failureOf(database, () => {
      for (const record of waiting) insertRecord(insert, record)
    })
    if (failure !== null) {
      tryAgain(failure)
      return
    }
    waiting = []
    retryDelayMs = retryMs.first
    upkeep.committed()
    events.onRecorded(last.number)
  }

  function tryAgain(reason: Text): void {
    retry = setTimeout(commit, retryDelayMs)
    retryDelayMs = Math.min(2 * retryDelayMs, retryMs.last)
    events.onFailed(reason)
  }

  function finish(): void {
    if (turn !== null) clearImmediate(turn)
    if (retry !== null) clearTimeout(retry)
    commit()
    if (retry !== null) clearTimeout(retry)
    upkeep.stop()
  }

  return { append, waiting: () => waiting, finish }
}

/** The reason of the failure, or null when everything is on disk. */
function failureOf(database: DatabaseSync, write: () => void): Text | null {
  try {
    inTransaction(database, write)
    return null
  } catch (error) {
    return databaseReason(error)
  }
}

function insertRecord(insert: StatementSync, record: GatewayRecord): void {
  const json = JSON.stringify(record)
  const alarm = 'alarm' in record ? record.alarm : null
  const place = isPress(record) ? pressPlace(record.message.device, record.message.button) : null
  insert.run(record.number, record.at, record.kind, alarm, place, json, crc32(json))
}
