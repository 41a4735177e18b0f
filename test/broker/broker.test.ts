// The straight line through the broker: press in, notification out, and what is said about both.

import { once } from 'node:events'
import { createServer } from 'node:net'
import type { MqttClient } from 'mqtt'
import { beforeAll, expect, test, vi } from 'vitest'
import { createSigner, createVerifier } from '../../gateway/shell/broker/verify.ts'
import { isAuthentic, type Sign } from '../../protocol/codec.ts'
import { limits } from '../../protocol/limits.ts'
import type { ReceiptMessage } from '../../protocol/messages.ts'
import { millis } from '../../protocol/time.ts'
import { filterOf, prefix, topicOf } from '../../protocol/topics.ts'
import { type Certificates, createCertificates, type DeviceParty } from './certificates.ts'
import { alarm, alarmMessage, deviceId, notification, receipt, status } from './messages.ts'
import { connectPacket, messagesOf, patience, startWorld, tellState, type World } from './world.ts'

const alarmTopic = topicOf('deviceAlarm', { device: 'dev-1' })
const notificationTopic = topicOf('responderNotification', { responder: 'anna' })

let certificates: Certificates
let dev1: DeviceParty
let sign: Sign
beforeAll(async () => {
  certificates = await createCertificates()
  dev1 = await certificates.device('dev-1')
  sign = createSigner(dev1.key)
})

test('a press becomes an event at once, and its PUBACK waits until it is on record', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  device.send(connectPacket('dev-1'))
  await device.received('connack')
  device.send(publish(alarmTopic, alarm('dev-1', 1, sign), 1), { cmd: 'pingreq' })
  const [event] = await world.seen('received')
  expect(event).toMatchObject({ sender: 'dev-1', authentic: true, message: { kind: 'alarm' } })
  await device.received('pingresp')
  expect(device.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
  acknowledge(world, 0)
  expect(await device.received('puback')).toMatchObject([{ messageId: 1 }])
})

test('a ping of a device is answered and passed on, that of a person only answered', async () => {
  const pinged: string[] = []
  await using world = await startWorld(certificates, { onDevicePing: ({ id }) => pinged.push(id) })
  const [device, person] = [await world.raw(dev1), await world.raw()]
  person.send(connectPacket('raw', 'anna'))
  device.send(connectPacket('dev-1'))
  for (const client of [person, device]) {
    await client.received('connack')
    client.send({ cmd: 'pingreq' })
    await client.received('pingresp')
  }
  expect(pinged).toEqual(['dev-1'])
})

test('PUBACKs leave in the order of the publishes, whichever is on record first [MQTT-4.6.0-2]', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  device.send(connectPacket('dev-1'))
  await device.received('connack')
  device.send(...[1, 2, 3].map(n => publish(alarmTopic, alarm('dev-1', n, sign), n)))
  await world.seen('received', 3)
  for (const index of [2, 1, 0]) acknowledge(world, index)
  expect((await device.received('puback', 3)).map(({ messageId }) => messageId)).toEqual([1, 2, 3])
})

test('a press is passed on although more publishes wait for their PUBACK than may wait', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  device.send(connectPacket('dev-1'))
  await device.received('connack')
  const count = limits.deliveriesMax + 1
  for (let n = 1; n <= count; n++) device.send(publish(alarmTopic, alarm('dev-1', n, sign), n))
  const events = await world.seen('received', count)
  expect(events.map(({ delivery }) => delivery === null).indexOf(true)).toBe(limits.deliveriesMax)
  for (const index of events.keys()) acknowledge(world, index)
  expect(await device.received('puback', limits.deliveriesMax)).toHaveLength(limits.deliveriesMax)
})

test('a QoS 2 publish is taken once and gets its handshake', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  const published = device.publishAsync(alarmTopic, alarm('dev-1', 1, sign), { qos: 2 })
  await world.seen('received')
  acknowledge(world, 0)
  await published
  const raw = await world.raw(dev1)
  raw.send(connectPacket('dev-1'))
  await raw.received('connack')
  const again = publish(alarmTopic, alarm('dev-1', 2, sign), 7, 2)
  raw.send(again, again, { cmd: 'pingreq' })
  await raw.received('pingresp')
  expect(world.of('received')).toHaveLength(2)
})

