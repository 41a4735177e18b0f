import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { alarmId, closed, raised } from './samples.ts'
import { login, password, startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const path = `/api/alarms/${alarmId(1)}`

test('an address that does not exist is said not to exist, in both languages', async () => {
  await using world = await startWorld()
  for (const address of ['/api/unsinn', '/api', '/alarme', '/api/alarms/%zz', '/..%2f..%2fetc/passwd']) {
    const answer = await fetch(world.base + address)
    expect(answer.headers.get('content-type')).toContain('application/json')
    const { error } = await answer.json()
    expect([address, Object.keys(error)]).toEqual([address, ['de', 'en']])
    expect([400, 404]).toContain(answer.status)
  }
  expect((await fetch(`${world.base}/api/overview`, { method: 'PUT', headers: { origin: world.base } })).status).toBe(
    404,
  )
})

test('what breaks the contract is refused with the field that breaks it', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarmId(1)), closed(2, alarmId(1), 'anna', 'incident'))
  const anna = await world.logIn('anna')
  const incident = { level: 2, summary: '', measures: '', ground: 'none', groundReference: '' }
  const test = '/api/devices/rathaus-1/buttons/tresen/test'
  const cases = [
    [`${path}/close`, { outcome: 'nichts', note: '' }, '„outcome“ muss eines von diesen sein: incident, noIncident, '],
    [`${path}/close`, { outcome: 'incident' }, '„note“ fehlt'],
    [`${path}/close`, { outcome: 'incident', note: 'x'.repeat(2001) }, '„note“ darf höchstens 2000 Zeichen haben'],
    [`${path}/close`, { outcome: 'incident', note: '', mehr: 1 }, '„mehr“ ist hier unbekannt'],
    [`${path}/close`, [], 'muss ein JSON-Objekt'],
    [`${path}/close`, undefined, 'muss ein JSON-Objekt'],
    [`${path}/incident`, { ...incident, level: 4 }, '„level“ muss <= 3 sein'],
    [`${path}/incident`, { ...incident, level: '2' }, '„level“ muss vom Typ „integer“ sein'],
    [`${path}/incident`, { ...incident, ground: 'x' }, '„ground“ muss eines von diesen sein: none, houseBan, '],
    ['/api/notifications/seen', {}, '„notification“ fehlt'],
    [test, { durationMs: 1.5 }, '„durationMs“ muss vom Typ „integer“ sein'],
    [test, { durationMs: 1e9 }, '„durationMs“ muss <= 600000 sein'],
    [test, { durationMs: -1 }, '„durationMs“ muss >= 0 sein'],
  ] as const
  for (const [address, body, sentence] of cases) {
    const answer = await anna.post(address, body)
    expect([sentence, answer.status]).toEqual([sentence, 400])
    const { error } = await answer.json()
    expect(error.de).toContain(sentence)
    expect(error.en).toMatch(/^The (field|content) .* (must|may|is) .*\.$/)
  }
  expect(world.emitted).toEqual([])
})

test('what is no JSON, too large or of another kind is refused in a sentence', async () => {
  await using world = await startWorld()
  const post = (body: string, type = 'application/json') =>
    fetch(`${world.base}/api/session`, {
      method: 'POST',
      headers: { origin: world.base, 'content-type': type },
      body,
    })
  const cases = [
    ['{"name":', 'application/json', 400, 'kein gültiges JSON'],
    ['', 'application/json', 400, 'fehlt'],
    ['{"__proto__":{"x":1}}', 'application/json', 400, 'kein gültiges JSON'],
    [JSON.stringify({ name: 'x'.repeat(70_000), password }), 'application/json', 413, 'zu groß'],
    ['name=anna', 'application/x-www-form-urlencoded', 415, 'application/json'],
    ['anna', 'text/plain', 415, 'application/json'],
  ] as const
  for (const [body, type, status, sentence] of cases) {
    const answer = await post(body, type)
    expect([sentence, answer.status]).toEqual([sentence, status])
    expect((await answer.json()).error.de).toContain(sentence)
  }
  expect((await login(world.base, 'anna', password)).status).toBe(200)
})

test('bytes that are no HTTP get a sentence too', async () => {
  await using world = await startWorld()
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(world.http.address.port, '127.0.0.1', () => socket.write('\x16\x03\x01 kein HTTP\r\n\r\n'))
    socket.on('data', chunk => {
      text += chunk.toString()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('Die Anfrage ist kein gültiges HTTP.')
})

test('a mistake of the program is told without its inside, and stands in the log', async () => {
  const logged: unknown[] = []
  const silent = () => undefined
  await using world = await startWorld({
    log: { debug: silent, info: silent, warn: silent, error: (...entry) => logged.push(entry) },
    accounts: {
      authenticate: async () => {
        throw new Error('database disk image is malformed')
      },
      find: () => null,
    },
  })
  const answer = await login(world.base, 'anna', password)
  expect(answer.status).toBe(500)
  const body = await answer.text()
  expect(body).toContain('In der Zentrale ist ein Fehler aufgetreten.')
  expect(body).not.toContain('malformed')
  expect(logged).toHaveLength(1)
})

test('every answer carries the strict headers, and none lets a page run what is not the gateway’s own', async () => {
  await using world = await startWorld()
  for (const address of ['/', '/api/session', '/unsinn']) {
    const { headers } = await fetch(world.base + address)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('strict-transport-security')).toBeNull()
  }
  const page = await (await world.logIn('anna')).openPage()
  expect(page.headers['content-security-policy']).toContain("default-src 'self'")
})

test('without the built console the page says how to build it', async () => {
  await using world = await startWorld()
  const answer = await fetch(world.base)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('„npm run build“')
})

test('the built console is served, its hashed files for ever, its page anew each time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-console-'))
  try {
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Stillruf</title>')
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}')
    await using world = await startWorld({ consoleFolder: folder })
    const page = await fetch(`${world.base}/`)
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(await page.text()).toContain('<title>Stillruf</title>')
    const script = await fetch(`${world.base}/assets/index-abc.js`)
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(script.headers.get('content-type')).toContain('javascript')
    expect((await fetch(`${world.base}/assets/fehlt.js`)).status).toBe(404)
    expect((await fetch(`${world.base}/assets/`)).status).toBe(404)
    expect((await fetch(`${world.base}/api/overview`)).status).toBe(401)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a port that is taken is an error with its code, and leaves nothing open', async () => {
  await using world = await startWorld()
  const { port } = world.http.address
  await expect(startWorld({ listen: { address: '127.0.0.1', port } })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect((await login(world.base, 'anna', password)).status).toBe(200)
})
