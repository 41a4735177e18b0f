import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bootPattern, namePattern } from '../../protocol/ids.ts'
import { securityEventKinds } from '../../protocol/messages.ts'
import {
  filterOf,
  isFilter,
  matchesFilter,
  mayPublish,
  maySubscribe,
  parseTopic,
  prefix,
  type Role,
  roles,
  type TopicName,
  topicNames,
  topicOf,
  topics,
} from '../../protocol/topics.ts'

type Built = { readonly name: TopicName; readonly parameters: Readonly<Record<string, string>>; readonly topic: string }

const matching = (pattern: string) => fc.stringMatching(new RegExp(pattern))
const idOrClose = fc.oneof(matching(namePattern), fc.constantFrom('rathaus-1', 'wache', 'a', 'device'))
const alarm = fc
  .tuple(idOrClose, matching(bootPattern), fc.integer({ min: 1, max: 9_999_999_999 }))
  .map(([device, boot, sequence]) => `${device}.${boot}.${sequence}`)
const parameterFor = (name: string): fc.Arbitrary<string> =>
  name === 'alarm' ? alarm : name === 'event' ? fc.constantFrom(...securityEventKinds) : idOrClose

/** Any topic of the table with any ids. */
const built: fc.Arbitrary<Built> = fc.constantFrom(...topicNames).chain(name => {
  const names = [...topics[name].pattern.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter)
  const record = Object.fromEntries(names.map(parameter => [parameter, parameterFor(parameter)]))
  return fc
    .record(record, { noNullPrototype: true })
    .map(parameters => ({ name, parameters, topic: topicOf(name, parameters as never) }))
})
/** A filter made from a topic by putting wildcards in some levels and cutting some off. */
const filterFrom = (topic: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), fc.boolean(), fc.nat({ max: 6 }))
    .map(([wild, all, kept]) => {
      const levels = topic.split('/').map((level, index) => (wild[index] === true && index > 1 ? '+' : level))
      return all ? [...levels.slice(0, 2 + kept), '#'].join('/') : levels.join('/')
    })
const role = fc.constantFrom(...roles)

describe('building and parsing', () => {
  test('a built topic is parsed to what it was built from', () => {
    fc.assert(
      fc.property(built, ({ name, parameters, topic }) => {
        expect(parseTopic(topic)).toEqual({ name, parameters })
      }),
    )
  })

  test('the filter of a name matches all its topics and no topic of another name', () => {
    fc.assert(
      fc.property(built, fc.constantFrom(...topicNames), ({ name, topic }, other) => {
        expect(matchesFilter(filterOf(other), topic)).toBe(other === name)
      }),
    )
  })

  test('what is no id cannot become a topic', () => {
    for (const device of ['', '+', '#', 'a/b', 'A', 'a\u0000', 'ä', '-a', 'a'.repeat(33), '$sys', ' a'])
      expect(() => topicOf('deviceAlarm', { device })).toThrow('bad device')
  })

  test.for([
    '',
    'stillruf',
    prefix,
    `${prefix}device`,
    `${prefix}device/rathaus-1`,
    `${prefix}device/rathaus-1/alarm/`,
    `${prefix}device/rathaus-1/alarm/x`,
    `${prefix}device//alarm`,
    `${prefix}device/+/alarm`,
    `${prefix}device/RATHAUS-1/alarm`,
    `${prefix}device/rathaus-1/Alarm`,
    `${prefix}monitor/alarm/rathaus-1`,
    `${prefix}monitor/security/other`,
    'stillruf/v2/device/rathaus-1/alarm',
    '/stillruf/v1/device/rathaus-1/alarm',
    '$SYS/broker/uptime',
  ])('“%s” is no topic of ours', topic => {
    expect(parseTopic(topic)).toBeNull()
  })
})