test('a poison message in front of an alarm neither ends the connection nor delays the alarm [D5]', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  const topic = topicOf('deviceAlarm', { device: 'dev-2' })
  await device.publishAsync(topic, 'poison', { qos: 1 })
  await device.publishAsync(alarmTopic, Buffer.from([0xff, 0xfe]), { qos: 1 })
  await device.publishAsync(alarmTopic, '{"v":1,"kind":"alarm"}', { qos: 1 })
  await device.publishAsync(alarmTopic, 'x'.repeat(limits.messageBytesMax + 1), { qos: 1 })
  await device.publishAsync('$SYS/rathaus/heartbeat', 'x', { qos: 1 })
  device.publish(alarmTopic, alarm('dev-1', 1, sign), { qos: 1 })
  await world.seen('received')
  expect(world.securityEvents()).toEqual([
    'foreignTopic dev-1: publish to stillruf/v1/device/dev-2/alarm',
    'malformedMessage dev-1: stillruf/v1/device/dev-1/alarm: not a JSON object',
    expect.stringMatching(/^malformedMessage dev-1: stillruf\/v1\/device\/dev-1\/alarm: alarm: must have/),
    'oversizedMessage dev-1: stillruf/v1/device/dev-1/alarm: 4097 bytes',
    'foreignTopic dev-1: publish to $SYS/rathaus/heartbeat',
  ])
  expect(device.connected).toBe(true)
})

test('a message with a signature of another key is passed on as not authentic', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  device.publish(alarmTopic, alarm('dev-1', 1, createSigner((await certificates.device('dev-2')).key)), { qos: 0 })
  expect(await world.seen('received')).toMatchObject([{ authentic: false, delivery: null }])
})

test('what a responder says becomes an event, with the word whether the alarm is on record', async () => {
  await using world = await startWorld(certificates, { isOnRecord: () => false })
  const anna = await world.person('anna')
  const message = { v: 1, kind: 'acknowledgement', alarm: alarmMessage('dev-1', 1, sign).id }
  const said = anna.publishAsync(topicOf('responderAcknowledgement', { responder: 'anna' }), JSON.stringify(message), {
    qos: 1,
  })
  const [event] = await world.seen('responderSaid')
  expect(event).toMatchObject({ responder: 'anna', channel: 'mqtt', message, isOnRecord: false })
  if (event?.delivery != null) world.broker.acknowledgeDelivery(event.delivery)
  await said
})

test('a notification reaches every connection of the responder, and ends once, as delivered', async () => {
  await using world = await startWorld(certificates)
  const told: string[] = []
  for (const name of ['first', 'second']) {
    const anna = await world.person('anna', { clientId: name })
    anna.on('message', (topic, payload) => void told.push(`${name} ${topic} ${JSON.parse(payload.toString()).text}`))
    await anna.subscribeAsync(notificationTopic, { qos: 1 })
  }
  await world.seen('responderPresent')
  world.broker.channel.notify(notification('anna', 1))
  await vi.waitFor(() => expect(told).toHaveLength(2), patience)
  expect(told.toSorted()).toEqual([
    `first ${notificationTopic} Alarm in room 12`,
    `second ${notificationTopic} Alarm in room 12`,
  ])
  expect(await world.seen('notificationEnded')).toMatchObject([{ outcome: 'delivered', responder: 'anna' }])
})

test('a notification whose receivers all go away ends once, as lost', async () => {
  await using world = await startWorld(certificates)
  const connections = await Promise.all(['a', 'b'].map(id => silentResponder(world, id)))
  world.broker.channel.notify(notification('anna', 1))
  await connections[0]?.received('publish')
  await connections[1]?.received('publish')
  for (const connection of connections) connection.socket.destroy()
  expect(await world.seen('notificationEnded')).toMatchObject([{ outcome: 'connectionLost' }])
  world.broker.channel.notify(notification('anna', 2))
  expect(world.of('notificationEnded')).toMatchObject([{}, { outcome: 'connectionLost' }])
})

test('a responder is present while at least one connection listens, and each that begins to is told', async () => {
  await using world = await startWorld(certificates)
  const first = await world.person('anna')
  const second = await world.person('chief')
  expect(world.of('responderPresent')).toEqual([])
  await first.subscribeAsync(notificationTopic, { qos: 1 })
  await second.subscribeAsync(topicOf('responderNotification', { responder: 'chief' }), { qos: 1 })
  const third = await world.person('anna')
  await third.subscribeAsync(notificationTopic, { qos: 1 })
  await first.endAsync()
  await third.unsubscribeAsync(notificationTopic)
  const presence = await world.seen('responderPresent', 4)
  expect(presence.map(({ responder, present }) => `${responder} ${present}`)).toEqual([
    'anna true',
    'chief true',
    'anna true',
    'anna false',
  ])
})

test('notifications cannot be subscribed with QoS 0: nobody would know whether they arrived', async () => {
  await using world = await startWorld(certificates)
  const anna = await world.person('anna')
  await expect(anna.subscribeAsync(notificationTopic, { qos: 0 })).rejects.toThrow(/Unspecified error|128/)
  expect(world.logged.filter(({ level }) => level === 'warn')).toMatchObject([{ text: /QoS 1/ }])
  expect(world.of('responderPresent')).toEqual([])
})

