// Who the device is [D9]: a P-256 key that was made here and never leaves, and the certificate that the gateway's authority
// gave for it. The same key opens connections and signs every message.
import { createPrivateKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Sign, Verify } from '../../protocol/codec.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import { derSignature, rawSignature } from '../../protocol/signature.ts'
import { type Text, text } from '../../protocol/text.ts'
import type { IdentityFiles } from './configuration.ts'

export type Identity = {
  /** PEM, for TLS. */
  readonly key: string
  readonly certificate: string
  readonly authority: string
  readonly sign: Sign
  /** What does not keep the device from running but needs care: one sentence each, for the log. */
  readonly warnings: readonly string[]
}

/** @throws StartError if a file is missing or unreadable, or if the three do not belong together and to this device. */
export async function loadIdentity(files: IdentityFiles, device: DeviceId): Promise<Identity> {
  const keyPem = await readPem(files.key, sources.key(device))
  const certificatePem = await readPem(files.certificate, sources.certificate)
  const authority = await readPem(files.authority, sources.authority)
  const key = readKey(keyPem, files.key)
  const certificate = readCertificate(certificatePem, files.certificate)
  readCertificate(authority, files.authority)
  if (!certificate.checkPrivateKey(key))
    throw new StartError(
      text(
        `Das Zertifikat ${files.certificate} gehört nicht zum Schlüssel ${files.key}. Die Anfrage dieses Geräts noch einmal signieren lassen.`,
        `The certificate ${files.certificate} does not belong to the key ${files.key}. Have the device’s own request signed again.`,
      ),
    )
  const name = certificate.subject.split('\n').find(line => line.startsWith('CN='))
  if (name !== `CN=${device}`)
    throw new StartError(
      text(
        `Das Zertifikat ${files.certificate} ist auf ${name ?? 'niemanden'} ausgestellt, erwartet wird CN=${device}. „device“ in der Konfiguration prüfen.`,
        `The certificate ${files.certificate} is made out to ${name ?? 'nobody'}, expected CN=${device}. Check “device” in the configuration.`,
      ),
    )
  return {
    key: keyPem,
    certificate: certificatePem,
    authority,
    sign: signWith(key),
    warnings: [...(await openToOthers(files.key)), ...expiry(certificate, files.certificate)],
  }
}

export const signWith =
  (key: KeyObject): Sign =>
  bytes =>
    Buffer.from(rawSignature(sign('sha256', bytes, key))).toString('base64url')

/** @param key the public key from a certificate. A key of another kind verifies nothing. */
export const verifyWith =
  (key: KeyObject): Verify =>
  (bytes, signature) =>
    key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
    verify('sha256', bytes, key, derSignature(Buffer.from(signature, 'base64url')))

/** Whence a file comes that is missing. */
const sources = {
  key: (device: DeviceId): Text =>
    text(
      `„stillruf-device identity --device ${device}“ macht sie.`,
      `“stillruf-device identity --device ${device}” makes it.`,
    ),
  certificate: text(
    'Die Zentrale macht sie aus request.csr: „stillruf-gateway sign“.',
    'The gateway makes it from request.csr: “stillruf-gateway sign”.',
  ),
  authority: text('Sie liegt im Datenordner der Zentrale.', 'It lies in the gateway’s data folder.'),
}

async function readPem(path: string, source: Text): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Datei ${path} ist nicht lesbar: ${reason.de}. ${source.de}`,
        `The file ${path} cannot be read: ${reason.en}. ${source.en}`,
      ),
    )
  }
}

function readKey(pem: string, path: string): KeyObject {
  const key = attempt(() => createPrivateKey(pem))
  if (key?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  throw new StartError(
    text(
      `Die Datei ${path} enthält keinen brauchbaren Schlüssel; erwartet wird ein privater Schlüssel P-256 in PEM. Sie wegbewegen und mit „stillruf-device identity“ einen neuen machen.`,
      `The file ${path} holds no usable key, expected a P-256 private key in PEM. Move it away and make a new one with “stillruf-device identity”.`,
    ),
  )
}

function readCertificate(pem: string, path: string): X509Certificate {
  const certificate = attempt(() => new X509Certificate(pem))
  if (certificate !== null) return certificate
  throw new StartError(
    text(
      `Die Datei ${path} enthält kein Zertifikat; erwartet wird eines in PEM. Es noch einmal von der Zentrale holen.`,
      `The file ${path} holds no certificate, expected one in PEM. Fetch it from the gateway again.`,
    ),
  )
}

function attempt<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch {
    return null // the caller says in a sentence what is wrong with the file
  }
}

async function openToOthers(path: string): Promise<string[]> {
  const { mode } = await stat(path)
  return (mode & 0o077) === 0
    ? []
    : [`The key ${path} can be read by other accounts. Correct it with: chmod 600 ${path}`]
}

/** Never a reason not to run: a board without a clock of its own does not know the date when it starts. */
function expiry(certificate: X509Certificate, path: string): string[] {
  if (certificate.validToDate.getTime() > Date.now()) return []
  return [`The certificate ${path} expired on ${certificate.validTo}: the gateway will refuse it. Have it renewed.`]
}
