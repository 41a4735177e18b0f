// The ways in which a broker was seen to lose or delay messages [D12]. Each runs against ours, where it does no harm, and
// against a plain Aedes, where it must do harm: a harness that finds nothing there would prove nothing here.
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, mkdtempDisposableSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { Aedes } from 'aedes'
import { generate } from 'mqtt-packet'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createSigner } from '../../gateway/shell/broker/verify.ts'
import { alarmOfPress } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { DeviceStateMessage } from '../../protocol/messages.ts'
import { millis } from '../../protocol/time.ts'
import { filterOf, topicOf } from '../../protocol/topics.ts'
import { type Certificates, createCertificates } from './certificates.ts'
import type { CrowdOrder } from './crowd.ts'
import { alarm, alarmMessage, deviceId, notification } from './messages.ts'
import { startPlainAedes } from './plain-aedes.ts'
import { connectPacket, passwordOf, patience, startWorld, type World } from './world.ts'

/** Ours must never be silent for as long as a plain Aedes is. */
const silenceMs = 2000
const notificationTopic = topicOf('responderNotification', { responder: 'anna' })

let certificates: Certificates
beforeAll(async () => {
  certificates = await createCertificates()
})

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

test('h1: publishes that a slow store reorders all reach the responder', async () => {
  let told = 0
  await using world = await startWorld(certificates, {
    onEvent: async (event, { broker }) => {
      if (event.kind !== 'received') return
      await delay(Math.random() * 5) // the store answers late, and out of order
      told += 1
      broker.channel.notify(notification('anna', told))
      if (event.delivery !== null) broker.acknowledgeDelivery(event.delivery)
    },
  })
  const anna = await world.person('anna', { clean: false })
  const received = new Set<string>()
  anna.on('message', (_topic, payload) => void received.add(JSON.parse(payload.toString()).id))
  await anna.subscribeAsync(notificationTopic, { qos: 1 })
  await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const party = await certificates.device(`dev-${index}`)
      const sign = createSigner(party.key)
      const device = await world.device(party)
      for (let n = 1; n <= 50; n++)
        await device.publishAsync(topicOf('deviceAlarm', { device: party.id }), alarm(party.id, n, sign), { qos: 1 })
    }),
  )
  await vi.waitFor(() => expect(received.size).toBe(500), patience)
  await world.seen('notificationEnded', 500)
  expect(new Set(world.of('notificationEnded').map(({ outcome }) => outcome))).toEqual(new Set(['delivered']))
})

test('h1, negative control: a plain Aedes loses some of them', async () => {
  await using plain = await startPlainAedes()
  plain.slowDown(() => delay(Math.random() * 5))
  const anna = await plain.connect('anna')
  const received = new Set<string>()
  anna.on('message', (_topic, payload) => void received.add(payload.toString()))
  await anna.subscribeAsync('alarm', { qos: 1 })
  let decided = 0
  plain.aedes.on('publish', ({ topic }) => {
    if (topic === 'alarm') decided += 1
  })
  const devices = await Promise.all(Array.from({ length: 10 }, (_, index) => plain.connect(`dev-${index}`)))
  for (let n = 0; n < 50; n++)
    await Promise.all(devices.map((device, index) => device.publishAsync('alarm', `${n} ${index}`, { qos: 1 })))
  await vi.waitFor(() => expect(decided).toBe(500), patience)
  await anna.publishAsync('round trip', '', { qos: 1 })
  expect(received.size).toBeLessThan(450)
})

test('h1b: messages of both qualities sent in the same turn all arrive', async () => {
  await using world = await startWorld(certificates)
  const monitor = await world.person('watch')
  const received = new Map<string, number>()
  monitor.on('message', topic => {
    const kind = topic.split('/')[3] ?? ''
    received.set(kind, (received.get(kind) ?? 0) + 1)
  })
  await monitor.subscribeAsync({ [filterOf('monitorAlarm')]: { qos: 1 }, [filterOf('monitorDevice')]: { qos: 0 } })
  for (let round = 1; round <= 100; round++) {
    world.broker.tellMonitors({ kind: 'tellMonitors', message: alarmState(round), retain: false })
    world.broker.tellMonitors({ kind: 'tellMonitors', message: deviceState, retain: false })
    await nextTurn()
  }
  await vi.waitFor(() => expect(Object.fromEntries(received)).toEqual({ alarm: 100, device: 100 }), patience)
})

test('h1b, negative control: a plain Aedes loses the acknowledged ones', async () => {
  await using plain = await startPlainAedes()
  const monitor = await plain.connect('watch')
  const received = new Map<string, number>()
  monitor.on('message', topic => void received.set(topic, (received.get(topic) ?? 0) + 1))
  await monitor.subscribeAsync('a/#', { qos: 1 })
  for (let round = 1; round <= 100; round++) {
    for (const [topic, qos] of [['a/alarm', 1] as const, ['a/device', 0] as const])
      plain.aedes.publish({ cmd: 'publish', topic, payload: 'x', qos, dup: false, retain: false }, () => {})
    await nextTurn()
  }
  await vi.waitFor(() => expect(received.get('a/device')).toBe(100), patience)
  expect(received.get('a/alarm') ?? 0).toBeLessThan(100)
})

