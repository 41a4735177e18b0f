import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../protocol/codec.ts'
import { examples } from '../../protocol/examples.ts'
import { limits } from '../../protocol/limits.ts'
import type { Message } from '../../protocol/messages.ts'
import { anyMessage, kinds, messageOf, utf8 } from './arbitraries.ts'

const decodeAny = (bytes: Uint8Array) => decode(bytes, kinds)
const reasons = ['oversized', 'notJson', 'unknownVersion', 'unexpectedKind', 'schema']

describe('what was encoded is decoded', () => {
  test.for(kinds)('%s', kind => {
    fc.assert(
      fc.property(messageOf(kind), message => {
        expect(decode(encode(message), [kind])).toEqual({ ok: true, message })
      }),
    )
  })

  test('the same message has the same bytes, however its members are ordered', () => {
    fc.assert(
      fc.property(anyMessage, message => {
        const reversed = Object.fromEntries(Object.entries(message).reverse()) as Message
        expect(encode(reversed)).toEqual(encode(message))
      }),
    )
  })
})

describe('bounds', () => {
  const padded = (length: number): Uint8Array => utf8(JSON.stringify(examples.acknowledgement).padEnd(length, ' '))

  test('a message of exactly the greatest length is read, one byte more is not', () => {
    expect(decodeAny(padded(limits.messageBytesMax)).ok).toBe(true)
    expect(decodeAny(padded(limits.messageBytesMax + 1))).toMatchObject({ ok: false, reason: 'oversized' })
  })

  test('a program that would send more than a message may hold is told at once', () => {
    const close = { ...examples.close, note: '\u0001'.repeat(2000) }
    expect(() => encode(close)).toThrow('larger than a message may be')
  })

  test('a program that would send what breaks its schema is told at once', () => {
    expect(() => encode({ ...examples.close, outcome: 'perhaps' as 'test' })).toThrow('close breaks its schema')
  })
})

