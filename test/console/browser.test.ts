// The console in a real browser, against a gateway that does what the test tells it.
import { expect, vi } from 'vitest'
import type { BootId } from '../../protocol/ids.ts'
import { same } from '../../protocol/text.ts'
import { password } from './fake-gateway.ts'
import { patienceMs } from './flow.ts'
import { alarmId, faultNotification, later, noon, people, places } from './samples.ts'
import { inBrowser, press, pressAgain, world } from './world.ts'

const soon = { timeout: patienceMs }

inBrowser(
  'an alarm fills the screen of who is told, with its place and its true age, and is confirmed as seen',
  async () => {
    await using there = await world()
    const guard = await there.arrives('wache')
    const alarm = press(there.gateway, 1, ['wache'])
    await guard.seeAlarm('Bürgerbüro, Raum 012')
    const text = await guard.screen.innerText()
    for (const word of ['ALARM', 'Altes Rathaus', 'Bürgerbüro, Erdgeschoss', 'Tresen']) expect(text).toContain(word)
    expect(await guard.screen.locator('.age').first().innerText()).toMatch(/^vor \d{1,2} s$/) // not an hour: its own clock
    await vi.waitFor(() => expect(new Set(there.gateway.seen)).toEqual(new Set([`${alarm.id}/1`])), soon) // again if it takes long
    expect(await guard.page.title()).toContain('ALARM: Bürgerbüro, Raum 012')
    expect(await guard.page.getByRole('alert').first().innerText()).toContain('Bürgerbüro, Raum 012')
    expect(guard.complaints).toEqual([])
  },
)

inBrowser('of a press whose time nobody knows no age is made up, neither on the alarm nor behind it', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const alarm = press(there.gateway, 1, ['wache'], { late: true, isAgeKnown: false })
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  const unknown = 'vor einem Neustart des Geräts; wann genau, ist nicht bekannt'
  expect(await guard.screen.locator('.mark-age').innerText()).toBe(`Gedrückt ${unknown}`)
  await guard.page.keyboard.press('Escape')
  expect(await guard.page.locator('.call-bar-age').innerText()).toBe(unknown)
  await guard.page.goto(`${there.base}/#/alarms/${alarm.id}`)
  expect(await guard.page.locator('.facts dd').first().innerText()).toBe(unknown)
  expect(await guard.page.locator('.call-bar .age, .screen .age').count()).toBe(0)
})

inBrowser('when one person takes the alarm, the other screen steps back and says who', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const reception = await there.arrives('empfang')
  press(there.gateway, 1, ['wache', 'empfang'])
  await reception.seeAlarm('Bürgerbüro, Raum 012')
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await guard.take()
  await reception.seeNoAlarmScreen()
  await reception.seeTakenBy('Sicherheitsdienst')
  await guard.page.getByText('Was jetzt zu tun ist').waitFor()
  expect(await reception.page.title()).toBe('Rathaus Lindenau')
})

inBrowser('who takes an alarm closes it as an incident, writes the draft and downloads it', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await guard.take()
  await guard.close('incident', 'Lage beruhigt.')
  expect(await guard.page.locator('input[name=level]:checked').count()).toBe(0)
  const draft = { level: 2, summary: 'Bedrohung am Tresen.', measures: 'Gespräch beendet.' } as const
  await guard.writeDraft({ ...draft, ground: 'criminalComplaint', reference: 'K-17/2025' })
  const written = { ...draft, ground: 'criminalComplaint', groundReference: 'K-17/2025' }
  expect(there.gateway.drafts.get(alarmId(1))).toEqual(written)
  expect(await guard.download()).toEqual(written)
  expect(guard.complaints).toEqual([])
})

inBrowser('a draft without level, description or ground is not sent, and the page says what is missing', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const alarm = press(there.gateway, 1, [], {
    state: 'closed',
    outcome: 'incident',
    acknowledgedBy: people.wache,
    closedBy: people.wache,
  })
  await guard.page.goto(`${there.base}/#/alarms/${alarm.id}/incident`)
  await guard.page.getByRole('button', { name: 'Entwurf speichern' }).click()
  await guard.page.getByText('Bitte eine Stufe wählen.').waitFor()
  await guard.page.getByText('Bitte kurz beschreiben, was geschehen ist.').waitFor()
  expect(there.gateway.drafts.size).toBe(0)
  expect(await guard.page.evaluate(() => document.activeElement?.id)).toBe('level-0')
})

