// Makes the device's key and the request for its certificate. The key is written once and never replaced.
import 'reflect-metadata' // the X.509 library's container needs it loaded first
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import { text } from '../../protocol/text.ts'
import { isMissing } from './files.ts'
import { makeFolder } from './folder.ts'

export type MadeIdentity = { readonly key: string; readonly request: string; readonly keyIsNew: boolean }

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

/**
 * Makes `key.pem` (mode 0600, kept if it is there) and `request.csr` with the device's name in the folder.
 * @throws StartError if the folder cannot be written or the key in it is not usable.
 */
export async function makeIdentity(folder: string, device: DeviceId): Promise<MadeIdentity> {
  const key = join(folder, 'key.pem')
  const request = join(folder, 'request.csr')
  try {
    makeFolder(folder)
    const existing = await readIfThere(key)
    const pem = existing ?? (await writeNewKey(key))
    await writeFile(request, await requestFor(device, pem, key))
    return { key, request, keyIsNew: existing === null }
  } catch (error) {
    if (error instanceof StartError) throw error
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Der Ordner ${folder} ist nicht benutzbar: ${reason.de}. Mit --data einen beschreibbaren nennen.`,
        `The folder ${folder} cannot be used: ${reason.en}. Name a writable one with --data.`,
      ),
    )
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function writeNewKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(privateKey)
  await file.sync()
  return privateKey
}

async function requestFor(device: DeviceId, keyPem: string, path: string): Promise<string> {
  const keys = await importKeys(keyPem, path)
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [device] }],
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  })
  return `${request.toString('pem')}\n`
}

async function importKeys(pem: string, path: string): Promise<CryptoKeyPair> {
  try {
    const privateKey = createPrivateKey(pem)
    const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
    const open = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
    return {
      privateKey: await crypto.subtle.importKey('pkcs8', secret, algorithm, false, ['sign']),
      publicKey: await crypto.subtle.importKey('spki', open, algorithm, true, ['verify']),
    }
  } catch {
    throw new StartError(
      text(
        `Die Datei ${path} enthält keinen brauchbaren Schlüssel; erwartet wird ein privater Schlüssel P-256 in PEM. Sie wegbewegen, dann wird ein neuer gemacht.`,
        `The file ${path} holds no usable key, expected a P-256 private key in PEM. Move it away to have a new one made.`,
      ),
    )
  }
}