test('h2: a responder that stops reading loses its own connection and delays nobody', async () => {
  await using world = await startWorld(certificates)
  const frozen = await listeningRaw(world, 'bert')
  frozen.socket.pause()
  const anna = await world.person('anna')
  const silence = longestSilence()
  anna.on('message', silence.heard)
  await anna.subscribeAsync(notificationTopic, { qos: 1 })
  const text = 'x'.repeat(400)
  const total = limits.inflightMax + limits.connectionQueueMax + 100
  for (let number = 1; number <= total; number++) {
    world.broker.channel.notify(notification('bert', number, text))
    world.broker.channel.notify(notification('anna', number, text))
    await vi.waitFor(() => expect(silence.count()).toBeGreaterThan(number - 20), { ...patience, interval: 1 })
  }
  await vi.waitFor(() => expect(silence.count()).toBe(total), patience)
  expect(silence.longestMs()).toBeLessThan(silenceMs)
  await world.seen('notificationEnded', 2 * total)
  const outcomes = world.of('notificationEnded').map(({ responder, outcome }) => `${responder} ${outcome}`)
  expect(new Set(outcomes)).toEqual(new Set(['anna delivered', 'bert queueFull', 'bert connectionLost']))
  expect(world.logged).toContainEqual(
    expect.objectContaining({ level: 'warn', text: expect.stringMatching(/queue is full/) }),
  )
})

test('h2, negative control: behind a frozen subscriber a plain Aedes falls silent for everybody', async () => {
  await using plain = await startPlainAedes()
  const frozen = connect(plain.port, '127.0.0.1')
  frozen.write(generate({ ...connectPacket('frozen'), username: 'x' }))
  await once(frozen, 'data')
  frozen.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'alarm', qos: 1 }] }))
  await once(frozen, 'data')
  frozen.pause()
  const healthy = await plain.connect('healthy')
  const silence = longestSilence()
  healthy.on('message', silence.heard)
  await healthy.subscribeAsync('alarm', { qos: 1 })
  const publisher = await plain.connect('publisher')
  const payload = Buffer.alloc(64 * 1024)
  const publishing = setInterval(() => publisher.publish('alarm', payload, { qos: 1 }), 2)
  try {
    await vi.waitFor(() => expect(silence.sinceMs()).toBeGreaterThan(silenceMs), patience)
  } finally {
    clearInterval(publishing)
    frozen.destroy()
  }
})

test('h3: a subscription costs the same, however much is retained; a plain Aedes searches all of it', async () => {
  const retained = 20_000
  await using world = await startWorld(certificates, { sign: () => 'A'.repeat(86) })
  const device = await world.device(await certificates.device('dev-1'))
  await using plain = await startPlainAedes()
  const other = await plain.connect('dev-1')
  const ours = () =>
    subscriptionMs(() => device.subscribeAsync(topicOf('deviceConfig', { device: 'dev-1' }), { qos: 1 }))
  const theirs = () => subscriptionMs(() => other.subscribeAsync('config/dev-1', { qos: 1 }))
  const empty = await ours()
  for (let index = 0; index < retained; index++) {
    world.broker.sendToDevice({ kind: 'sendToDevice', message: config(`other-${index}`) })
    await retain(plain.aedes, `config/other-${index}`)
  }
  const [full, control] = [await ours(), await theirs()]
  expect(full, `${full} ms with ${retained} retained, ${empty} ms with none`).toBeLessThan(3 * empty + 1)
  expect(control, `plain Aedes: ${control} ms, ours: ${full} ms`).toBeGreaterThan(2 * full)
})

test('h4: a crowd that vanishes at once is noticed, and a notification in the middle of it is not delayed', async () => {
  using partings = countPartings()
  await using world = await startWorld(certificates)
  const anna = await world.person('anna')
  const heard = longestSilence()
  anna.on('message', heard.heard)
  await anna.subscribeAsync(notificationTopic, { qos: 1 })
  const crowd = await startCrowd(world, { responder: 'bert', count: 250 })
  crowd.kill('SIGKILL')
  let number = 0
  const slowest: number[] = []
  const gone = () => world.of('responderPresent').some(({ responder, present }) => responder === 'bert' && !present)
  while (!gone() || number < 50) {
    number += 1
    const sentAt = performance.now()
    const count = number
    world.broker.channel.notify(notification('anna', number))
    await vi.waitFor(() => expect(heard.count()).toBe(count), { ...patience, interval: 1 })
    slowest.push(performance.now() - sentAt)
  }
  expect(Math.max(...slowest)).toBeLessThan(silenceMs)
  await vi.waitFor(() => expect(partings.all()).toBeGreaterThanOrEqual(250), patience)
  expect(partings.mostInOneTurn()).toBeLessThanOrEqual(limits.closingsPerTurn)
})

