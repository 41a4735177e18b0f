import { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { limits } from '../../protocol/limits.ts'
import { instant, wallTime } from '../../protocol/time.ts'
import { acknowledged, alarmId, closed, configuration, device, notification, raised } from './samples.ts'
import { type Browser, openPage, type Page, startWorld, type World } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })
const patience = { timeout: 20_000 }
const names = (page: Page) => page.events.map(({ name }) => name)
const presence = (world: World) => world.emitted.filter(event => event.kind === 'responderPresent')
const endings = (world: World) => world.emitted.filter(event => event.kind === 'notificationEnded')
const present = (account: string, isPresent: boolean) => ({
  kind: 'responderPresent',
  responder: account,
  channel: 'console',
  present: isPresent,
})
const ended = (number: number, outcome: string) => ({
  kind: 'notificationEnded',
  notification: notification('anna', number).id,
  responder: 'anna',
  channel: 'console',
  outcome,
})

test('a page is given the overview first and then every change', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarmId(1)))
  const page = await (await world.logIn('anna')).openPage()
  expect(page.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  expect(page.headers['content-encoding']).toBeUndefined()
  expect(page.events[0]).toMatchObject({ name: 'overview', data: { alarms: [{ id: alarmId(1), state: 'raised' }] } })
  world.http.show({ kind: 'show', what: 'faults' })
  world.http.show({ kind: 'show', what: 'device', device })
  world.records.push(acknowledged(2, alarmId(1), 'anna'))
  world.http.show({ kind: 'show', what: 'alarm', alarm: alarmId(1) })
  await vi.waitFor(() => expect(page.events).toHaveLength(4), patience)
  expect(names(page)).toEqual(['overview', 'alarm', 'faults', 'device'])
  expect(page.events[1]).toMatchObject({ data: { state: 'acknowledged', acknowledgedBy: { name: 'Anna Beispiel' } } })
  expect(page.events[3]).toMatchObject({ data: { id: device, site: 'Rathaus', state: 'unknown' } })
})

test('a page is given the whole overview again when everything may be another', async () => {
  await using world = await startWorld()
  const page = await (await world.logIn('monitor')).openPage()
  world.records.push(raised(1, alarmId(1)))
  world.http.show({ kind: 'show', what: 'everything' })
  await vi.waitFor(() => expect(names(page)).toEqual(['overview', 'overview']), patience)
  expect(page.events[1]).toMatchObject({
    data: { alarms: [{ id: alarmId(1) }], devices: [{ id: device }], incidentLevels: configuration.incidentLevels },
  })
})

test('a closed alarm is shown as its records say, even those handed over later in the same turn', async () => {
  await using world = await startWorld()
  const page = await (await world.logIn('responder')).openPage()
  world.http.show({ kind: 'show', what: 'alarm', alarm: alarmId(1) })
  world.records.push(raised(1, alarmId(1)), closed(2, alarmId(1), 'anna', 'falseAlarm'))
  await vi.waitFor(() => expect(names(page)).toEqual(['overview', 'alarm']), patience)
  expect(page.events[1]).toMatchObject({ data: { state: 'closed', outcome: 'falseAlarm', closedBy: { id: 'anna' } } })
})

test('a change of something that is not configured, and a store that fails, disturb no page', async () => {
  let broken = false
  function read<Value>(value: Value): Value {
    if (broken) throw new Error('disk I/O error')
    return value
  }
  await using world = await startWorld()
  await using other = await startWorld({
    store: {
      append: () => undefined,
      prepare: () => undefined,
      collect: () => undefined,
      records: () => [],
      recordsOfAlarm: () => read([]),
      closedAlarms: () => [],
      latestAlarms: () => [],
      lastPressAt: () => read(null),
      [Symbol.asyncDispose]: async () => undefined,
    },
  })
  const page = await (await world.logIn('anna')).openPage()
  world.http.show({ kind: 'show', what: 'device', device: 'fremd-1' as typeof device })
  world.http.show({ kind: 'show', what: 'faults' })
  await vi.waitFor(() => expect(names(page)).toEqual(['overview', 'faults']), patience)
  const otherPage = await (await other.logIn('anna')).openPage()
  broken = true
  other.http.show({ kind: 'show', what: 'alarm', alarm: alarmId(1) })
  other.http.show({ kind: 'show', what: 'device', device })
  await new Promise<void>(resolve => queueMicrotask(resolve))
  other.http.show({ kind: 'show', what: 'faults' })
  await vi.waitFor(() => expect(names(otherPage)).toEqual(['overview', 'device', 'faults']), patience)
})

test('the bytes of an alarm and of a notification leave before the turn ends, not after the commit that follows', async () => {
  await using world = await startWorld()
  const shared = new Int32Array(new SharedArrayBuffer(4))
  const { cookie } = await world.logIn('anna')
  const worker = new Worker(new URL('./stream-reader.ts', import.meta.url), {
    workerData: { base: world.base, cookie, shared },
  })
  try {
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    world.records.push(raised(1, alarmId(1)))
    world.http.channel.notify(notification('anna', 1))
    world.http.show({ kind: 'show', what: 'alarm', alarm: alarmId(1) })
    expect(Atomics.wait(shared, 0, 0, 20_000)).not.toBe('timed-out') // this thread stands still, as in a commit
  } finally {
    await worker.terminate()
  }
})

