// Who gets in, as what, and what is said about those who do not.
import { once } from 'node:events'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { beforeAll, expect, test, vi } from 'vitest'
import { createRevocationList } from '../../gateway/provisioning/authority.ts'
import { createSigner } from '../../gateway/shell/broker/verify.ts'
import { topicOf } from '../../protocol/topics.ts'
import { type Certificates, createCertificates, type DeviceParty } from './certificates.ts'
import { alarm } from './messages.ts'
import { connectPacket, passwordOf, patience, startWorld, tlsOf, type World } from './world.ts'

const alarmTopic = topicOf('deviceAlarm', { device: 'dev-1' })
const connectOfDev1 = Buffer.from('\x10\x11\0\x04MQTT\x04\x02\0\0\0\x05dev-1')
const receiptTopic = topicOf('deviceReceipt', { device: 'dev-1' })

let certificates: Certificates
let dev1: DeviceParty
beforeAll(async () => {
  certificates = await createCertificates()
  dev1 = await certificates.device('dev-1')
})

test('a certificate of another authority gets nowhere', async () => {
  await using world = await startWorld(certificates)
  const foreign = await (await createCertificates('Somebody else')).device('dev-1')
  await pressInVain(world, foreign)
  expect(world.securityEvents()).toEqual([
    expect.stringMatching(/^wrongCertificate 127\.0\.0\.1: [A-Z_]+, claiming to be “dev-1”$/),
  ])
})

test('an expired certificate gets nowhere', async () => {
  await using world = await startWorld(certificates)
  const old = await certificates.device('dev-1', { notAfter: new Date('2021-01-01') })
  await pressInVain(world, old)
  expect(world.securityEvents()).toEqual(['wrongCertificate 127.0.0.1: CERT_HAS_EXPIRED, claiming to be “dev-1”'])
})

test('the gateway’s own certificate is no device', async () => {
  await using world = await startWorld(certificates)
  await pressInVain(world, certificates.gateway)
  expect(world.securityEvents()).toEqual([
    expect.stringMatching(/^wrongCertificate 127\.0\.0\.1: [A-Z_]+, claiming to be “rathaus”$/),
  ])
})

test('a revoked certificate gets nowhere, others of the same device do', async () => {
  const revocationList = await createRevocationList(certificates.authority, [dev1.serial])
  await using world = await startWorld(certificates, { tls: { ...tlsOf(certificates), revocationList } })
  await pressInVain(world, dev1)
  expect(world.securityEvents()).toEqual([`revokedCertificate dev-1: certificate ${dev1.serial} is revoked`])
  await world.device(await certificates.device('dev-1'))
})

test('a certificate that is revoked while it is connected loses its connection, and does not come back by a resumed session', async () => {
  await using world = await startWorld(certificates)
  const other = await world.device(await certificates.device('dev-2'))
  const { socket, session } = await tlsSession(world, dev1)
  socket.write(connectOfDev1)
  await once(socket, 'data')
  const gone = once(socket, 'close')
  await world.broker.revoke(await createRevocationList(certificates.authority, [dev1.serial]))
  await gone
  const resumed = await tlsSession(world, dev1, session)
  expect(resumed.socket.isSessionReused()).toBe(true)
  if (!resumed.socket.destroyed) await once(resumed.socket, 'close')
  expect(world.securityEvents()).toEqual([`revokedCertificate dev-1: certificate ${dev1.serial} is revoked`])
  expect(other.connected).toBe(true)
})

test('a certificate that is revoked between its handshake and CONNECT gets no further', async () => {
  await using world = await startWorld(certificates)
  const { socket } = await tlsSession(world, dev1)
  await world.broker.revoke(await createRevocationList(certificates.authority, [dev1.serial]))
  socket.resume().write(connectOfDev1)
  await vi.waitFor(() => expect(socket.closed).toBe(true), { timeout: 10_000, interval: 5 })
  expect(world.securityEvents()).toEqual([])
  expect(world.logged.map(({ text }) => text)).not.toContain('connected')
})

test('a revocation list that is damaged or another authority’s is refused', async () => {
  const other = await createCertificates('Somebody else')
  const revocationList = await createRevocationList(other.authority, [dev1.serial])
  await expect(startWorld(certificates, { tls: { ...tlsOf(certificates), revocationList } })).rejects.toThrow(
    /revocation list is not signed by this gateway’s authority/,
  )
  const damaged = { ...tlsOf(certificates), revocationList: revocationList.slice(0, 200) }
  await expect(startWorld(certificates, { tls: damaged })).rejects.toThrow(/revocation list is damaged; expected/)
})

test('a device cannot connect under another device’s name', async () => {
  await using world = await startWorld(certificates)
  const dev2 = await world.device(await certificates.device('dev-2'))
  await expect(world.device(dev1, { clientId: 'dev-2' })).rejects.toMatchObject({ code: 2 })
  expect(world.securityEvents()).toEqual(['wrongCertificate dev-1: client id “dev-2” with the certificate of dev-1'])
  expect(dev2.connected).toBe(true)
})

