import { expect, test, vi } from 'vitest'
import { createSessions } from '../../gateway/shell/http/sessions.ts'
import type { KeptSession, SessionStorage } from '../../gateway/shell/ports.ts'
import { limits } from '../../protocol/limits.ts'
import { after, type Instant, instant, wallAfter, wallTime } from '../../protocol/time.ts'
import { acknowledged, alarmId, atRecord, raised, responder, told } from './samples.ts'
import { account, browser, login, password, sessionsIn, silentLog, startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })
const patience = { timeout: 20_000 }

test('who logs in gets a session that no script of the page can read and no other site can use', async () => {
  await using world = await startWorld()
  const answer = await login(world.base, 'anna', password)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    account: 'anna',
    name: 'Konto anna',
    role: 'responder',
    language: 'de',
    gateway: 'Zentrale Rathaus',
    inPolicy: true,
    endsAt: expect.any(Number),
  })
  const [cookie = ''] = answer.headers.getSetCookie()
  expect(cookie).toMatch(/^stillruf-\d+=[A-Za-z0-9_-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
  const anna = await world.logIn('anna')
  expect((await anna.get('/api/session')).status).toBe(200)
})

test('whoever comes back after a login has ended is told so, after logging out and at a first visit not', async () => {
  await using world = await startWorld()
  const ended = async (cookie: string | null) => {
    const answer = await fetch(`${world.base}/api/session`, cookie === null ? {} : { headers: { cookie } })
    expect(answer.status).toBe(401)
    return (await answer.json()).ended
  }
  const answer = await login(world.base, 'anna', password)
  const [cookie = ''] = answer.headers.getSetCookie()
  world.accounts.delete('anna')
  expect(await ended(cookie.split(';')[0] ?? '')).toBe(true)
  expect(await ended(null)).toBe(false)
  const out = await fetch(`${world.base}/api/session`, { method: 'DELETE', headers: { origin: world.base } })
  expect(out.headers.getSetCookie()[0]).toMatch(/^stillruf-\d+=;/)
})

test('a session says whether a policy names its account, at the login and with each heartbeat that is answered', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  expect(await (await anna.post('/api/presence')).json()).toMatchObject({ account: 'anna', inPolicy: true })
  world.accounts.set('wachee', account('wachee', 'responder'))
  expect(await (await login(world.base, 'wachee', password)).json()).toMatchObject({ inPolicy: false })
  expect(await (await (await world.logIn('wachee')).post('/api/presence')).json()).toMatchObject({ inPolicy: false })
})

test('a wrong password and an unknown name get the same answer, and the record does not learn what was typed', async () => {
  await using world = await startWorld()
  const wrong = await login(world.base, 'anna', 'falsches Passwort')
  const unknown = await login(world.base, 'geheim123', password)
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(await wrong.json()).toEqual({
    error: { de: 'Name oder Passwort ist falsch.', en: 'Name or password is wrong.' },
  })
  expect((await unknown.json()).error.de).toBe('Name oder Passwort ist falsch.')
  expect(wrong.headers.getSetCookie()).toEqual([])
  const refused = { kind: 'securityObserved', event: 'wrongPassword', source: '127.0.0.1' }
  expect(world.emitted).toEqual([
    { ...refused, account: 'anna', detail: { de: 'Konsole', en: 'console' } },
    { ...refused, account: null, detail: { de: 'Konsole, unbekanntes Konto', en: 'console, unknown account' } },
  ])
})

test('the eleventh attempt of a minute at one name is refused even with the right password, other names are not', async () => {
  await using world = await startWorld()
  for (let attempt = 0; attempt < limits.loginAttemptsPerMinute; attempt += 1)
    expect((await login(world.base, 'anna', 'falsches Passwort')).status).toBe(401)
  const refused = await login(world.base, 'anna', password)
  expect(refused.status).toBe(429)
  expect((await refused.json()).error.de).toBe('Zu viele Anmeldeversuche. Bitte warten Sie eine Minute.')
  expect(world.emitted.at(-1)).toMatchObject({
    account: 'anna',
    detail: { de: 'Konsole, zu viele Versuche', en: 'console, too many attempts' },
  })
  expect((await login(world.base, 'responder', password)).status).toBe(200)
})

