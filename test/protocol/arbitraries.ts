// Random valid messages, made from the schemas themselves, so that a new member is tried without further ado.
import fc from 'fast-check'
import { type Message, type MessageKind, messages, type SignedMessage } from '../../protocol/messages.ts'

export type Schema = {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly pattern?: string
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly maxItems?: number
}

export const kinds = Object.keys(messages) as readonly MessageKind[]
export const schemaOf = (kind: MessageKind): Schema => JSON.parse(JSON.stringify(messages[kind]))
export const signedKinds = kinds.filter(kind => schemaOf(kind).properties?.sig !== undefined)

/** Any value that the schema allows, with texts and lists short enough that a message fits into its bound. */
export function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valueFor))
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern))
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? Number.MAX_SAFE_INTEGER })
    case 'string':
      return fc.string({ unit: 'binary', maxLength: Math.min(schema.maxLength ?? 60, 60) })
    case 'array':
      return fc.array(valueFor(schema.items ?? {}), { maxLength: 3 })
    case 'object':
      return objectOf(schema)
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`)
  }
}

function objectOf(schema: Schema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, member]) => [name, valueFor(member)]),
  )
  return fc.record(members, { requiredKeys: [...(schema.required ?? [])], noNullPrototype: true })
}

/** As long as the schema allows. Texts are German ones: two bytes a letter; ids and subjects have one. */
export function longestFor(schema: Schema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return longest(schema.enum)
  if (schema.anyOf !== undefined) return longest(schema.anyOf.map(each => longestFor(each)))
  if (schema.pattern !== undefined) return longestMatch(schema.pattern)
  switch (schema.type) {
    case 'integer':
      return schema.maximum ?? Number.MAX_SAFE_INTEGER
    case 'string':
      return (name === 'subject' ? 's' : 'ü').repeat(schema.maxLength ?? 0)
    case 'array':
      return Array.from({ length: schema.maxItems ?? 0 }, () => longestFor(schema.items ?? {}))
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([member, each]) => [member, longestFor(each, member)]),
      )
    default:
      return schema.type === 'boolean' ? false : null
  }
}

const longest = (values: readonly unknown[]): unknown =>
  values.toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)[0]

function longestMatch(pattern: string): string {
  const candidates = ['n'.repeat(32), '0'.repeat(16), `${'n'.repeat(32)}.${'0'.repeat(16)}.1234567890`, 'A'.repeat(86)]
  const found = candidates.find(candidate => new RegExp(pattern).test(candidate))
  if (found === undefined) throw new Error(`no candidate for ${pattern}`)
  return found
}

export const messageOf = (kind: MessageKind): fc.Arbitrary<Message> => valueFor(schemaOf(kind)) as fc.Arbitrary<Message>
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(...kinds.map(messageOf))
export const anySigned: fc.Arbitrary<SignedMessage> = fc.oneof(
  ...signedKinds.map(messageOf),
) as fc.Arbitrary<SignedMessage>

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
