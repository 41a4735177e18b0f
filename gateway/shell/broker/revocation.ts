// Which certificates no longer count. They are looked up at every connection: OpenSSL checks a list only in a full
// handshake, not in a resumed one, and locks everybody out once the list itself is old.
import { webcrypto } from 'node:crypto'

/** Serial numbers of revoked certificates. */
export type Revoked = ReadonlySet<bigint>

export const serialOf = (hexadecimal: string): bigint => BigInt(`0x${hexadecimal}`)

/**
 * @param list PEM of the revocation list; undefined: nothing is revoked. @param authority PEM of the certificate that signed it.
 * @throws if the list is damaged or another authority's: a gateway that cannot read it must not go on as if nobody were revoked.
 */
export async function readRevocations(list: string | undefined, authority: string): Promise<Revoked> {
  if (list === undefined) return new Set()
  // Loaded here: the library takes some 20 MB that a gateway without revoked devices does not need.
  await import('reflect-metadata') // its container needs this first
  const { X509Certificate, X509Crl } = await import('@peculiar/x509')
  const whatToDo = 'Write it anew with the authority’s key.'
  const parsed = attempt(() => new X509Crl(list))
  if (parsed === null) throw new Error(`The revocation list is damaged; expected a PEM block “X509 CRL”. ${whatToDo}`)
  const publicKey = await new X509Certificate(authority).publicKey.export(webcrypto as Crypto)
  if (!(await parsed.verify({ publicKey }, webcrypto as Crypto)))
    throw new Error(`The revocation list is not signed by this gateway’s authority. ${whatToDo}`)
  return new Set(parsed.entries.map(entry => serialOf(entry.serialNumber)))
}

function attempt<Value>(parse: () => Value): Value | null {
  try {
    return parse()
  } catch {
    return null // whatever the parser stumbled over, the person needs to hear the same
  }
}
