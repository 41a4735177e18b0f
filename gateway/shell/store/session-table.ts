// Console sessions in the gateway's database, beside the accounts, so that a restart logs nobody out [L4].
import { parseResponderId } from '../../../protocol/ids.ts'
import { wallTime } from '../../../protocol/time.ts'
import type { SessionStorage } from '../ports.ts'
import { inTransaction, openDatabase } from './database.ts'
import { usingDatabase } from './database-mistakes.ts'

/**
 * On a connection of its own, which waits neither for the disk nor long for another writer: a login delays no alarm. A
 * commit survives the end of the process at once, and a power cut from the record's next sync on.
 * @throws StartError if the database is missing or damaged.
 */
export function openSessions(path: string): SessionStorage & Disposable {
  const database = openDatabase(path, 'resident')
  const select = database.prepare('SELECT key, account, started_at FROM session ORDER BY rowid')
  const insert = database.prepare('INSERT INTO session (key, account, started_at) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM session WHERE key = ?')
  return {
    all: () =>
      usingDatabase(path, () => select.all()).flatMap(row => {
        const account = parseResponderId(String(row.account))
        return account === null ? [] : { key: String(row.key), account, startedAt: wallTime(Number(row.started_at)) }
      }),
    change: (opened, ended) =>
      usingDatabase(path, () =>
        inTransaction(database, () => {
          for (const key of ended) remove.run(key)
          if (opened !== null) insert.run(opened.key, opened.account, opened.startedAt)
        }),
      ),
    [Symbol.dispose]: () => database.close(),
  }
}
