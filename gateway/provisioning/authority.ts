// The gateway's own certificate authority [D9]: it vouches for the gateway towards devices and for devices towards the gateway.
// A device's key never comes here: the device sends a request, and only the certificate goes back.
import 'reflect-metadata' // the X.509 library's container needs it loaded first
import { X509Certificate as NodeCertificate, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509'
import { type DeviceId, type GatewayId, parseDeviceId } from '../../protocol/ids.ts'
import { clipped, type Text, text } from '../../protocol/text.ts'

/** Certificate and PKCS #8 key of the authority, both PEM. The key is the most precious secret of an installation. */
export type Authority = { readonly certificate: string; readonly key: string }
/** Who holds the key in `key` is the one whom `certificate` names. Both PEM. */
export type Issued = { readonly key: string; readonly certificate: string }
export type SignedRequest = {
  readonly device: DeviceId
  /** PEM. */
  readonly certificate: string
  /** SHA-256 of the certificate as Node writes it: `AB:CD:…`, the same text as `getPeerCertificate().fingerprint256`. */
  readonly fingerprint: string
  /** Upper-case hexadecimal, as `createRevocationList` takes it. */
  readonly serial: string
}
/** When a certificate is valid, where the usual times do not fit. */
export type Validity = { readonly notBefore?: Date; readonly notAfter?: Date }

/** A sentence for the person at the command line: what was found, what is expected, what to do. */
export class ProvisioningError extends Error {
  override readonly name = 'ProvisioningError'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const yearMs = 365.25 * 24 * 3600 * 1000
const authorityYears = 20
const gatewayYears = 2
const deviceYears = 5
const requestLengthMax = 8192
/** A board without a clock of its own may start in 1970 and must reach its gateway all the same: certificates begin with time itself. */
const beginning = new Date(0)

/** @param options.name what the certificate is called, for people: "Rathaus Lindenau". */
export async function createAuthority(options: { readonly name: string }): Promise<Authority> {
  const keys = await createKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    keys,
    name: [{ CN: [options.name] }],
    serialNumber: randomSerial(),
    signingAlgorithm: algorithm,
    ...validity(authorityYears),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) }
}

/**
 * A key and a certificate for the gateway's own TLS.
 * @param options.hosts every DNS name and IP address under which devices and responders reach it.
 */
export async function issueGatewayCertificate(
  authority: Authority,
  options: { readonly gateway: GatewayId; readonly hosts: readonly string[] } & Validity,
): Promise<Issued> {
  if (options.hosts.length === 0)
    throw new ProvisioningError(
      text(
        'Das Zertifikat der Zentrale braucht mindestens einen DNS-Namen oder eine IP-Adresse, unter der Geräte sie erreichen.',
        'The gateway’s certificate needs at least one DNS name or IP address under which devices reach it.',
      ),
    )
  const keys = await createKeys()
  const names = options.hosts.map(value => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }))
  const certificate = await issue(authority, {
    commonName: options.gateway,
    publicKey: keys.publicKey,
    usage: ExtendedKeyUsage.serverAuth,
    validity: validity(gatewayYears, options),
    extensions: [new SubjectAlternativeNameExtension(names)],
  })
  return { key: await exportKey(keys.privateKey), certificate: pem(certificate) }
}

/**
 * Turns a device's certificate request (PKCS #10, PEM) into its certificate. Nothing of the request is taken over but
 * the public key and the name, which must be a device id.
 * @throws ProvisioningError if the request is damaged, is not for a P-256 key, is not signed by that key or names no device.
 */
export async function signDeviceRequest(
  authority: Authority,
  requestPem: string,
  times: Validity = {},
): Promise<SignedRequest> {
  const request = readRequest(requestPem)
  const device = await checkedDevice(request)
  const certificate = await issue(authority, {
    commonName: device,
    publicKey: await request.publicKey.export(webcrypto as Crypto),
    usage: ExtendedKeyUsage.clientAuth,
    validity: validity(deviceYears, times),
    extensions: [],
  })
  const { fingerprint256: fingerprint, serialNumber: serial } = new NodeCertificate(pem(certificate))
  return { device, certificate: pem(certificate), fingerprint, serial }
}

/**
 * The list of certificates that no longer count, for the `crl` option of Node's TLS. It stays valid as long as the
 * authority: an outdated list would lock out every device.
 * @param serials hexadecimal, as in `SignedRequest.serial`.
 */
export async function createRevocationList(authority: Authority, serials: readonly string[]): Promise<string> {
  const issuer = new X509Certificate(authority.certificate)
  const list = await X509CrlGenerator.create({
    issuer: issuer.subjectName.toJSON(),
    thisUpdate: beginning,
    nextUpdate: issuer.notAfter,
    signingAlgorithm: algorithm,
    signingKey: await importKey(authority),
    entries: serials.map(serialNumber => ({ serialNumber, revocationDate: new Date() })),
    extensions: [await AuthorityKeyIdentifierExtension.create(issuer)],
  })
  return withNewline(PemConverter.encode(list.rawData, 'X509 CRL')) // Node reads no other label
}