describe('hostile bytes give a reason, never an exception and never their content', () => {
  const refused = (bytes: Uint8Array) => {
    const decoded = decodeAny(bytes)
    if (decoded.ok) return expect(encode(decoded.message).length).toBeLessThanOrEqual(limits.messageBytesMax)
    expect(reasons).toContain(decoded.reason)
    for (const clause of Object.values(decoded.detail)) expect(clause.length).toBeLessThanOrEqual(220)
  }

  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), refused), { numRuns: 1000 })
  })

  test('random JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), text => refused(utf8(text))),
      { numRuns: 1000 },
    )
  })

  test('valid messages with a byte changed, added or removed', () => {
    const edit = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('change', 'insert', 'remove'))
    fc.assert(
      fc.property(anyMessage, fc.array(edit, { minLength: 1, maxLength: 4 }), (message, edits) => {
        const bytes = [...encode(message)]
        for (const [position, byte, how] of edits)
          bytes.splice(position % bytes.length, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [byte]))
        refused(Uint8Array.from(bytes.slice(0, limits.messageBytesMax)))
      }),
      { numRuns: 2000 },
    )
  })

  test('a member replaced by any JSON value is refused, unless the value is as good as the old one', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), fc.jsonValue(), (message, position, value) => {
        const names = Object.keys(message)
        const name = names[position % names.length] ?? 'v'
        refused(utf8(JSON.stringify({ ...message, [name]: value })))
      }),
      { numRuns: 1000 },
    )
  })

  test('a member that no schema names is refused, whatever it is called', () => {
    const extra = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', ''))
    fc.assert(
      fc.property(anyMessage, extra, (message, name) => {
        fc.pre(!(name in { ...message, note: '' }) || name in Object.prototype)
        const text = `${JSON.stringify(message).slice(0, -1)},${JSON.stringify(name)}:{"v":1}}`
        fc.pre(utf8(text).length <= limits.messageBytesMax)
        expect(decodeAny(utf8(text))).toMatchObject({ ok: false, reason: 'schema' })
      }),
    )
  })

  test('a missing member is refused', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, position) => {
        const names = Object.keys(message).filter(name => name !== 'note' && name !== 'fault') // may be absent
        const { [names[position % names.length] as keyof Message]: _, ...rest } = message
        expect(decodeAny(utf8(JSON.stringify(rest))).ok).toBe(false)
      }),
    )
  })

  test('a hidden prototype changes nothing and reaches nobody else', () => {
    const text = JSON.stringify(examples.alarm).replace('"contact":{', '"contact":{"__proto__":{"v":2},')
    expect(decodeAny(utf8(text))).toMatchObject({ ok: false, reason: 'schema' })
    expect('v' in {}).toBe(false)
  })

  test.for([
    ['nested arrays', '['.repeat(2000) + ']'.repeat(2000)],
    ['nested objects', `${'{"v":'.repeat(680)}1${'}'.repeat(680)}`],
    ['a nested kind', `{"v":1,"kind":${'['.repeat(1900)}${']'.repeat(1900)}}`],
    ['a nested note', `{"v":1,"kind":"close","note":${'['.repeat(1900)}${']'.repeat(1900)}}`],
    ['nothing', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['an unfinished text', '{"v":1,"kind":"alarm'],
    ['a comment', '{"v":1}//'],
  ])('%s', ([, text = '']) => {
    expect(decodeAny(utf8(text)).ok).toBe(false)
  })

  test('a version or kind that is not ours is refused with that reason', () => {
    expect(decodeAny(utf8('{"v":2,"kind":"alarm"}'))).toMatchObject({ reason: 'unknownVersion' })
    expect(decodeAny(utf8('{"v":"1","kind":"alarm"}'))).toMatchObject({ reason: 'unknownVersion' })
    expect(decodeAny(utf8('{"v":1,"kind":"hello"}'))).toMatchObject({ reason: 'unexpectedKind' })
    expect(decodeAny(utf8('{"v":1,"kind":"__proto__"}'))).toMatchObject({ reason: 'unexpectedKind' })
    expect(decode(utf8(JSON.stringify(examples.alarm)), ['receipt'])).toMatchObject({ reason: 'unexpectedKind' })
  })

  test.each([
    [{ ...examples.alarm, n: 0 }, 'alarm/n: muss mindestens 1 sein', 'alarm/n: must be >= 1'],
    [{ ...examples.alarm, n: '1' }, 'alarm/n: ist nicht vom Typ integer', 'alarm/n: must be integer'],
    [{ ...examples.alarm, sig: 'x' }, /^alarm\/sig: entspricht nicht dem Muster /, /^alarm\/sig: must match pattern /],
    [{ ...examples.alarm, n: undefined }, 'alarm: es fehlt: n', 'alarm: must have required properties n'],
    [{ ...examples.alarm, geheim: 1 }, 'alarm/…: steht nicht im Schema', 'alarm/…: schema is false'],
    [
      { ...examples.close, outcome: 'x' },
      'close/outcome: ist keiner der erlaubten Werte',
      'close/outcome: must be equal to one of the allowed values',
    ],
    [
      { ...examples.close, note: 'x'.repeat(limits.noteLengthMax + 1) },
      `close/note: darf höchstens ${limits.noteLengthMax} Zeichen haben`,
      `close/note: must not have more than ${limits.noteLengthMax} characters`,
    ],
    [{ ...examples.close, v: 2 }, 'v ist nicht 1', 'v is not 1'],
    [{ ...examples.close, kind: 'hello' }, /^kind ist keines von alarm, /, /^kind is not alarm, /],
    [[], 'kein JSON-Objekt', 'not a JSON object'],
  ])('why %o is refused is said in both languages', (message, de, en) => {
    const decoded = decodeAny(utf8(JSON.stringify(message)))
    expect(decoded.ok ? null : decoded.detail).toEqual({ de: expect.stringMatching(de), en: expect.stringMatching(en) })
  })

  test('bytes that are not UTF-8 are refused', () => {
    const [before = '', after = ''] = JSON.stringify({ ...examples.close, note: 'X' }).split('X')
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80]])
      expect(decodeAny(Uint8Array.from([...utf8(before), ...bytes, ...utf8(after)])).ok).toBe(false)
  })

  test('a lone surrogate is refused: it has no canonical form', () => {
    for (const note of ['"\\ud800"', '"\\udc00\\ud800"', '"a\\udfff"']) {
      const text = JSON.stringify({ ...examples.close, note: 'X' }).replace('"X"', note)
      expect(decodeAny(utf8(text))).toMatchObject({ ok: false, reason: 'schema' })
    }
    const paired = JSON.stringify({ ...examples.close, note: 'X' }).replace('"X"', '"\\ud83d\\ude00"')
    expect(decodeAny(utf8(paired))).toMatchObject({ ok: true, message: { note: '😀' } })
  })

  test('what a fault is about is a name: no other text gets in, however short it is', () => {
    for (const subject of ['𝄞', 'Kasse', '', 'kasse 1', 'n'.repeat(33)]) {
      const raised = { ...examples.fault, subject }
      expect(decodeAny(utf8(JSON.stringify(raised)))).toMatchObject({ ok: false, reason: 'schema' })
      const repeated = { ...examples.heartbeat, faults: [{ code: 'buttonStuck', subject }] }
      expect(decodeAny(utf8(JSON.stringify(repeated)))).toMatchObject({ ok: false, reason: 'schema' })
    }
  })

  test('numbers that JSON can write and no clock can show are refused', () => {
    for (const number of ['1e400', '-1', '1.5', '9007199254740993', '"7"', '1e16'])
      expect(decodeAny(utf8(JSON.stringify(examples.alarm).replace('"n":7', `"n":${number}`))).ok).toBe(false)
  })

  test('of a member given twice the last one counts, for the schema as for the signature', () => {
    const twice = (value: string): Uint8Array =>
      utf8(JSON.stringify(examples.close).replace(/}$/, `,"outcome":${value}}`))
    expect(decodeAny(twice('"incident"'))).toEqual({ ok: true, message: { ...examples.close, outcome: 'incident' } })
    expect(decodeAny(twice('1')).ok).toBe(false)
  })

  test('a byte order mark is no part of the message', () => {
    expect(decodeAny(Uint8Array.from([0xef, 0xbb, 0xbf, ...encode(examples.close)]))).toMatchObject({ ok: true })
  })

  test('the reason never repeats what was sent', () => {
    const secret = 'geheim1234'
    for (const name of ['note', 'alarm', 'outcome', 'kind', 'v', secret]) {
      const decoded = decodeAny(utf8(JSON.stringify({ ...examples.close, [name]: { [secret]: secret } })))
      expect(JSON.stringify(decoded)).not.toContain(secret)
      expect(decoded.ok).toBe(false)
    }
  })
})
