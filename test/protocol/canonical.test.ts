// The canonical form against facts that RFC 8785 states, and against properties that every canonical form has.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../../protocol/codec.ts'

test.for<[number, string]>([
  [Number('333333333.33333329'), '333333333.3333333'],
  [1e30, '1e+30'],
  [4.5, '4.5'],
  [2e-3, '0.002'],
  [0.000000000000000000000000001, '1e-27'],
  [1e21, '1e+21'],
  [1e20, '100000000000000000000'],
  [-0, '0'],
  [5e-324, '5e-324'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [9007199254740992, '9007199254740992'],
  [1e-7, '1e-7'],
  [1e-6, '0.000001'],
])('the number %s is written %s', ([number, text]) => {
  expect(canonical(number)).toBe(text)
})

test('members are sorted by UTF-16 code units: a surrogate pair comes before U+FB33 and after U+20AC', () => {
  const object = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  expect(canonical(object)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
})

test('texts are escaped as little as JSON allows', () => {
  expect(canonical('€$\u000f\nA\'B"\\"/\u007f')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\"/\u007f"')
})

test('literals, nesting and empty values', () => {
  expect(canonical({ b: [null, true, false, {}], a: [] })).toBe('{"a":[],"b":[null,true,false,{}]}')
  expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}')
})

test('what JSON cannot carry is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, undefined, () => 1])
    expect(() => canonical(value)).toThrow()
})

test('the canonical form means the same, and is its own canonical form', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), value => {
      const text = canonical(value)
      expect(canonical(JSON.parse(text))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('the order in which members were written does not matter, at any depth', () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([name, member]) => [name, reversed(member)]),
          )
        : value
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(canonical(reversed(value))).toBe(canonical(value))
    }),
  )
})