test('h4, control: a plain Aedes parts with a crowd in one turn, in which nothing else can happen', async () => {
  using partings = countPartings()
  await using plain = await startPlainAedes()
  const crowd = await sendCrowd({ port: plain.port, authority: null, password: '', responder: 'bert', count: 250 })
  crowd.kill('SIGKILL')
  await vi.waitFor(() => expect(partings.all()).toBe(250), patience)
  expect(partings.mostInOneTurn()).toBeGreaterThan(limits.closingsPerTurn)
})

test('a notification has left when the call returns: nothing that follows in the same turn delays it [D13]', async () => {
  await using world = await startWorld(certificates)
  using folder = mkdtempDisposableSync(join(tmpdir(), 'stillruf-told-'))
  const toldFile = join(folder.path, 'told')
  await startCrowd(world, { responder: 'anna', count: 1, toldFile })
  for (let turns = 0; turns < 3; turns += 1) await nextTurn() // TLS ends a write, here that of SUBACK, a turn after it has left
  world.broker.channel.notify(notification('anna', 1))
  const still = new Int32Array(new SharedArrayBuffer(4)) // this thread stands still
  for (let count = 0; count < 2000 && !existsSync(toldFile); count += 1) Atomics.wait(still, 0, 0, 10)
  expect(existsSync(toldFile)).toBe(true)
})

async function startCrowd(world: World, { responder, ...order }: Pick<CrowdOrder, 'responder' | 'count' | 'toldFile'>) {
  const child = await sendCrowd({
    port: world.broker.address.port,
    authority: certificates.authority.certificate,
    password: passwordOf(responder),
    responder,
    ...order,
  })
  await world.seen('responderPresent')
  return child
}

async function sendCrowd(order: CrowdOrder): Promise<ChildProcess> {
  const child = fork(new URL('./crowd.ts', import.meta.url), { execArgv: [] })
  children.push(child)
  const connected = once(child, 'message')
  child.send(order)
  await connected
  return child
}

/** Counts the clients that Aedes, ours or a plain one, parts with in each turn of the event loop: no clock, no noise. */
function countPartings() {
  let [all, inThisTurn, mostInOneTurn] = [0, 0, 0]
  const spy = vi.spyOn(Aedes.prototype, 'emit').mockImplementation(function (this: Aedes, name, ...given) {
    if (name === 'clientDisconnect') {
      all += 1
      inThisTurn += 1
      mostInOneTurn = Math.max(mostInOneTurn, inThisTurn)
    }
    return EventEmitter.prototype.emit.call(this, name, ...given)
  })
  let turn = setImmediate(function next() {
    inThisTurn = 0
    turn = setImmediate(next)
  })
  return {
    all: () => all,
    mostInOneTurn: () => mostInOneTurn,
    [Symbol.dispose]: () => {
      clearImmediate(turn)
      spy.mockRestore()
    },
  }
}

async function listeningRaw(world: World, responder: string) {
  const client = await world.raw()
  client.send(connectPacket('raw', responder))
  await client.received('connack')
  const topic = topicOf('responderNotification', { responder })
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
  await client.received('suback')
  return client
}

function longestSilence() {
  let count = 0
  let longest = 0
  let last = performance.now()
  return {
    heard: () => {
      longest = count === 0 ? 0 : Math.max(longest, performance.now() - last)
      last = performance.now()
      count += 1
    },
    count: () => count,
    longestMs: () => longest,
    sinceMs: () => performance.now() - last,
  }
}

/** The quickest of several round trips: what it costs when nothing else runs. */
async function subscriptionMs(subscribe: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 31; round++) {
    const startedAt = performance.now()
    await subscribe()
    await nextTurn() // Aedes searches behind SUBACK
    times.push(performance.now() - startedAt)
  }
  return Math.min(...times)
}

const retain = (aedes: Awaited<ReturnType<typeof startPlainAedes>>['aedes'], topic: string): Promise<void> =>
  new Promise(resolve =>
    aedes.publish({ cmd: 'publish', topic, payload: 'x', qos: 0, dup: false, retain: true }, () => resolve()),
  )

const config = (device: string) =>
  ({
    v: 1,
    kind: 'config',
    device: deviceId(device),
    version: '1',
    heartbeatMs: millis(10_000),
    indicator: 'off',
  }) as const

const deviceState: DeviceStateMessage = {
  v: 1,
  kind: 'deviceState',
  device: deviceId('dev-1'),
  place: 'Rathaus',
  state: 'online',
  lastHeardAt: null,
  faults: [],
}

function alarmState(sequence: number) {
  const { id, button, pressedAt } = alarmMessage('dev-1', sequence, () => 'A'.repeat(86))
  return {
    v: 1,
    kind: 'alarmState',
    alarm: alarmOfPress(id),
    alarmKind: 'alarm',
    device: deviceId('dev-1'),
    button,
    place: { site: 'Rathaus', zone: 'EG', room: '12', button: 'Tresen' },
    state: 'notifying',
    step: 1,
    presses: 1,
    pressedAt,
    receivedAt: pressedAt,
    late: false,
    acknowledgedAt: null,
    closedAt: null,
    outcome: null,
  } as const
}
