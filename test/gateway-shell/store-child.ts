// A process that writes records until it is killed, for the tests of crashes and of the number of syncs.
import { writeSync } from 'node:fs'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import { openDatabase } from '../../gateway/shell/store/database.ts'
import { openStore } from '../../gateway/shell/store/store.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { alarmId, raised, started } from './samples.ts'

const [path = '', first = '1', mode = 'endless'] = process.argv.slice(2)
try {
  if (mode === 'lone') await loneAlarms()
  else endless()
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}

/** Tells its parent of each commit, and asks for the next records at once. */
function endless(): void {
  let next = Number(first)
  const write = () => {
    store.append(Array.from({ length: 1 + (next % 3) }, () => raised(next, alarmId(next++))))
  }
  const store = openStore(path, {
    onRecorded: through => {
      process.send?.(through)
      write()
    },
    onFailed: reason => {
      throw new Error(reason.en)
    },
  })
  write()
}

/** How often the log was written back, as the database says. */
function checkpoints(): unknown {
  using database = openDatabase(path, 'reader')
  return database.prepare('SELECT checkpoints FROM upkeep').get()?.checkpoints
}

/** Six lone alarms after the record of the start, with a full log written back after the third. */
async function loneAlarms(): Promise<void> {
  let told: () => void = () => {}
  await using store = openStore(path, { onRecorded: () => told(), onFailed: () => process.exit(1) })
  const append = (records: readonly GatewayRecord[]): Promise<void> =>
    new Promise(resolve => {
      told = resolve
      store.append(records)
    })
  await append([started(1)])
  let next = 2
  const write = (count: number): Promise<void> =>
    append(Array.from({ length: count }, () => raised(next, alarmId(next++))))
  for (let alarm = 1; alarm <= 6; alarm++) {
    writeSync(1, `alarm ${alarm} asked\n`)
    await write(1)
    writeSync(1, `alarm ${alarm} recorded\n`)
    if (alarm !== 3) continue
    const before = checkpoints()
    await write(1500)
    while (checkpoints() === before) await new Promise(resolve => setTimeout(resolve, 50)) // until a new log is begun
  }
}
