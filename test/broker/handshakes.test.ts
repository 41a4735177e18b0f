// Who speaks something else than TLS at the broker's port, or does not finish: on record with the address, unless it was we
// or the other side that broke it off.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { generate } from 'mqtt-packet'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { limits } from '../../protocol/limits.ts'
import { type Certificates, createCertificates, type DeviceParty } from './certificates.ts'
import { connectPacket, patience, startWorld, type World } from './world.ts'

let certificates: Certificates
let dev1: DeviceParty
beforeAll(async () => {
  certificates = await createCertificates()
  dev1 = await certificates.device('dev-1')
})
afterEach(() => void vi.useRealTimers())

/** The head of a TLS record, and the beginning of a greeting that never ends. */
const halfGreeting = Buffer.from([0x16, 3, 1, 0, 200, 1, 0])

test.each([
  ['MQTT without TLS', generate(connectPacket('dev-1')), 'it is not TLS'],
  ['HTTP', 'GET / HTTP/1.1\r\n\r\n', 'HTTP instead of TLS'],
])('%s at the port is a security event of the address', async (_what, bytes, why) => {
  await using world = await startWorld(certificates)
  const stranger = await reach(world)
  stranger.write(bytes)
  await world.seen('securityObserved')
  await ended(stranger)
  expect(world.securityEvents()).toEqual([`protocolViolation 127.0.0.1: TLS handshake: ${why}`])
})

test.each([
  ['of which the gateway knows no cipher', { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' }],
  ['of an old version', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
] satisfies [string, ConnectionOptions][])('TLS %s is one too, with the reason', async (_what, given) => {
  await using world = await startWorld(certificates)
  const { port } = world.broker.address
  const stranger = connectTls({ host: '127.0.0.1', port, ca: certificates.authority.certificate, ...given })
  stranger.on('error', () => {})
  await world.seen('securityObserved')
  expect(world.securityEvents()).toEqual([
    expect.stringMatching(
      /^protocolViolation 127\.0\.0\.1: TLS handshake: (no shared cipher|the version of TLS is too old)$/,
    ),
  ])
})

test('a handshake that is not finished in time is one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await using world = await startWorld(certificates)
  const stranger = await reach(world)
  stranger.write(halfGreeting)
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThanOrEqual(2)) // it has begun
  vi.advanceTimersByTime(limits.connectTimeoutMs)
  vi.useRealTimers()
  await world.seen('securityObserved')
  expect(world.securityEvents()).toEqual(['protocolViolation 127.0.0.1: TLS handshake: not finished in time'])
})

test.each([
  ['closes the connection without a word', (socket: Socket) => void socket.end()],
  ['resets it without a word', (socket: Socket) => void socket.resetAndDestroy()],
  ['breaks off in the middle, as when its network fails,', (socket: Socket) => void socket.end(halfGreeting)],
])('that the other side %s is logged and no security event', async (_, leave) => {
  await using world = await startWorld(certificates)
  const visitor = await reach(world)
  leave(visitor)
  await vi.waitFor(() => expect(failures(world)).toHaveLength(1), patience)
  expect(world.securityEvents()).toEqual([])
})

test('a handshake that the gateway ends because it stops is no security event', async () => {
  const world = await startWorld(certificates)
  const stranger = await reach(world)
  stranger.write(halfGreeting)
  await world.device(dev1) // whoever came before it has been begun
  await world[Symbol.asyncDispose]()
  await ended(stranger)
  expect(world.securityEvents()).toEqual([])
})

test('a connection that was let in and ends is no failed handshake', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  await device.endAsync(true)
  const raw = await world.raw(dev1)
  raw.send(connectPacket('dev-1'))
  await raw.received('connack')
  raw.socket.destroy()
  await world.device(dev1)
  expect([world.securityEvents(), failures(world)]).toEqual([[], []])
})

async function reach(world: World): Promise<Socket> {
  const socket = connect(world.broker.address.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  return socket
}

const ended = (socket: Socket): Promise<void> => vi.waitFor(() => expect(socket.closed).toBe(true), patience)

const failures = (world: World) => world.logged.filter(({ text }) => text === 'TLS handshake failed')
