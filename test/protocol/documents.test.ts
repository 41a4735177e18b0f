// The documents of the protocol are made from its tables: here it is proved that they are fresh, valid and true.
import { readFileSync } from 'node:fs'
import asyncApi from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' }
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { asyncApiDocument, generatedFiles } from '../../protocol/asyncapi.ts'
import { decode, encode } from '../../protocol/codec.ts'
import { examples } from '../../protocol/examples.ts'
import { mayPublish, maySubscribe, topicNames } from '../../protocol/topics.ts'
import { kinds } from './arbitraries.ts'

const stored = (path: string): string => readFileSync(new URL(`../../protocol/${path}`, import.meta.url), 'utf8')
const ajv = new Ajv({ strict: false, allErrors: true })

test.for(Object.keys(generatedFiles()))('protocol/%s is what `npm run docs:protocol` writes', path => {
  expect(stored(path)).toBe(generatedFiles()[path])
})

describe('asyncapi.json', () => {
  test('is a valid AsyncAPI 3.0 document', () => {
    const validator = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false }) // brings its own draft 7
    formats.default(validator)
    const validate = validator.compile(asyncApi)
    validate(JSON.parse(stored('asyncapi.json')))
    expect(validate.errors).toBeNull()
  })

  test('every reference leads somewhere', () => {
    const document = asyncApiDocument()
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
    expect(references.length).toBeGreaterThan(2 * topicNames.length)
    const follow = (path: string): unknown =>
      path.split('/').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document)
    for (const path of references) expect([path, follow(path)]).not.toEqual([path, undefined])
  })

  test.for(kinds)('the example of %s is valid for its schema, here and for another validator', kind => {
    expect(decode(encode(examples[kind]), [kind])).toEqual({ ok: true, message: examples[kind] })
    const document = JSON.parse(stored('asyncapi.json'))
    expect(ajv.validate(document.components.messages[kind].payload, examples[kind])).toBe(true)
  })
})

describe('README.md', () => {
  const readme = stored('README.md')

  test('every mosquitto_sub it shows is allowed to its account, and every mosquitto_pub carries a valid message', () => {
    const subscriptions = [...readme.matchAll(/mosquitto_sub .*-u (\w+) .*-t '([^']+)'/g)]
    expect(
      subscriptions.map(([, account = '', filter = '']) =>
        maySubscribe(account === 'wache' ? 'responder' : 'monitor', account, filter),
      ),
    ).toEqual([true, true])
    const publishes = [...readme.matchAll(/mosquitto_pub .*-u (\w+) .*-t '([^']+)' \\\n +-m '(\{.*\})'/g)]
    expect(publishes).toHaveLength(2)
    for (const [, account = '', topic = '', text = ''] of publishes) {
      expect(mayPublish('responder', account, topic)).toBe(true)
      const bytes = new TextEncoder().encode(text.replace("'$ALARM'", examples.acknowledgement.alarm))
      expect(decode(bytes, ['acknowledgement', 'close'])).toMatchObject({ ok: true })
    }
  })

  test('every mosquitto_sub it shows comes back when its connection breaks off, where the program itself would end', () => {
    const commands = readme.split('\n').filter(line => /mosquitto_sub -/.test(line))
    expect(commands).toHaveLength(2)
    for (const command of commands) expect(command).toMatch(/^until mosquitto_sub .*; do sleep \d+; done$/)
  })

  test('the JavaScript that verifies a signature runs as it stands', async () => {
    const [, script = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? []
    const lines: unknown[] = []
    const body = script.replace(/^import .*$/m, '')
    const { verify } = await import('node:crypto')
    new Function('verify', 'console', body)(verify, { log: (line: unknown) => lines.push(line) })
    expect(lines).toEqual([true])
  })
})