inBrowser('a draft that is half written is still there when its person logs in again', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const { id } = press(there.gateway, 1, [], { state: 'closed', outcome: 'incident', closedBy: people.wache })
  await guard.page.goto(`${there.base}/#/alarms/${id}/incident`)
  await guard.page.getByLabel('Was ist geschehen?').fill('Bedrohung am Tresen.')
  await guard.page.getByRole('radio', { name: 'Stufe 2' }).check()
  there.gateway.sessions.clear()
  for (const stream of there.gateway.streams.keys()) stream.destroy()
  await guard.page.locator('#name').fill('wache')
  await guard.page.locator('#password').fill(password)
  await guard.page.getByRole('button', { name: 'Anmelden' }).click()
  await vi.waitFor(
    async () => expect(await guard.page.getByLabel('Was ist geschehen?').inputValue()).toBe('Bedrohung am Tresen.'),
    soon,
  )
  expect(await guard.page.getByRole('radio', { name: 'Stufe 2' }).isChecked()).toBe(true)
})

inBrowser('a draft on record is shown after a reload, and another one is only written on purpose', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const { id } = press(there.gateway, 1, [], { state: 'closed', outcome: 'incident', incident: true })
  await guard.page.goto(`${there.base}/#/alarms/${id}/incident`)
  await guard.page.getByText('Der Entwurf ist gespeichert.').waitFor()
  await guard.downloadLink.waitFor()
  expect(await guard.page.locator('form').count()).toBe(0)
  await guard.page.getByRole('button', { name: 'Entwurf neu schreiben' }).click()
  await guard.page.getByText('Zu diesem Vorfall ist schon ein Entwurf gespeichert.').waitFor()
  await guard.page.getByRole('button', { name: 'Beim gespeicherten Entwurf bleiben' }).click()
  await guard.downloadLink.waitFor()
})

inBrowser('everything is there in English too, and the choice outlasts a reload', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  expect(await guard.page.locator('html').getAttribute('lang')).toBe('de')
  await guard.speak('en')
  await guard.page.reload()
  await guard.page.getByText('No open alarm').waitFor()
  expect(await guard.page.locator('html').getAttribute('lang')).toBe('en')
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await guard.take()
  await guard.page.getByText('What to do now').waitFor()
  await guard.close('noIncident', '')
  await guard.page.getByText('Closed: No incident').first().waitFor()
  const kept = await guard.page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)))
  expect(kept).toEqual(['stillruf.language'])
})

inBrowser('a fault is told in the language of the page, whatever the site speaks, also that it is over', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.speak('en')
  const silent = { code: 'deviceSilent', source: 'buergerhaus-1', subject: 'device' } as const
  const key = 'buergerhaus-1/deviceSilent/device'
  there.gateway.send('notification', faultNotification('wache', key))
  const since = later(there.gateway.now(), -1000)
  there.gateway.send('faults', [{ ...silent, severity: 'critical', detail: same('30 s'), since }])
  const notice = guard.page.locator('.notice')
  const where = 'Bürgerhaus am Markt, buergerhaus-1'
  await notice.getByText(`${where}: The device is silent. (30 s) Check the device’s power`).waitFor()
  there.gateway.send('notification', faultNotification('wache', key, 'faultCleared', 8))
  there.gateway.send('faults', [])
  await notice.getByText('Fault cleared').waitFor()
  expect(await notice.locator('span').innerText()).toBe(`${where}: The device is silent. (30 s)`)
  there.gateway.send('notification', faultNotification('wache', null))
  await notice.getByText('Several at once').waitFor()
})

inBrowser('what happened the next morning stands under the date of that morning', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const { id } = press(there.gateway, 1, [])
  const entry = (record: number, afterMs: number, words: string) => ({
    record,
    at: later(noon, afterMs),
    text: { de: words, en: words },
  })
  there.gateway.timelines.set(id, [
    entry(1, 0, 'raised'),
    entry(2, 60_000, 'taken'),
    entry(3, 20 * 3_600_000, 'closed'),
  ])
  await guard.page.goto(`${there.base}/#/alarms/${id}`)
  const day = (date: string) => guard.page.locator('.timeline section').filter({ hasText: date }).locator('li')
  await guard.page.getByText('closed').waitFor()
  expect(await day('Freitag, 21. November 2025').allInnerTexts()).toEqual(['12:00:00\nraised', '12:01:00\ntaken'])
  expect(await day('Samstag, 22. November 2025').allInnerTexts()).toEqual(['08:00:00\nclosed'])
})

