// Accounts of the console and of MQTT, in the gateway's database. The command line may change them while the gateway runs.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type AccountRole, accountRoles } from '../../../protocol/console.ts'
import { parseResponderId, type ResponderId } from '../../../protocol/ids.ts'
import { text } from '../../../protocol/text.ts'
import type { Account, Accounts } from '../ports.ts'
import { openDatabase } from './database.ts'
import { usingDatabase } from './database-mistakes.ts'
import { hashOfNobody, hashPassword, isPassword, newPassword } from './password.ts'

/** What the command line does with accounts. A password is returned once and kept nowhere in the clear. */
export type AccountTable = Accounts & {
  readonly list: () => readonly Account[]
  readonly create: (id: ResponderId, name: string, role: AccountRole) => Promise<string>
  readonly renewPassword: (id: ResponderId) => Promise<string>
  readonly remove: (id: ResponderId) => void
  /** Calls back when a logged-in account was removed or got another role or password, until the returned function is called. */
  readonly watch: (onEnded: (id: ResponderId) => void) => () => void
} & Disposable

type StoredAccount = Account & { readonly password: string }

/** How often another connection's changes are looked for. */
const watchMs = 500

/** @throws StartError if the database is missing or damaged; `create`, `renewPassword`, `remove` for a wrong name. */
export function openAccounts(path: string): AccountTable {
  const database = openDatabase(path, 'visitor')
  const select = database.prepare('SELECT id, name, role, password FROM account WHERE id = ?')
  const stored = (id: string): StoredAccount | null => accountFrom(select.get(id))
  const kept = database.prepare('SELECT DISTINCT account FROM session').all()
  const logins = createLogins(
    stored,
    kept.flatMap(row => stored(String(row.account)) ?? []),
  )
  const all = () =>
    database
      .prepare('SELECT id, name, role, password FROM account ORDER BY id')
      .all()
      .flatMap(row => accountFrom(row) ?? [])
  return {
    find: rememberingLast(id => withoutPassword(stored(id))),
    authenticate: inTurn(async (name, password) => {
      const account = stored(name)
      const right = await isPassword(password, account?.password ?? hashOfNobody)
      // Read again: it may have been removed or renewed while scrypt ran.
      if (!right || account === null || stored(name)?.password !== account.password) return null
      logins.begin(account)
      return withoutPassword(account)
    }),
    list: () => all().map(account => withoutPassword(account)),
    ...changes(database, path, stored),
    watch: onEnded => {
      logins.onEnded(onEnded)
      const timer = setInterval(() => {
        try {
          logins.check()
        } catch {
          // what cannot be read ends nobody's session, and no gateway: it is looked at again in a moment
        }
      }, watchMs).unref()
      return () => clearInterval(timer)
    },
    [Symbol.dispose]: () => database.close(),
  }
}

function changes(
  database: DatabaseSync,
  path: string,
  stored: (id: string) => StoredAccount | null,
): Pick<AccountTable, 'create' | 'renewPassword' | 'remove'> {
  const write = (sql: string, ...values: string[]) =>
    usingDatabase(path, () => database.prepare(sql).run(...values).changes)
  const mustExist = (id: ResponderId) => {
    if (stored(id) === null)
      throw new StartError(
        text(
          `Das Konto „${id}“ gibt es nicht. „stillruf-gateway account list“ zeigt alle.`,
          `There is no account “${id}”. “stillruf-gateway account list” shows all.`,
        ),
      )
  }
  return {
    create: async (id, name, role) => {
      if (stored(id) !== null)
        throw new StartError(
          text(
            `Das Konto „${id}“ gibt es schon. Einen anderen Namen wählen, oder mit „stillruf-gateway account password ${id}“ ein neues Passwort vergeben.`,
            `The account “${id}” exists already. Choose another name, or renew its password with “stillruf-gateway account password ${id}”.`,
          ),
        )
      const password = newPassword()
      const hash = await hashPassword(password)
      write('INSERT INTO account (id, name, role, password) VALUES (?, ?, ?, ?)', id, name, role, hash)
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
  }
}

/** Who is logged in can still take an alarm while the disk cannot be read: the account is then taken to be as it was. */
function rememberingLast(find: Accounts['find']): Accounts['find'] {
  const last = new Map<ResponderId, Account | null>()
  return id => {
    try {
      const found = find(id)
      last.set(id, found)
      return found
    } catch (error) {
      const known = last.get(id)
      if (known === undefined) throw error
      return known
    }
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

type Logins = {
  /** This account logs in with the right that it has now. */
  readonly begin: (account: StoredAccount) => void
  /** Looks for accounts that have another right than at their login. */
  readonly check: () => void
  readonly onEnded: (listener: (id: ResponderId) => void) => void
}

/**
 * Who has logged in, and with which right: it ends with the account, its role or its password.
 * @param kept have sessions from before the start, with the right that they have now: a change would have ended those.
 */
function createLogins(stored: (id: string) => StoredAccount | null, kept: readonly StoredAccount[]): Logins {
  const rightOf = (account: StoredAccount | null) => (account === null ? '' : `${account.role} ${account.password}`)
  const rights = new Map(kept.map(account => [account.id, rightOf(account)]))
  let ended: (id: ResponderId) => void = () => {}
  const check = () => {
    for (const [id, right] of [...rights]) {
      if (rightOf(stored(id)) === right) continue
      rights.delete(id)
      ended(id)
    }
  }
  return {
    begin: account => {
      check() // before the new login, so that only older ones end
      rights.set(account.id, rightOf(account))
    },
    check,
    onEnded: listener => {
      ended = listener
    },
  }
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
export function accountId(name: string): ResponderId {
  const id = parseResponderId(name)
  if (id === null)
    throw new StartError(
      text(
        `„${name}“ ist als Name eines Kontos nicht möglich. Erlaubt sind 1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche im Inneren, zum Beispiel „empfang“.`,
        `“${name}” cannot be an account’s name. Use 1 to 32 lower-case letters, digits and inner hyphens, for example “empfang”.`,
      ),
    )
  return id
}
