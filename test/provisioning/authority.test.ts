// The authority's certificates, tried where they matter: in real TLS handshakes.
import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Authority,
  createAuthority,
  createRevocationList,
  issueGatewayCertificate,
  type SignedRequest,
  signDeviceRequest,
} from '../../gateway/provisioning/authority.ts'
import { parseGatewayId } from '../../protocol/ids.ts'
import { handshake, type Party } from './handshake.ts'
import { createRequest } from './request.ts'

const gateway = parseGatewayId('rathaus') ?? expect.fail('a gateway id')
const dayMs = 24 * 3600 * 1000

let authority: Authority
let server: Party
beforeAll(async () => {
  authority = await createAuthority({ name: 'Rathaus Lindenau' })
  server = await issueGatewayCertificate(authority, { gateway, hosts: ['127.0.0.1', 'localhost', '::1'] })
})

const deviceOf = async (
  issuer: Authority,
  times: { notBefore?: Date; notAfter?: Date } = {},
): Promise<Party & { readonly signed: SignedRequest }> => {
  const { request, key } = await createRequest('buergeramt-1')
  const signed = await signDeviceRequest(issuer, request, times)
  return { key, certificate: signed.certificate, signed }
}

describe('certificates', () => {
  test('the authority may sign certificates and revocation lists, and no further authority', () => {
    const certificate = new X509Certificate(authority.certificate)
    expect(certificate.ca).toBe(true)
    expect(certificate.subject).toBe('CN=Rathaus Lindenau')
    expect(certificate.checkIssued(certificate)).toBe(true)
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 19 * 365 * dayMs)
  })

  test('a certificate of the gateway names every host it was made for, and is no authority', () => {
    const certificate = new X509Certificate(server.certificate)
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost, IP Address:0:0:0:0:0:0:0:1')
    expect(certificate.ca).toBe(false)
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkHost('example.org')).toBeUndefined()
  })

  test('a certificate of a device carries its id, its own key, and a fingerprint as TLS reports it', async () => {
    const device = await deviceOf(authority)
    const certificate = new X509Certificate(device.certificate)
    expect(device.signed.device).toBe('buergeramt-1')
    expect(certificate.subject).toBe('CN=buergeramt-1')
    expect(device.signed.fingerprint).toBe(certificate.fingerprint256)
    expect(device.signed.serial).toMatch(/^[0-9A-F]{32}$/)
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
  })

  test('a board whose clock starts in 1970 accepts the certificate of its gateway', () => {
    expect(new X509Certificate(server.certificate).validFromDate.getTime()).toBe(0)
    expect(new X509Certificate(authority.certificate).validFromDate.getTime()).toBe(0)
  })

  test('a gateway without any host gets no certificate', async () => {
    await expect(issueGatewayCertificate(authority, { gateway, hosts: [] })).rejects.toThrow('at least one DNS name')
  })
})

describe('certificate requests', () => {
  test.for(['Lindenau', 'a b', '', '-x', 'a'.repeat(33), 'a.b', 'gateway'])(
    'the name “%s” is no device',
    async name => {
      const { request } = await createRequest(name)
      await expect(signDeviceRequest(authority, request)).rejects.toThrow('expected one device id')
    },
  )

  test('two names in one request are refused', async () => {
    const { request } = await createRequest(['a', 'b'])
    await expect(signDeviceRequest(authority, request)).rejects.toThrow('“a, b”')
  })

  test('a key of another curve is refused', async () => {
    const { request } = await createRequest('buergeramt-1', 'P-384')
    await expect(signDeviceRequest(authority, request)).rejects.toThrow('P-384; expected P-256')
  })

  test('a request that was changed on the way is refused', async () => {
    const { request } = await createRequest('buergeramt-1')
    const [, body = ''] = /-----\n([^-]+)\n-----/.exec(request) ?? []
    const bytes = Buffer.from(body, 'base64')
    const at = bytes.indexOf('buergeramt-1')
    bytes.write('buergeramt-2', at)
    const changed = request.replace(body, bytes.toString('base64'))
    await expect(signDeviceRequest(authority, changed)).rejects.toThrow('buergeramt-2 is not signed by its own key')
  })

  test.for([
    '',
    'hello',
    '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
    'x'.repeat(9000),
  ])('bytes that are no request are refused in one sentence (%#)', async text => {
    await expect(signDeviceRequest(authority, text)).rejects.toThrow(
      /^(This is not a certificate request|The certificate request is 9000 characters long); expected a PEM block/,
    )
  })

  test('a certificate in place of a request is refused', async () => {
    await expect(signDeviceRequest(authority, authority.certificate)).rejects.toThrow('not a certificate request')
  })
})

describe('TLS handshakes', () => {
  const connect = async (client: Party | null, options: { trusts?: Authority; revoked?: readonly string[] } = {}) =>
    handshake({
      server,
      client,
      serverTrusts: authority.certificate,
      clientTrusts: (options.trusts ?? authority).certificate,
      revocations: options.revoked === undefined ? null : await createRevocationList(authority, options.revoked),
    })

  test('a device and its gateway accept each other', async () => {
    const device = await deviceOf(authority)
    expect(await connect(device)).toEqual({ client: 'connected', server: device.signed.fingerprint })
  })

  test('without a certificate nobody is a device', async () => {
    expect((await connect(null)).server).toBe('noCertificate')
  })

  test('a device of another authority of the same name is refused', async () => {
    const other = await createAuthority({ name: 'Rathaus Lindenau' })
    expect((await connect(await deviceOf(other))).server).toMatch(
      /UNABLE_TO_VERIFY|CERT_SIGNATURE_FAILURE|UNABLE_TO_GET/,
    )
  })

  test('a device does not trust a gateway of another authority', async () => {
    const other = await createAuthority({ name: 'Rathaus Lindenau' })
    const result = await connect(await deviceOf(authority), { trusts: other })
    expect(result.client).toMatch(/UNABLE_TO_VERIFY|CERT_SIGNATURE_FAILURE|UNABLE_TO_GET|SELF_SIGNED/)
  })

  test('an expired certificate is refused', async () => {
    const device = await deviceOf(authority, { notAfter: new Date(Date.now() - dayMs) })
    expect((await connect(device)).server).toBe('CERT_HAS_EXPIRED')
  })

  test('a certificate that is not valid yet is refused', async () => {
    const device = await deviceOf(authority, { notBefore: new Date(Date.now() + dayMs) })
    expect((await connect(device)).server).toBe('CERT_NOT_YET_VALID')
  })

  test('a revoked certificate is refused, and only that one', async () => {
    const lost = await deviceOf(authority)
    const kept = await deviceOf(authority)
    expect((await connect(lost, { revoked: [lost.signed.serial] })).server).toBe('CERT_REVOKED')
    expect((await connect(kept, { revoked: [lost.signed.serial] })).client).toBe('connected')
    expect((await connect(kept, { revoked: [] })).client).toBe('connected')
  })

  test('a device cannot pass itself off as a gateway', async () => {
    const device = await deviceOf(authority)
    const result = await handshake({
      server: device,
      client: await deviceOf(authority),
      serverTrusts: authority.certificate,
      clientTrusts: authority.certificate,
      revocations: null,
    })
    expect(result.client).toBe('INVALID_PURPOSE')
  })

  test('a gateway’s certificate is no identity of a device', async () => {
    expect((await connect(server)).server).toBe('INVALID_PURPOSE')
  })
})
