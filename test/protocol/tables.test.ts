// The tables that both programs read: faults, limits, ids, and the size of what they can become.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, encode } from '../../protocol/codec.ts'
import { examples } from '../../protocol/examples.ts'
import { faultCodes, faults } from '../../protocol/faults.ts'
import * as ids from '../../protocol/ids.ts'
import { assertLimits, limits } from '../../protocol/limits.ts'
import type { Message } from '../../protocol/messages.ts'
import { topicNames, topics } from '../../protocol/topics.ts'
import { kinds, longestFor, schemaOf, utf8 } from './arbitraries.ts'

describe('faults', () => {
  test.for(faultCodes)('%s says in both languages what it is and what to do', code => {
    const fault = faults[code]
    for (const text of [fault.text.de, fault.text.en, fault.whatToDo.de, fault.whatToDo.en])
      expect(text).toMatch(/^[A-ZÄÖÜ].{10,}[.?]$/)
    expect(fault.text.de).not.toBe(fault.text.en)
    expect(fault.whatToDo.de).not.toBe(fault.whatToDo.en)
  })

  test('no two faults read the same', () => {
    for (const language of ['de', 'en'] as const)
      expect(new Set(faultCodes.map(code => faults[code].text[language])).size).toBe(faultCodes.length)
  })
})

describe('limits', () => {
  test('the table does not contradict itself', () => {
    expect(assertLimits).not.toThrow()
  })

  test('a press of 50 ms is one, however its button is configured, and every press is confirmed within 200 ms', () => {
    expect(limits.promisedPressMs).toBe(50)
    expect(limits.confirmMsMax).toBeLessThan(limits.promisedPressMs)
    expect(limits.chatterMs).toBeLessThanOrEqual(200)
  })

  test('a silent device is a fault within 30 s, although two heartbeats may be lost', () => {
    expect(limits.silentMsDefault).toBeLessThanOrEqual(30_000)
    expect(limits.silentMsDefault).toBeGreaterThan(2 * limits.heartbeatMsDefault)
  })
})

describe('messages and topics', () => {
  test('every kind of message has its topic, and only one', () => {
    for (const kind of kinds) expect(topicNames.filter(name => topics[name].messages.includes(kind))).toHaveLength(1)
  })

  test('everything between device and gateway is signed, and nothing else', () => {
    for (const name of topicNames)
      for (const kind of topics[name].messages) {
        const isSigned = schemaOf(kind).properties?.sig !== undefined
        expect([kind, isSigned]).toEqual([kind, name.startsWith('device')])
      }
  })

  test.for(kinds)('a usual message of kind %s is far below the bound', kind => {
    expect(utf8(canonical(examples[kind])).length).toBeLessThan(limits.messageBytesMax / 4)
  })

  /** A person's `close` may have so long a note that it is refused with its reason; a program never has that choice. */
  test.for(kinds.filter(kind => kind !== 'close'))(
    'the longest message of kind %s that its schema allows fits',
    kind => {
      const message = longestFor(schemaOf(kind)) as Message
      expect(encode(message).length).toBeLessThanOrEqual(limits.messageBytesMax)
    },
  )
})

describe('ids', () => {
  const name = fc.stringMatching(new RegExp(ids.namePattern))

  test('a press id is parsed as what it was made from', () => {
    fc.assert(
      fc.property(
        name,
        fc.stringMatching(new RegExp(ids.bootPattern)),
        fc.integer({ min: 1, max: 1e10 - 1 }),
        (device, boot, sequence) => {
          const press = ids.pressId(device as ids.DeviceId, boot as ids.BootId, sequence)
          expect(ids.parsePressId(press)).toBe(press)
          expect(ids.parseAlarmId(ids.alarmOfPress(press))).toBe(press)
          expect(ids.deviceOfPress(press)).toBe(device)
        },
      ),
    )
  })

  test('no other text is an id', () => {
    const id = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(id, text => {
        const valid = /^[a-z0-9-]{1,32}$/.test(text) && !text.startsWith('-') && !text.endsWith('-')
        expect(ids.parseDeviceId(text)).toBe(valid ? text : null)
      }),
    )
    expect(ids.parseDeviceId(ids.gatewaySource)).toBeNull()
    for (const text of ['a\n', '\na', 'a b', 'a.0123456789abcdef.1'])
      for (const parse of [ids.parseDeviceId, ids.parseResponderId, ids.parseGatewayId]) expect(parse(text)).toBeNull()
    for (const text of [
      'a.0123456789abcdef.0',
      'a.0123456789abcdef.01',
      'a.0123456789ABCDEF.1',
      'a.0123456789abcdef.',
      'a.0123456789abcdef.1\n',
    ])
      expect(ids.parsePressId(text)).toBeNull()
  })
})
