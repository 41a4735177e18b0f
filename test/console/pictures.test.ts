// Every view as a picture, in both languages, light and dark: people judge by these what no test can.
import { test } from 'vitest'
import type { FaultCode } from '../../protocol/faults.ts'
import { faults } from '../../protocol/faults.ts'
import { same } from '../../protocol/text.ts'
import type { FakeGateway } from './fake-gateway.ts'
import { browserNote, chromiumMissing, type Language, type Look, type Person, person } from './flow.ts'
import { later, people, places } from './samples.ts'
import { minutesBefore, pictures, press, pressAgain, theBuilt, world } from './world.ts'

const looks = [
  ['light', { colours: 'light' }, ['de', 'en']],
  ['dark', { colours: 'dark' }, ['de']],
  ['phone', { phone: true }, ['de']],
] as const
type Shown = { readonly look: Look; readonly suffix: string; readonly languages: readonly Language[] }

const pictured = (name: string, body: (shown: Shown) => Promise<void>): void => {
  for (const [suffix, look, languages] of looks)
    test.skipIf(chromiumMissing)(
      `${name} (${suffix}) can be looked at${browserNote}`,
      () => body({ look, suffix, languages }),
      120_000,
    )
}

/** The same view in each language, once everything on it has been loaded. */
async function take(who: Person, name: string, { suffix, languages }: Shown): Promise<void> {
  for (const language of languages) {
    if (who.language !== language) await change(who, language)
    await who.page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    await who.picture(pictures, `${name}-${language}-${suffix}`)
  }
  if (who.language !== 'de') await change(who, 'de')
}

/** An alarm covers the switch: then the language is changed as if it had been chosen before. */
async function change(who: Person, language: Language): Promise<void> {
  if ((await who.screen.count()) === 0) return who.speak(language)
  await who.page.evaluate(wanted => localStorage.setItem('stillruf.language', wanted), language)
  await who.page.reload()
  await who.page.locator(`html[lang=${language}]`).waitFor()
  await who.screen.waitFor()
  who.language = language
}

const fault = (gateway: FakeGateway, code: FaultCode, source: string, subject: string, minutes: number) => ({
  code,
  severity: faults[code].severity,
  source,
  subject,
  detail: same(''),
  since: minutesBefore(gateway, minutes),
})

function pastAlarms(gateway: FakeGateway): void {
  const outcomes = ['incident', 'falseAlarm', 'noIncident', 'test'] as const
  outcomes.forEach((outcome, index) => {
    const pressedAt = minutesBefore(gateway, 600 * (index + 1))
    press(gateway, outcomes.length - index, [], {
      state: 'closed',
      kind: outcome === 'test' ? 'test' : 'alarm',
      outcome,
      place: index % 2 === 0 ? places.tresen : places.sozialamt,
      pressedAt,
      receivedAt: pressedAt,
      acknowledgedBy: people.wache,
      acknowledgedAt: later(pressedAt, 21_000),
      closedBy: people.wache,
      closedAt: later(pressedAt, 600_000),
      told: [people.empfang, people.wache],
      incident: false,
    })
  })
}

pictured('logging in', async shown => {
  await using there = await world()
  const guest = await person(theBuilt().browser, shown.look)
  await guest.page.goto(there.base)
  await guest.page.locator('#name').waitFor()
  await take(guest, 'login', shown)
  await guest.page.context().close()
})

pictured('the quiet page', async shown => {
  await using there = await world()
  pastAlarms(there.gateway)
  const guard = await there.arrives('wache', shown.look)
  await take(guard, 'quiet', shown)
})

pictured('one alarm', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', shown.look)
  press(there.gateway, 1, ['wache'], { pressedAt: later(there.gateway.now(), -42_000) })
  await take(guard, 'alarm', shown)
})

