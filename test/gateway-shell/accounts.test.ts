import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { accountId, openAccounts } from '../../gateway/shell/store/accounts.ts'
import { createDatabase, openDatabase } from '../../gateway/shell/store/database.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { temporaryFolder } from './samples.ts'

const patience = { timeout: 60_000 }

function database() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'stillruf.db')
  createDatabase(path)
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

const wache = accountId('wache')

test('an account is made with a password that can be read aloud, and the password opens it', patience, async () => {
  using data = database()
  using accounts = openAccounts(data.path)
  const password = await accounts.create(wache, 'Sicherheitsdienst', 'responder')
  expect(password).toMatch(/^[a-hj-km-np-z2-9]{5}(-[a-hj-km-np-z2-9]{5}){3}$/)
  const account = { id: 'wache', name: 'Sicherheitsdienst', role: 'responder' }
  expect(await accounts.authenticate('wache', password)).toEqual(account)
  expect(accounts.find(wache)).toEqual(account)
  expect(accounts.list()).toEqual([account])
})

test.each([
  ['a wrong password', 'wache', 'falsch'],
  ['no password', 'wache', ''],
  ['an unknown name', 'niemand', 'falsch'],
  ['a name that is none', '../../etc', 'falsch'],
  ['no name', '', ''],
])('%s opens nothing', patience, async (_, name, password) => {
  using data = database()
  using accounts = openAccounts(data.path)
  await accounts.create(wache, 'Sicherheitsdienst', 'responder')
  expect(await accounts.authenticate(name, password)).toBeNull()
})

test('the database holds no password, and two accounts never the same hash', patience, async () => {
  using data = database()
  using accounts = openAccounts(data.path)
  const password = await accounts.create(wache, 'Sicherheitsdienst', 'responder')
  await accounts.create(accountId('empfang'), 'Empfang', 'administrator')
  using rows = openDatabase(data.path, 'reader')
  const hashes = rows
    .prepare('SELECT password FROM account')
    .all()
    .map(row => String(row.password))
  for (const hash of hashes) expect(hash).toMatch(/^scrypt:16384:8:1:[\w-]{22}:[\w-]{43}$/)
  expect(new Set(hashes).size).toBe(2)
  expect(hashes.join()).not.toContain(password)
})

test('an unknown name takes as long as a wrong password', patience, async () => {
  using data = database()
  using accounts = openAccounts(data.path)
  await accounts.create(wache, 'Sicherheitsdienst', 'responder')
  const cpuMs = async (name: string) => {
    const before = process.cpuUsage()
    for (let i = 0; i < 5; i++) await accounts.authenticate(name, 'falsch')
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  await cpuMs('wache')
  const [known, unknown] = [await cpuMs('wache'), await cpuMs('niemand')]
  expect(unknown / known).toBeGreaterThan(0.5)
  expect(unknown / known).toBeLessThan(2)
})

test('many logins at once are all answered', patience, async () => {
  using data = database()
  using accounts = openAccounts(data.path)
  const password = await accounts.create(wache, 'Sicherheitsdienst', 'responder')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => accounts.authenticate('wache', index % 2 === 0 ? password : 'falsch')),
  )
  expect(answers.map(answer => answer !== null)).toEqual(Array.from({ length: 20 }, (_, index) => index % 2 === 0))
})

test(
  'what the command line changes counts at once in a running gateway, which is told whose right has ended',
  patience,
  async () => {
    using data = database()
    using gateway = openAccounts(data.path)
    using commandLine = openAccounts(data.path)
    const ended = vi.fn<(id: ResponderId) => void>()
    const stop = gateway.watch(ended)
    try {
      const first = await commandLine.create(wache, 'Sicherheitsdienst', 'responder')
      await commandLine.create(accountId('empfang'), 'Empfang', 'administrator')
      expect(await gateway.authenticate('wache', first)).not.toBeNull()

      const second = await commandLine.renewPassword(wache)
      expect(await gateway.authenticate('wache', first)).toBeNull()
      expect(await gateway.authenticate('wache', second)).not.toBeNull()
      await vi.waitFor(() => expect(ended.mock.calls).toEqual([['wache']]), { timeout: 20_000 })

      commandLine.remove(wache)
      expect(gateway.find(wache)).toBeNull()
      expect(await gateway.authenticate('wache', second)).toBeNull()
      await vi.waitFor(() => expect(ended.mock.calls).toEqual([['wache'], ['wache']]), { timeout: 20_000 })
    } finally {
      stop()
    }
  },
)

test('while accounts cannot be read, whoever is logged in stays so and nobody new gets in', patience, async () => {
  using data = database()
  using gateway = openAccounts(data.path)
  const password = await gateway.create(wache, 'Sicherheitsdienst', 'responder')
  const known = await gateway.authenticate('wache', password)
  expect(gateway.find(wache)).toEqual(known)
  const ended = vi.fn<(id: ResponderId) => void>()
  const stop = gateway.watch(ended)
  using other = openDatabase(data.path, 'visitor')
  other.exec('ALTER TABLE account RENAME TO elsewhere')
  expect(gateway.find(wache)).toEqual(known)
  expect(() => gateway.find(accountId('empfang'))).toThrow('no such table')
  for (
    let login = 0;
    login < 20;
    login++ // for longer than the gateway looks away from its accounts
  )
    await expect(gateway.authenticate('wache', password)).rejects.toThrow('no such table')
  other.exec('DELETE FROM elsewhere; ALTER TABLE elsewhere RENAME TO account')
  await vi.waitFor(() => expect(ended.mock.calls).toEqual([['wache']]), { timeout: 20_000 })
  expect(gateway.find(wache)).toBeNull()
  stop()
})

test('mistakes are one sentence each', patience, async () => {
  using data = database()
  using accounts = openAccounts(data.path)
  await accounts.create(wache, 'Sicherheitsdienst', 'responder')
  await expect(accounts.create(wache, 'Wache', 'monitor')).rejects.toThrow(
    'The account “wache” exists already. Choose another name, or renew its password with “stillruf-gateway account password wache”.',
  )
  await expect(accounts.renewPassword(accountId('niemand'))).rejects.toThrow(
    'There is no account “niemand”. “stillruf-gateway account list” shows all.',
  )
  expect(() => accounts.remove(accountId('niemand'))).toThrow('There is no account “niemand”.')
  expect(() => accountId('Frau Müller')).toThrow('“Frau Müller” cannot be an account’s name.')
})
