// Accounts of the console and of MQTT, in the gateway's database. The command line may change them while the gateway runs.
import type { SQLOutputValue } from 'node:sqlite'
import { type AccountRole, accountRoles } from '../../protocol/console.ts'
import { namePattern, parseResponderId, type ResponderId } from '../../protocol/ids.ts'
import { openDatabase, usingDatabase } from './database.ts'
import { hashOfNobody, hashPassword, isPassword, newPassword } from './password.ts'
import type { Account, Accounts } from './ports.ts'
import { StartError } from './start-error.ts'

/** What the command line does with accounts. A password is returned once and kept nowhere in the clear. */
export type AccountTable = Accounts & {
  readonly list: () => readonly Account[]
  readonly create: (id: ResponderId, name: string, role: AccountRole) => Promise<string>
  readonly renewPassword: (id: ResponderId) => Promise<string>
  readonly remove: (id: ResponderId) => void
  /** Calls back with each account that was removed, got another role or another password, until the function returned is called. */
  readonly watch: (onChanged: (id: ResponderId) => void) => () => void
} & Disposable

type StoredAccount = Account & { readonly password: string }

/** How often another connection's changes are looked for. */
const watchMs = 500

/** @throws StartError if the database is missing or damaged; `create`, `renewPassword`, `remove` for a wrong name. */
export function openAccounts(path: string): AccountTable {
  const database = openDatabase(path, 'visitor')
  const select = database.prepare('SELECT id, name, role, password FROM account WHERE id = ?')
  const stored = (id: string): StoredAccount | null => accountFrom(select.get(id))
  const all = () =>
    database
      .prepare('SELECT id, name, role, password FROM account ORDER BY id')
      .all()
      .flatMap(row => accountFrom(row) ?? [])
  const write = (sql: string, ...values: string[]) =>
    usingDatabase(path, () => database.prepare(sql).run(...values).changes)
  const mustExist = (id: ResponderId) => {
    if (stored(id) === null)
      throw new StartError(`There is no account “${id}”. “stillruf-gateway account list” shows all.`)
  }

  return {
    find: id => withoutPassword(stored(id)),
    authenticate: inTurn(async (name, password) => {
      const account = stored(name)
      const right = await isPassword(password, account?.password ?? hashOfNobody)
      // Read again: it may have been removed or renewed while scrypt ran.
      return right && account !== null && stored(name)?.password === account.password ? withoutPassword(account) : null
    }),
    list: () => all().map(account => withoutPassword(account)),
    create: async (id, name, role) => {
      if (stored(id) !== null)
        throw new StartError(
          `The account “${id}” exists already. Choose another name, or renew its password with “account password ${id}”.`,
        )
      const password = newPassword()
      write(
        'INSERT INTO account (id, name, role, password) VALUES (?, ?, ?, ?)',
        id,
        name,
        role,
        await hashPassword(password),
      )
      return password
    },
    renewPassword: async id => {
      mustExist(id)
      const password = newPassword()
      write('UPDATE account SET password = ? WHERE id = ?', await hashPassword(password), id)
      return password
    },
    remove: id => {
      mustExist(id)
      write('DELETE FROM account WHERE id = ?', id)
    },
    watch: onChanged =>
      watchAccounts(() => Number(database.prepare('PRAGMA data_version').get()?.data_version), all, onChanged),
    [Symbol.dispose]: () => database.close(),
  }
}

type Authenticate = Accounts['authenticate']

/** One at a time: many logins at once must not take the memory and the threads that the gateway needs for alarms. */
function inTurn(authenticate: Authenticate): Authenticate {
  let last: Promise<unknown> = Promise.resolve()
  return (name, password) => {
    const mine = last.then(() => authenticate(name, password))
    last = mine.catch(() => null) // the caller of `mine` hears of it
    return mine
  }
}

function watchAccounts(
  version: () => number,
  all: () => readonly StoredAccount[],
  onChanged: (id: ResponderId) => void,
): () => void {
  const rights = () => new Map(all().map(account => [account.id, `${account.role} ${account.password}`]))
  let seenVersion = version()
  let seen = rights()

  const timer = setInterval(() => {
    const now = version()
    if (now === seenVersion) return
    seenVersion = now
    const before = seen
    seen = rights()
    for (const [id, right] of before) if (seen.get(id) !== right) onChanged(id)
  }, watchMs).unref()
  return () => clearInterval(timer)
}

function withoutPassword(account: StoredAccount): Account
function withoutPassword(account: StoredAccount | null): Account | null
function withoutPassword(account: StoredAccount | null): Account | null {
  return account === null ? null : { id: account.id, name: account.name, role: account.role }
}

function accountFrom(row: Record<string, SQLOutputValue> | undefined): StoredAccount | null {
  const id = parseResponderId(String(row?.id ?? ''))
  const role = accountRoles.find(candidate => candidate === row?.role)
  if (row === undefined || id === null || role === undefined) return null
  return { id, name: String(row.name), role, password: String(row.password) }
}

/** @throws StartError that says which names are allowed. */
export function accountId(text: string): ResponderId {
  const id = parseResponderId(text)
  if (id === null)
    throw new StartError(
      `“${text}” cannot be an account's name. Use 1 to 32 lower-case letters, digits and hyphens (${namePattern}), for example “empfang”.`,
    )
  return id
}
