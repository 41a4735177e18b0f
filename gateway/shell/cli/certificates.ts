// The authority and the certificates in the data folder; which ones were issued and revoked stands in the database.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { systemReason } from '../../../protocol/command-line/system-reason.ts'
import type { GatewayId } from '../../../protocol/ids.ts'
import { type Text, text } from '../../../protocol/text.ts'
import {
  type Authority,
  createAuthority,
  createRevocationList,
  issueGatewayCertificate,
  ProvisioningError,
  signDeviceRequest,
} from '../../provisioning/authority.ts'
import type { KeyFiles } from '../configuration/configuration.ts'
import { databaseIn, dataFiles } from '../data-folder.ts'
import { readPair, readPem, validAuthority } from '../key-files.ts'
import { openDatabase } from '../store/database.ts'
import { usingDatabase } from '../store/database-mistakes.ts'
import { bothExist, writeWhole } from './folder.ts'
import { type PlaceOptions, placeOf } from './place.ts'
import { printLine } from './terminal.ts'

/** The authority of this data folder, made anew if there is none. */
export async function ensureAuthority(data: string, name: string): Promise<{ authority: Authority; isNew: boolean }> {
  const [certificate, key] = authorityFiles(data)
  if (bothExist(certificate, key)) return { authority: readAuthority(data), isNew: false }
  const authority = await createAuthority({ name })
  writeWhole(key, authority.key, 0o600)
  writeWhole(certificate, authority.certificate, 0o644)
  return { authority, isNew: true }
}

const authorityFiles = (data: string): readonly [string, string] => [
  join(data, dataFiles.authority),
  join(data, dataFiles.authorityKey),
]

function readAuthority(data: string): Authority {
  const [certificate, key] = authorityFiles(data)
  return validAuthority(readTexts(data, certificate, key), { certificate, key })
}

function readTexts(data: string, certificate: string, key: string): Authority {
  try {
    return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
  } catch (error) {
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Zertifizierungsstelle in ${data} ist nicht lesbar: ${reason.de}. „stillruf-gateway setup“ ausführen oder mit --data den richtigen Ordner nennen.`,
        `The authority in ${data} cannot be read: ${reason.en}. Run “stillruf-gateway setup”, or name the right folder with --data.`,
      ),
    )
  }
}

const renewalDays = 60

/**
 * A certificate of the gateway that is valid for these hosts. One that is, and stays so for some time, is kept; so is one
 * of another authority, which somebody put there on purpose. @throws StartError if that one and its key are of no use.
 */
export async function ensureGatewayCertificate(
  authority: Authority,
  files: KeyFiles,
  gateway: GatewayId,
  wanted: readonly string[],
): Promise<{ readonly hosts: readonly string[]; readonly isNew: boolean }> {
  const old = readCertificate(files)
  const missing = wanted.filter(host => old === null || !covers(old, host))
  const hosts = [...(old === null ? [] : hostsOf(old)), ...missing]
  if (old !== null && !old.checkIssued(new X509Certificate(authority.certificate))) {
    readPair(files)
    return { hosts: hostsOf(old), isNew: false }
  }
  if (old !== null && missing.length === 0 && isGood(old, files, gateway)) return { hosts, isNew: false }
  const issued = await issueGatewayCertificate(authority, { gateway, hosts })
  writeWhole(files.key, issued.key, 0o600)
  writeWhole(files.certificate, issued.certificate, 0o644)
  return { hosts, isNew: true }
}

/** Null if it is missing or damaged: a new one takes its place. */
function readCertificate({ certificate }: KeyFiles): X509Certificate | null {
  if (!existsSync(certificate)) return null
  const pem = readPem(certificate)
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

const covers = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined

function isGood(certificate: X509Certificate, { key }: KeyFiles, gateway: GatewayId): boolean {
  const daysLeft = (certificate.validToDate.getTime() - Date.now()) / (24 * 3600 * 1000)
  const hasKey = existsSync(key) && belongs(readPem(key), certificate)
  return hasKey && daysLeft > renewalDays && certificate.subject === `CN=${gateway}`
}

function belongs(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    return false // damaged: a new pair takes its place
  }
}

/** DNS names and addresses of the certificate. */
function hostsOf(certificate: X509Certificate): readonly string[] {
  const names = certificate.subjectAltName?.split(', ') ?? []
  return names.map(name => name.replace(/^(DNS|IP Address):/, ''))
}

export type SignOptions = PlaceOptions & { readonly out: string }

/** `stillruf-gateway sign`: a device's request becomes its certificate. */
export async function sign(requestPath: string, options: SignOptions): Promise<void> {
  const { data, language, configuration } = placeOf(options)
  const authority = readAuthority(data)
  const path = databaseIn(data)
  using database = openDatabase(path, 'visitor')
  const signed = await sentences(requestPath, () => signDeviceRequest(authority, readRequest(requestPath)))
  // First the note, or a certificate could be out there that nobody can revoke.
  usingDatabase(path, () =>
    database
      .prepare('INSERT INTO certificate (serial, device, issued_at) VALUES (?, ?, ?)')
      .run(signed.serial, signed.device, Date.now()),
  )
  writeWhole(options.out, signed.certificate, 0o644)
  const isKnown = configuration === null || configuration.devices.some(({ id }) => id === signed.device)
  const lines = {
    de: [
      `Zertifikat für das Gerät ${signed.device}: ${options.out}`,
      `Fingerabdruck (SHA-256): ${signed.fingerprint}`,
      ...(isKnown ? [] : [`Hinweis: ${signed.device} steht noch nicht unter „devices“ in der Konfiguration.`]),
    ],
    en: [
      `Certificate for the device ${signed.device}: ${options.out}`,
      `Fingerprint (SHA-256): ${signed.fingerprint}`,
      ...(isKnown ? [] : [`Note: ${signed.device} is not yet among the “devices” of the configuration.`]),
    ],
  }
  for (const line of lines[language]) printLine(line)
}

function readRequest(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Zertifikatsanfrage ${path} ist nicht lesbar: ${reason.de}. Die Datei nennen, die das Gerät geschrieben hat.`,
        `The certificate request ${path} cannot be read: ${reason.en}. Name the file that the device wrote.`,
      ),
    )
  }
}

