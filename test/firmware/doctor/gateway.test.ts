// The way to a gateway, against real ones: each way in which it can be wrong has its own sentence.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { type GatewayReading, judgeGateways, probeGateway } from '../../../firmware/shell/doctor/gateway.ts'
import { gatewayAddress } from '../../../firmware/shell/gateway-address.ts'
import { loadIdentity } from '../../../firmware/shell/identity.ts'
import { createAuthority, issueGatewayCertificate } from '../../../gateway/provisioning/authority.ts'
import { type GatewayId, parseGatewayId } from '../../../protocol/ids.ts'
import { same } from '../../../protocol/text.ts'
import { deviceFolder, deviceName } from '../test-device.ts'
import { TestGateway } from '../test-gateway.ts'
import { codes, said } from './machine.ts'

const authority = await createAuthority({ name: 'Test' })
const place = await deviceFolder(authority, ['mqtts://localhost:1'])
const file = (name: string): string => `${place.folder}/${name}`
const identity = await loadIdentity(
  { key: file('key.pem'), certificate: file('certificate.pem'), authority: file('authority.pem') },
  deviceName,
)
afterAll(() => place[Symbol.asyncDispose]())
const examined = async (url: string) => judgeGateways([await probeGateway(gatewayAddress(url), identity, null)])

async function listening(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: async () => void (await new Promise(resolve => server.close(resolve))) }
}

async function tlsServer(onConnection: (socket: TLSSocket) => void, hosts: readonly string[] = ['localhost']) {
  const issued = await issueGatewayCertificate(authority, {
    gateway: parseGatewayId('test') as GatewayId,
    hosts: [...hosts],
  })
  const server = createTlsServer(
    {
      key: issued.key,
      cert: issued.certificate,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    onConnection,
  )
  return listening(server)
}

describe('a gateway', () => {
  test('that answers, proves itself and keeps the connection is in order, and hears no MQTT', async () => {
    await using gateway = await TestGateway.start(authority)
    const findings = await examined(gateway.url)
    expect(codes(findings)).toEqual(['ok gateway.reachable'])
    expect(said(findings, 'de')).toContain(
      'Ob sie das Gerät in ihrer Konfiguration hat, zeigt sich, wenn das Programm läuft.',
    )
    expect(gateway.heard).toEqual([])
  })
  test('behind a closed port', async () => {
    const server = await listening(createServer())
    await server[Symbol.asyncDispose]()
    const findings = await examined(`mqtts://127.0.0.1:${server.port}`)
    expect(codes(findings)).toEqual(['failed gateway.unreachable'])
    expect(said(findings)).toContain('nothing listens there')
  })
  test('whose name nobody knows', async () => {
    expect(codes(await examined('mqtts://no-such-host.invalid:8883'))).toEqual(['failed gateway.unknownName'])
  })
  test('that is another kind of server', async () => {
    await using server = await listening(
      createServer(socket => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    expect(codes(await examined(`mqtts://127.0.0.1:${server.port}`))).toEqual(['failed gateway.noTls'])
  })
  test('whose certificate is for another name', async () => {
    await using server = await tlsServer(() => undefined, ['zentrale.example'])
    const findings = await examined(`mqtts://localhost:${server.port}`)
    expect(codes(findings)).toEqual(['failed gateway.wrongCertificate'])
    expect(said(findings)).toContain('the certificate is not valid for this address')
  })
  test('whose certificate is from another authority', async () => {
    await using gateway = await TestGateway.start(await createAuthority({ name: 'Somebody else' }))
    expect(codes(await examined(gateway.url))).toEqual(['failed gateway.wrongCertificate'])
  })
  test('that ends the connection after the handshake does not accept the device', async () => {
    await using server = await tlsServer(socket => socket.destroy())
    expect(codes(await examined(`mqtts://localhost:${server.port}`))).toEqual(['failed gateway.notAccepted'])
  })
  test('without the device’s identity is reached and no more', async () => {
    await using gateway = await TestGateway.start(authority)
    expect(codes(judgeGateways([await probeGateway(gatewayAddress(gateway.url), null, null)]))).toEqual([
      'note gateway.notExamined',
    ])
  })
})

describe('of several gateways', () => {
  const works: GatewayReading = {
    url: 'mqtts://a:8883',
    failure: null,
    tcpMs: 2,
    secured: true,
    validUntil: null,
    program: null,
  }
  const fails: GatewayReading = {
    ...works,
    url: 'mqtts://b:8883',
    failure: { step: 'tcp', code: 'ETIMEDOUT', reason: same('x') },
  }

  test('one that works is enough: the other is a note', () => {
    expect(codes(judgeGateways([works, fails]))).toEqual(['ok gateway.reachable', 'note gateway.unreachable'])
    expect(codes(judgeGateways([fails, fails]))).toEqual(['failed gateway.unreachable', 'failed gateway.unreachable'])
  })
  test('what the running program says counts more than what can be reached', () => {
    expect(codes(judgeGateways([{ ...works, program: 'down' }]))).toEqual(['failed gateway.programDown'])
    expect(
      codes(
        judgeGateways([
          { ...works, program: 'up' },
          { ...works, program: 'down' },
        ]),
      ),
    ).toEqual(['ok gateway.reachable', 'note gateway.programDown'])
    expect(codes(judgeGateways([{ ...fails, program: 'up' }]))).toEqual(['note gateway.unreachable'])
  })
  test('one whose certificate ends soon needs care', () => {
    const validUntil = new Date(Date.now() + 5 * 86_400_000)
    expect(codes(judgeGateways([{ ...works, validUntil }]))).toEqual(['note gateway.expiresSoon'])
  })
})

test('a reading holds no key', async () => {
  await using gateway = await TestGateway.start(authority)
  const reading = JSON.stringify(await probeGateway(gatewayAddress(gateway.url), identity, null))
  expect(reading).not.toContain((await readFile(file('key.pem'), 'utf8')).split('\n')[1] ?? '?')
})
