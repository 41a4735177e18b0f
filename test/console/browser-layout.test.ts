// What stands where in a real browser: nothing that matters is covered, cut off or pushed away.
import { expect, vi } from 'vitest'
import type { Person } from './flow.ts'
import { faultNotification, sessionOf } from './samples.ts'
import { inBrowser, pictures, press, world } from './world.ts'

/** Whether the middle of the element lies in the window with nothing in front of it. */
const isUncovered = ({ page }: Person, selector: string): Promise<boolean> =>
  page
    .locator(selector)
    .first()
    .evaluate(element => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return element.contains(document.elementFromPoint(x + width / 2, y + height / 2))
    })

inBrowser(
  'who looks behind an alarm and scrolls still reads that the gateway is lost, and that the alarm waits',
  async () => {
    await using there = await world()
    const guard = await there.arrives('wache', { height: 300 })
    await guard.open('devices')
    await guard.page.getByText('Zuletzt gedrückt').first().waitFor()
    press(there.gateway, 1, ['wache'])
    await guard.seeAlarm('Bürgerbüro, Raum 012')
    await there.gateway.close()
    await guard.seeLoss()
    await guard.page.keyboard.press('Escape')
    await guard.seeNoAlarmScreen()
    expect(await guard.page.evaluate(() => scrollY)).toBe(0)
    await guard.page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    expect(await guard.page.evaluate(() => scrollY)).toBeGreaterThan(0)
    for (const bar of ['.loss-banner strong', '.call-bar strong']) expect(await isUncovered(guard, bar), bar).toBe(true)
  },
)

inBrowser('faults told during an alarm do not move its button', async () => {
  await using there = await world()
  for (const look of [{ phone: false }, { phone: true }]) {
    const guard = await there.arrives('wache', look)
    press(there.gateway, 1, ['wache'])
    await guard.seeAlarm('Bürgerbüro, Raum 012')
    const place = await guard.screen.locator('.take.large').boundingBox()
    there.gateway.send('notification', faultNotification('wache', 'gateway/responderUnreachable/wachdienst'))
    await guard.screen
      .getByText('Von denen, die bei einem Alarm gerufen werden, ist zurzeit niemand erreichbar. (wachdienst)')
      .waitFor()
    expect(await guard.screen.locator('.take.large').boundingBox()).toEqual(place)
    expect(await isUncovered(guard, '.take.large button')).toBe(true)
    await guard.picture(pictures, `alarm-with-fault-de-${look.phone ? 'phone' : 'light'}`)
  }
})

inBrowser('in a low window, as at 200 %, nothing covers the button that takes the alarm', async () => {
  await using there = await world()
  const guard = await there.arrives('wache', { width: 640, height: 400 })
  for (const sequence of [1, 2]) press(there.gateway, sequence, ['wache'], { presses: 2 })
  await guard.seeAlarm('Bürgerbüro, Raum 012')
  const take = guard.screen.locator('.take.large button')
  await take.scrollIntoViewIfNeeded()
  const isWhole = await take.evaluate(element => {
    const { x, width, top, bottom } = element.getBoundingClientRect()
    const isFree = (y: number) => element.contains(document.elementFromPoint(x + width / 2, y))
    return bottom <= innerHeight && [top + 4, (top + bottom) / 2, bottom - 4].every(isFree)
  })
  expect(isWhole).toBe(true)
})

/** Words and buttons that reach over an edge of the window, or of a box that cuts them off. */
const cutOff = ({ page }: Person): Promise<readonly string[]> =>
  page.evaluate(() => {
    const boxOf = (node: Node): DOMRect => {
      const range = document.createRange()
      range.selectNode(node)
      return range.getBoundingClientRect()
    }
    const isCut = (node: Node): boolean => {
      const { left, right, width } = boxOf(node)
      for (let box = node.parentElement; box !== null && width > 0; box = box.parentElement) {
        if (box.matches('.unseen')) return false // for screen readers alone
        const edges = box.getBoundingClientRect()
        if (getComputedStyle(box).overflowX !== 'visible' && (left < edges.left || right > edges.right + 1)) return true
      }
      return left < 0 || right > innerWidth
    }
    const nodes: Node[] = [...document.querySelectorAll('button')]
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (words.nextNode()) nodes.push(words.currentNode)
    return nodes.filter(isCut).map(node => node.textContent ?? '')
  })

async function expectNothingCutOff(guard: Person, what: string): Promise<void> {
  for (const width of [320, 390, 700, 1024, 1217, 1280, 1600]) {
    await guard.page.setViewportSize({ width, height: 800 })
    // The page may be changing still: what stays is what counts.
    await vi.waitFor(async () => expect(await cutOff(guard), `${what} at ${width}`).toEqual([]), { timeout: 10_000 })
    const surplus = await guard.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(surplus, `${what} at ${width}`).toBeLessThanOrEqual(0)
  }
}

inBrowser('long names push nothing out of the window, however wide it is', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const session = {
    ...sessionOf('wache'),
    name: 'Kollegium Altes Rathaus und Anbau',
    gateway: 'Gemeinde Oberes Lindental',
    endsAt: there.gateway.now(), // and the page says that the login ends
  }
  await guard.page.route('**/api/session', route => route.fulfill({ json: session }))
  press(there.gateway, 1, [])
  await guard.page.reload()
  for (const language of ['de', 'en'] as const) {
    await guard.speak(language)
    await expectNothingCutOff(guard, language)
  }
})

inBrowser('however long a word of its place is, an alarm shows all of it, and its button', async () => {
  await using there = await world()
  const guard = await there.arrives('wache')
  const rooms = ['Einwohnermeldeamt, Raum 3', 'Straßenverkehrsamt', 'Unterhaltsvorschusskasse', 'W'.repeat(64)]
  const places = rooms.map(room => ({ site: room, zone: room, room, button: room }))
  for (const [index, place] of places.entries()) {
    press(there.gateway, index + 1, ['wache'], { place, stepName: place.room })
    await guard.seeAlarm(place.room)
    await expectNothingCutOff(guard, place.room)
    await guard.take()
    await expectNothingCutOff(guard, `${place.room}, taken`)
  }
  for (const [index, place] of places.entries()) press(there.gateway, 10 + index, ['wache'], { place })
  await guard.screen.getByText('4 Alarme warten').waitFor()
  await expectNothingCutOff(guard, 'all')
})