test('only the pages of the responder are notified, all of them, and never a monitor', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const pages = [await anna.openPage(), await anna.openPage()]
  const others = [await (await world.logIn('responder')).openPage(), await (await world.logIn('monitor')).openPage()]
  world.http.channel.notify(notification('anna', 1))
  world.http.show({ kind: 'show', what: 'faults' })
  await vi.waitFor(() => {
    for (const page of pages) expect(names(page)).toEqual(['overview', 'notification', 'faults'])
    for (const page of others) expect(names(page)).toEqual(['overview', 'faults'])
  }, patience)
  expect(pages[0]?.events[1]?.data).toEqual(notification('anna', 1))
  world.http.channel.notify(notification('monitor', 2))
  expect(endings(world)).toEqual([{ ...ended(2, 'connectionLost'), responder: 'monitor' }])
})

test('a responder is present from the first page to the last, each of which is told, and a monitor never', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const first = await anna.openPage()
  await (await world.logIn('monitor')).openPage()
  const second = await anna.openPage()
  expect(presence(world)).toEqual([present('anna', true), present('anna', true)])
  first.leave()
  await vi.waitFor(async () => expect((await anna.get('/api/session')).status).toBe(200), patience)
  second.leave()
  await vi.waitFor(() => expect(presence(world).slice(2)).toEqual([present('anna', false)]), patience)
  await anna.openPage()
  expect(presence(world).at(-1)).toEqual(present('anna', true))
})

test('what a responder is told on arriving comes behind the overview', async () => {
  await using world = await startWorld()
  world.onEvent = event => {
    if (event.kind === 'responderPresent' && event.present) world.http.channel.notify(notification('anna', 1))
  }
  const page = await (await world.logIn('anna')).openPage()
  await vi.waitFor(() => expect(names(page)).toEqual(['overview', 'notification']), patience)
})

test('a notification is delivered when a page of its responder has shown it, once', async () => {
  await using world = await startWorld()
  const [anna, wache] = [await world.logIn('anna'), await world.logIn('responder')]
  const page = await anna.openPage()
  await wache.openPage()
  world.http.channel.notify(notification('anna', 1))
  const seen = { notification: notification('anna', 1).id }
  expect((await wache.post('/api/notifications/seen', seen)).status).toBe(204)
  expect(endings(world)).toEqual([])
  expect((await anna.post('/api/notifications/seen', seen)).status).toBe(204)
  expect((await anna.post('/api/notifications/seen', seen)).status).toBe(204)
  page.leave()
  await vi.waitFor(() => expect(presence(world)).toContainEqual(present('anna', false)), patience)
  expect(endings(world)).toEqual([ended(1, 'delivered')])
})

test('a notification is lost when the last of its pages closes before showing it, once, and before the absence is told', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const pages = [await anna.openPage(), await anna.openPage()]
  world.http.channel.notify(notification('anna', 1))
  await vi.waitFor(() => expect(names(pages[1] ?? (pages[0] as Page))).toContain('notification'), patience)
  for (const page of pages) page.leave()
  await vi.waitFor(() => expect(presence(world)).toContainEqual(present('anna', false)), patience)
  expect(world.emitted.slice(2)).toEqual([ended(1, 'connectionLost'), present('anna', false)])
  expect((await anna.post('/api/notifications/seen', { notification: notification('anna', 1).id })).status).toBe(204)
  expect(endings(world)).toHaveLength(1)
})

test('a page that does not read is ended at its bound, and nobody else waits for it', async () => {
  await using world = await startWorld()
  world.records.push(raised(1, alarmId(1)))
  const frozen = await (await world.logIn('anna')).openPage()
  const page = await (await world.logIn('responder')).openPage()
  world.http.channel.notify(notification('anna', 1))
  frozen.freeze()
  for (let shown = 1; endings(world).length === 0; shown += 1) {
    world.http.show({ kind: 'show', what: 'alarm', alarm: alarmId(1) })
    if (shown % 100 === 0) await new Promise(setImmediate) // the other page reads
    if (shown > 100_000) throw new Error('the frozen page was never ended')
  }
  expect(world.emitted.slice(2)).toEqual([ended(1, 'queueFull'), present('anna', false)])
  expect(page.isOpen()).toBe(true)
  world.http.show({ kind: 'show', what: 'faults' })
  await vi.waitFor(() => expect(names(page)).toContain('faults'), patience)
})

test('what waits to be seen has a bound: the oldest yields', async () => {
  await using world = await startWorld()
  await (await world.logIn('anna')).openPage()
  for (let told = 1; told <= limits.connectionQueueMax + 1; told += 1)
    world.http.channel.notify(notification('anna', told))
  expect(endings(world)).toEqual([ended(1, 'queueFull')])
})

