// The two forms of an ECDSA signature over P-256. Messages carry r‖s, 64 bytes [RFC 7518 §3.4]; cryptographic libraries speak DER,
// SEQUENCE { r INTEGER, s INTEGER } [RFC 3279 §2.2.3]. Asked for r‖s, Node 24 takes 70 instead of 30 µs to sign and 113 instead of
// 80 µs to check, more from sleep, and four of them are on the way of a press: so it is asked for DER, and the bytes are moved here.

/** Of r and of s. */
const numberBytes = 32
const tag = { integer: 0x02, sequence: 0x30 } as const

/** r‖s to DER. Bytes that are no signature give DER of none, which no key accepts. */
export function derSignature(raw: Uint8Array): Uint8Array {
  const numbers = [...derInteger(raw.subarray(0, numberBytes)), ...derInteger(raw.subarray(numberBytes))]
  return Uint8Array.of(tag.sequence, numbers.length, ...numbers)
}

/** DER, as a library has made it, to r‖s. */
export function rawSignature(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(2 * numberBytes)
  const r = contentAt(der, 2)
  const s = contentAt(der, 4 + r.length)
  putAtEnd(r, raw.subarray(0, numberBytes))
  putAtEnd(s, raw.subarray(numberBytes))
  return raw
}

/** The shortest form, with a leading zero where the first bit would otherwise mean a negative number [X.690 §8.3]. */
function derInteger(bytes: Uint8Array): readonly number[] {
  const first = bytes.findIndex(byte => byte !== 0)
  const digits = first === -1 ? [0] : [...bytes.subarray(first)]
  if ((digits[0] ?? 0) >= 0x80) digits.unshift(0)
  return [tag.integer, digits.length, ...digits]
}

/** What the INTEGER at this position holds. */
function contentAt(der: Uint8Array, position: number): Uint8Array {
  const length = der[position + 1] ?? 0
  return der.subarray(position + 2, position + 2 + length)
}

function putAtEnd(integer: Uint8Array, number: Uint8Array): void {
  const digits = integer.subarray(Math.max(0, integer.length - number.length)) // a leading zero is beyond the 32 bytes
  number.set(digits, number.length - digits.length)
}
