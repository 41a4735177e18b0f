// One way to one gateway: what is believed, what is said, and how its end is noticed.

import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect as connectTcp, createServer, type Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import type { FromGateway } from '../../firmware/core/model.ts'
import { parseConfiguration } from '../../firmware/shell/configuration.ts'
import { gatewayAddress } from '../../firmware/shell/gateway-address.ts'
import { loadIdentity } from '../../firmware/shell/identity.ts'
import { Uplink } from '../../firmware/shell/uplink.ts'
import { createAuthority } from '../../gateway/provisioning/authority.ts'
import { isAuthentic } from '../../protocol/codec.ts'
import { alarmOfPress, type BootId, type ButtonId, type DeviceId, pressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { millis, wallTime } from '../../protocol/time.ts'
import { deviceFolder, deviceName } from './test-device.ts'
import { TestGateway } from './test-gateway.ts'

vi.mock(import('../../protocol/codec.ts'), async original => {
  const codec = await original()
  return { ...codec, isAuthentic: vi.fn(codec.isAuthentic) }
})
vi.setConfig({ testTimeout: 60_000 })
const soon = { timeout: 20_000, interval: 20 }
const authority = await createAuthority({ name: 'Test' })
const boot = '0123456789abcdef' as BootId
const id = pressId(deviceName, boot, 1)
const receipt = {
  v: 1,
  kind: 'receipt',
  device: deviceName,
  id,
  alarm: alarmOfPress(id),
  recordedAt: wallTime(1),
} as const

/** An uplink with everything that it reported. */
async function open(url: string, issuer = authority) {
  await using place = await deviceFolder(issuer, [url])
  const { identity: files } = parseConfiguration(await readFile(place.config, 'utf8'), place.config)
  const identity = await loadIdentity(files, deviceName)
  const connected: number[] = []
  const disconnected: { session: number; reason: string }[] = []
  const messages: FromGateway[] = []
  const setAside: string[] = []
  const uplink = new Uplink({
    gateway: gatewayAddress(url),
    device: deviceName,
    boot,
    identity,
    onConnected: session => connected.push(session),
    onDisconnected: (session, reason) => disconnected.push({ session, reason }),
    onMessage: message => messages.push(message),
    onSetAside: reason => setAside.push(reason),
  })
  const close = () => uplink[Symbol.asyncDispose]()
  return { uplink, connected, disconnected, messages, setAside, [Symbol.asyncDispose]: close }
}
type Opened = Awaited<ReturnType<typeof open>>

async function connect(opened: Opened, session = 1): Promise<void> {
  opened.uplink.connect(session)
  await vi.waitFor(() => expect(opened.connected).toContain(session), soon)
}

const fault = (n: number) =>
  ({
    v: 1,
    kind: 'fault',
    device: deviceName,
    boot,
    n,
    clockErrorMs: null,
    code: 'lineFailed',
    subject: 'tresen',
    state: 'raised',
    ageMs: millis(0),
  }) as const

const press = (n: number) => {
  const movement = { edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' } as const
  const contact = { wiring: 'normallyOpen', ...movement } as const
  const { code, subject, state, ...sent } = fault(n)
  return {
    ...sent,
    kind: 'alarm',
    button: 'tresen' as ButtonId,
    id,
    pressedAt: wallTime(1),
    ageBasis: 'monotonic',
    contact,
  } as const
}

/** Messages that were checked with the key of somebody else than their sender: the device's own. */
const checkedByDevice = (): readonly unknown[] =>
  vi
    .mocked(isAuthentic)
    .mock.calls.flatMap(([message], call) =>
      vi.mocked(isAuthentic).mock.results[call]?.value === false ? message.kind : [],
    )

test('a press that has left is checked as its receipt will be, and nothing else is', async () => {
  await using gateway = await TestGateway.start(authority)
  await using opened = await open(gateway.url)
  await connect(opened)
  vi.mocked(isAuthentic).mockClear()
  opened.uplink.publish(1, fault(1))
  opened.uplink.publish(1, press(2))
  await vi.waitFor(() => expect(gateway.heard.map(({ message }) => message.kind)).toContain('alarm'), soon)
  await vi.waitFor(() => expect(checkedByDevice()).toEqual(['alarm']), soon)
  expect(opened.setAside).toEqual([])
})

test('what the gateway signed is believed', async () => {
  await using gateway = await TestGateway.start(authority)
  await using opened = await open(gateway.url)
  await connect(opened)
  await vi.waitFor(() => {
    gateway.say(receipt)
    expect(opened.messages).toContainEqual(expect.objectContaining(receipt))
  }, soon)
})

test('what somebody else signed, what is no message and what is meant for another device is set aside', async () => {
  await using gateway = await TestGateway.start(authority)
  await using opened = await open(gateway.url)
  await connect(opened)
  const { privateKey: foreign } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = foreign.export({ type: 'pkcs8', format: 'pem' }).toString()
  await vi.waitFor(() => {
    gateway.say(receipt, key)
    expect(opened.setAside).toContainEqual(expect.stringContaining('the signature is not the gateway’s'))
  }, soon)
  gateway.sayBytes('receipt', deviceName, Buffer.from('{"v":1,"kind":"receipt"'))
  gateway.sayAs(deviceName, { ...receipt, device: 'rathaus-2' as DeviceId })
  await vi.waitFor(() => {
    expect(opened.setAside).toContainEqual(expect.stringContaining('notJson'))
    expect(opened.setAside).toContainEqual(expect.stringContaining('meant for another device'))
  }, soon)
  expect(opened.messages).toEqual([])
})

test('a connection that breaks is told once, and the gateway hears the signed will of that session', async () => {
  await using gateway = await TestGateway.start(authority)
  await using opened = await open(gateway.url)
  await connect(opened, 7)
  gateway.dropAll()
  await vi.waitFor(() => expect(opened.disconnected).toMatchObject([{ session: 7 }]), soon)
  await vi.waitFor(() => {
    const death = gateway.heard.find(({ message }) => message.kind === 'status')
    expect(death).toMatchObject({
      authentic: true,
      retained: true,
      message: { device: deviceName, boot, session: 7, state: 'offline' },
    })
  }, soon)
})

test('an attempt that finds nobody ends once, with a reason', async () => {
  const gateway = await TestGateway.start(authority)
  const { url } = gateway
  await gateway[Symbol.asyncDispose]()
  await using opened = await open(url)
  opened.uplink.connect(1)
  await vi.waitFor(() => expect(opened.disconnected).toMatchObject([{ session: 1 }]), soon)
  expect(opened.disconnected[0]?.reason).toContain('ECONNREFUSED')
  expect(opened.connected).toEqual([])
})

test('a gateway that the authority does not vouch for hears nothing', async () => {
  const stranger = await createAuthority({ name: 'Stranger' })
  await using gateway = await TestGateway.start(stranger)
  await using opened = await open(gateway.url)
  opened.uplink.connect(1)
  await vi.waitFor(() => expect(opened.disconnected).toHaveLength(1), soon)
  expect(opened.connected).toEqual([])
  expect(gateway.heard).toEqual([])
})

test('a gateway that does not know the device’s authority refuses it, and that ends the attempt', async () => {
  const stranger = await createAuthority({ name: 'Stranger' })
  await using gateway = await TestGateway.start(authority)
  await using opened = await open(gateway.url, stranger)
  opened.uplink.connect(1)
  await vi.waitFor(() => expect(opened.disconnected).toHaveLength(1), soon)
  expect(opened.connected).toEqual([])
})

test('nothing is sent again by itself: what was on its way when a connection broke is not in the next one', async () => {
  await using gateway = await TestGateway.start(authority)
  gateway.pubacks = false
  await using opened = await open(gateway.url)
  await connect(opened, 1)
  opened.uplink.publish(1, fault(1))
  await vi.waitFor(() => expect(gateway.of('fault')).toHaveLength(1), soon)
  gateway.dropAll()
  await vi.waitFor(() => expect(opened.disconnected).toHaveLength(1), soon)
  gateway.pubacks = true
  await connect(opened, 2)
  opened.uplink.publish(1, fault(2))
  opened.uplink.publish(2, fault(3))
  await vi.waitFor(() => expect(gateway.of('fault').map(({ n }) => n)).toContain(3), soon)
  expect(gateway.of('fault').map(({ n }) => n)).toEqual([1, 3])
})

test('a gateway that takes nothing over is given up before its messages pile up', async () => {
  await using gateway = await TestGateway.start(authority)
  gateway.pubacks = false
  await using opened = await open(gateway.url)
  await connect(opened, 1)
  for (let n = 1; n <= 2 * limits.outboxMax + 1; n += 1) opened.uplink.publish(1, fault(n))
  await vi.waitFor(() =>
    expect(opened.disconnected).toEqual([{ session: 1, reason: 'the gateway takes nothing over' }]),
  )
})

test('while the network is cut connections break and none is made; restored, the next attempt succeeds', async () => {
  await using gateway = await TestGateway.start(authority)
  await using opened = await open(gateway.url)
  await connect(opened, 1)
  opened.uplink.setCut(true)
  expect(opened.disconnected).toMatchObject([{ session: 1 }])
  opened.uplink.connect(2)
  expect(opened.disconnected).toMatchObject([{ session: 1 }, { session: 2 }])
  opened.uplink.setCut(false)
  await connect(opened, 3)
})

test('a link that swallows everything without closing is noticed by the keep-alive', async () => {
  await using gateway = await TestGateway.start(authority)
  await using hole = await blackHole(gateway.port)
  await using opened = await open(hole.url)
  await connect(opened, 1)
  hole.swallow()
  await vi.waitFor(() => expect(opened.disconnected).toMatchObject([{ session: 1 }]), {
    timeout: 40_000,
    interval: 100,
  })
})

/** A wire between device and gateway that can stop carrying without being cut. */
async function blackHole(port: number) {
  const sockets: Socket[] = []
  const server = createServer(near => {
    const far = connectTcp(port, '127.0.0.1')
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallow: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