inBrowser('“show older” skips no alarm, also when an old one is closed while the list is open', async () => {
  await using there = await world()
  const old = press(there.gateway, 1, [])
  for (let sequence = 2; sequence <= 46; sequence += 1) press(there.gateway, sequence, [], { state: 'closed' })
  const guard = await there.arrives('wache')
  const listed = guard.page.locator('.closed-alarms li')
  await expect.poll(() => listed.count(), soon).toBe(20)
  there.gateway.put({ ...old, state: 'closed' }, 'Abgeschlossen.', 'Closed.')
  await expect.poll(() => listed.count(), soon).toBe(21)
  await guard.page.getByRole('button', { name: 'Ältere anzeigen' }).click()
  await expect.poll(() => listed.count(), soon).toBe(41)
  await guard.page.getByRole('button', { name: 'Ältere anzeigen' }).click()
  await expect.poll(() => listed.count(), soon).toBe(46)
})

inBrowser('when it was last heard is said of a silent device, and of none that is connected', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.open('devices')
  await guard.page.locator('.device.silent .device-state').getByText('Zuletzt gehört vor 25 min').waitFor()
  for (const state of ['online', 'unknown'])
    expect(await guard.page.locator(`.device.${state} .device-state .age`).count(), state).toBe(0)
})

inBrowser('the keyboard alone is enough, and a key meant for something else takes no alarm', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.open('devices')
  await guard.page.getByRole('searchbox').focus()
  await guard.page.keyboard.type('rathaus')
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await guard.page.keyboard.press('Enter')
  await guard.page.keyboard.press('Space')
  expect(there.gateway.alarms.get(alarmId(1))?.state).toBe('notifying')
  await guard.page.keyboard.press('Escape')
  await guard.seeNoAlarmScreen()
  await guard.page.locator('.call-bar').getByText('Bürgerbüro, Raum 012').waitFor()
  pressAgain(there.gateway, press(there.gateway, 1, ['wache']), ['wache'])
  await guard.screen.getByText('2-mal gedrückt').waitFor()
  await guard.page.keyboard.press('Tab') // the first thing that can be reached is the one that matters
  await vi.waitFor(async () => {
    await guard.page.keyboard.press('Enter') // does not count right after the screen has changed
    expect(there.gateway.alarms.get(alarmId(1))?.state).toBe('acknowledged')
  }, soon)
  await guard.page.getByText('Was jetzt zu tun ist').waitFor()
  await guard.page.locator('#outcome-1').focus()
  await guard.page.keyboard.press('Space')
  await guard.page.keyboard.press('Enter')
  await vi.waitFor(() => expect(there.gateway.alarms.get(alarmId(1))?.outcome).toBe('noIncident'), soon)
})

inBrowser('all waiting alarms are on the screen, and taking one leaves the others', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  press(there.gateway, 1, ['wache'])
  press(there.gateway, 2, ['wache'], { place: places.kasse })
  press(there.gateway, 3, ['wache'], { place: places.sozialamt, kind: 'test' })
  await guard.screen.getByText('3 Alarme warten').waitFor()
  for (const room of ['Bürgerbüro, Raum 012', 'Stadtkasse, Raum 018', 'Sozialamt, Raum 201']) await guard.seeAlarm(room)
  await guard.take()
  await guard.screen.locator('.first-call').getByText('Stadtkasse, Raum 018').waitFor()
  await guard.screen.locator('.further').getByText('PROBEALARM').waitFor()
  expect(there.gateway.alarms.get(alarmId(2))?.acknowledgedBy).toBeNull()
})

inBrowser('a click that falls on an alarm that has just appeared does not take it', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const button = document.querySelector<HTMLElement>('.take.large button')
      if (button === null) return
      observer.disconnect()
      button.click()
      document.body.setAttribute('data-clicked', 'yes')
    })
    observer.observe(document.body, { childList: true, subtree: true })
  })
  press(there.gateway, 1, ['wache'])
  await guard.page.locator('body[data-clicked=yes]').waitFor()
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  expect(there.gateway.asked.filter(asked => asked.endsWith('/acknowledgement'))).toEqual([])
  await guard.take()
  await guard.page.getByText('Was jetzt zu tun ist').waitFor()
})

