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

export const messageOf = (kind: MessageKind): fc.Arbitrary<Message> => valueFor(schemaOf(kind)) as fc.Arbitrary<Message>
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(...kinds.map(messageOf))
export const anySigned: fc.Arbitrary<SignedMessage> = fc.oneof(
  ...signedKinds.map(messageOf),
) as fc.Arbitrary<SignedMessage>

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