test('guessing at ever new names from one address is refused too', async () => {
  await using world = await startWorld()
  const answers = Array.from({ length: limits.loginAttemptsPerAddressPerMinute + 1 }, (_, index) =>
    login(world.base, `name-${index}`, password).then(answer => answer.status),
  )
  expect((await Promise.all(answers)).filter(status => status === 429)).toHaveLength(1)
})

test('without a session nothing is shown and nothing can be done', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarmId(1)))
  for (const path of ['/api/session', '/api/overview', '/api/events', '/api/alarms', `/api/alarms/${alarmId(1)}`]) {
    const answer = await fetch(world.base + path, { headers: { cookie: `stillruf-${world.http.address.port}=falsch` } })
    expect([path, answer.status]).toEqual([path, 401])
    expect(await answer.json()).toMatchObject({ error: { de: 'Bitte melden Sie sich an.', en: 'Please log in.' } })
  }
  expect(await (await fetch(`${world.base}/api/session`)).json()).toMatchObject({ gateway: 'Zentrale Rathaus' })
  const answer = await fetch(`${world.base}/api/alarms/${alarmId(1)}/acknowledgement`, {
    method: 'POST',
    headers: { origin: world.base },
  })
  expect(answer.status).toBe(401)
  expect(world.emitted).toEqual([])
})

test('logging out ends the session and its pages, and no other session of the account', async () => {
  await using world = await startWorld()
  const [one, other] = [await world.logIn('anna'), await world.logIn('anna')]
  const [page, otherPage] = [await one.openPage(), await other.openPage()]
  const answer = await fetch(`${world.base}/api/session`, {
    method: 'DELETE',
    headers: { cookie: one.cookie, 'stillruf-account': 'anna', origin: world.base },
  })
  expect(answer.status).toBe(204)
  await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
  expect((await one.get('/api/session')).status).toBe(401)
  expect((await other.get('/api/session')).status).toBe(200)
  expect(otherPage.isOpen()).toBe(true)
})

test('a page is refused once its browser’s cookie is another account’s, and logs out nobody else', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarmId(1)))
  const { cookie } = await world.logIn('anna')
  const pageOfWache = browser(world.base, 'responder', cookie)
  const nameless = { cookie, origin: world.base }
  for (const path of ['/api/overview', '/api/events?account=responder', '/api/alarms', `/api/alarms/${alarmId(1)}`]) {
    const answer = await pageOfWache.get(path)
    expect([path, answer.status]).toEqual([path, 401])
    expect((await answer.json()).error.de).toContain('In diesem Browser ist inzwischen ein anderes Konto angemeldet.')
  }
  expect((await pageOfWache.post(`/api/alarms/${alarmId(1)}/acknowledgement`)).status).toBe(401)
  const logOut = { method: 'DELETE', headers: { ...nameless, 'stillruf-account': 'responder' } }
  expect((await fetch(`${world.base}/api/session`, logOut)).status).toBe(401)
  expect((await fetch(`${world.base}/api/overview`, { headers: nameless })).status).toBe(400)
  expect(await (await pageOfWache.get('/api/session')).json()).toMatchObject({ account: 'anna' })
  expect(world.emitted).toEqual([])
})

test('who logs in over another login of the same browser ends that one, and its pages at once', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const page = await anna.openPage()
  const answer = await login(world.base, 'monitor', password, { origin: world.base, cookie: anna.cookie })
  expect(answer.status).toBe(200)
  await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
  expect((await anna.get('/api/session')).status).toBe(401)
})

test('an account that is removed is out at its next request, and at once when the gateway is told', async () => {
  await using world = await startWorld()
  const [anna, wache] = [await world.logIn('anna'), await world.logIn('responder')]
  world.accounts.delete('anna')
  expect((await anna.get('/api/overview')).status).toBe(401)
  const page = await wache.openPage()
  world.http.disconnect(responder('responder'))
  await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
  expect((await wache.get('/api/overview')).status).toBe(401)
})