test('a device that listens to its receipts is announced, and what is sent then is signed and not lost', async () => {
  await using world = await startWorld(certificates, {
    onEvent: (event, { broker }) => {
      if (event.kind === 'deviceConnected') broker.sendToDevice({ kind: 'sendToDevice', message: receipt })
    },
  })
  const device = await world.device(dev1)
  const received = messagesOf(device)
  await device.subscribeAsync(topicOf('deviceReceipt', { device: 'dev-1' }), { qos: 1 })
  const [message] = await received(1)
  expect(message).toMatchObject({ ...receipt, retain: false })
  const { retain: _, ...content } = message ?? { retain: false }
  expect(isAuthentic(content as ReceiptMessage, createVerifier(certificates.gateway.certificate))).toBe(true)
})

test('the latest configuration waits for the device, and comes behind the answer to its subscription', async () => {
  await using world = await startWorld(certificates)
  for (const version of ['old', 'new'])
    world.broker.sendToDevice({
      kind: 'sendToDevice',
      message: {
        v: 1,
        kind: 'config',
        device: deviceId('dev-1'),
        version,
        heartbeatMs: millis(10_000),
        indicator: 'off',
      },
    })
  const device = await world.raw(dev1)
  device.send(connectPacket('dev-1'))
  await device.received('connack')
  const topic = topicOf('deviceConfig', { device: 'dev-1' })
  device.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
  const [published] = await device.received('publish')
  expect(device.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'suback', 'publish'])
  expect(published).toMatchObject({ topic, retain: true, qos: 1 })
  expect(String(published !== undefined && 'payload' in published && published.payload)).toMatch(/"version":"new"/)
})

test('monitors get the retained state of more things than a queue holds, then what changes', async () => {
  await using world = await startWorld(certificates)
  const devices = Array.from({ length: 2 * limits.connectionQueueMax }, (_, index) => `dev-${index}`)
  for (const id of devices) tellState(world, id, true)
  tellState(world, 'dev-3', false)
  const monitor = await world.person('watch')
  const received = messagesOf(monitor)
  await monitor.subscribeAsync(`${prefix}monitor/#`, { qos: 1 })
  const state = await received(devices.length - 1)
  expect(new Set(state.map(({ device }) => device))).toEqual(new Set(devices.filter(id => id !== 'dev-3')))
  tellState(world, 'dev-3', true)
  expect((await received(devices.length)).at(-1)).toMatchObject({ device: 'dev-3', retain: false })
})

test('overlapping subscriptions bring a message once', async () => {
  await using world = await startWorld(certificates)
  const monitor = await world.person('watch')
  const received = messagesOf(monitor)
  await monitor.subscribeAsync([`${prefix}monitor/#`, filterOf('monitorDevice')], { qos: 1 })
  tellState(world, 'dev-1', false)
  tellState(world, 'dev-2', false)
  expect((await received(2)).map(({ device }) => device)).toEqual(['dev-1', 'dev-2'])
})

test('monitors see birth and death of a device, also those who come later', async () => {
  await using world = await startWorld(certificates)
  const monitor = await world.person('watch')
  const received = messagesOf(monitor)
  await monitor.subscribeAsync(filterOf('deviceStatus'), { qos: 1 })
  const topic = topicOf('deviceStatus', { device: 'dev-1' })
  const will = { topic, payload: status('dev-1', 1, 'offline', sign), qos: 1 as const, retain: true }
  const device = await world.device(dev1, { will })
  device.publish(topic, status('dev-1', 1, 'online', sign), { qos: 1, retain: true })
  device.publish(topic, status('dev-1', 1, 'offline', createSigner((await certificates.device('x')).key)), { qos: 1 })
  await world.seen('received', 2)
  device.stream.destroy()
  expect((await received(2)).map(({ state }) => state)).toEqual(['online', 'offline'])
  expect(world.of('received').at(-1)).toMatchObject({ message: { state: 'offline' }, authentic: true, delivery: null })
  const later = await world.person('watch')
  const retained = messagesOf(later)
  await later.subscribeAsync(topic, { qos: 1 })
  expect(await retained(1)).toMatchObject([{ state: 'offline', retain: true }])
})

test('a device that says goodbye leaves no will behind, and what it said before counts', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  const topic = topicOf('deviceStatus', { device: 'dev-1' })
  device.send({ ...connectPacket('dev-1'), will: { topic, payload: status('dev-1', 1, 'offline', sign) } })
  await device.received('connack')
  device.send(publish(alarmTopic, alarm('dev-1', 1, sign), 1), { cmd: 'disconnect' })
  device.socket.end()
  await device.ended()
  const next = await world.device(dev1)
  next.publish(alarmTopic, alarm('dev-1', 2, sign), { qos: 0 })
  await world.seen('received', 2)
  expect(world.of('received').map(({ message }) => message.kind)).toEqual(['alarm', 'alarm'])
})

