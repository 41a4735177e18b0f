// The database file: its schema and who may open it. It is never replaced in silence.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { same, type Text, text } from '../../../protocol/text.ts'
import { damaged, databaseReason, isBusy, usingDatabase } from './database-mistakes.ts'

/** `STRU`, in the file's header: tells this database from any other. */
const applicationId = 0x53545255
const schemaVersion = 2

// A session ends with its account, and with the account's role and password, whoever changes them and whether the gateway
// runs or not.
const sessionSchema = `
  CREATE TABLE session (
    key TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    started_at INTEGER NOT NULL
  ) STRICT;
  CREATE TRIGGER right_changed AFTER UPDATE OF role, password ON account BEGIN
    DELETE FROM session WHERE account = old.id;
  END;
`

/** What an older database lacks, by its version. An upgrade only adds, so a reader needs none. */
const upgrades: Readonly<Record<number, string>> = { 1: sessionSchema }

// `place` is `device/button` of a press. Each index holds only the rows that its question needs, to keep a commit small.
const schema = `
  CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
  CREATE TABLE record (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    alarm TEXT,
    place TEXT,
    json TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX record_of_alarm ON record (alarm, number) WHERE alarm IS NOT NULL;
  CREATE INDEX record_raised ON record (number) WHERE kind = 'alarmRaised';
  CREATE INDEX record_closed ON record (alarm) WHERE kind = 'closed';
  CREATE INDEX record_pressed ON record (place, number) WHERE place IS NOT NULL;
  CREATE TABLE account (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL
  ) STRICT;
  CREATE TABLE certificate (
    serial TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;
  ${sessionSchema}
  CREATE TABLE upkeep (checkpoints INTEGER NOT NULL) STRICT;
  INSERT INTO schema_version VALUES (${schemaVersion});
  INSERT INTO upkeep VALUES (0);
  PRAGMA application_id = ${applicationId};
`

export type Access =
  /** The gateway itself, at its start: the file is checked once from end to end. */
  | 'owner'
  /** The gateway's thread that writes the record. */
  | 'writer'
  /** A second connection that writes a little, while the gateway runs or not. */
  | 'visitor'
  /** A second connection of the gateway, for what may be lost with the machine's power: its commits wait for no disk. */
  | 'resident'
  | 'reader'

/** Milliseconds to wait for another connection's write. The gateway may not stand still for long: it tries again later. */
const patience: Readonly<Record<Access, number>> = {
  owner: 100,
  writer: 100,
  resident: 100,
  visitor: 5000,
  reader: 5000,
}

/**
 * Creates an empty database, complete or not at all.
 * @throws StartError if the file exists or cannot be written.
 */
export function createDatabase(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined)
    throw new StartError(text(`Die Datenbank ${path} gibt es schon.`, `The database ${path} exists already.`))
  const unfinished = `${path}.creating`
  try {
    rmSync(unfinished, { force: true })
    closeSync(openSync(unfinished, 'wx', 0o600))
    const database = new DatabaseSync(unfinished)
    database.exec('PRAGMA synchronous = FULL')
    database.exec(`BEGIN; ${schema} COMMIT`)
    database.close()
    renameSync(unfinished, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(unfinished, { force: true })
    const reason = databaseReason(error)
    throw new StartError(
      text(
        `Die Datenbank ${path} kann nicht angelegt werden: ${reason.de}. Den Ordner, seine Zugriffsrechte und den Datenträger prüfen.`,
        `The database ${path} cannot be created: ${reason.en}. Check the folder, its rights and the disk.`,
      ),
    )
  }
}

/** @throws StartError if the file is missing, damaged, foreign or not readable. */
export function openDatabase(path: string, access: Access): DatabaseSync {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new StartError(
      text(
        `Die Datenbank ${path} ist nicht vorhanden. „stillruf-gateway setup --data ${dirname(path)}“ legt sie an; liegt sie anderswo, ihren Ordner mit --data nennen.`,
        `The database ${path} does not exist. Create it with “stillruf-gateway setup --data ${dirname(path)}”, or name the right folder with --data.`,
      ),
    )
  return usingDatabase(path, () => {
    const database = new DatabaseSync(path, { readOnly: access === 'reader', timeout: patience[access] })
    try {
      prepare(database, path, access)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

function prepare(database: DatabaseSync, path: string, access: Access): void {
  if (numberFrom(database, 'PRAGMA application_id') !== applicationId)
    throw damaged(path, text('es ist keine Datenbank von Stillruf', 'it is not a Stillruf database'))
  const version = versionOf(database)
  if (version !== schemaVersion && upgrades[version] === undefined)
    throw new StartError(
      text(
        `Die Datenbank ${path} hat das Schema ${version}, dieses Programm kennt das Schema ${schemaVersion}. Die Version von Stillruf installieren, die sie geschrieben hat, oder eine neuere.`,
        `The database ${path} has schema ${version}, this program knows schema ${schemaVersion}. Install the version of Stillruf that wrote it, or a newer one.`,
      ),
    )
  if (access === 'owner') {
    const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
    if (found !== 'ok') throw damaged(path, same(String(found)))
  }
  if (access === 'reader') return
  const synchronous = access === 'resident' ? 'NORMAL' : 'FULL'
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`)
  // A checkpoint inside of a commit would make an alarm wait for several syncs: the store chooses the moment itself.
  database.exec('PRAGMA wal_autocheckpoint = 0')
  if (version !== schemaVersion) upgrade(database)
}

/** Complete or not at all. Another connection may do the same at this moment: the version is read again under the lock. */
function upgrade(database: DatabaseSync): void {
  inTransaction(database, () => {
    for (let version = versionOf(database); version < schemaVersion; version += 1)
      database.exec(upgrades[version] ?? '')
    database.prepare('UPDATE schema_version SET version = ?').run(schemaVersion)
  })
}

/** All of it in one commit, or nothing of it. @throws what SQLite says. */
export function inTransaction(database: DatabaseSync, write: () => void): void {
  try {
    database.exec('BEGIN IMMEDIATE')
    write()
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

const versionOf = (database: DatabaseSync): number => numberFrom(database, 'SELECT version FROM schema_version')

function numberFrom(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0])
}

/**
 * Keeps every other gateway from these data until the returned function is called. The lock is the operating system's:
 * it ends with the process, however that ends.
 * @throws StartError if another process has it.
 */
export function lockData(path: string): () => void {
  let lock: DatabaseSync | null = null
  try {
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    const held = lock
    return () => held.close()
  } catch (error) {
    lock?.close()
    const folder = dirname(path)
    throw new StartError(isBusy(error) ? lockedByAnother(folder) : notWritable(folder, databaseReason(error)))
  }
}

const lockedByAnother = (folder: string): Text =>
  text(
    `Mit den Daten in ${folder} läuft schon eine Zentrale. Diese zuerst beenden, oder der neuen mit --data einen eigenen Ordner geben.`,
    `Another gateway is running with the data in ${folder}. Stop it first, or give this one its own folder with --data.`,
  )

const notWritable = (folder: string, reason: Text): Text =>
  text(
    `Der Ordner ${folder} ist nicht beschreibbar: ${reason.de}. Seine Zugriffsrechte prüfen.`,
    `The folder ${folder} cannot be written: ${reason.en}. Check its rights.`,
  )

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