async function sentences<Value>(path: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof ProvisioningError)) throw error
    throw new StartError(text(`${path}: ${error.text.de}`, `${path}: ${error.text.en}`))
  }
}

/**
 * `stillruf-gateway revoke`: these certificates no longer count. A running gateway ends their connections within seconds.
 * Database and list say the same: without a list that is signed and written, nothing is committed.
 */
export async function revoke(name: string, options: PlaceOptions): Promise<void> {
  const { data, language, settings } = placeOf(options)
  const authority = readAuthority(data)
  const path = databaseIn(data)
  using database = openDatabase(path, 'visitor')
  const found = usingDatabase(path, () => {
    database.exec('BEGIN IMMEDIATE')
    return markRevoked(database, name)
  })
  if (found.length === 0)
    throw new StartError(
      text(
        `Für „${name}“ wurde kein Zertifikat ausgestellt. Ein Gerät nennen, oder die Seriennummer eines Zertifikats, das „stillruf-gateway sign“ gemacht hat.`,
        `No certificate was issued to “${name}”. Name a device, or the serial number of a certificate that “stillruf-gateway sign” made.`,
      ),
    )
  const list = await createRevocationList(authority, revokedSerials(database))
  writeWhole(settings?.tls.revoked ?? join(data, dataFiles.revoked), list, 0o644)
  usingDatabase(path, () => database.exec('COMMIT'))
  for (const { serial, device } of found) printLine(revokedText(String(serial), String(device))[language])
}

const markRevoked = (database: DatabaseSync, name: string) =>
  database
    .prepare('UPDATE certificate SET revoked_at = coalesce(revoked_at, ?) WHERE device = ? OR serial = ? RETURNING *')
    .all(Date.now(), name, name.toUpperCase())

function revokedSerials(database: DatabaseSync): readonly string[] {
  const revoked = database.prepare('SELECT serial FROM certificate WHERE revoked_at IS NOT NULL').all()
  return revoked.map(({ serial }) => String(serial))
}

const revokedText = (serial: string, device: string): Text =>
  text(`Gesperrt: Zertifikat ${serial} des Geräts ${device}`, `Revoked: certificate ${serial} of the device ${device}`)
