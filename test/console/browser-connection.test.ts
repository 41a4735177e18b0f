// Whether the page says so when nothing reaches it: no gateway, no login any more, no room; in a real browser.
import { expect } from 'vitest'
import { password } from './fake-gateway.ts'
import { Person } from './flow.ts'
import { later } from './samples.ts'
import { inBrowser, press, world } from './world.ts'

inBrowser('a page that loses the gateway says so at once, and shows what is true when it is back', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const port = Number(new URL(there.base).port)
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await there.gateway.close()
  await guard.seeLoss()
  expect(await guard.page.title()).toContain('KEINE VERBINDUNG')
  there.gateway.alarms.clear()
  await there.gateway.listen(port)
  await guard.seeConnection()
  await guard.seeNoAlarmScreen()
  await guard.page.getByText('Kein offener Alarm').waitFor()
})

inBrowser('a gateway that falls silent without closing the connection is noticed after two heartbeats', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.page.clock.install()
  await guard.page.reload()
  await guard.seeConnection()
  await guard.page.clock.fastForward(15_000)
  expect(await guard.page.locator('.loss-banner').count()).toBe(0)
  await guard.page.clock.fastForward(10_000)
  await guard.seeLoss()
})

inBrowser('a session that has ended is never shown as a quiet page', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  there.gateway.sessions.clear()
  for (const stream of there.gateway.streams.keys()) stream.destroy()
  await guard.page.getByText('Alarme werden hier erst nach dem Anmelden wieder angezeigt').waitFor()
  await guard.page.getByRole('heading', { name: 'Rathaus Lindenau' }).waitFor()
})

inBrowser('when another account logs in to the same browser, the page that shows the first one says so', async () => {
  await using there = await world()
  const reception = await there.arrives('empfang')
  press(there.gateway, 1, [])
  const other = new Person(await reception.page.context().newPage())
  await other.page.goto(there.base)
  await other.page.getByRole('button', { name: 'Abmelden' }).waitFor()
  await other.page.evaluate(
    async body => {
      await fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    },
    JSON.stringify({ name: 'leitstand', password }),
  )
  await reception.page.getByText('In diesem Browser hat sich inzwischen „Leitstand“ angemeldet.').waitFor()
  await reception.page.getByText('Vielleicht wartet noch jemand auf Hilfe.').waitFor()
  expect(await reception.page.title()).toContain('Abgemeldet')
})

inBrowser('a page that gave way to others says so, and comes back only when a person wants it', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  there.gateway.send('displaced', {})
  await guard.page.getByText('Stillruf ist in diesem Browser zu oft geöffnet – hier kommt kein Alarm an').waitFor()
  expect(await guard.screen.count()).toBe(0)
  expect(await guard.page.title()).toContain('HIER KEIN ALARM')
  expect(there.gateway.asked.filter(asked => asked === 'GET /api/events')).toHaveLength(1)
  await guard.page.getByRole('button', { name: 'Diese Seite nutzen' }).click()
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  expect(guard.complaints).toEqual([])
})

inBrowser(
  'a page that comes back after its login has ended says so; at a first visit and after logging out it does not',
  async () => {
    await using there = await world()
    const guard = await there.arrives('wache')
    const ending = guard.page.getByText('Ihre Anmeldung ist nicht mehr gültig.')
    there.gateway.sessions.clear()
    await guard.page.reload()
    await ending.waitFor()
    await guard.page.getByText('Alarme werden hier erst nach dem Anmelden wieder angezeigt.').waitFor()
    await guard.logIn(there.base, 'wache', password)
    await guard.page.getByRole('button', { name: 'Abmelden' }).click()
    await guard.page.locator('#name').waitFor()
    await guard.page.reload()
    await guard.page.locator('#name').waitFor()
    expect(await ending.count()).toBe(0)
  },
)

inBrowser(
  'a page that is one too many says why and what to do, and connects by itself when there is room',
  async () => {
    await using there = await world()
    const guard = await there.arrives('wache')
    there.gateway.full = { de: 'Schon 16 Seiten. Bitte eine schließen.', en: 'Already 16 pages. Please close one.' }
    await guard.page.reload()
    const banner = guard.page.locator('.loss-banner')
    await banner.getByText('Zu viele Seiten sind offen – Alarme werden hier nicht angezeigt').waitFor()
    await banner.getByText('Schon 16 Seiten. Bitte eine schließen.').waitFor()
    expect(await guard.page.getByText('nicht erreichbar').count()).toBe(0)
    there.gateway.full = null
    await guard.seeConnection()
  },
)

inBrowser('a login that ends soon says when, and the password alone prolongs it in place', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const ending = guard.page.locator('.login-ending')
  expect(await ending.count()).toBe(0)
  there.gateway.loginEndsAt = later(there.gateway.now(), 20 * 60_000)
  there.gateway.send('heartbeat', { now: there.gateway.now() })
  await ending.getByText(/^Ihre Anmeldung endet um \d\d:\d\d\. Danach kommt hier kein Alarm mehr an\.$/).waitFor()
  await ending.getByLabel('Passwort von Sicherheitsdienst').fill('falsch')
  await ending.getByRole('button', { name: 'Anmeldung verlängern' }).click()
  await ending.getByText('Name oder Passwort ist falsch.').waitFor()
  expect(await guard.page.locator('.loss-banner').count()).toBe(0)
  await ending.getByLabel('Passwort von Sicherheitsdienst').fill(password)
  await ending.getByRole('button', { name: 'Anmeldung verlängern' }).click()
  await ending.waitFor({ state: 'detached' })
  await guard.seeConnection()
  expect(guard.complaints).toEqual([])
})