describe('filters by the rules of MQTT 3.1.1', () => {
  test.for<[string, string, boolean]>([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['#', 'sport', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['sport', 'sports', false],
  ])('%s on %s: %s', ([filter, topic, expected]) => {
    expect(matchesFilter(filter, topic)).toBe(expected)
  })

  test('wildcards stand alone, and # stands last', () => {
    for (const filter of ['#', '+', 'sport/#', '+/tennis/#', '/+', 'sport/+/player1'])
      expect(isFilter(filter)).toBe(true)
    for (const filter of ['', 'sport#', 'sport/tennis/#/ranking', 'sport+', 'a/+b', '##', '#/'])
      expect(isFilter(filter)).toBe(false)
  })
})

describe('permissions', () => {
  const ownerIn = (each: Built, who: Role): string | undefined => each.parameters[who]

  test('whoever publishes does so under a topic that its role sends, and under its own id', () => {
    fc.assert(
      fc.property(built, role, idOrClose, (each, who, id) => {
        const allowed = topics[each.name].from === who && ownerIn(each, who) === id
        expect(mayPublish(who, id, each.topic)).toBe(allowed)
      }),
    )
  })

  test('everybody may publish their own topics, and nobody those of another id', () => {
    fc.assert(
      fc.property(built, idOrClose, (each, stranger) => {
        const { from } = topics[each.name]
        if (from === 'gateway') return
        const own = ownerIn(each, from) ?? ''
        expect(mayPublish(from, own, each.topic)).toBe(true)
        if (stranger !== own) expect(mayPublish(from, stranger, each.topic)).toBe(false)
      }),
    )
  })

  test('no publish reaches a wildcard, another version or a topic that is none', () => {
    for (const topic of [`${prefix}device/+/alarm`, `${prefix}#`, 'stillruf/v2/device/a/alarm', '', '#', '$SYS/a'])
      for (const who of roles) expect(mayPublish(who, 'a', topic)).toBe(false)
  })

  test('a monitor publishes nothing', () => {
    fc.assert(
      fc.property(built, idOrClose, (each, id) => {
        expect(mayPublish('monitor', id, each.topic)).toBe(false)
      }),
    )
  })

  test('an allowed filter matches nothing that the role may not read, nor anything of a foreign id', () => {
    fc.assert(
      fc.property(
        built.chain(each => fc.tuple(fc.constant(each), filterFrom(each.topic), role)),
        built,
        fc.boolean(),
        idOrClose,
        ([each, filter, who], other, owner, stranger) => {
          const id = owner ? (ownerIn(each, who) ?? stranger) : stranger
          if (!maySubscribe(who, id, filter)) return
          for (const reached of [each, other].filter(candidate => matchesFilter(filter, candidate.topic))) {
            expect(topics[reached.name].to).toContain(who)
            expect([undefined, id]).toContain(ownerIn(reached, who))
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('everybody may subscribe to the topics that their role reads, under their own id', () => {
    fc.assert(
      fc.property(built, role, (each, who) => {
        const readable = topics[each.name].to.includes(who)
        expect(maySubscribe(who, ownerIn(each, who) ?? 'x', each.topic)).toBe(readable)
      }),
    )
  })

  test.for<[Role, string, boolean]>([
    ['monitor', 'monitor/#', true],
    ['monitor', 'monitor/alarm/+', true],
    ['monitor', 'device/+/status', true],
    ['monitor', 'device/#', false],
    ['monitor', 'device/+/alarm', false],
    ['monitor', '#', false],
    ['monitor', '+/#', false],
    ['monitor', 'responder/+/notification', false],
    ['responder', 'responder/wache/notification', true],
    ['responder', 'responder/wache/acknowledgement', false],
    ['responder', 'responder/wache/#', false],
    ['responder', 'responder/+/notification', false],
    ['responder', 'responder/empfang/notification', false],
    ['responder', 'monitor/#', false],
    ['device', 'device/wache/receipt', true],
    ['device', 'device/wache/+', false],
    ['device', 'device/+/receipt', false],
    ['device', 'device/rathaus-1/config', false],
    ['device', 'nothing/here', false],
  ])('%s “wache” on %s: %s', ([who, filter, allowed]) => {
    expect(maySubscribe(who, 'wache', prefix + filter)).toBe(allowed)
  })

  test('a filter outside our own topics is refused', () => {
    for (const filter of ['#', '+/+/monitor/alarm/+', 'stillruf/#', '$SYS/#', '', `${prefix}monitor#`])
      for (const who of roles) expect(maySubscribe(who, 'a', filter)).toBe(false)
  })
})