test('a monitor account reads everything and does nothing', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarmId(1)))
  const monitor = await world.logIn('monitor')
  const alarm = `/api/alarms/${alarmId(1)}`
  for (const path of ['/api/overview', '/api/alarms', alarm]) expect((await monitor.get(path)).status).toBe(200)
  const writes = [
    [`${alarm}/acknowledgement`, undefined],
    [`${alarm}/close`, { outcome: 'noIncident', note: '' }],
    [`${alarm}/incident`, { level: 2, summary: '', measures: '', ground: 'none', groundReference: '' }],
    ['/api/notifications/seen', { notification: 'x' }],
    ['/api/devices/rathaus-1/buttons/tresen/test', { durationMs: 1000 }],
  ] as const
  for (const [path, body] of writes) {
    const answer = await monitor.post(path, body)
    expect([path, answer.status]).toEqual([path, 403])
    expect((await answer.json()).error.en).toContain('This account may only read.')
  }
  expect(world.emitted).toEqual([])
})

test('a write that does not come from a page of this gateway is refused, with the cookie and all', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const path = `/api/alarms/${alarmId(1)}/acknowledgement`
  const own = { origin: world.base }
  const foreign = [
    {},
    { origin: 'https://example.org' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${world.http.address.port + 1}` },
    { ...own, 'sec-fetch-site': 'cross-site' },
    { ...own, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const headers of foreign) expect((await anna.post(path, undefined, headers)).status).toBe(403)
  expect((await login(world.base, 'anna', password, {})).status).toBe(403)
  expect((await anna.post('/api/presence', undefined, {})).status).toBe(403)
  expect((await anna.post(path, undefined, own)).status).toBe(404)
  expect((await anna.post(path, undefined, { 'sec-fetch-site': 'same-origin' })).status).toBe(404)
})

test('a session ends after twelve hours, and the oldest of an account yields to the seventeenth', () => {
  let now: Instant = instant(0)
  const ended: string[] = []
  const kept: KeptSession[] = []
  const sessions = openedOn(sessionsIn(kept), { now: () => now, onEnded: key => ended.push(key) })
  const tokens = Array.from({ length: limits.sessionsPerAccountMax }, () => sessions.open(responder('anna')))
  const [first = '', second = ''] = tokens
  expect(sessions.find(first)?.account).toBe('anna')
  sessions.open(responder('wache'))
  expect(ended).toEqual([])
  sessions.open(responder('anna'))
  expect(sessions.find(first)).toBeNull()
  expect(ended).toHaveLength(1)
  expect(kept.map(({ account }) => account)).toEqual([...Array(15).fill('anna'), 'wache', 'anna'])
  const session = sessions.find(second)
  now = after(now, limits.sessionMs)
  expect(session !== null && sessions.isOpen(session.key)).toBe(false)
  expect(sessions.find(second)).toBeNull()
  sessions.tidy()
  expect(kept).toHaveLength(16)
})

test('a session lasts at most an hour longer while its account is needed, over a restart too', () => {
  let [elapsed, needed]: [number, boolean] = [0, true]
  const kept: KeptSession[] = []
  const clocks = { now: () => instant(elapsed), wall: () => wallTime(atRecord(0) + elapsed) }
  const start = () => openedOn(sessionsIn(kept), { ...clocks, isNeeded: account => needed && account === 'anna' })
  const token = start().open(responder('anna'))
  const isOpen = () => start().find(token) !== null
  elapsed = limits.sessionMs
  expect(isOpen()).toBe(true)
  needed = false
  expect(isOpen()).toBe(false)
  needed = true
  elapsed = limits.sessionMs + limits.sessionGraceMs - 1
  expect(isOpen()).toBe(true)
  elapsed += 1
  expect(isOpen()).toBe(false)
})

test('the password prolongs the session of the browser, whose pages stay, and says until when', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] })
  try {
    const kept: KeptSession[] = []
    await using world = await startWorld({ sessions: sessionsIn(kept) })
    const anna = await world.logIn('anna')
    const page = await anna.openPage()
    vi.advanceTimersByTime(limits.sessionMs - 60_000)
    const again = await login(world.base, 'anna', password, { origin: world.base, cookie: anna.cookie })
    expect(again.headers.getSetCookie()[0]?.split(';')[0]).toBe(anna.cookie)
    const endsAt = Date.now() + limits.sessionMs
    expect(await again.json()).toMatchObject({ account: 'anna', endsAt })
    expect(await (await anna.post('/api/presence')).json()).toMatchObject({ endsAt })
    vi.advanceTimersByTime(120_000)
    expect((await anna.get('/api/overview')).status).toBe(200)
    expect(kept).toMatchObject([{ account: 'anna', startedAt: endsAt - limits.sessionMs }])
    expect(page.events.filter(({ name }) => name === 'overview')).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})

test.each([
  ['was told of', 'anna', [raised(1, alarmId(1)), told(2, alarmId(1), 'anna')], true],
  ['was not told of', 'responder', [raised(1, alarmId(1)), told(2, alarmId(1), 'anna')], false],
  ['has taken', 'responder', [raised(1, alarmId(1)), acknowledged(2, alarmId(1), 'responder')], true],
  [
    'another has taken',
    'anna',
    [raised(1, alarmId(1)), told(2, alarmId(1), 'anna'), acknowledged(3, alarmId(1), 'responder')],
    false,
  ],
] as const)('a login in its last hour, and an open alarm that its account %s', async (_, account, records, isOpen) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  try {
    await using world = await startWorld()
    const browser = await world.logIn(account)
    world.records.push(...records)
    vi.advanceTimersByTime(limits.sessionMs)
    expect((await browser.get('/api/overview')).status).toBe(isOpen ? 200 : 401)
  } finally {
    vi.useRealTimers()
  }
})

test('a restart gives a session no more time than it had, even where the clock has been set back', () => {
  const kept: KeptSession[] = []
  const start = atRecord(0)
  const token = openedOn(sessionsIn(kept), { wall: () => start }).open(responder('anna'))
  const endsAfter = (wall: number) =>
    openedOn(sessionsIn([...kept]), { wall: () => wallTime(wall) }).find(token)?.endsAt ?? null
  expect(endsAfter(start + 3_600_000)).toBe(limits.sessionMs - 3_600_000)
  expect(endsAfter(start - 3_600_000)).toBe(limits.sessionMs)
  expect(endsAfter(wallAfter(start, limits.sessionMs))).toBeNull()
})

test('a login that cannot be kept is refused in one sentence, and nothing is left of it', async () => {
  await using world = await startWorld({ sessions: { all: () => [], change: diskFull } })
  const answer = await login(world.base, 'anna', password)
  expect(answer.status).toBe(503)
  expect(answer.headers.getSetCookie()).toEqual([])
  expect((await answer.json()).error.en).toBe(
    'The login could not be saved. Please try again; if that does not help, check the gateway’s disk.',
  )
})

test('a login that cannot be kept ends no other session, and a logout holds even if the disk fails', () => {
  const kept: KeptSession[] = []
  const disk = sessionsIn(kept)
  let change = disk.change
  const sessions = openedOn({ all: disk.all, change: (...all) => change(...all) })
  const tokens = Array.from({ length: limits.sessionsPerAccountMax }, () => sessions.open(responder('anna')))
  change = diskFull
  expect(() => sessions.open(responder('anna'))).toThrow('The login could not be saved.')
  expect(tokens.filter(token => sessions.find(token) === null)).toEqual([])
  const [first = ''] = tokens
  const key = sessions.find(first)?.key ?? ''
  sessions.end(key)
  expect(sessions.find(first)).toBeNull()
  expect(kept.map(session => session.key)).toContain(key)
  change = disk.change
  sessions.tidy()
  expect(kept.map(session => session.key)).not.toContain(key)
  expect(kept).toHaveLength(limits.sessionsPerAccountMax - 1)
})

test('the gateway keeps no token from which a session could be opened', () => {
  const kept: KeptSession[] = []
  const sessions = openedOn(sessionsIn(kept))
  const token = sessions.open(responder('anna'))
  const session = sessions.find(token)
  expect(session?.key).not.toBe(token)
  expect(JSON.stringify(kept)).not.toContain(token)
  expect(sessions.find(session?.key ?? '')).toBeNull()
  expect(new Set(Array.from({ length: 10 }, () => sessions.open(responder('anna')))).size).toBe(10)
})

function openedOn(storage: SessionStorage, options: Partial<Parameters<typeof createSessions>[0]> = {}) {
  const clocks = { now: () => instant(0), wall: () => atRecord(0), isNeeded: () => false }
  return createSessions({ storage, ...clocks, onEnded: () => undefined, log: silentLog, ...options })
}

function diskFull(): never {
  throw new Error('no space is left on the disk')
}
