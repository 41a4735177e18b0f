import { execFileSync, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { createDatabase } from '../../gateway/shell/store/database.ts'
import { openRecordReader } from '../../gateway/shell/store/record-reader.ts'
import { openSessions } from '../../gateway/shell/store/session-table.ts'
import { openStore } from '../../gateway/shell/store/store.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { wallTime } from '../../protocol/time.ts'
import { alarmId, raised, started, temporaryFolder } from './samples.ts'
import { storeContract } from './store-contract.ts'

const child = join(import.meta.dirname, 'store-child.ts')
const silent = { onRecorded: () => {}, onFailed: () => {} }

storeContract('SQLite', () => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'stillruf.db')
  createDatabase(path)
  return {
    open: events => openStore(path, events),
    failWrites: () => {
      const other = new DatabaseSync(path)
      other.exec('BEGIN IMMEDIATE') // whoever holds the write lock makes every other commit fail
      return () => other.close()
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
})

function database() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'stillruf.db')
  createDatabase(path)
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

async function filled(path: string, count: number): Promise<void> {
  await using store = openStore(path, silent)
  store.append(Array.from({ length: count }, (_, index) => raised(index + 1, alarmId(index + 1))))
}

function sentence(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  throw new Error('expected a StartError')
}

test('a missing database is said, and none is made in its place', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'stillruf.db')
  expect(sentence(() => openStore(path, silent))).toBe(
    `The database ${path} does not exist. Create it with “stillruf-gateway setup --data ${folder.path}”, or name the right folder with --data.`,
  )
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
})

test('an existing database is never created anew', () => {
  using data = database()
  expect(sentence(() => createDatabase(data.path))).toBe(`The database ${data.path} exists already.`)
})

test.each([
  ['an empty file', (path: string) => truncateSync(path, 0), 'it is not a Stillruf database'],
  ['a text file', (path: string) => writeFileSync(path, 'Einkaufsliste\n'.repeat(1000)), 'file is not a database'],
  ['a cut file', (path: string) => truncateSync(path, 3 * 4096), 'database disk image is malformed'],
])('a damaged database is one sentence and stays as it is: %s', async (_, damage, what) => {
  using data = database()
  await filled(data.path, 50)
  damage(data.path)
  const before = readFileSync(data.path)
  expect(sentence(() => openStore(data.path, silent))).toBe(
    `The database ${data.path} is damaged: ${what}. Restore it from a backup, or move it away and run “stillruf-gateway setup” to begin with an empty record.`,
  )
  expect(readFileSync(data.path).equals(before)).toBe(true)
})

test('a record changed on the disk is found by its checksum', async () => {
  using data = database()
  await filled(data.path, 3)
  const editor = new DatabaseSync(data.path)
  editor.exec(`UPDATE record SET json = replace(json, 'Raum 012', 'Raum 013') WHERE number = 2`)
  editor.close()
  await using store = openStore(data.path, silent)
  expect(sentence(() => [...store.records()])).toContain('record 2 does not match its checksum')
  expect(sentence(() => store.recordsOfAlarm(alarmId(2)))).toContain('record 2 does not match its checksum')
})

test('a missing record is found', async () => {
  using data = database()
  await filled(data.path, 3)
  const editor = new DatabaseSync(data.path)
  editor.exec('DELETE FROM record WHERE number = 2')
  editor.close()
  await using store = openStore(data.path, silent)
  expect(sentence(() => [...store.records()])).toContain('record 2 is missing')
})

test('a database of a newer program is not touched', () => {
  using data = database()
  const editor = new DatabaseSync(data.path)
  editor.exec('UPDATE schema_version SET version = 3')
  editor.close()
  expect(sentence(() => openStore(data.path, silent))).toContain('has schema 3, this program knows schema 2')
})

test('a database of the version before is read as it is and upgraded when it is opened for writing, records and accounts kept', async () => {
  using data = database()
  await filled(data.path, 3)
  const editor = new DatabaseSync(data.path)
  editor.exec("INSERT INTO account VALUES ('wache', 'Wache', 'responder', 'x')")
  editor.exec('DROP TRIGGER right_changed; DROP TABLE session; UPDATE schema_version SET version = 1')
  editor.close()
  {
    using reader = openRecordReader(data.path)
    expect([...reader.records()]).toHaveLength(3)
  }
  await using store = openStore(data.path, silent)
  expect([...store.records()]).toHaveLength(3)
  using sessions = openSessions(data.path)
  const session = { key: 'k', account: 'wache' as ResponderId, startedAt: wallTime(1) }
  sessions.change(session, [])
  expect(sessions.all()).toEqual([session])
})

