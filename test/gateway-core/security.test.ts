// What is set aside: it raises nothing, is on record, is answered, and can fill no disk [S8].
import { expect, test } from 'vitest'
import { textOf } from '../../gateway/core/kept-text.ts'
import { pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { same, text } from '../../protocol/text.ts'
import type { PressOptions } from './device-messages.ts'
import { restarted, startWorld, type World } from './harness.ts'
import { anna, boot, device, guard, laterBoot, otherDevice, townhall } from './townhall.ts'

const manySources = text('weitere Quellen', 'further sources')

const cases: readonly (readonly [string, PressOptions, string])[] = [
  ['with a bad signature', { authentic: false }, 'badSignature'],
  ['in the name of another device', { device: otherDevice, sender: device }, 'foreignTopic'],
  [
    'in the name of another device and badly signed',
    { device: otherDevice, sender: device, authentic: false },
    'badSignature',
  ],
  ['with the id of another device', { id: pressId(otherDevice, boot, 7) }, 'foreignAlarm'],
  ['with a used number', { n: 1 }, 'replay'],
]

test.each(cases)('a press %s raises nothing and is a security event', (_, how, kind) => {
  const world = startWorld()
  world.everybodyPresent()
  world.heartbeat()
  world.forget()
  world.press(how)
  expect(world.alarms()).toEqual([])
  world.expectNobodyNotified()
  expect(world.receipts()).toEqual([])
  expect(world.pubacks()).toHaveLength(1)
  expect(world.recordsOf('securityEvent')).toMatchObject([{ event: kind, source: device, count: 1 }])
  expect(world.monitored()).toMatchObject([{ kind: 'securityEvent', event: kind, retain: false }])
})

test('a press behind a rejected one is not delayed', () => {
  const world = startWorld()
  world.press({ authentic: false })
  const genuine = world.press()
  expect(world.onlyAlarm().id).toBe(genuine)
})

test('a message that was accepted before the gateway restarted is a replay after it', () => {
  const before = startWorld()
  const message = before.pressMessage()
  before.send(message)
  before.close(anna, message.id)
  const after = restarted(before)
  after.send(message)
  expect(after.alarms()).toEqual([])
  expect(after.recordsOf('securityEvent')).toMatchObject([{ event: 'replay' }])
})

test('numbers begin anew with each boot of the device', () => {
  const world = startWorld()
  const first = world.press()
  world.close(anna, first)
  world.press({ boot: laterBoot })
  expect(world.alarms()).toHaveLength(1)
  expect(world.recordsOf('securityEvent')).toEqual([])
})

test('a message of an earlier boot that is older than the last one heard of that boot is a replay', () => {
  const world = startWorld()
  world.heartbeat()
  world.heartbeat()
  world.heartbeat({ boot: laterBoot })
  world.press({ boot, n: 2 })
  expect(world.alarms()).toEqual([])
  expect(world.recordsOf('securityEvent')).toMatchObject([{ event: 'replay' }])
})

test('a genuine press of an earlier boot that was still on its way is raised', () => {
  const world = startWorld()
  world.heartbeat()
  world.heartbeat({ boot: laterBoot })
  const late = world.press({ boot })
  expect(world.onlyAlarm().id).toBe(late)
  expect(world.state().live.devices.get(device)?.boot).toBe(laterBoot)
})

test('a flood is recorded a few times a minute; the rest is counted and told, even if nothing follows', () => {
  const world = startWorld()
  for (let index = 0; index < 100; index++) world.press({ authentic: false })
  expect(world.recordsOf('securityEvent')).toHaveLength(limits.securityEventsPerMinute)
  world.fastForward(80_000)
  const counts = world.recordsOf('securityEvent').map(({ count }) => count)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100)
  expect(counts).toHaveLength(limits.securityEventsPerMinute + 1)
  expect(world.state().live.securityEvents).toBe(100)
  expect(world.state().live.securityCounts.size).toBe(0)
})

test('what was only counted is told with the next one that is recorded', () => {
  const world = startWorld()
  world.fastForward(3_000)
  for (let index = 0; index < 12; index++) world.press({ authentic: false })
  world.fastForward(61_000)
  world.press({ authentic: false })
  expect(world.recordsOf('securityEvent').at(-1)?.count).toBe(3)
})

/** Strangers that send this often, each under a name of its own. */
function strangers(world: World, count: number, everyMs = 0): void {
  for (let index = 0; index < count; index++) {
    world.happen({
      kind: 'securityObserved',
      event: 'wrongCertificate',
      source: `stranger-${index}`,
      account: null,
      detail: same('CA'),
    })
    world.fastForward(everyMs)
  }
}
const sum = (counts: readonly { readonly count: number }[]) => counts.reduce((total, { count }) => total + count, 0)

test('whoever comes under names without number fills no disk: the rest is counted together and told once', () => {
  const world = startWorld()
  const most = limits.securityEventsPerMinuteOfAll
  strangers(world, 5000)
  expect(world.recordsOf('securityEvent')).toHaveLength(most)
  expect(world.state().live.securityCounts.size).toBe(most + 1)
  world.fastForward(80_000)
  const recorded = world.recordsOf('securityEvent')
  expect(recorded).toHaveLength(most + 1)
  expect(recorded.at(-1)).toMatchObject({ source: manySources, count: 5000 - most })
  expect(world.state().live.securityCounts.size).toBe(0)
})

