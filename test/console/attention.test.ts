// How the console reaches a person who looks at something else: sound, and the browser's notifications.
import { expect, vi } from 'vitest'
import { patienceMs } from './flow.ts'
import { alarmId, places } from './samples.ts'
import { inBrowser, press, world } from './world.ts'

const soon = { timeout: 3 * patienceMs }
const soundSettles = { timeout: 5000 }

inBrowser('the signal sounds until the alarm is taken, and not at all for a test', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.page.addInitScript(() => {
    const { start, stop } = AudioBufferSourceNode.prototype
    const note = (what: string) => document.documentElement.setAttribute('data-signal', what)
    AudioBufferSourceNode.prototype.start = function (...times) {
      if (this.loop) note('sounds')
      start.apply(this, times)
    }
    AudioBufferSourceNode.prototype.stop = function (...times) {
      note('stopped')
      stop.apply(this, times)
    }
  })
  await vi.waitFor(async () => {
    await guard.page.reload() // seldom this browser holds nothing back, and then the page rightly says so: once more
    await guard.seeConnection()
    const readiness = () => guard.page.locator('.readiness').innerText()
    await expect.poll(readiness, soundSettles).toContain('Der Browser hält den Ton noch zurück.')
  }, soon)
  await guard.page.locator('.readiness').getByRole('button', { name: 'Ton einschalten' }).click()
  await guard.page.getByText('Bei einem Alarm ertönt ein Signal.').waitFor()
  press(there.gateway, 1, ['wache'], { kind: 'test' })
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  expect(await guard.page.locator('html').getAttribute('data-signal')).toBeNull()
  press(there.gateway, 2, ['wache'], { place: places.kasse })
  await guard.page.locator('html[data-signal=sounds]').waitFor()
  await guard.take()
  await guard.page.locator('html[data-signal=stopped]').waitFor()
  expect(there.gateway.alarms.get(alarmId(1))?.acknowledgedBy).toBeNull()
})

inBrowser('who is in no alarm plan is told so, and hears of it once that has changed', async () => {
  await using there = await world()
  there.gateway.inPolicy = false
  const guard = await there.arrives('wache')
  const point = guard.page.locator('.readiness li').filter({ hasText: 'Alarmplan' })
  await point.getByText('Sie stehen in keinem Alarmplan.').waitFor()
  expect(await point.getAttribute('class')).toBe('not-ready')
  there.gateway.inPolicy = true
  there.gateway.send('heartbeat', { now: there.gateway.now() })
  await point.getByText('Sie stehen in einem Alarmplan.').waitFor()
  expect(await point.getAttribute('class')).toBe('ready')
})

inBrowser('the browser is asked for notifications only by a button, and then tells of an alarm too', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  await guard.page.addInitScript(() => {
    const noted: string[] = []
    class Told extends EventTarget {
      static permission = 'default'
      static async requestPermission(): Promise<string> {
        noted.push('asked')
        Told.permission = 'granted'
        return 'granted'
      }
      constructor(title: string, options?: { readonly body: string }) {
        super()
        if (Told.permission === 'granted') noted.push(`${title} | ${options?.body}`)
      }
      close(): void {
        if (Told.permission === 'granted') noted.push('closed')
      }
    }
    Object.assign(window, { Notification: Told, noted })
  })
  const noted = () => guard.page.evaluate(() => (window as unknown as { noted: string[] }).noted)
  await guard.page.reload()
  await guard.seeConnection()
  expect(await noted()).toEqual([])
  await guard.page.getByRole('button', { name: 'Erlauben' }).hover()
  await guard.page.mouse.down()
  await guard.page.evaluate(() => new AudioContext().resume()) // a click takes a while: sound may be allowed meanwhile, nothing moves
  await guard.page.mouse.up()
  await guard.page.getByText('Der Browser meldet sich auch im Hintergrund.').waitFor()
  press(there.gateway, 1, ['wache'])
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  expect((await noted())[1]).toContain('ALARM: Bürgerbüro, Raum 012 | Altes Rathaus')
  await guard.take()
  await vi.waitFor(async () => expect((await noted()).at(-1)).toBe('closed'), soon)
})

inBrowser('a browser that lets no page notify is not said to, whatever a person has allowed', async () => {
  await using there = await world()
  for (const allowed of ['default', 'granted']) {
    const guard = await there.arrives('wache', { phone: true })
    await guard.page.addInitScript(permission => {
      class Refused {
        static readonly permission = permission
        constructor() {
          throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.')
        }
      }
      Object.assign(window, { Notification: Refused })
    }, allowed)
    await guard.page.reload()
    await guard.seeConnection()
    press(there.gateway, allowed === 'default' ? 1 : 2, ['wache'])
    await guard.seeAlarm('Bürgerbüro, Raum 012')
    await guard.page.keyboard.press('Escape')
    await guard.page.getByText('Dieser Browser bietet hier keine an.').waitFor()
    expect(await guard.page.getByRole('button', { name: 'Erlauben' }).count()).toBe(0)
    expect(guard.complaints).toEqual([])
  }
})
