// Who a connection is: a device by its certificate [D9], a responder or monitor by name and password, and nobody else.

import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { Verify } from '../../../protocol/codec.ts'
import { type DeviceId, parseDeviceId, parseResponderId, type ResponderId } from '../../../protocol/ids.ts'
import type { SecurityEventKind } from '../../../protocol/messages.ts'
import { clipped, type Text, text } from '../../../protocol/text.ts'
import { topicOf } from '../../../protocol/topics.ts'
import type { SecurityObservation } from '../../core/model.ts'
import type { Account, Accounts } from '../ports.ts'
import type { ConnectPacket } from './packet-filter.ts'
import { type Revoked, serialOf } from './revocation.ts'
import { createVerifier, isP256 } from './verify.ts'

export type DeviceIdentity = {
  readonly role: 'device'
  readonly id: DeviceId
  /** Of the certificate. */
  readonly serial: bigint
  readonly verify: Verify
}
export type PersonIdentity = { readonly role: 'responder' | 'monitor'; readonly id: ResponderId }
export type Identity = DeviceIdentity | PersonIdentity

/**
 * Why somebody does not get in: a security event, and the CONNACK return code [MQTT 3.2.2.3]. Its source is a name only where
 * that is proved: made up ones would be as many sources as a stranger likes [S6].
 */
export type Refusal = SecurityObservation & { readonly connack: 2 | 4 | 5 }
export type Judgement<Admitted> =
  | { readonly kind: 'admitted'; readonly identity: Admitted }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** @returns null without a certificate: name and password decide then. */
export function judgeCertificate(socket: TLSSocket, revoked: Revoked, now: number): Judgement<DeviceIdentity> | null {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return null
  const name = clipped(commonName(certificate), 128)
  const id = parseDeviceId(name)
  const refuse = (detail: Text, event: SecurityEventKind = 'wrongCertificate', source = name || addressOf(socket)) =>
    refused({ event, source, account: null, detail, connack: 5 })
  if (!socket.authorized) {
    const why = clipped(String(socket.authorizationError), 100)
    const detail = text(`${why}, gibt sich als „${name}“ aus`, `${why}, claiming to be “${name}”`)
    return refuse(detail, 'wrongCertificate', addressOf(socket)) // anybody can write any name
  }
  // A resumed session is not checked again by OpenSSL: it may have outlived its certificate.
  if (certificate.validToDate.getTime() < now) return refuse(mistakes.expired)
  const serial = serialOf(certificate.serialNumber)
  if (revoked.has(serial)) return refuse(mistakes.revoked(certificate.serialNumber), 'revokedCertificate')
  if (id === null) return refuse(mistakes.noDevice)
  if (!isP256(certificate.publicKey)) return refuse(mistakes.otherKey)
  return { kind: 'admitted', identity: { role: 'device', id, serial, verify: createVerifier(certificate.publicKey) } }
}

/** A device's MQTT client id is its name, and its will is its own death. */
export function judgeDevice(device: DeviceIdentity, connect: ConnectPacket): Judgement<DeviceIdentity> {
  const refuse = (event: SecurityEventKind, detail: Text, connack: 2 | 5) =>
    refused({ event, source: device.id, account: null, detail, connack })
  if (connect.clientId !== device.id)
    return refuse('wrongCertificate', mistakes.otherClientId(connect.clientId, device.id), 2)
  if (connect.will !== null && connect.will.topic !== topicOf('deviceStatus', { device: device.id }))
    return refuse('foreignTopic', mistakes.will(connect.will.topic), 5)
  return { kind: 'admitted', identity: device }
}

/** @throws what `accounts.authenticate` throws: then nothing is known of the person. */
export async function judgePerson(
  connect: ConnectPacket,
  accounts: Accounts,
  address: string,
): Promise<Judgement<PersonIdentity>> {
  const { userName, password, will } = connect
  const refuse = (whose: ResponderId | null, detail: Text, connack: 4 | 5) =>
    refused({ event: 'wrongPassword', source: address, account: whose, detail, connack })
  if (userName === null) return refuse(null, mistakes.noName, 5)
  const id = parseResponderId(userName)
  const account = id === null ? null : await accounts.authenticate(id, password?.toString() ?? '')
  if (account === null) {
    const known = id === null ? null : accounts.find(id)
    // A name that is no account's stays out of the record: it may be a password in the wrong field.
    return known === null ? refuse(null, mistakes.unknownAccount, 4) : refuse(known.id, mistakes.wrongPassword, 4)
  }
  if (will !== null) {
    const detail = mistakes.will(will.topic)
    return refused({ event: 'foreignTopic', source: address, account: account.id, detail, connack: 5 })
  }
  return { kind: 'admitted', identity: personOf(account) }
}

/**
 * The name of the session inside the broker. Those of people are below their account's name, so that nobody can take over
 * the session of a device (whose name has no slash) or of another account.
 * @param unique for a client that leaves the name to us [MQTT-3.1.3-6].
 */
export const sessionName = (device: DeviceIdentity | null, connect: ConnectPacket, unique: string): string =>
  device?.id ?? `${connect.userName ?? ''}/${connect.clientId || unique}`

/** Who did it: a device by its proved name, everybody else by the address, and by the account that is proved. */
export const culpritOf = (
  identity: Identity | null,
  address: string,
): Pick<SecurityObservation, 'source' | 'account'> =>
  identity?.role === 'device'
    ? { source: identity.id, account: null }
    : { source: address, account: identity?.id ?? null }

export const addressOf = (socket: { readonly remoteAddress?: string | undefined }): string =>
  socket.remoteAddress ?? 'unknown address'

const refused = (refusal: Refusal) => ({ kind: 'refused', refusal }) as const

const personOf = (account: Account): PersonIdentity => ({
  role: account.role === 'monitor' ? 'monitor' : 'responder',
  id: account.id,
})

function commonName(certificate: X509Certificate): string {
  const names: unknown = certificate.toLegacyObject().subject?.CN
  return typeof names === 'string' ? names : ''
}

const mistakes = {
  expired: text('das Zertifikat ist abgelaufen', 'the certificate has expired'),
  revoked: (serial: string) => text(`das Zertifikat ${serial} ist gesperrt`, `certificate ${serial} is revoked`),
  noDevice: text('das Zertifikat nennt kein Gerät', 'the certificate names no device'),
  otherKey: text('das Zertifikat gilt nicht für einen P-256-Schlüssel', 'the certificate is not for a P-256 key'),
  otherClientId: (clientId: string, device: DeviceId) => {
    const shown = clipped(clientId, 64)
    return text(
      `Client-Kennung „${shown}“ mit dem Zertifikat von ${device}`,
      `client id “${shown}” with the certificate of ${device}`,
    )
  },
  will: (topic: string) => {
    const shown = clipped(topic, 200)
    return text(`letzter Wille auf ${shown}`, `will on ${shown}`)
  },
  noName: text('weder Zertifikat noch Benutzername', 'neither a certificate nor a user name'),
  wrongPassword: text('Benutzername oder Passwort ist falsch', 'user name or password is wrong'),
  unknownAccount: text(
    'Benutzername oder Passwort ist falsch, unbekanntes Konto',
    'user name or password is wrong, unknown account',
  ),
} as const
