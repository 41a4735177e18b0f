import { generateKeyPairSync, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, decode, encode, isAuthentic, type Sign, signed, type Verify } from '../../protocol/codec.ts'
import { examplePublicKey, examples } from '../../protocol/examples.ts'
import type { SignedMessage } from '../../protocol/messages.ts'
import { derSignature, rawSignature } from '../../protocol/signature.ts'
import { anySigned, type Schema, schemaOf, signedKinds, valueFor } from './arbitraries.ts'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sign: Sign = bytes =>
  signBytes('sha256', bytes, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
const verifyWith =
  (key: Parameters<typeof verifyBytes>[2] & object): Verify =>
  (bytes, signature) =>
    verifyBytes('sha256', bytes, { ...key, dsaEncoding: 'ieee-p1363' } as never, Buffer.from(signature, 'base64url'))
const verify = verifyWith({ key: keys.publicKey } as never)

const resigned = ({ sig: _, ...rest }: SignedMessage): SignedMessage => signed(rest as never, sign)

test('a signed message is authentic after its way over the wire, and for no other key', () => {
  const foreign = verifyWith({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey } as never)
  fc.assert(
    fc.property(anySigned, message => {
      const decoded = decode(encode(resigned(message)), signedKinds)
      if (!decoded.ok) return expect(decoded).toBe('decoded')
      const received = decoded.message as SignedMessage
      expect(isAuthentic(received, verify)).toBe(true)
      expect(isAuthentic(received, foreign)).toBe(false)
    }),
  )
})

test('a change of any member, however deep, breaks the signature', () => {
  fc.assert(
    fc.property(
      anySigned.chain(message => fc.tuple(fc.constant(message), changeOf(schemaOf(message.kind)))),
      ([message, change]) => {
        const original = resigned(message)
        const changed = change(original) as SignedMessage
        fc.pre(canonical({ ...changed, sig: '' }) !== canonical({ ...original, sig: '' }))
        expect(isAuthentic(changed, verify)).toBe(false)
      },
    ),
    { numRuns: 400 },
  )
})

test('a change of any character of the signature breaks it', () => {
  const original = resigned(examples.status)
  fc.assert(
    fc.property(fc.nat({ max: 84 }), fc.constantFrom(...'ABCDwxyz0189_-'), (position, character) => {
      const sig = original.sig.slice(0, position) + character + original.sig.slice(position + 1)
      expect(isAuthentic({ ...original, sig }, verify)).toBe(sig === original.sig)
    }),
  )
})

test('a signature of one kind does not pass for another kind', () => {
  const { sig } = resigned(examples.alarm)
  expect(isAuthentic({ ...examples.testAlarm, sig }, verify)).toBe(false)
  expect(isAuthentic({ ...examples.alarm, kind: 'testAlarm', sig }, verify)).toBe(false)
})

test.for(signedKinds)('the published example of %s verifies with the published key', kind => {
  const example = examples[kind] as SignedMessage
  expect(isAuthentic(example, verifyWith({ key: examplePublicKey } as never))).toBe(true)
})

const { privateKey, publicKey } = keys
const aBytes = fc.uint8Array({ maxLength: 300 })

test('both forms of a signature are the same one, to Node too', () => {
  fc.assert(
    fc.property(aBytes, bytes => {
      const raw = signBytes('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      expect(verifyBytes('sha256', bytes, publicKey, derSignature(raw))).toBe(true)
      const der = signBytes('sha256', bytes, privateKey)
      const own = rawSignature(der)
      expect(verifyBytes('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, own)).toBe(true)
      expect(derSignature(own)).toEqual(new Uint8Array(der))
    }),
    { numRuns: 1000 },
  )
})

test('numbers of every length survive the way to DER and back', () => {
  const aNumber = fc
    .tuple(fc.nat({ max: 32 }), fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(([zeros, bytes]) => bytes.fill(0, 0, zeros))
  fc.assert(
    fc.property(aNumber, aNumber, (r, s) => {
      const raw = Uint8Array.of(...r, ...s)
      expect(rawSignature(derSignature(raw))).toEqual(raw)
    }),
  )
})

test('bytes that are no signature are refused, never thrown at', () => {
  fc.assert(
    fc.property(aBytes, bytes => {
      expect(verifyBytes('sha256', Buffer.from('a'), publicKey, derSignature(bytes))).toBe(false)
    }),
  )
})

/** A function that gives one member of a message, at any depth, another valid value. */
function changeOf(schema: Schema): fc.Arbitrary<(value: unknown) => unknown> {
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties).filter(([name]) => name !== 'sig')
    return fc.constantFrom(...members).chain(([name, member]) =>
      changeOf(member).map(change => (value: unknown) => {
        const object = value as Record<string, unknown>
        return { ...object, [name]: change(object[name]) }
      }),
    )
  }
  return valueFor(schema.const === undefined ? schema : { type: 'string' }).map(value => () => value)
}
