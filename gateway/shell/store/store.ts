// The record on disk [D7]: SQLite, WAL, synchronous=FULL. What is asked for while a commit is under way is one commit more,
// with one sync, when the receipts of the first have left; only after it is anything called recorded [S1]. A thread of its own
// waits for the disk: nothing else does.
import { once } from 'node:events'
import { extname } from 'node:path'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { limits } from '../../../protocol/limits.ts'
import { type Text, text } from '../../../protocol/text.ts'
import type { GatewayRecord, RecordNumber } from '../../core/record-types.ts'
import type { RecordWriter, Store } from '../ports.ts'
import { lockData, openDatabase } from './database.ts'
import { usingDatabase } from './database-mistakes.ts'
import { isPress, pressPlace, recordReader } from './record-reader.ts'
import type { Answer, Request, Row, WriterData } from './record-writer.ts'
import { beginLog } from './store-upkeep.ts'

export type StoreEvents = {
  /** These and all before them are on disk. Called once per commit. */
  readonly onRecorded: (through: RecordNumber) => void
  /** A commit failed, or takes too long; what it held is kept and will be tried again. Called once per try. */
  readonly onFailed: (reason: Text) => void
}

/** @throws StartError if another gateway has these data, or the database is missing, damaged or cannot be written. */
export function openStore(path: string, events: StoreEvents): Store {
  const unlock = lockData(path)
  try {
    const database = openDatabase(path, 'owner')
    usingDatabase(path, () => beginLog(database)) // a disk that takes nothing is told before the gateway runs
    const onDisk = recordReader(database, path)
    const writer = startWriter(path, events)
    return {
      ...onDisk,
      append: writer.append,
      prepare: writer.prepare,
      collect: writer.collect,
      recordsOfAlarm: alarm => {
        const written = onDisk.recordsOfAlarm(alarm)
        const last = written.at(-1)?.number ?? 0 // committed already, and not yet heard of
        const isNew = (record: GatewayRecord) => 'alarm' in record && record.alarm === alarm && record.number > last
        return [...written, ...writer.waiting().filter(isNew)]
      },
      lastPressAt: (device, button) => {
        const isOfButton = (record: GatewayRecord) =>
          isPress(record) && record.message.device === device && record.message.button === button
        const press = writer.waiting().findLast(isOfButton)
        return press !== undefined && isPress(press) ? press.pressedAt : onDisk.lastPressAt(device, button)
      },
      [Symbol.asyncDispose]: async () => {
        await writer.end()
        database.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

const noAnswer = text('der Datenträger antwortet nicht', 'no answer from the disk')

type Writer = RecordWriter & {
  /** Asked for and not known to be on disk. */
  readonly waiting: () => readonly GatewayRecord[]
  /** Settles when the last try has been made. */
  readonly end: () => Promise<void>
}

function startWriter(path: string, events: StoreEvents): Writer {
  const script = new URL(`./record-writer${extname(import.meta.filename)}`, import.meta.url)
  const { port1: answers, port2 } = new MessageChannel()
  const workerData: WriterData = { path, answers: port2 }
  const thread = new Worker(script, { workerData, transferList: [port2] })
  const patience = createPatience(() => events.onFailed(noAnswer))
  let waiting: GatewayRecord[] = []
  /** The last record that the thread was given and has not answered; null: it has nothing to do. */
  let given: RecordNumber | null = null

  answers.on('message', hear)
  thread.on('error', error => {
    throw error // a mistake in the program: it ends and is started again
  })

  function hear(answer: Answer): void {
    if (answer.kind === 'recorded') recorded(answer.through)
    if (answer.kind === 'failed') failed(answer.reason)
  }

  function collect(): void {
    for (;;) {
      const answered = receiveMessageOnPort(answers)
      if (answered === undefined) return
      hear(answered.message)
    }
  }

  function recorded(through: RecordNumber): void {
    waiting = waiting.filter(({ number }) => number > through)
    patience.answered(waiting.length > 0)
    events.onRecorded(through)
    if (through === given) give(waiting) // behind what stands on this commit: the next one takes time from its receipts
  }

  function failed(reason: Text): void {
    patience.answered(true)
    events.onFailed(reason)
  }

  function give(records: readonly GatewayRecord[]): void {
    given = records.at(-1)?.number ?? null
    if (given !== null) thread.postMessage(records.map(rowOf) satisfies Request)
  }

  return {
    append: records => {
      waiting.push(...records)
      if (given === null) give(records)
      patience.asked()
    },
    prepare: () => thread.postMessage('prepare' satisfies Request),
    collect,
    waiting: () => waiting,
    end: async () => {
      const ended = once(thread, 'exit')
      give(waiting.filter(({ number }) => number > (given ?? 0)))
      thread.postMessage('end' satisfies Request)
      await ended
      collect() // Node does not promise that the last answers come before the end
      patience.answered(false)
    },
  }
}

function rowOf(record: GatewayRecord): Row {
  const alarm = 'alarm' in record ? record.alarm : null
  const place = isPress(record) ? pressPlace(record.message.device, record.message.button) : null
  return [record.number, record.at, record.kind, alarm, place, JSON.stringify(record)]
}

/** Tells when the disk has not answered for as long as a person waits for it, and again each time that passes. */
function createPatience(onExhausted: () => void) {
  let timer: NodeJS.Timeout | null = null
  const asked = (): void => {
    timer ??= setTimeout(exhausted, limits.commitPatienceMs).unref()
  }
  const answered = (isMoreAsked: boolean): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (isMoreAsked) asked()
  }
  function exhausted(): void {
    answered(true)
    onExhausted()
  }
  return { asked, answered }
}