test('a connection that falls silent ends after one and a half times its keep-alive [MQTT-3.1.2-24]', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  device.send({ ...connectPacket('dev-1'), keepalive: 1 })
  await device.received('connack')
  await device.ended()
  expect(world.logged.map(({ text }) => text)).toContain('connection closed: keep-alive ran out [MQTT-3.1.2-24]')
})

test('a connection that says anything in time stays [MQTT-3.1.2-24]', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() }
  device.send({ ...connectPacket('dev-1'), keepalive: 10 })
  await device.received('connack')
  for (let pings = 1; pings <= 3; pings++) {
    vi.advanceTimersByTime(14_000)
    device.send({ cmd: 'pingreq' })
    await device.received('pingresp', pings)
  }
  vi.advanceTimersByTime(15_001)
  await device.ended()
})

test('nobody holds more subscriptions than the bound', async () => {
  await using world = await startWorld(certificates)
  const monitor = await world.raw()
  monitor.send(connectPacket('x', 'watch'))
  await monitor.received('connack')
  const subscriptions = Array.from({ length: limits.subscriptionsMax + 2 }, (_, index) => ({
    topic: topicOf('monitorDevice', { device: `dev-${index}` }),
    qos: 1 as const,
  }))
  monitor.send({ cmd: 'subscribe', messageId: 1, subscriptions })
  const granted = subscriptions.map((_, index) => (index < limits.subscriptionsMax ? 1 : 128))
  expect(await monitor.received('suback')).toMatchObject([{ granted }])
  monitor.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: subscriptions.map(({ topic }) => topic) })
  await monitor.received('unsuback')
  monitor.send({ cmd: 'subscribe', messageId: 3, subscriptions: subscriptions.slice(-1) })
  expect((await monitor.received('suback', 2))[1]).toMatchObject({ granted: [1] })
})

test('a refused subscription is answered and recorded, and leaves the others in force', async () => {
  await using world = await startWorld(certificates)
  const device = await world.raw(dev1)
  device.send(connectPacket('dev-1'))
  await device.received('connack')
  const topics = [topicOf('deviceReceipt', { device: 'dev-2' }), topicOf('deviceReceipt', { device: 'dev-1' }), '#']
  device.send({ cmd: 'subscribe', messageId: 9, subscriptions: topics.map(topic => ({ topic, qos: 1 })) })
  expect(await device.received('suback')).toMatchObject([{ messageId: 9, granted: [128, 1, 128] }])
  await world.seen('deviceConnected')
  expect(world.securityEvents()).toEqual([
    'foreignTopic dev-1: subscribe to stillruf/v1/device/dev-2/receipt',
    'foreignTopic dev-1: subscribe to #',
  ])
})

test('who loses the right is disconnected', async () => {
  await using world = await startWorld(certificates)
  const anna = await world.person('anna')
  const bert = await world.person('bert')
  const gone = closeOf(anna)
  world.broker.disconnect('anna')
  await gone
  expect(bert.connected).toBe(true)
})

test('after its end the broker holds no port and no connection', async () => {
  const world = await startWorld(certificates)
  const device = await world.device(dev1)
  const waiting = await world.raw()
  const gone = closeOf(device)
  await world[Symbol.asyncDispose]()
  await gone
  await waiting.ended()
  const server = createServer().listen(world.broker.address.port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
})

test('a busy port is refused with its reason', async () => {
  await using world = await startWorld(certificates)
  const listen = { address: '127.0.0.1', port: world.broker.address.port }
  await expect(startWorld(certificates, { listen })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

const publish = (topic: string, payload: Buffer, messageId: number, qos: 1 | 2 = 1) =>
  ({ cmd: 'publish', topic, payload, qos, messageId, dup: false, retain: false }) as const

function acknowledge(world: World, index: number): void {
  const delivery = world.of('received')[index]?.delivery
  if (delivery != null) world.broker.acknowledgeDelivery(delivery)
}

/** Listens, and acknowledges nothing. */
async function silentResponder(world: World, clientId: string) {
  const anna = await world.raw()
  anna.send(connectPacket(clientId, 'anna'))
  await anna.received('connack')
  anna.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: notificationTopic, qos: 1 }] })
  await anna.received('suback')
  return anna
}

const closeOf = (client: MqttClient) => new Promise<void>(resolve => void client.once('close', () => resolve()))
