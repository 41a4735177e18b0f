import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfiguration, readConfiguration } from '../../gateway/shell/configuration/configuration.ts'

const good = `gateway: { id: rathaus, name: Rathaus }
sites:
  - id: haupthaus
    name: Haupthaus
    zones:
      - { id: foyer, name: Foyer }
      - { id: kasse, name: Kasse }
devices:
  - id: tresen-1
    site: haupthaus
    buttons:
      - { id: links, name: Tresen links, room: Raum 1, zone: foyer }
      - { id: rechts, name: Tresen rechts, room: Raum 1, zone: kasse, policy: nacht }
responders:
  - { id: empfang, name: Empfang }
  - { id: wache, name: Sicherheitsdienst }
policies:
  - id: tag
    repeatSeconds: 60
    steps:
      - { name: Nachbarn, afterSeconds: 0, notify: [empfang] }
      - { name: Wache, afterSeconds: 30, notify: [empfang, wache] }
  - id: nacht
    repeatSeconds: 30
    steps: [{ name: Wache, afterSeconds: 0, notify: [wache] }]
defaultPolicy: tag
faults: { notify: [empfang] }
`
const path = '/etc/stillruf/gateway.yaml'

function problems(text: string): readonly string[] {
  const read = parseConfiguration(text, path)
  return read.ok ? [] : read.problems
}

/** The good file with one text in it replaced by another. */
function changed(from: string, to: string): string {
  expect(good).toContain(from)
  return good.replace(from, to)
}

test('a short file is enough: everything else has a usual value', () => {
  const read = parseConfiguration(good, path)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  expect(read.configuration).toMatchObject({
    language: 'de',
    silentMs: 30_000,
    defaultPolicy: 'tag',
    faultResponders: ['empfang'],
    devices: [
      {
        id: 'tresen-1',
        heartbeatMs: 10_000,
        indicator: 'off',
        buttons: [
          { id: 'links', policy: 'tag' },
          { id: 'rechts', policy: 'nacht' },
        ],
      },
    ],
    policies: [{ id: 'tag', repeatMs: 60_000, steps: [{ afterMs: 0 }, { afterMs: 30_000 }] }, { id: 'nacht' }],
  })
  expect(read.configuration.incidentLevels.map(({ level }) => level)).toEqual([0, 1, 2, 3])
  expect(read.settings).toEqual({
    gateway: 'rathaus',
    data: '/etc/stillruf/data',
    mqtt: { address: '0.0.0.0', port: 8883 },
    console: { address: '127.0.0.1', port: 8080, tls: null },
    tls: {
      authority: '/etc/stillruf/data/authority.pem',
      certificate: '/etc/stillruf/data/gateway-certificate.pem',
      key: '/etc/stillruf/data/gateway-key.pem',
      revoked: '/etc/stillruf/data/revoked.pem',
    },
  })
})

test('the version follows the content', () => {
  const version = (text: string) => {
    const read = parseConfiguration(text, path)
    return read.ok ? read.configuration.version : null
  }
  expect(version(good)).toMatch(/^[0-9a-f]{16}$/)
  expect(version(good)).toBe(version(good))
  expect(version(changed('Raum 1', 'Raum 2'))).not.toBe(version(good))
})

test('every value can be set', () => {
  const read = parseConfiguration(
    `${good}language: en
data: /var/lib/stillruf
mqtt: { address: 192.0.2.7, port: 18883 }
console: { address: 0.0.0.0, port: 443, tls: { certificate: web.pem, key: web-key.pem } }
tls: { authority: other.pem }
supervision: { silentAfterSeconds: 45 }
incidentLevels: [{ level: 2, de: Gewalt, en: Violence }]
`,
    path,
    '/srv/data',
  )
  if (!read.ok) throw new Error(read.problems.join('\n'))
  expect(read.configuration).toMatchObject({
    language: 'en',
    silentMs: 45_000,
    incidentLevels: [{ level: 2, text: { de: 'Gewalt', en: 'Violence' } }],
  })
  expect(read.settings).toMatchObject({
    data: '/srv/data',
    mqtt: { address: '192.0.2.7', port: 18883 },
    console: { port: 443, tls: { certificate: '/etc/stillruf/web.pem', key: '/etc/stillruf/web-key.pem' } },
    tls: { authority: '/etc/stillruf/other.pem', key: '/srv/data/gateway-key.pem' },
  })
})