test('every page hears the gateway’s heartbeat, and the page of a session that has ended is closed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  try {
    await using world = await startWorld()
    const page = await (await world.logIn('anna')).openPage()
    vi.advanceTimersByTime(limits.consoleHeartbeatMs)
    await vi.waitFor(() => expect(names(page)).toEqual(['overview', 'heartbeat']), patience)
    expect(page.events[1]).toMatchObject({ data: { now: expect.any(Number) } })
    vi.advanceTimersByTime(limits.sessionMs)
    await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
  } finally {
    vi.useRealTimers()
  }
})

test('a page that stops answering heartbeats is gone though its connection stands; one that never did is left alone', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  try {
    await using world = await startWorld()
    const [anna, wache] = [await world.logIn('anna'), await world.logIn('responder')]
    const [page, other] = [await anna.openPage(), await wache.openPage()]
    expect((await anna.post('/api/presence')).status).toBe(200)
    vi.advanceTimersByTime(2 * limits.consoleHeartbeatMs)
    expect((await anna.post('/api/presence')).status).toBe(200)
    world.http.channel.notify(notification('anna', 1))
    vi.advanceTimersByTime(2 * limits.consoleHeartbeatMs)
    expect(endings(world)).toEqual([])
    vi.advanceTimersByTime(limits.consoleHeartbeatMs)
    expect(endings(world)).toEqual([ended(1, 'connectionLost')])
    expect(presence(world)).toEqual([present('anna', true), present('responder', true), present('anna', false)])
    await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
    expect(other.isOpen()).toBe(true)
    const again = await anna.openPage()
    vi.advanceTimersByTime(limits.pageSilentMs * 2)
    await vi.waitFor(() => expect(names(again).filter(name => name === 'heartbeat')).toHaveLength(5), patience)
  } finally {
    vi.useRealTimers()
  }
})

test('an account has a bound of open pages, and another account is not touched by it', async () => {
  await using world = await startWorld()
  for (let open = 0; open < limits.streamsPerAccountMax; open += limits.streamsPerSessionMax) {
    const anna = await world.logIn('anna')
    for (let page = 0; page < limits.streamsPerSessionMax; page += 1) await anna.openPage()
  }
  const before = presence(world)
  const refused = await (await world.logIn('anna')).get('/api/events?account=anna')
  expect(refused.headers.get('content-type')).toContain('text/event-stream')
  const [event, data, ...more] = (await refused.text()).trimEnd().split('\n')
  expect([event, ...more]).toEqual(['event: refused'])
  expect(JSON.parse(data?.slice('data: '.length) ?? '').error.de).toContain('Mit diesem Konto sind schon 16 Seiten')
  expect(presence(world), 'a page that was refused is nobody').toEqual(before)
  await (await world.logIn('responder')).openPage()
})

test('of the pages of one login the oldest gives way to a fifth, is told so, and nobody counts as gone', async () => {
  await using world = await startWorld()
  const [anna, elsewhere] = [await world.logIn('anna'), await world.logIn('anna')]
  const other = await elsewhere.openPage()
  const [first] = await openPages(anna, limits.streamsPerSessionMax)
  const last = await anna.openPage()
  await vi.waitFor(() => expect(first?.isOpen()).toBe(false), patience)
  expect(names(first as Page)).toEqual(['overview', 'displaced'])
  world.http.channel.notify(notification('anna', 1))
  await vi.waitFor(() => expect(names(last)).toEqual(['overview', 'notification']), patience)
  expect(other.isOpen()).toBe(true)
  expect(presence(world)).toEqual(Array(limits.streamsPerSessionMax + 2).fill(present('anna', true)))
})

async function openPages(browser: Browser, count: number): Promise<readonly Page[]> {
  const pages: Page[] = []
  while (pages.length < count) pages.push(await browser.openPage())
  return pages
}

test('a page that comes back gets a fresh overview', async () => {
  await using world = await startWorld()
  const anna = await world.logIn('anna')
  const page = await anna.openPage()
  page.leave()
  world.records.push(raised(1, alarmId(1)))
  world.live = {
    devices: new Map([
      [
        device,
        {
          state: 'silent',
          since: instant(0),
          lastHeardAt: instant(0),
          lastHeardWall: wallTime(5),
          boot: null,
          session: 0,
          boots: new Map(),
          configVersion: '',
        },
      ],
    ]),
  }
  const again = await anna.openPage()
  expect(again.events[0]).toMatchObject({
    name: 'overview',
    data: {
      alarms: [{ id: alarmId(1) }],
      devices: [{ state: 'silent', lastHeardAt: 5 }],
      incidentLevels: configuration.incidentLevels,
    },
  })
})

test('ending the gateway ends every page and tells what was not shown', async () => {
  const world = await startWorld()
  const anna = await world.logIn('anna')
  const page = await openPage(world.base, 'anna', anna.cookie)
  world.http.channel.notify(notification('anna', 1))
  await world.http[Symbol.asyncDispose]()
  await vi.waitFor(() => expect(page.isOpen()).toBe(false), patience)
  expect(world.emitted).toEqual([present('anna', true), ended(1, 'connectionLost'), present('anna', false)])
  await expect(fetch(world.base)).rejects.toThrow()
})
