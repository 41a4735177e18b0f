// device.yaml with its lines: says of each mistake where it stands, what was found and what is expected.
import type { TLocalizedValidationError } from 'typebox/error'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'

/** Keys and list positions from the top of the file to a value. */
export type FieldPath = readonly (string | number)[]

export type YamlFile = {
  /** Null if there are problems. */
  readonly value: unknown
  /** Problems of the YAML itself. */
  readonly problems: readonly string[]
  /** `device.yaml:12: buttons[1].id: found x, expected y. Do this.` */
  readonly problem: (path: FieldPath, found: string, expected: string, whatToDo: string) => string
}

export function readYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => `${file}:${lines.linePos(offset).line}`
  let alias: number | null = null
  visit(document, {
    Alias: (_key, node) => {
      alias ??= startOf(node)
    },
  })
  const [error] = document.errors
  const problems = [
    ...(error === undefined ? [] : [`${place(error.pos[0])}: this is no valid YAML: ${error.message}.`]),
    ...(alias === null ? [] : [`${place(alias)}: found a reference (*), expected plain values. Write the value out.`]),
  ]
  return {
    value: problems.length === 0 ? document.toJS() : null,
    problems,
    problem: (path, found, expected, whatToDo) =>
      `${place(offsetOf(document.contents, path))}: ${fieldText(path)}found ${found}, expected ${expected}. ${whatToDo}`,
  }
}

/** One sentence for each field that is missing, unknown or not as the schema says. @param at where in the file it begins */
export function schemaProblems(
  errors: readonly TLocalizedValidationError[],
  schema: object,
  source: YamlFile,
  at: FieldPath = [],
): readonly string[] {
  const problems = errors.flatMap(error => {
    const within = pathOf(error.instancePath)
    const path = [...at, ...within]
    const node = schemaAt(schema as SchemaNode, within) // a TypeBox schema is plain JSON Schema
    if (node === undefined) return [] // an unknown field, which is told where it stands
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map(name => unknownField(source, [...path, name], node))
    if (error.keyword === 'required')
      return error.params.requiredProperties.map(name => missingField(source, [...path, name], node))
    return [source.problem(path, foundText(valueAt(source.value, path)), node.description ?? '', 'Correct it.')]
  })
  return [...new Set(problems)]
}

/** The parts of a JSON schema that device.yaml uses. */
type SchemaNode = {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
}

function unknownField(source: YamlFile, path: FieldPath, node: SchemaNode): string {
  const known = Object.keys(node.properties ?? {}).join(', ')
  return source.problem(path, 'an unknown field', `one of ${known}`, 'Remove it, or correct its name.')
}

function missingField(source: YamlFile, path: FieldPath, node: SchemaNode): string {
  const expected = node.properties?.[String(path.at(-1))]?.description ?? ''
  return source.problem(path, 'nothing', expected, 'Add it.')
}

function fieldText(path: FieldPath): string {
  const text = path.map(key => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  return text === '' ? '' : `${text.slice(1)}: `
}

function foundText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a group of fields'
  return typeof value === 'string' ? `“${value.slice(0, 60)}”` : String(value)
}

/** A JSON pointer, with positions of lists as numbers: no field of the file is named by digits. */
const pathOf = (pointer: string): FieldPath =>
  pointer
    .split('/')
    .slice(1)
    .map(key => (/^\d+$/.test(key) ? Number(key) : key))

const schemaAt = (schema: SchemaNode, path: FieldPath): SchemaNode | undefined =>
  path.reduce<SchemaNode | undefined>(
    (node, key) => (typeof key === 'number' ? node?.items : node?.properties?.[key]),
    schema,
  )

const valueAt = (value: unknown, path: FieldPath): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )

/** Where the field stands, or the nearest one around it that exists. */
function offsetOf(top: unknown, path: FieldPath): number {
  let node = top
  let offset = startOf(top)
  for (const key of path) {
    const pair = isMap(node) ? node.items.find(item => isScalar(item.key) && item.key.value === key) : undefined
    const next = isSeq(node) ? node.items[Number(key)] : pair?.value
    if (next === undefined) break
    offset = startOf(pair?.key ?? next)
    node = next
  }
  return offset
}

function startOf(node: unknown): number {
  if (typeof node !== 'object' || node === null || !('range' in node)) return 0
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : 0
}