type Issue = {
  readonly commonName: string
  readonly publicKey: CryptoKey
  readonly usage: ExtendedKeyUsage
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date }
  readonly extensions: readonly Extension[]
}

async function issue(authority: Authority, options: Issue): Promise<X509Certificate> {
  const issuer = new X509Certificate(authority.certificate)
  return X509CertificateGenerator.create({
    issuer: issuer.subjectName.toJSON(),
    subject: [{ CN: [options.commonName] }],
    publicKey: options.publicKey,
    signingKey: await importKey(authority),
    signingAlgorithm: algorithm,
    serialNumber: randomSerial(),
    ...options.validity,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([options.usage]),
      await SubjectKeyIdentifierExtension.create(options.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
      ...options.extensions,
    ],
  })
}

function readRequest(requestPem: string): Pkcs10CertificateRequest {
  const { length } = requestPem
  if (length > requestLengthMax)
    throw new ProvisioningError(
      text(
        `Die Zertifikatsanfrage ist ${length} Zeichen lang; ${expectedRequest.de}.`,
        `The certificate request is ${length} characters long; ${expectedRequest.en}.`,
      ),
    )
  try {
    const block = PemConverter.decodeWithHeaders(requestPem)[0]
    if (block?.type === PemConverter.CertificateRequestTag) return new Pkcs10CertificateRequest(block.rawData)
  } catch {
    // whatever the parser stumbled over, the person needs to hear the same
  }
  throw new ProvisioningError(
    text(
      `Das ist keine Zertifikatsanfrage; ${expectedRequest.de}.`,
      `This is not a certificate request; ${expectedRequest.en}.`,
    ),
  )
}

const expectedRequest = text(
  'erwartet wird ein PEM-Block „CERTIFICATE REQUEST“, wie ihn „stillruf-device identity“ schreibt',
  'expected a PEM block “CERTIFICATE REQUEST”, as “stillruf-device identity” writes it',
)

async function checkedDevice(request: Pkcs10CertificateRequest): Promise<DeviceId> {
  const key = request.publicKey.algorithm as { readonly name: string; readonly namedCurve?: string }
  const kind = key.namedCurve ?? key.name
  if (kind !== 'P-256')
    throw new ProvisioningError(
      text(
        `Die Zertifikatsanfrage ist für einen Schlüssel der Art ${kind}; erwartet wird P-256. „stillruf-device identity“ macht eine neue.`,
        `The certificate request is for a key of kind ${kind}; expected P-256. Make a new one with “stillruf-device identity”.`,
      ),
    )
  const names = request.subjectName.getField('CN')
  const named = clipped(names.join(', '), 64)
  const device = names.length === 1 ? parseDeviceId(names[0] ?? '') : null
  if (device === null)
    throw new ProvisioningError(
      text(
        `Die Zertifikatsanfrage nennt „${named}“; erwartet wird der Name eines Geräts: Kleinbuchstaben, Ziffern und Bindestriche im Inneren, höchstens 32 Zeichen, und nicht „gateway“, denn so heißt die Zentrale selbst.`,
        `The certificate request names “${named}”; expected one device id: lower-case letters, digits and inner hyphens, at most 32 characters, and not “gateway”, which is the gateway itself.`,
      ),
    )
  if (!(await isSigned(request)))
    throw new ProvisioningError(
      text(
        `Die Zertifikatsanfrage von ${device} ist nicht mit dem eigenen Schlüssel unterschrieben: Sie wurde unterwegs beschädigt oder verändert. Sie noch einmal vom Gerät kopieren.`,
        `The certificate request of ${device} is not signed by its own key: it was damaged or changed on the way. Copy it again from the device.`,
      ),
    )
  return device
}

async function isSigned(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify(webcrypto as Crypto)
  } catch {
    return false // a signature that cannot even be read is no signature
  }
}

const createKeys = async (): Promise<CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>

const exportKey = async (key: CryptoKey): Promise<string> =>
  withNewline(PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag))

async function importKey(authority: Authority): Promise<CryptoKey> {
  const bytes = PemConverter.decodeFirst(authority.key)
  return webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']) as Promise<CryptoKey>
}

/** 128 bits, all random but the first two: 01, so that the number is positive and always of the same length [RFC 5280 § 4.1.2.2]. */
function randomSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

const validity = (years: number, times: Validity = {}): { readonly notBefore: Date; readonly notAfter: Date } => ({
  notBefore: times.notBefore ?? beginning,
  notAfter: times.notAfter ?? new Date(Date.now() + years * yearMs),
})

const withNewline = (text: string): string => `${text.trimEnd()}\n`
const pem = (certificate: X509Certificate): string => withNewline(certificate.toString('pem'))
