// Console sessions over a restart of the gateway: the real database, and HTTP that ends and begins again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { accountId, openAccounts } from '../../gateway/shell/store/accounts.ts'
import { createDatabase, openDatabase } from '../../gateway/shell/store/database.ts'
import { openSessions } from '../../gateway/shell/store/session-table.ts'
import { browser, login, startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })
const patience = { timeout: 20_000 }
const anna = accountId('anna')

function database() {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-sessions-'))
  const path = join(folder, 'stillruf.db')
  createDatabase(path)
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The gateway's HTTP on this database, joined to its accounts as the gateway joins them. */
async function startOn(path: string, port = 0) {
  await using opened = new AsyncDisposableStack()
  const accounts = opened.use(openAccounts(path))
  const sessions = opened.use(openSessions(path))
  const world = opened.use(await startWorld({ accounts, sessions, listen: { address: '127.0.0.1', port } }))
  opened.defer(accounts.watch(world.http.disconnect))
  const everything = opened.move()
  return { ...world, accounts, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

/** Logs anna in and ends the gateway's HTTP again. */
async function loggedIn(path: string) {
  await using gateway = await startOn(path)
  const password = await gateway.accounts.create(anna, 'Anna Beispiel', 'responder')
  const answer = await login(gateway.base, 'anna', password)
  expect(answer.status).toBe(200)
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', port: gateway.http.address.port }
}

const keptIn = (path: string): number => {
  using rows = openDatabase(path, 'reader')
  return rows.prepare('SELECT key FROM session').all().length
}

test('after a restart an open page streams on with its cookie and its person is present again [L4]', async () => {
  using data = database()
  const { cookie, port } = await loggedIn(data.path)
  await using gateway = await startOn(data.path, port)
  const page = await browser(gateway.base, 'anna', cookie).openPage()
  expect(page.events[0]?.name).toBe('overview')
  expect(gateway.emitted).toEqual([{ kind: 'responderPresent', responder: 'anna', channel: 'console', present: true }])
  page.leave()
})

test.each(['password', 'removal', 'role'] as const)(
  'a session from before the restart ends with its page at once when its account changes: %s',
  async change => {
    using data = database()
    const { cookie, port } = await loggedIn(data.path)
    await using gateway = await startOn(data.path, port)
    const page = await browser(gateway.base, 'anna', cookie).openPage()
    await changeAnna(data.path, change)
    await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
    expect((await browser(gateway.base, 'anna', cookie).get('/api/session')).status).toBe(401)
    expect(keptIn(data.path)).toBe(0)
  },
)

test.each(['password', 'removal', 'role'] as const)(
  'a change of the account while no gateway runs ends its sessions too: %s',
  async change => {
    using data = database()
    const { cookie, port } = await loggedIn(data.path)
    await changeAnna(data.path, change)
    await using gateway = await startOn(data.path, port)
    expect((await browser(gateway.base, 'anna', cookie).get('/api/session')).status).toBe(401)
  },
)

test('who logs out stays logged out after a restart', async () => {
  using data = database()
  const { cookie, port } = await loggedIn(data.path)
  {
    await using gateway = await startOn(data.path, port)
    const headers = { cookie, 'stillruf-account': 'anna', origin: gateway.base }
    expect((await fetch(`${gateway.base}/api/session`, { method: 'DELETE', headers })).status).toBe(204)
  }
  await using gateway = await startOn(data.path, port)
  expect((await browser(gateway.base, 'anna', cookie).get('/api/session')).status).toBe(401)
})

test('a database that another program holds refuses the login, and it succeeds when that has ended', async () => {
  using data = database()
  await using gateway = await startOn(data.path)
  const password = await gateway.accounts.create(anna, 'Anna Beispiel', 'responder')
  using other = openDatabase(data.path, 'visitor')
  other.exec('BEGIN IMMEDIATE')
  expect((await login(gateway.base, 'anna', password)).status).toBe(503)
  other.exec('ROLLBACK')
  expect((await login(gateway.base, 'anna', password)).status).toBe(200)
  expect(keptIn(data.path)).toBe(1)
})

async function changeAnna(path: string, change: 'password' | 'removal' | 'role'): Promise<void> {
  using accounts = openAccounts(path)
  if (change === 'password') await accounts.renewPassword(anna)
  else if (change === 'removal') accounts.remove(anna)
  else {
    using rows = openDatabase(path, 'visitor')
    rows.exec("UPDATE account SET role = 'monitor' WHERE id = 'anna'")
  }
}
