// ES256 with the keys of certificates [D9]: the gateway signs what it sends to devices and checks what they send.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { assert } from '../../../protocol/assert.ts'
import type { Sign, Verify } from '../../../protocol/codec.ts'
import { derSignature, rawSignature } from '../../../protocol/signature.ts'

export const isP256 = (key: KeyObject): boolean => key.asymmetricKeyDetails?.namedCurve === 'prime256v1'

/** @param privateKeyPem PKCS #8. @throws if it is not a P-256 key. */
export function createSigner(privateKeyPem: string): Sign {
  const key = createPrivateKey(privateKeyPem)
  assert(isP256(key), 'signatures are made with a P-256 key')
  return bytes => Buffer.from(rawSignature(sign('sha256', bytes, key))).toString('base64url')
}

/** @param publicKey the key itself, or PEM of a key or certificate: parsed once, used for every message. @throws if it is not a P-256 key. */
export function createVerifier(publicKey: KeyObject | string): Verify {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey
  assert(isP256(key), 'signatures are checked with a P-256 key')
  return (bytes, signature) => verify('sha256', bytes, key, derSignature(Buffer.from(signature, 'base64url')))
}