const id = '1 to 32 lower-case letters, digits and inner hyphens'

test.each<[string, string, string]>([
  [
    'broken YAML',
    changed('sites:\n', 'sites: [\n'),
    'gateway.yaml:3: found no valid YAML: Block collections are not allowed within flow collections. Check indentation, quotes and colons.',
  ],
  [
    'a key that stands twice',
    `${good}defaultPolicy: nacht\n`,
    'gateway.yaml:28: found a field a second time, expected each one once. Remove one of the two.',
  ],
  [
    'a misspelt field',
    changed('    site: haupthaus\n', '    site: haupthaus\n    hartbeatSeconds: 5\n'),
    'gateway.yaml:11: devices[0].hartbeatSeconds: found an unknown field, expected one of id, site, heartbeatSeconds, indicator, buttons. Did you mean “heartbeatSeconds”?',
  ],
  [
    'an unknown field',
    `${good}colour: red\n`,
    'gateway.yaml:28: colour: found an unknown field, expected one of gateway, language, data, mqtt, console, tls, sites, devices, responders, policies, defaultPolicy, faults, supervision, incidentLevels. Remove it.',
  ],
  [
    'a missing field',
    changed('    site: haupthaus\n', ''),
    `gateway.yaml:9: devices[0].site: found nothing, expected ${id} (site where it is mounted). Add it.`,
  ],
  [
    'a missing group',
    changed('faults: { notify: [empfang] }\n', ''),
    'gateway.yaml:1: faults: found nothing, expected the fields notify (technical faults). Add it.',
  ],
  [
    'a wrong name',
    changed('id: tresen-1', 'id: Tresen 1'),
    `gateway.yaml:9: devices[0].id: found “Tresen 1”, expected ${id} (name of the device, as in its certificate). Correct it.`,
  ],
  [
    'a number out of range',
    changed('repeatSeconds: 60', 'repeatSeconds: 1'),
    'gateway.yaml:19: policies[0].repeatSeconds: found 1, expected a whole number from 5 to 86400 (seconds between repetitions of the last step until somebody takes the alarm). Correct it.',
  ],
  [
    'a text for a number',
    changed('repeatSeconds: 60', 'repeatSeconds: one minute'),
    'gateway.yaml:19: policies[0].repeatSeconds: found “one minute”, expected a whole number from 5 to 86400 (seconds between repetitions of the last step until somebody takes the alarm). Correct it.',
  ],
  [
    'a value that is not a choice',
    `${good}language: fr\n`,
    'gateway.yaml:28: language: found “fr”, expected one of de, en (language of texts for people without a screen of their own; de if absent). Correct it.',
  ],
  [
    'a step that tells nobody',
    changed('notify: [wache] }]', 'notify: [] }]'),
    'gateway.yaml:25: policies[1].steps[0].notify: found an empty list, expected a list of 1 to 1000 entries (the responders who are told in this step). Correct it.',
  ],
  [
    'a field where a group is expected',
    changed('gateway: { id: rathaus, name: Rathaus }', 'gateway: rathaus'),
    'gateway.yaml:1: gateway: found “rathaus”, expected the fields id, name (the gateway itself). Correct it.',
  ],
  [
    'a wrong choice of tls',
    `${good}console: { tls: maybe }\n`,
    'gateway.yaml:28: console.tls: found “maybe”, expected https: “gateway” for the gateway’s own certificate, or the files “certificate” and “key”. Correct it.',
  ],
  [
    'half a pair of key files',
    `${good}console: { tls: { certificate: web.pem } }\n`,
    'gateway.yaml:28: console.tls.key: found nothing, expected a text of 1 to 4096 characters (file of its private key (PEM), relative to gateway.yaml). Add it.',
  ],
  [
    'a name used twice',
    changed('policies:\n', '  - { id: wache, name: Pforte }\npolicies:\n'),
    'gateway.yaml:17: responders[2].id: found “wache” a second time, expected each one once. Rename or remove one of the two.',
  ],
  [
    'a button used twice on one device',
    changed('id: rechts', 'id: links'),
    'gateway.yaml:13: devices[0].buttons[1].id: found “links” a second time, expected each one once. Rename or remove one of the two.',
  ],
  [
    'a site that does not exist',
    changed('site: haupthaus', 'site: haupthas'),
    'gateway.yaml:10: devices[0].site: found “haupthas”, expected one of the sites (haupthaus). Did you mean “haupthaus”?',
  ],
  [
    'a zone of no site',
    changed('zone: foyer', 'zone: keller'),
    'gateway.yaml:12: devices[0].buttons[0].zone: found “keller”, expected one of the zones of haupthaus (foyer, kasse). Correct the name, or add an entry for it.',
  ],
  [
    'a policy that does not exist',
    changed('policy: nacht', 'policy: nachts'),
    'gateway.yaml:13: devices[0].buttons[1].policy: found “nachts”, expected one of the policies (tag, nacht). Did you mean “nacht”?',
  ],
  [
    'a default policy that does not exist',
    changed('defaultPolicy: tag', 'defaultPolicy: immer'),
    'gateway.yaml:26: defaultPolicy: found “immer”, expected one of the policies (tag, nacht). Correct the name, or add an entry for it.',
  ],
  [
    'a responder that does not exist',
    changed('faults: { notify: [empfang] }', 'faults: { notify: [empfang, technik] }'),
    'gateway.yaml:27: faults.notify[1]: found “technik”, expected one of the responders (empfang, wache). Correct the name, or add an entry for it.',
  ],
  [
    'a first step that waits',
    changed('name: Nachbarn, afterSeconds: 0', 'name: Nachbarn, afterSeconds: 5'),
    'gateway.yaml:21: policies[0].steps[0].afterSeconds: found 5, expected 0, because the first step begins with the alarm. Correct the time.',
  ],
  [
    'steps out of order',
    changed('afterSeconds: 30', 'afterSeconds: 0'),
    'gateway.yaml:22: policies[0].steps[1].afterSeconds: found 0, expected more than 0, the time of the step before. Correct the time.',
  ],
  [
    'a console open to the network without tls',
    `${good}console:\n  address: 0.0.0.0\n`,
    'gateway.yaml:29: console.address: found “0.0.0.0” without tls, expected 127.0.0.1, or tls, because passwords may not cross a network in the clear. Add “tls: gateway” under console for https with the gateway’s own certificate.',
  ],
  [
    'silence shorter than two heartbeats',
    `${good}supervision: { silentAfterSeconds: 15 }\n`,
    'gateway.yaml:28: supervision.silentAfterSeconds: found 15, expected at least 20, twice the longest heartbeatSeconds, because one lost heartbeat is not silence. Raise it, or let the devices send heartbeats more often.',
  ],
])('%s is refused in one exact sentence', (_, text, sentence) => {
  expect(problems(text)).toEqual([sentence])
})

