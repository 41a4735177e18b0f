// Who hears what: a device while it listens, and whoever comes later what is kept.
import { beforeAll, expect, test, vi } from 'vitest'
import { createSigner } from '../../gateway/shell/broker/verify.ts'
import type { Sign } from '../../protocol/codec.ts'
import { millis } from '../../protocol/time.ts'
import { filterOf, topicOf } from '../../protocol/topics.ts'
import { type Certificates, createCertificates, type DeviceParty } from './certificates.ts'
import { deviceId, receipt, status } from './messages.ts'
import { messagesOf, patience, startWorld, tellState } from './world.ts'

let certificates: Certificates
let dev1: DeviceParty
let sign: Sign
beforeAll(async () => {
  certificates = await createCertificates()
  dev1 = await certificates.device('dev-1')
  sign = createSigner(dev1.key)
})

test('a device hears commands while it is connected and subscribed to them, not before and not afterwards', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  const hears = () => world.broker.isListening(deviceId('dev-1'))
  expect(hears()).toBe(false)
  await device.subscribeAsync(topicOf('deviceReceipt', { device: 'dev-1' }), { qos: 1 })
  expect(hears()).toBe(false)
  await device.subscribeAsync(topicOf('deviceCommand', { device: 'dev-1' }), { qos: 1 })
  expect(hears()).toBe(true)
  await device.endAsync(true)
  await vi.waitFor(() => expect(hears()).toBe(false), patience)
})

test('a device that monitors are to forget leaves nothing retained behind', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  device.publish(topicOf('deviceStatus', { device: 'dev-1' }), status('dev-1', 1, 'online', sign), { qos: 1 })
  await world.seen('received')
  const config = { v: 1, kind: 'config', version: 'a', heartbeatMs: millis(10_000), indicator: 'off' } as const
  for (const id of ['dev-1', 'dev-2']) {
    world.broker.sendToDevice({ kind: 'sendToDevice', message: { ...config, device: deviceId(id) } })
    tellState(world, id, true)
  }
  tellState(world, 'dev-1', false)
  const monitor = await world.person('watch')
  const retained = messagesOf(monitor)
  await monitor.subscribeAsync([filterOf('deviceStatus'), filterOf('monitorDevice')], { qos: 1 })
  expect(await retained(1)).toMatchObject([{ kind: 'deviceState', device: 'dev-2' }])
  const own = messagesOf(device)
  await device.subscribeAsync(topicOf('deviceConfig', { device: 'dev-1' }), { qos: 1 })
  await device.subscribeAsync(topicOf('deviceReceipt', { device: 'dev-1' }), { qos: 1 })
  world.broker.sendToDevice({ kind: 'sendToDevice', message: receipt })
  expect(await own(1)).toMatchObject([{ kind: 'receipt' }])
})