test('a wrong password, an unknown account and an impossible one are refused alike, without the password on record', async () => {
  await using world = await startWorld(certificates)
  await expect(world.person('anna', { password: 'a guess' })).rejects.toMatchObject({ code: 4 })
  await expect(world.person('6vws9-cwvhy-r7mxx-29wec', { password: 'a guess' })).rejects.toMatchObject({ code: 4 })
  await expect(world.person('A PASSWORD!', { password: 'a guess' })).rejects.toMatchObject({ code: 4 })
  expect(world.securityEvents()).toEqual([
    'wrongPassword 127.0.0.1 (anna): user name or password is wrong',
    'wrongPassword 127.0.0.1: user name or password is wrong, unknown account',
    'wrongPassword 127.0.0.1: user name or password is wrong, unknown account',
  ])
  expect(world.of('securityObserved').map(({ detail }) => detail.de)).toEqual([
    'Benutzername oder Passwort ist falsch',
    'Benutzername oder Passwort ist falsch, unbekanntes Konto',
    'Benutzername oder Passwort ist falsch, unbekanntes Konto',
  ])
  expect(JSON.stringify([world.events, world.logged])).not.toMatch(/guess|A PASSWORD|6vws9/)
})

test('who says nothing of himself is refused', async () => {
  await using world = await startWorld(certificates)
  const nobody = await world.raw()
  nobody.send(connectPacket('nobody'))
  expect(await nobody.received('connack')).toMatchObject([{ returnCode: 5 }])
  await nobody.ended()
  expect(world.securityEvents()).toEqual(['wrongPassword 127.0.0.1: neither a certificate nor a user name'])
})

test('nobody can take over the session of a device or of another account by its client id', async () => {
  await using world = await startWorld(certificates)
  const device = await world.device(dev1)
  const anna = await world.person('anna', { clientId: 'phone' })
  await world.person('bert', { clientId: 'dev-1' })
  await world.person('bert', { clientId: 'phone' })
  await world.person('bert', { clientId: 'anna/phone' })
  await expect(world.person('anna', { clientId: 'phone', password: 'a guess' })).rejects.toMatchObject({ code: 4 })
  device.publish(alarmTopic, alarm('dev-1', 1, createSigner(dev1.key)), { qos: 0 })
  await world.seen('received')
  expect([device.connected, anna.connected]).toEqual([true, true])
})

test('a device that connects anew replaces its own old connection', async () => {
  await using world = await startWorld(certificates)
  const old = await world.raw(dev1)
  old.send(connectPacket('dev-1'))
  await old.received('connack')
  const device = await world.device(dev1)
  await old.ended()
  await device.subscribeAsync(receiptTopic, { qos: 1 })
  await world.seen('deviceConnected')
})

test.each([
  ['a device', () => dev1, connectPacket('dev-1'), topicOf('deviceStatus', { device: 'dev-2' })],
  ['a device', () => dev1, connectPacket('dev-1'), alarmTopic],
  ['a responder', () => null, connectPacket('x', 'anna'), topicOf('responderAcknowledgement', { responder: 'anna' })],
])('a will of %s on a topic that is not its own status is refused', async (_who, party, packet, topic) => {
  await using world = await startWorld(certificates)
  const client = await world.raw(party())
  client.send({ ...packet, will: { topic, payload: Buffer.from('{}') } })
  expect(await client.received('connack')).toMatchObject([{ returnCode: 5 }])
  await client.ended()
  expect(world.securityEvents()).toEqual([
    expect.stringMatching(/^foreignTopic (dev-1|127\.0\.0\.1 \(anna\)): will on stillruf/),
  ])
  expect(world.of('received')).toEqual([])
})

test('a monitor may read and nothing else', async () => {
  await using world = await startWorld(certificates)
  const monitor = await world.person('watch')
  await monitor.publishAsync(alarmTopic, alarm('dev-1', 1, createSigner(dev1.key)), { qos: 1 })
  await monitor.publishAsync(topicOf('responderAcknowledgement', { responder: 'watch' }), '{}', { qos: 1 })
  expect(world.securityEvents()).toEqual([
    'foreignTopic 127.0.0.1 (watch): publish to stillruf/v1/device/dev-1/alarm',
    'foreignTopic 127.0.0.1 (watch): publish to stillruf/v1/responder/watch/acknowledgement',
  ])
})

test('accounts that cannot be read let nobody in, and say so', async () => {
  const accounts = { authenticate: () => Promise.reject(new Error('the disk is gone')), find: () => null }
  await using world = await startWorld(certificates, { accounts })
  await expect(world.person('anna', { password: passwordOf('anna') })).rejects.toMatchObject({ code: 3 })
  expect(world.logged).toMatchObject([{ level: 'error', text: /accounts cannot be read/ }])
})

/** Connects with this certificate and publishes an alarm: the connection ends, and no alarm came in. */
async function pressInVain(world: World, party: { readonly key: string; readonly certificate: string }): Promise<void> {
  const client = await world.raw(party)
  client.send(connectPacket('dev-1'), {
    cmd: 'publish',
    topic: alarmTopic,
    payload: alarm('dev-1', 1, createSigner(dev1.key)),
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  })
  await client.ended()
  await world.seen('securityObserved')
  expect(client.packets).toEqual([])
  expect(world.of('received')).toEqual([])
}

/** A connected TLS socket with the ticket that the gateway gave it. */
async function tlsSession(world: World, party: DeviceParty, session?: Buffer) {
  const socket: TLSSocket = connectTls({
    host: '127.0.0.1',
    port: world.broker.address.port,
    ca: certificates.authority.certificate,
    key: party.key,
    cert: party.certificate,
    ...(session === undefined ? {} : { session }),
  })
  socket.on('error', () => {})
  let ticket: Buffer | null = null
  socket.on('session', given => {
    ticket = given
  })
  await once(socket, 'secureConnect')
  if (session !== undefined) return { socket, session }
  return { socket, session: await vi.waitFor(() => ticket ?? Promise.reject(new Error('no ticket yet')), patience) }
}
