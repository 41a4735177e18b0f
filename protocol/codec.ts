// Bytes that both programs agree on: version, size, canonical form [RFC 8785] and the bytes that a signature covers.
// Keys and signing live in the shells; this file runs in a browser too.
import { Compile } from 'typebox/schema'
import { assert } from './assert.ts'
import { limits } from './limits.ts'
import { type Message, type MessageKind, type MessageOf, messages, type SignedMessage } from './messages.ts'
import { type SchemaError, schemaReason } from './schema-reason.ts'
import { type Text, text } from './text.ts'

/** Signs bytes with ES256; returns r‖s in base64url, 86 characters. */
export type Sign = (bytes: Uint8Array) => string
/** True if the base64url signature covers exactly these bytes. */
export type Verify = (bytes: Uint8Array, signature: string) => boolean

export type DecodeFailure = {
  readonly ok: false
  readonly reason: 'oversized' | 'notJson' | 'unknownVersion' | 'unexpectedKind' | 'schema'
  /** One clause for the record; never the content. */
  readonly detail: Text
}
export type Decoded<Kind extends MessageKind> = { readonly ok: true; readonly message: MessageOf<Kind> } | DecodeFailure

type Check = {
  readonly Check: (value: unknown) => boolean
  /** Whether there are none, and which. */
  readonly Errors: (value: unknown) => [boolean, readonly SchemaError[]]
}
/** Compiled when first needed: a device speaks few of the kinds, and memory is short there. */
const checks = new Map<MessageKind, Check>()

function checkOf(kind: MessageKind): Check {
  const known = checks.get(kind)
  if (known !== undefined) return known
  const check: Check = Compile(messages[kind])
  checks.set(kind, check)
  return check
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

const failure = (reason: DecodeFailure['reason'], detail: Text): DecodeFailure => ({ ok: false, reason, detail })

/** Bytes to a message of one of the expected kinds. Hostile bytes give a reason, never an exception. */
export function decode<Kind extends MessageKind>(bytes: Uint8Array, expected: readonly Kind[]): Decoded<Kind> {
  if (bytes.length > limits.messageBytesMax)
    return failure('oversized', text(`${bytes.length} Bytes`, `${bytes.length} bytes`))
  const value = parseJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failure('notJson', text('kein JSON-Objekt', 'not a JSON object'))
  if (!('v' in value) || value.v !== 1) return failure('unknownVersion', text('v ist nicht 1', 'v is not 1'))
  const kind = 'kind' in value ? expected.find(candidate => candidate === value.kind) : undefined
  if (kind === undefined) return failure('unexpectedKind', unexpectedKind(expected))
  const check = checkOf(kind)
  if (check.Check(value))
    return isWellFormed(value)
      ? { ok: true, message: value as MessageOf<Kind> }
      : failure('schema', text(`${kind}: ein Text mit einem halben Zeichen`, `${kind}: a text with a lone surrogate`))
  const [, [first]] = check.Errors(value)
  const where = `${kind}${knownPath(kind, first?.instancePath ?? '')}`
  const why = schemaReason(first)
  return failure('schema', text(`${where}: ${why.de}`, `${where}: ${why.en}`))
}

const unexpectedKind = (expected: readonly MessageKind[]): Text =>
  text(`kind ist keines von ${expected.join(', ')}`, `kind is not ${expected.join(', ')}`)

type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema }

/** The path as far as the schema names it. What follows are the sender's own words, and content is never repeated. */
function knownPath(kind: MessageKind, path: string): string {
  let schema = messages[kind] as Schema
  let known = ''
  for (const name of path.split('/').slice(1)) {
    const { properties = {}, items } = schema
    const next = Object.hasOwn(properties, name) ? properties[name] : items
    if (next === undefined) return `${known}/…`
    known += `/${name}`
    schema = next
  }
  return known
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    return null // invalid UTF-8 or JSON: the caller says so with a reason
  }
}

/** What has a lone surrogate has no canonical form, so nothing could be signed or verified. @param value checked: not deep. */
const isWellFormed = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.isWellFormed()
    : typeof value !== 'object' || value === null || Object.values(value).every(isWellFormed)

/** A message to its canonical bytes. @throws if it breaks its own schema or the size limit: a mistake in the program. */
export function encode(message: Message): Uint8Array {
  const check = checkOf(message.kind)
  assert(
    check.Check(message),
    () => `${message.kind} breaks its schema: ${JSON.stringify(check.Errors(message)[1][0])}`,
  )
  const bytes = bytesOf(message)
  assert(bytes.length <= limits.messageBytesMax, `${message.kind} is larger than a message may be`)
  return bytes
}

/** Whether a message made of texts of others is small enough to be sent. */
export const fits = (message: Message): boolean => bytesOf(message).length <= limits.messageBytesMax

const bytesOf = (message: Message): Uint8Array => encoder.encode(canonical(message))

export type Unsigned<Signed extends SignedMessage> = Signed extends SignedMessage ? Omit<Signed, 'sig'> : never

/** The message with its signature over the canonical form of everything else. */
export function signed<Signed extends SignedMessage>(message: Unsigned<Signed>, sign: Sign): Signed {
  return { ...message, sig: sign(encoder.encode(canonical(message))) } as unknown as Signed
}

/** True if `sig` covers the rest of the message. */
export function isAuthentic(message: SignedMessage, verify: Verify): boolean {
  const { sig, ...rest } = message
  return verify(encoder.encode(canonical(rest)), sig)
}

/**
 * The RFC 8785 canonical form: no white space, members sorted by UTF-16 code units, numbers and strings as ECMAScript
 * writes them. @throws for values that JSON cannot carry (NaN, lone surrogates, undefined).
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) return canonicalObject(value as Readonly<Record<string, unknown>>)
  if (typeof value === 'number') assert(Number.isFinite(value), 'JSON has no NaN and no infinity')
  if (typeof value === 'string') assert(value.isWellFormed(), 'RFC 8785 has no lone surrogates')
  const text = JSON.stringify(value)
  assert(text !== undefined, 'JSON cannot carry this value')
  return text
}

/** `sort` without a comparison orders by UTF-16 code units, as the RFC asks. */
function canonicalObject(object: Readonly<Record<string, unknown>>): string {
  let members = ''
  for (const name of Object.keys(object).sort()) {
    const value = object[name]
    if (value !== undefined) members += `${members === '' ? '' : ','}${canonical(name)}:${canonical(value)}`
  }
  return `{${members}}`
}