test('a flood that does not end is told every minute, and its records stay few', () => {
  const world = startWorld()
  const minutes = 5
  strangers(world, minutes * 600, 100)
  const recorded = world.recordsOf('securityEvent')
  expect(recorded.length).toBeLessThanOrEqual(minutes * (limits.securityEventsPerMinuteOfAll + 1))
  expect(recorded.filter(({ source }) => textOf(source).en === manySources.en).length).toBeGreaterThanOrEqual(
    minutes - 1,
  )
  world.fastForward(80_000)
  expect(sum(world.recordsOf('securityEvent'))).toBe(minutes * 600)
})

test('what the shell set aside is recorded and told with texts of bounded length', () => {
  const world = startWorld()
  world.happen({
    kind: 'securityObserved',
    event: 'malformedMessage',
    source: 's'.repeat(500),
    account: null,
    detail: text('d'.repeat(500), 'e'.repeat(500)),
  })
  expect(world.recordsOf('securityEvent')[0]?.source).toHaveLength(128)
  expect(world.recordsOf('securityEvent')[0]?.detail).toEqual(text('d'.repeat(300), 'e'.repeat(300)))
})

const subscribed = (topic: string) => text(`Abonnement von ${topic}`, `subscribe to ${topic}`)

test.each(['de', 'en'] as const)(
  'a detail is on record in both languages, and monitors are told it in that of the site: %s',
  language => {
    const world = startWorld({ configuration: { ...townhall, language } })
    const detail = subscribed('stillruf/v1/device/rathaus-2/receipt')
    world.forget()
    world.happen({ kind: 'securityObserved', event: 'foreignTopic', source: device, account: null, detail })
    expect(world.recordsOf('securityEvent')).toMatchObject([{ source: device, detail }])
    expect(world.monitored()).toMatchObject([{ source: device, detail: detail[language] }])
  },
)

test('what the gateway itself sets aside has its detail in both languages', () => {
  const world = startWorld()
  world.heartbeat()
  for (const [, how] of cases) world.press(how)
  world.acknowledge(anna, pressId(device, boot, 77))
  const details = world.recordsOf('securityEvent').map(({ detail }) => textOf(detail))
  expect(details).toHaveLength(cases.length + 1)
  for (const { de, en } of details) expect(de).not.toBe(en)
})

test('that many sources were counted together is told in the language of the site', () => {
  const world = startWorld({ configuration: { ...townhall, language: 'en' } })
  strangers(world, 5000)
  world.fastForward(80_000)
  expect(world.monitored().findLast(({ kind }) => kind === 'securityEvent')).toMatchObject({
    source: 'further sources',
    detail: 'further ones of the same kind',
  })
})

test('the record keeps which account it was; monitors are told that it was one, and where', () => {
  const world = startWorld()
  const observed = { kind: 'securityObserved', event: 'foreignTopic', source: '10.0.0.7', account: anna } as const
  world.forget()
  const topic = `stillruf/v1/responder/${guard}/notification`
  world.happen({ ...observed, detail: subscribed(topic) })
  world.happen({ ...observed, detail: subscribed('stillruf/v1/responder/+/notification') })
  world.acknowledge(anna, pressId(device, boot, 77))
  for (let index = 0; index < 20; index++) world.happen({ ...observed, detail: subscribed('#') })
  world.fastForward(80_000)
  expect(world.recordsOf('securityEvent').slice(0, 3)).toMatchObject([
    { source: '10.0.0.7', account: anna, detail: subscribed(topic) },
    { source: '10.0.0.7', account: anna },
    { event: 'foreignAlarm', source: '10.0.0.7', account: anna },
  ])
  expect(world.recordsOf('securityEvent').at(-1)).toMatchObject({ account: anna, count: 12 })
  const told = world.monitored().filter(message => message.kind === 'securityEvent')
  expect(told.slice(0, 3)).toMatchObject([
    { source: '10.0.0.7', detail: 'ein Konto, Abonnement von stillruf/v1/responder/…/notification' },
    { source: '10.0.0.7', detail: 'ein Konto, Abonnement von stillruf/v1/responder/+/notification' },
    { source: '10.0.0.7', detail: 'ein Konto, acknowledgement eines Alarms, der nicht im Protokoll steht' },
  ])
  expect(told.at(-1)).toMatchObject({ source: '10.0.0.7', detail: 'ein Konto, weitere derselben Art', count: 12 })
  expect(JSON.stringify(told)).not.toMatch(new RegExp(`${anna}|${guard}`))
})

test('two accounts at one address are counted apart', () => {
  const world = startWorld()
  const wrong = { kind: 'securityObserved', event: 'wrongPassword', source: '10.0.0.7', detail: same('x') } as const
  for (let index = 0; index < 15; index++) world.happen({ ...wrong, account: anna })
  world.happen({ ...wrong, account: guard })
  world.fastForward(80_000)
  const counts = world.recordsOf('securityEvent').map(({ account, count }) => [account, count])
  expect(counts.slice(limits.securityEventsPerMinute)).toEqual([
    [guard, 1],
    [anna, 5],
  ])
})