test('a second gateway on the same data gets one sentence, also from another process', async () => {
  using data = database()
  {
    await using _store = openStore(data.path, silent)
    expect(sentence(() => openStore(data.path, silent))).toContain('Another gateway is running with the data in')
    const second = spawnSync(process.execPath, [child, data.path, '1'], { encoding: 'utf8' })
    expect(second.status).toBe(2)
    expect(second.stderr).toContain('Another gateway is running with the data in')
  }
  await using again = openStore(data.path, silent)
  expect([...again.records()]).toEqual([])
})

test('the record can be read while the gateway writes it, and after it has stopped', async () => {
  using data = database()
  const recorded = vi.fn()
  {
    await using store = openStore(data.path, { ...silent, onRecorded: recorded })
    store.append([started(1)])
    await vi.waitFor(() => expect(recorded).toHaveBeenCalledWith(1), { timeout: 20_000 })
    using reader = openRecordReader(data.path)
    expect([...reader.records()]).toEqual([started(1)])
    store.append([started(2)])
    await vi.waitFor(() => expect(recorded).toHaveBeenCalledWith(2), { timeout: 20_000 })
    expect([...reader.records()]).toHaveLength(2)
  }
  using reader = openRecordReader(data.path)
  expect([...reader.records()]).toHaveLength(2)
})

test('the log is written back in a quiet moment, and readers and writers go on', async () => {
  using data = database()
  const recorded = vi.fn()
  await using store = openStore(data.path, { ...silent, onRecorded: recorded })
  store.append(Array.from({ length: 2000 }, (_, index) => raised(index + 1, alarmId(index + 1))))
  const before = statSync(data.path).size
  await vi.waitFor(() => expect(statSync(data.path).size).toBeGreaterThan(before), { timeout: 20_000 })
  store.append([started(2001)])
  await vi.waitFor(() => expect(recorded).toHaveBeenLastCalledWith(2001), { timeout: 20_000 })
  expect([...store.records()]).toHaveLength(2001)
})

test('SIGKILL at any moment loses no record that was called recorded', { timeout: 60_000 }, async () => {
  using data = database()
  let present = 0
  for (let round = 0; round < 5; round++) {
    const writer = fork(child, [data.path, String(present + 1)], { execPath: process.execPath, execArgv: [] })
    let acknowledged = present
    writer.on('message', through => {
      acknowledged = Number(through)
      if (acknowledged >= present + 20 * (round + 1)) writer.kill('SIGKILL')
    })
    await once(writer, 'exit')
    await using store = openStore(data.path, silent)
    const found = [...store.records()].length
    expect(acknowledged).toBeGreaterThan(present)
    expect(found).toBeGreaterThanOrEqual(acknowledged)
    present = found
  }
})

test('a torn end of the log costs only what was never called recorded', async () => {
  using data = database()
  const writer = fork(child, [data.path, '1'], { execPath: process.execPath, execArgv: [] })
  let acknowledged = 0
  writer.on('message', through => {
    acknowledged = Number(through)
    if (acknowledged >= 50) writer.kill('SIGKILL')
  })
  await once(writer, 'exit')
  const log = `${data.path}-wal`
  const bytes = readFileSync(log)
  writeFileSync(log, Buffer.concat([bytes, bytes.subarray(0, 1000)])) // a frame that the power cut tore
  await using store = openStore(data.path, silent)
  expect([...store.records()].length).toBeGreaterThanOrEqual(acknowledged)
})

const strace = spawnSync('strace', ['-V']).status === 0
test.skipIf(!strace)(
  'a lone alarm costs exactly one sync, the first after a start and after a checkpoint too',
  { timeout: 60_000 },
  () => {
    using data = database()
    const trace = join(data.path, '..', 'trace')
    const output = execFileSync(
      'strace',
      ['-f', '-o', trace, '-e', 'trace=fsync,fdatasync,write', process.execPath, child, data.path, '1', 'lone'],
      { encoding: 'utf8' },
    )
    expect(output.match(/alarm \d+ recorded/g)).toHaveLength(6)
    expect(syncsBetweenMarks(readFileSync(trace, 'utf8'))).toEqual([1, 1, 1, 1, 1, 1])
  },
)

/** Syncs between each “alarm asked” and its “alarm recorded” that the child writes to its output. */
function syncsBetweenMarks(trace: string): number[] {
  const counts: number[] = []
  let counting = false
  for (const line of trace.split('\n')) {
    if (line.includes('asked')) {
      counting = true
      counts.push(0)
    }
    if (line.includes('recorded')) counting = false
    if (counting && /\bf(data)?sync\(/.test(line)) counts.push((counts.pop() ?? 0) + 1)
  }
  return counts
}