inBrowser('a monitor account sees everything and can press nothing', async () => {
  await using there = await world()
  const monitor = await there.arrives('leitstand')
  const alarm = press(there.gateway, 1, ['wache'])
  await monitor.page.locator('.open-alarm').getByText('Bürgerbüro, Raum 012').waitFor()
  expect(await monitor.page.getByRole('button', { name: 'Ich übernehme' }).count()).toBe(0)
  await monitor.page.goto(`${there.base}/#/alarms/${alarm.id}`)
  await monitor.page.getByText('Der Taster wurde gedrückt').waitFor()
  expect(await monitor.page.locator('.take-button, form').count()).toBe(0)
  await monitor.open('devices')
  await monitor.page.getByText('Zuletzt gedrückt').first().waitFor()
  expect(await monitor.page.getByRole('button', { name: /^Probe/ }).count()).toBe(0)
})

inBrowser('who took an alarm is left out for a monitor, and nothing is said in its place', async () => {
  await using there = await world()
  const monitor = await there.arrives('leitstand')
  const acknowledgedAt = there.gateway.now()
  const { id } = press(there.gateway, 1, [], { state: 'acknowledged', acknowledgedBy: null, acknowledgedAt })
  for (const [language, taken] of [
    ['de', 'Übernommen'],
    ['en', 'Taken'],
  ] as const) {
    await monitor.open('alarms')
    await monitor.speak(language)
    expect(await monitor.page.locator('.open-alarm .alarm-state').innerText()).toBe(taken)
    await monitor.page.goto(`${there.base}/#/alarms/${id}`)
    expect(await monitor.page.locator('.detail-head .alarm-state').innerText()).toBe(taken)
    const facts = monitor.page.locator('.facts div').filter({ hasText: taken }).locator('dd')
    expect(await facts.innerText()).toMatch(/^\d{2}:\d{2}$/)
    expect(await monitor.page.locator('.facts').innerText()).not.toMatch(/niemand|nobody/i)
  }
})

inBrowser('a button is tested: explained, started, and proven by its press', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.open('devices')
  await guard.page.getByRole('button', { name: /^Probe: .*Kassenschalter/ }).click()
  await guard.page.getByText('Zwei Minuten lang').waitFor()
  await guard.page.getByRole('button', { name: 'Probe starten' }).click()
  await guard.page.getByText('Bitte jetzt den Taster drücken').waitFor()
  expect(there.gateway.asked).toContain('POST /api/devices/rathaus-1/buttons/kasse/test')
  const lastPressAt = there.gateway.now()
  const [first] = there.gateway.devices
  if (first === undefined) throw new Error('the sample has no device')
  const buttons = first.buttons.map(button => (button.id === 'kasse' ? { ...button, lastPressAt } : button))
  there.gateway.send('device', { ...first, buttons })
  await guard.page.getByText('Der Taster funktioniert.').waitFor()
})

inBrowser('a test that its device has forgotten is over on the page as well', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.open('devices')
  await guard.page.getByRole('button', { name: /^Probe: .*Kassenschalter/ }).click()
  await guard.page.getByRole('button', { name: 'Probe starten' }).click()
  await guard.page.getByText('Bitte jetzt den Taster drücken').waitFor()
  const [first] = there.gateway.devices
  if (first === undefined) throw new Error('the sample has no device')
  there.gateway.send('device', { ...first, boot: 'fedcba9876543210' as BootId })
  await guard.page.getByText('Wird jetzt gedrückt, gilt das als echter Alarm.').waitFor()
  expect(await guard.page.getByText('Bitte jetzt den Taster drücken').count()).toBe(0)
  await guard.page.getByRole('button', { name: 'Fertig' }).click()
  await guard.page.locator('.button-test').waitFor({ state: 'detached' })
})

inBrowser('a wrong password is answered in words, and nothing else happens', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.page.getByRole('button', { name: 'Abmelden' }).click()
  await guard.page.locator('#name').fill('wache')
  await guard.page.locator('#password').fill('geraten')
  await guard.page.getByRole('button', { name: 'Anmelden' }).click()
  await guard.page.getByText('Name oder Passwort ist falsch.').waitFor()
})

inBrowser('on a phone the button can be reached without scrolling, and no page is wider than the screen', async () => {
  await using there = await world()
  const guard = await there.arrives('wache', { phone: true })
  for (const place of ['alarms', 'devices', 'faults'] as const) {
    await guard.open(place)
    const surplus = await guard.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(surplus).toBeLessThanOrEqual(0)
  }
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  const box = await guard.screen.locator('.take.large button').boundingBox()
  expect((box?.y ?? 1e9) + (box?.height ?? 0)).toBeLessThanOrEqual(844)
})