test('an empty file and a file of another kind are refused in one sentence', () => {
  expect(problems('')).toEqual([expect.stringMatching(/^gateway.yaml:1: found nothing, expected the fields gateway, /)])
  expect(problems('- 1\n')).toEqual([
    expect.stringMatching(/^gateway.yaml:1: found a list, expected the fields gateway, /),
  ])
})

test('references that grow without end are refused', () => {
  const layers = Array.from(
    { length: 12 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
  )
  expect(problems(`a0: &a0 [x]\n${layers.join('\n')}\n`)).toEqual([
    'gateway.yaml:1: found references (*) that grow without end, expected plain values. Write them out.',
  ])
})

test('all mistakes are told at once, more than a handful too', () => {
  const devices = Array.from(
    { length: 30 },
    (_, index) => `  - { id: D${index}, site: haupthaus, buttons: [], x: 1 }\n`,
  )
  const found = problems(good.replace(/devices:\n.*responders:\n/s, `devices:\n${devices.join('')}responders:\n`))
  expect(found).toHaveLength(90)
  expect(new Set(found).size).toBe(90)
})

test('a file that cannot be read is one sentence', () => {
  expect(readConfiguration('/nowhere/gateway.yaml')).toEqual({
    ok: false,
    problems: [
      'The configuration /nowhere/gateway.yaml cannot be read: it does not exist. Name the right file with --config.',
    ],
  })
})

test('the sample town hall is a valid configuration', () => {
  const file = join(import.meta.dirname, '../townhall/gateway.yaml')
  expect(problems(readFileSync(file, 'utf8'))).toEqual([])
})
