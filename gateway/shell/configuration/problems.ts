// Says what is wrong with a configuration: file and line, field, what was found, what is expected, what to do.
import type { TLocalizedValidationError } from 'typebox/error'
import { namePattern } from '../../../protocol/ids.ts'
import type { FieldPath, YamlSource } from './yaml-source.ts'

export type Problem = {
  readonly path: FieldPath
  readonly found: string
  readonly expected: string
  readonly whatToDo: string
}

/** `gateway.yaml:12: devices[1].site: found “x”, expected …. Do this.` */
export function problemText({ path, found, expected, whatToDo }: Problem, source: YamlSource): string {
  const field = fieldText(path)
  return `${source.placeOf(path)}: ${field === '' ? '' : `${field}: `}found ${found}, expected ${expected}. ${whatToDo}`
}

export function fieldText(path: FieldPath): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('')
}

/** A found value in words; long ones are cut. */
export function foundText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a group of fields'
  const text = String(value)
  return typeof value === 'string' ? `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”` : text
}

/** The known name that is nearest to a misspelt one, if any is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map(candidate => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : null
}

/** Levenshtein: letters to insert, delete or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}

/** The parts of a JSON schema that gateway.yaml uses. */
type SchemaNode = {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** The validator's errors as problems: one for each field, each unknown field and each missing field. */
export function schemaProblems(
  errors: readonly TLocalizedValidationError[],
  schema: object,
  value: unknown,
): readonly Problem[] {
  const top = schema as SchemaNode // a TypeBox schema is plain JSON Schema
  const problems = new Map<string, Problem>()
  for (const error of errors) {
    for (const problem of problemsOf(error, top, value)) {
      const key = fieldText(problem.path)
      if (!problems.has(key)) problems.set(key, problem)
    }
  }
  return [...problems.values()]
}

function problemsOf(error: TLocalizedValidationError, schema: SchemaNode, value: unknown): readonly Problem[] {
  const path = pathOf(error.instancePath, value)
  const node = schemaAt(schema, path, value)
  if (node === null) return [] // below an unknown field, which is told already
  const found = valueAt(value, path)
  // Of alternatives, a group is held against the group: what is wrong within it is told on its own.
  if (['anyOf', 'const', 'type'].includes(error.keyword) && node.type === 'object' && isGroup(found)) return []
  if (error.keyword === 'additionalProperties')
    return error.params.additionalProperties.map(name => unknownField([...path, name], name, node))
  if (error.keyword === 'required')
    return error.params.requiredProperties.map(name => missingField([...path, name], node.properties?.[name] ?? {}))
  return [{ path, found: foundText(found), expected: expectedText(node), whatToDo: 'Correct it.' }]
}

function unknownField(path: FieldPath, name: string, parent: SchemaNode): Problem {
  const known = Object.keys(parent.properties ?? {})
  const meant = nearest(name, known)
  return {
    path,
    found: 'an unknown field',
    expected: `one of ${known.join(', ')}`,
    whatToDo: meant === null ? 'Remove it.' : `Did you mean “${meant}”?`,
  }
}

const missingField = (path: FieldPath, node: SchemaNode): Problem => ({
  path,
  found: 'nothing',
  expected: expectedText(node),
  whatToDo: 'Add it.',
})

function expectedText(node: SchemaNode): string {
  const shape = shapeText(node)
  return shape === '' ? (node.description ?? '') : `${shape} (${node.description ?? ''})`
}

function shapeText(node: SchemaNode): string {
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`
  if (node.pattern === namePattern) return '1 to 32 lower-case letters, digits and inner hyphens'
  if (node.type === 'integer') return `a whole number from ${node.minimum} to ${node.maximum}`
  if (node.type === 'string') return `a text of ${node.minLength} to ${node.maxLength} characters`
  if (node.type === 'array') return `a list of ${node.minItems ?? 0} to ${node.maxItems} entries`
  if (node.type === 'object') return `the fields ${Object.keys(node.properties ?? {}).join(', ')}`
  return ''
}

/** JSON pointer to path; positions in lists become numbers. */
function pathOf(pointer: string, value: unknown): FieldPath {
  const path: (string | number)[] = []
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(valueAt(value, path)) ? Number(key) : key)
  }
  return path
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

const isGroup = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schema of a field; null for an unknown one. Of alternatives, the group where the file has a group. */
function schemaAt(schema: SchemaNode, path: FieldPath, value: unknown): SchemaNode | null {
  let node: SchemaNode | null = schema
  for (const [index, key] of path.entries()) {
    node = (typeof key === 'number' ? node.items : node.properties?.[key]) ?? null
    if (node === null) return null
    const found = valueAt(value, path.slice(0, index + 1))
    if (isGroup(found)) node = node.anyOf?.find(alternative => alternative.type === 'object') ?? node
  }
  return node
}
