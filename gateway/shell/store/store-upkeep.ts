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

/** @param onFailed the log could not be written back: the last sync of it may have failed. */
export function startUpkeep(database: DatabaseSync, onFailed: () => void): Upkeep {
  let timer: NodeJS.Timeout | null = null
  let committedAt = 0

  function check(): void {
    timer = null
    try {
      lookAfterLog()
    } catch {
      onFailed() // a full or failing disk: the log still holds everything, and the next commit reports the failure
      plan()
    }
  }

  function lookAfterLog(): void {
    const pages = Number(database.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.log)
    if (pages < logPages.due) return
    const isQuiet = performance.now() - committedAt >= quietMs
    if (isQuiet || pages >= logPages.overdue) checkpoint()
    else plan()
  }

  function checkpoint(): void {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    beginLog(database)
  }

  function plan(): void {
    timer ??= setTimeout(check, checkMs).unref()
  }

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

/**
 * The first commit to a new log costs a second sync, for the log's header. A small write of our own pays for it here,
 * so that a lone alarm costs exactly one. @throws what SQLite says if the database cannot be written.
 */
export function beginLog(database: DatabaseSync): void {
  database.exec('UPDATE upkeep SET checkpoints = checkpoints + 1')
}

/** Writes all of the log back, and begins a new one. @throws what SQLite says, or that somebody reads an older state of it. */
export function writeBackLog(database: DatabaseSync): void {
  const done = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  if (done?.busy !== 0) throw new Error('another program reads the record at this moment')
}
