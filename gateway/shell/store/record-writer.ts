// The thread that writes the record. Only here is the disk waited for: however long a sync takes, the gateway goes on telling
// people. What waits is written in order, much of it together in one commit; a failed commit is kept and tried again.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { assert } from '../../../protocol/assert.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Text } from '../../../protocol/text.ts'
import type { RecordNumber } from '../../core/record-types.ts'
import { inTransaction, openDatabase } from './database.ts'
import { databaseReason, isBusy } from './database-mistakes.ts'
import { startUpkeep, type Upkeep, writeBackLog } from './store-upkeep.ts'

/** A record as the database keeps it: number, at, kind, alarm, place, JSON. */
export type Row = readonly [RecordNumber, number, string, string | null, string | null, string]
/** Rows to write; a press is about to come [D20]; or the end: what waits is tried once more. */
export type Request = readonly Row[] | 'prepare' | 'end'
/** `answers`: the port for them, which the gateway can also look into without waiting for its turn. */
export type WriterData = { readonly path: string; readonly answers: MessagePort }
export type Answer =
  /** These and all before them are on disk. Once per commit. */
  | { readonly kind: 'recorded'; readonly through: RecordNumber }
  /** A commit failed; what it held will be tried again. Once per try. */
  | { readonly kind: 'failed'; readonly reason: Text }
  | { readonly kind: 'prepared' }

const retryMs = { first: 100, last: 5000 } as const

function serve(port: MessagePort, { path, answers }: WriterData): void {
  const write = createWrite(path)
  const answer = (given: Answer): void => answers.postMessage(given)
  let waiting: Row[] = []
  let retry: NodeJS.Timeout | null = null
  let retryDelayMs: number = retryMs.first

  port.on('message', (request: Request) => {
    if (request === 'end') end()
    else if (request === 'prepare') prepare()
    else take(request)
  })

  function take(rows: readonly Row[]): void {
    waiting.push(...rows)
    if (retry === null) commit()
  }

  /** A thread that slept is several times as slow at first: it does what it would do for a press, and undoes it. */
  function prepare(): void {
    if (waiting.length === 0) write.rehearse()
    answer({ kind: 'prepared' })
  }

  function commit(): void {
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
      for (const [number] of batch.slice(-1)) answer({ kind: 'recorded', through: number })
    }
  }

  function tryAgain(reason: Text): void {
    retry = setTimeout(commit, retryDelayMs)
    retryDelayMs = Math.min(2 * retryDelayMs, retryMs.last)
    answer({ kind: 'failed', reason })
  }

  function end(): void {
    if (retry !== null) clearTimeout(retry)
    commit()
    if (retry !== null) clearTimeout(retry)
    write.close()
    port.close()
    answers.close()
  }
}

type Connection = { readonly database: DatabaseSync; readonly insert: StatementSync; readonly upkeep: Upkeep }
type Write = ((rows: readonly Row[]) => Text | null) & { readonly rehearse: () => void; readonly close: () => void }

/** @returns the function that commits rows; it gives the reason of a failure, or null when everything is on disk. */
function createWrite(path: string): Write {
  let connection: Connection | null = null
  // A sync that fails may have lost what was written before it, also what another connection wrote and nobody synced; the
  // next sync then says that all is well. So nothing of that log is built upon: it is written back first [S1].
  let isLogTrusted = true
  const distrust = (): void => {
    isLogTrusted = false
  }

  function commit(rows: readonly Row[]): void {
    connection ??= connect(path, distrust)
    const { database, insert, upkeep } = connection
    if (!isLogTrusted) writeBackLog(database)
    isLogTrusted = true
    inTransaction(database, () => {
      for (const row of rows) insert.run(...row, crc32(row[5]))
    })
    upkeep.committed()
  }

  function write(rows: readonly Row[]): Text | null {
    try {
      commit(rows)
      return null
    } catch (error) {
      if (!isBusy(error)) distrust()
      return databaseReason(error)
    }
  }

  return Object.assign(write, {
    rehearse: () => {
      if (connection !== null) rehearse(connection)
    },
    close: () => {
      connection?.upkeep.stop()
      connection?.database.close()
    },
  })
}

function connect(path: string, onLogFailed: () => void): Connection {
  const database = openDatabase(path, 'writer')
  const insert = database.prepare(
    'INSERT INTO record (number, at, kind, alarm, place, json, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  return { database, insert, upkeep: startUpkeep(database, onLogFailed) }
}

/** Of no alarm and beyond all numbers; undone before anybody sees it, without touching the disk. */
const rehearsed: Row = [
  Number.MAX_SAFE_INTEGER as RecordNumber,
  0,
  'alarmRaised',
  '',
  '',
  JSON.stringify('a'.repeat(1000)),
]

function rehearse({ database, insert }: Connection): void {
  try {
    inTransaction(database, () => {
      insert.run(...rehearsed, crc32(rehearsed[5]))
      throw undone
    })
  } catch (error) {
    if (error !== undone && !isBusy(error)) return // the commit that follows tells what is wrong
  }
}
const undone = new Error('undone, as it was meant')

assert(parentPort !== null, 'the record is written by a thread of its own')
serve(parentPort, workerData)
