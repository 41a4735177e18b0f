// Devices that are not what they claim: they get nowhere, and each leaves a security event for the monitors.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createAuthority, signDeviceRequest } from '../../gateway/provisioning/authority.ts'
import type { SecurityEventMessage } from '../../protocol/messages.ts'
import { topicOf } from '../../protocol/topics.ts'
import { connectRawDevice, type RawDevice } from './raw-device.ts'
import { makeWorld, type World } from './world.ts'

const soon = { timeout: 30_000, interval: 50 }

let world: World
let monitor: mqtt.MqttClient
const events: SecurityEventMessage[] = []

beforeAll(async () => {
  world = await makeWorld({ devices: ['rathaus-1', 'buergerhaus-1'] })
  await world.startGateway()
  const password = await world.account('leitstelle', 'monitor')
  monitor = mqtt.connect(`mqtts://localhost:${world.mqttPort}`, {
    username: 'leitstelle',
    password,
    ca: await readFile(world.authority, 'utf8'),
    reconnectPeriod: 0,
  })
  monitor.on('message', (topic, payload) => {
    if (topic.includes('/security/')) events.push(JSON.parse(payload.toString()))
  })
  await new Promise<void>(resolve => monitor.once('connect', () => resolve()))
  await monitor.subscribeAsync('stillruf/v1/monitor/#', { qos: 1 })
}, 120_000)

afterAll(async () => {
  await monitor?.endAsync(true)
  await world?.[Symbol.asyncDispose]()
})

const identityFile = (device: string, name: string): Promise<string> =>
  readFile(join(world.deviceFolder(device), 'identity', name), 'utf8')

type Certificate = { readonly key: string; readonly cert: string }

/** Resolves to how far the connection came. */
async function knock(clientId: string, certificate: Certificate): Promise<'connected' | 'refused'> {
  const client = mqtt.connect(`mqtts://localhost:${world.mqttPort}`, {
    ...certificate,
    clientId,
    ca: await readFile(world.authority, 'utf8'),
    reconnectPeriod: 0,
  })
  client.on('error', () => null) // the outcome is told by connect or close
  const outcome = await new Promise<'connected' | 'refused'>(resolve => {
    client.once('connect', () => resolve('connected'))
    client.once('close', () => resolve('refused'))
  })
  await client.endAsync(true)
  return outcome
}

const eventSeen = (kind: SecurityEventMessage['event'], detail: RegExp): Promise<void> =>
  vi.waitFor(() => {
    expect(
      events
        .filter(event => event.event === kind)
        .map(event => event.detail + event.source)
        .join('\n'),
    ).toMatch(detail)
  }, soon)

test('a certificate of another authority gets nowhere', async () => {
  const other = await createAuthority({ name: 'Fremd' })
  const { certificate } = await signDeviceRequest(other, await identityFile('rathaus-1', 'request.csr'))
  const key = await identityFile('rathaus-1', 'key.pem')
  expect(await knock('rathaus-1', { key, cert: certificate })).toBe('refused')
  await eventSeen('wrongCertificate', /./)
})

test('an expired certificate gets nowhere', async () => {
  const authority = {
    certificate: await readFile(world.authority, 'utf8'),
    key: await readFile(join(world.folder, 'gateway/authority-key.pem'), 'utf8'),
  }
  const yesterday = new Date(Date.now() - 86_400_000)
  const { certificate } = await signDeviceRequest(authority, await identityFile('rathaus-1', 'request.csr'), {
    notBefore: new Date(yesterday.getTime() - 86_400_000),
    notAfter: yesterday,
  })
  const key = await identityFile('rathaus-1', 'key.pem')
  expect(await knock('rathaus-1', { key, cert: certificate })).toBe('refused')
  await eventSeen('wrongCertificate', /expired|abgelaufen/i)
})

test('a device that calls itself by another name gets nowhere', async () => {
  const key = await identityFile('rathaus-1', 'key.pem')
  const cert = await identityFile('rathaus-1', 'certificate.pem')
  expect(await knock('buergerhaus-1', { key, cert })).toBe('refused')
  await eventSeen('wrongCertificate', /rathaus-1/)
})

test('a device cannot speak for another, and a recorded message of another is no alarm', async () => {
  await using one = await connectRawDevice(world, 'rathaus-1')
  await using two = await connectRawDevice(world, 'buergerhaus-1')
  const genuine = one.alarm(1)
  await two.publish(topicOf('deviceAlarm', { device: 'rathaus-1' }), JSON.stringify(genuine))
  await eventSeen('foreignTopic', /buergerhaus-1/)
  await two.publish(topicOf('deviceAlarm', { device: 'buergerhaus-1' }), JSON.stringify(genuine))
  await vi.waitFor(() => {
    expect(events.some(event => event.source.includes('buergerhaus-1') && event.event !== 'foreignTopic')).toBe(true)
  }, soon)
  await expectNoAlarm()
})

test('a recorded message raises no second alarm', async () => {
  await using device: RawDevice = await connectRawDevice(world, 'rathaus-1')
  const genuine = device.alarm(1)
  await device.publishAlarm(genuine)
  await vi.waitFor(() => expect(device.receipts).toHaveLength(1), soon)
  await device.publishAlarm(genuine)
  await eventSeen('replay', /rathaus-1/)
  using screen = await world.openConsole()
  const open = (await screen.overview()).alarms
  expect(open).toHaveLength(1)
  expect(open[0]?.presses).toBe(1)
})

async function expectNoAlarm(): Promise<void> {
  using screen = await world.openConsole()
  expect((await screen.overview()).alarms).toHaveLength(0)
}
