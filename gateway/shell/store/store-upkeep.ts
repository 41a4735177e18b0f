// When the write-ahead log is written back into the database: in a quiet moment, never within an alarm's commit.
import type { DatabaseSync } from 'node:sqlite'

/** Pages of 4 KiB in the log. Beyond `due` it is written back in a quiet moment, beyond `overdue` at any moment. */
const logPages = { due: 256, overdue: 8192 } as const
const checkMs = 1000
const quietMs = 300

export type Upkeep = {
  /** To be called after each commit. */
  readonly committed: () => void
  readonly stop: () => void
}

/**
 * The first commit to a new log costs a second sync, for the log's header. A small write of our own pays for it here,
 * so that a lone alarm costs exactly one. @throws what SQLite says if the database cannot be written.
 */
export function startUpkeep(database: DatabaseSync): Upkeep {
  const beginLog = database.prepare('UPDATE upkeep SET checkpoints = checkpoints + 1')
  let timer: NodeJS.Timeout | null = null
  let committedAt = 0

  function check(): void {
    timer = null
    const pages = Number(database.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.log)
    if (pages < logPages.due) return
    const quiet = performance.now() - committedAt >= quietMs
    if (quiet || pages >= logPages.overdue) checkpoint()
    else plan()
  }

  function checkpoint(): void {
    try {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      beginLog.run()
    } catch {
      plan() // a full or failing disk: the log still holds everything, and the next commit reports the failure
    }
  }

  function plan(): void {
    timer ??= setTimeout(check, checkMs).unref()
  }

  beginLog.run()
  return {
    committed: () => {
      committedAt = performance.now()
      plan()
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
