// The thread that writes the record. Only here is the disk waited for: however long a sync takes, the gateway goes on telling
// people. What waits is written in order, much of it together in one commit; a failed commit is kept and tried again.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { assert } from '../../../protocol/assert.ts'
import { limits } from '../../../protocol/limits.ts'
import type { GatewayRecord, RecordNumber } from '../../core/model.ts'
import { systemReason } from '../start-error.ts'
import { inTransaction, isBusy, openDatabase } from './database.ts'
import { isPress, pressPlace } from './record-reader.ts'
import { startUpkeep, type Upkeep, writeBackLog } from './store-upkeep.ts'

/** Records to write; or the end: what waits is tried once more. */
export type Request = readonly GatewayRecord[] | 'end'
export type Answer =
  /** These and all before them are on disk. Once per commit. */
  | { readonly kind: 'recorded'; readonly through: RecordNumber }
  /** A commit failed; what it held will be tried again. Once per try. */
  | { readonly kind: 'failed'; readonly reason: string }

const retryMs = { first: 100, last: 5000 } as const

function serve(port: MessagePort, path: string): void {
  const write = createWrite(path)
  const answer = (given: Answer): void => port.postMessage(given)
  let waiting: GatewayRecord[] = []
  let turn: NodeJS.Immediate | null = null
  let retry: NodeJS.Timeout | null = null
  let retryDelayMs: number = retryMs.first

  port.on('message', (request: Request) => {
    if (request === 'end') return end()
    waiting.push(...request)
    if (retry === null) turn ??= setImmediate(commit)
  })

  function commit(): void {
    turn = null
    retry = null
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limits.recordsPerCommitMax)
      const failure = write(batch)
      if (failure !== null) {
        tryAgain(failure)
        return
      }
      retryDelayMs = retryMs.first
      waiting = waiting.slice(batch.length)
      for (const { number } of batch.slice(-1)) answer({ kind: 'recorded', through: number })
    }
  }

  function tryAgain(reason: string): void {
    retry = setTimeout(commit, retryDelayMs)
    retryDelayMs = Math.min(2 * retryDelayMs, retryMs.last)
    answer({ kind: 'failed', reason })
  }

  function end(): void {
    if (turn !== null) clearImmediate(turn)
    if (retry !== null) clearTimeout(retry)
    commit()
    if (retry !== null) clearTimeout(retry)
    write.close()
    port.close()
  }
}

type Connection = { readonly database: DatabaseSync; readonly insert: StatementSync; readonly upkeep: Upkeep }
/** The reason of the failure, or null when everything is on disk. */
type Write = ((records: readonly GatewayRecord[]) => string | null) & { readonly close: () => void }

function createWrite(path: string): Write {
  let connection: Connection | null = null
  // A sync that fails may have lost what was written before it, also what another connection wrote and nobody synced; the
  // next sync then says that all is well. So nothing of that log is built upon: it is written back first [S1].
  let isLogTrusted = true
  const distrust = (): void => {
    isLogTrusted = false
  }

  function write(records: readonly GatewayRecord[]): void {
    connection ??= connect(path, distrust)
    const { database, insert, upkeep } = connection
    if (!isLogTrusted) writeBackLog(database)
    isLogTrusted = true
    inTransaction(database, () => {
      for (const record of records) insertRecord(insert, record)
    })
    upkeep.committed()
  }

  const attempt = (records: readonly GatewayRecord[]): string | null => {
    try {
      write(records)
      return null
    } catch (error) {
      if (!isBusy(error)) distrust()
      return systemReason(error)
    }
  }
  const close = (): void => {
    connection?.upkeep.stop()
    connection?.database.close()
  }
  return Object.assign(attempt, { close })
}

function connect(path: string, onLogFailed: () => void): Connection {
  const database = openDatabase(path, 'writer')
  const insert = database.prepare(
    'INSERT INTO record (number, at, kind, alarm, place, json, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  return { database, insert, upkeep: startUpkeep(database, onLogFailed) }
}

function insertRecord(insert: StatementSync, record: GatewayRecord): void {
  const json = JSON.stringify(record)
  const alarm = 'alarm' in record ? record.alarm : null
  const place = isPress(record) ? pressPlace(record.message.device, record.message.button) : null
  insert.run(record.number, record.at, record.kind, alarm, place, json, crc32(json))
}

assert(parentPort !== null, 'the record is written by a thread of its own')
serve(parentPort, String(workerData))