pictured('an urgent late alarm, a further one and a test', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', shown.look)
  const late = press(there.gateway, 1, ['wache'], {
    place: places.sozialamt,
    pressedAt: minutesBefore(there.gateway, 47),
    late: true,
    step: 2,
    stepName: 'Sicherheitsdienst',
  })
  press(there.gateway, 2, ['wache'], { place: places.kasse })
  press(there.gateway, 3, ['wache'], { kind: 'test' })
  pressAgain(there.gateway, pressAgain(there.gateway, late, ['wache']), ['wache'])
  await take(guard, 'alarms', shown)
  await guard.page.keyboard.press('Escape')
  await guard.page.locator('.call-bar').waitFor()
  await take(guard, 'alarms-behind', shown)
})

pictured('a test alarm', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', shown.look)
  press(there.gateway, 1, ['wache'], { kind: 'test' })
  await take(guard, 'test-alarm', shown)
})

pictured('open alarms and who took one', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', shown.look)
  const reception = await there.arrives('empfang')
  press(there.gateway, 1, ['wache', 'empfang'])
  await reception.seeAlarm('Bürgerbüro, Raum 012')
  await reception.take()
  await guard.seeTakenBy('Empfang')
  press(there.gateway, 2, [], { place: places.kasse, presses: 3 })
  press(there.gateway, 3, [], { place: places.sozialamt, kind: 'test' })
  await guard.page.locator('.open-alarm').nth(2).waitFor()
  await take(guard, 'taken', shown)
})

pictured('a taken alarm, its closing, its draft and its timeline', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', { ...shown.look, height: 1500 })
  const alarm = press(there.gateway, 1, ['wache', 'empfang'], { presses: 2 })
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await guard.take()
  await guard.page.locator('form').waitFor()
  await take(guard, 'detail', shown)
  there.gateway.put(
    { ...there.gateway.alarms.get(alarm.id), ...alarm, state: 'closed', outcome: 'incident', closedBy: people.wache },
    'Abgeschlossen als Vorfall.',
    'Closed as an incident.',
  )
  await take(guard, 'closed', shown)
  await guard.page.goto(`${there.base}/#/alarms/${alarm.id}/incident`)
  await guard.page.locator('#level-0').waitFor()
  await take(guard, 'incident', shown)
  await guard.page.locator('form button[type=submit]').click()
  await guard.page.locator('#level-2').check()
  await guard.page.locator('#ground-0').check()
  await take(guard, 'incident-complaints', shown)
})

pictured('devices and faults', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', { ...shown.look, height: 1100 })
  there.gateway.faults = [
    fault(there.gateway, 'deviceSilent', 'buergerhaus-1', 'device', 25),
    fault(there.gateway, 'responderUnreachable', 'gateway', 'buergerhaus', 4),
    fault(there.gateway, 'contactChatter', 'rathaus-1', 'kasse', 60 * 30),
  ]
  there.gateway.send('faults', there.gateway.faults)
  await guard.page.goto(`${there.base}/#/devices`)
  await take(guard, 'devices', shown)
  await guard.page.locator('.device-button button').nth(3).click()
  await take(guard, 'test-offer', shown)
  await guard.page.locator('.button-test .primary').click()
  await guard.page.locator('.confirmation').waitFor()
  await take(guard, 'test-running', shown)
  await guard.open('faults')
  await guard.page.locator('.fault').first().waitFor()
  await take(guard, 'faults', shown)
  there.gateway.send('faults', [])
  await guard.page.locator('.none-open').waitFor()
  await take(guard, 'no-faults', shown)
})

pictured('the lost gateway', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', shown.look)
  press(there.gateway, 1, [], { place: places.kasse })
  await guard.page.locator('.open-alarm').waitFor()
  await there.gateway.close()
  await guard.seeLoss()
  await take(guard, 'lost', shown)
})

pictured('the lost gateway during an alarm', async shown => {
  await using there = await world()
  const guard = await there.arrives('wache', shown.look)
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  await there.gateway.close()
  await guard.seeLoss()
  await guard.take()
  await take(guard, 'lost-alarm', { ...shown, languages: ['de'] })
})
