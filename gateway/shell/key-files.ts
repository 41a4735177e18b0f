// Reads keys, certificates and the revocation list, and watches the list: a device revoked on the command line is out at once.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import { text } from '../../protocol/text.ts'
import { readRevocations } from './broker/revocation.ts'
import { isP256 } from './broker/verify.ts'
import type { KeyFiles, Settings } from './configuration/configuration.ts'
import type { Log } from './ports.ts'

/** PEM texts. */
export type Pair = { readonly key: string; readonly certificate: string }
export type MqttKeys = Pair & { readonly authority: string; readonly revocationList?: string }

/**
 * @throws StartError if a file is missing or unreadable or is no PEM of its kind, if key and certificate do not belong
 * together, or if the revocation list is not the authority's: nobody who is revoked may come in by a damaged list.
 */
export async function readMqttKeys({ tls }: Settings): Promise<MqttKeys> {
  const authority = readPem(tls.authority)
  certificateIn(authority, tls.authority)
  const pair = readPair(tls)
  if (!isP256(keyIn(pair.key, tls.key)))
    throw new StartError(
      text(
        `Der Schlüssel ${tls.key} ist von anderer Art, erwartet wird P-256 (prime256v1). „stillruf-gateway setup“ macht einen solchen.`,
        `The key ${tls.key} is of another kind, expected P-256 (prime256v1). Make one with “stillruf-gateway setup”.`,
      ),
    )
  const revocationList = readRevocationList(tls.revoked)
  if (revocationList === null) return { ...pair, authority }
  try {
    await readRevocations(revocationList, authority)
  } catch {
    throw new StartError(
      text(
        `Die Sperrliste ${tls.revoked} ist beschädigt oder von einer anderen Zertifizierungsstelle. „stillruf-gateway revoke“ macht sie neu.`,
        `The revocation list ${tls.revoked} is damaged or of another authority. Make it again with “stillruf-gateway revoke”.`,
      ),
    )
  }
  return { ...pair, authority, revocationList }
}

/** @throws StartError as `readMqttKeys` does. */
export function readPair(files: KeyFiles): Pair {
  const pair = { certificate: readPem(files.certificate), key: readPem(files.key) }
  const certificate = certificateIn(pair.certificate, files.certificate)
  if (!certificate.checkPrivateKey(keyIn(pair.key, files.key)))
    throw new StartError(
      text(
        `Der Schlüssel ${files.key} gehört nicht zum Zertifikat ${files.certificate}. „stillruf-gateway setup“ noch einmal ausführen oder in gateway.yaml das richtige Paar nennen.`,
        `The key ${files.key} does not belong to the certificate ${files.certificate}. Run “stillruf-gateway setup” again, or name the right pair in gateway.yaml.`,
      ),
    )
  return pair
}

/** Null if there is none: nobody is revoked. @throws StartError if it is there and cannot be read. */
export function readRevocationList(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Sperrliste ${path} ist nicht lesbar: ${reason.de}. Ihre Zugriffsrechte prüfen.`,
        `The revocation list ${path} cannot be read: ${reason.en}. Check its rights.`,
      ),
    )
  }
}

/**
 * The authority as its functions need it: P-256, the key as PKCS #8, which OpenSSL does not always write.
 * @throws StartError if one of the two is none, or if they do not belong together.
 */
export function validAuthority(pem: Pair, files: KeyFiles): Pair {
  const certificate = certificateIn(pem.certificate, files.certificate)
  const key = keyIn(pem.key, files.key)
  if (!certificate.checkPrivateKey(key) || !isP256(key))
    throw new StartError(
      text(
        `Der Schlüssel ${files.key} gehört nicht zum Zertifikat ${files.certificate}, oder er ist kein P-256-Schlüssel. Beide Dateien aus derselben Sicherung zurückholen.`,
        `The key ${files.key} does not belong to the certificate ${files.certificate}, or is no P-256 key. Put both files back from the same backup.`,
      ),
    )
  return { certificate: certificate.toString(), key: String(key.export({ type: 'pkcs8', format: 'pem' })) }
}

/** @throws StartError if it is missing or unreadable. */
export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Datei ${path} ist nicht lesbar: ${reason.de}. „stillruf-gateway setup“ ausführen oder in gateway.yaml die richtige Datei nennen.`,
        `The file ${path} cannot be read: ${reason.en}. Run “stillruf-gateway setup”, or name the right file in gateway.yaml.`,
      ),
    )
  }
}

function certificateIn(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new StartError(
      text(
        `Die Datei ${path} enthält kein Zertifikat, erwartet wird ein PEM-Block „CERTIFICATE“. Die richtige Datei dorthin legen.`,
        `The file ${path} holds no certificate, expected a PEM block “CERTIFICATE”. Put the right file there.`,
      ),
    )
  }
}

function keyIn(pem: string, path: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new StartError(
      text(
        `Die Datei ${path} enthält keinen privaten Schlüssel, erwartet wird ein PEM-Block „PRIVATE KEY“. Die richtige Datei dorthin legen.`,
        `The file ${path} holds no private key, expected a PEM block “PRIVATE KEY”. Put the right file there.`,
      ),
    )
  }
}

const lookMs = 1000

/**
 * Hands every changed revocation list over until the function returned is called. A list that does not count changes nothing.
 * @param inForce the list as it was read at the start: what was revoked since then is found too.
 */
export function watchRevocations(
  path: string,
  inForce: string | null,
  revoke: (list: string) => Promise<void>,
  log: Log,
): () => void {
  let last = inForce

  async function look(): Promise<void> {
    try {
      const list = readRevocationList(path)
      if (list === null || list === last) return
      last = list
      await revoke(list)
      log.info({ path }, 'revocation list taken over')
    } catch (error) {
      log.error({ path, reason: systemReason(error).en }, 'revocation list refused, the old one stays in force')
    }
  }
  const listener = () => void look()
  watchFile(path, { interval: lookMs, persistent: false }, listener)
  // What `watchFile` finds at first it takes for unchanged, and that is read a moment after it is called.
  const first = setTimeout(listener, lookMs).unref()
  return () => {
    clearTimeout(first)
    unwatchFile(path, listener)
  }
}
