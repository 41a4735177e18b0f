// What the validator says against a configuration, as problems: one for each field, each unknown field and each missing field.
import type { TLocalizedValidationError } from 'typebox/error'
import { Settings as TypeBoxSettings } from 'typebox/system'
import { namePattern } from '../ids.ts'
import { type Text, text } from '../text.ts'
import { didYouMean, type FieldPath, fieldText, foundNothing, foundText, type Problem } from './problems.ts'

/** The parts of a JSON schema that the configurations use. */
type SchemaNode = {
  /** What belongs into the field. It stands in the schema beside the shape: the schema is the documentation too. */
  readonly meaning?: Text
  readonly type?: string
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

const errorsMax = 400

/** The validator stops at eight errors by default: right for messages from outside, too few for a person's file. */
export function everyError<Errors>(find: () => Errors): Errors {
  const { maxErrors } = TypeBoxSettings.Get()
  TypeBoxSettings.Set({ maxErrors: errorsMax })
  try {
    return find()
  } finally {
    TypeBoxSettings.Set({ maxErrors })
  }
}

/**
 * @param errors of a value that does not fit its schema.
 * @param value what was found in the file.
 * @returns at least one problem: what does not fit is never taken for right.
 */
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
  return problems.size > 0 ? [...problems.values()] : [unfit([], top, value)]
}

function problemsOf(error: TLocalizedValidationError, schema: SchemaNode, value: unknown): readonly Problem[] {
  const path = pathOf(error.instancePath, value)
  const node = schemaAt(schema, path, value)
  if (node === null) return [unknownField(path, schema, value)]
  const found = valueAt(value, path)
  // Of alternatives, a group is held against the group: what is wrong within it is told on its own.
  if (['anyOf', 'const', 'type'].includes(error.keyword) && node.type === 'object' && isGroup(found)) return []
  if (error.keyword === 'additionalProperties') return [] // each unknown field has an error of its own
  if (error.keyword === 'required')
    return error.params.requiredProperties.map(name => missingField([...path, name], node.properties?.[name] ?? {}))
  return [unfit(path, node, found)]
}

const unfit = (path: FieldPath, node: SchemaNode, found: unknown): Problem => ({
  path,
  found: foundText(found),
  expected: expectedText(node),
  whatToDo: text('Den Wert berichtigen.', 'Correct it.'),
})

/** Of the outermost field on the path that its group does not know: the validator may have stopped before it came to that one. */
function unknownField(below: FieldPath, schema: SchemaNode, value: unknown): Problem {
  const depth = below.findIndex((_, index) => schemaAt(schema, below.slice(0, index + 1), value) === null)
  const path = below.slice(0, depth + 1)
  const name = String(below[depth])
  const known = Object.keys(schemaAt(schema, below.slice(0, depth), value)?.properties ?? {})
  return {
    path,
    found: text('ein unbekanntes Feld', 'an unknown field'),
    expected: oneOf(known),
    whatToDo: didYouMean(name, known, text('Das Feld entfernen.', 'Remove it.')),
  }
}

/** For a field that the schema alone cannot ask for. @param schema of what is missing. */
export const missingField = (path: FieldPath, schema: object): Problem => ({
  path,
  found: foundNothing,
  expected: expectedText(schema as SchemaNode),
  whatToDo: text('Das Feld ergänzen.', 'Add it.'),
})

/** The shape, and in brackets what it means. */
function expectedText(node: SchemaNode): Text {
  const meaning = node.meaning ?? text('', '')
  const shape = shapeText(node)
  return shape === null ? meaning : text(`${shape.de} (${meaning.de})`, `${shape.en} (${meaning.en})`)
}

const oneOf = (values: readonly string[]): Text => text(`eines von ${values.join(', ')}`, `one of ${values.join(', ')}`)

/** Null where the meaning says it all. */
function shapeText(node: SchemaNode): Text | null {
  const { minimum, maximum, minLength, maxLength, minItems = 0, maxItems } = node
  if (node.enum !== undefined) return oneOf(node.enum)
  if (node.pattern === namePattern)
    return text(
      '1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche im Inneren',
      '1 to 32 lower-case letters, digits and inner hyphens',
    )
  if (node.type === 'integer')
    return text(`eine ganze Zahl von ${minimum} bis ${maximum}`, `a whole number from ${minimum} to ${maximum}`)
  if (maxLength !== undefined)
    return text(
      `ein Text von ${minLength} bis ${maxLength} Zeichen`,
      `a text of ${minLength} to ${maxLength} characters`,
    )
  if (node.type === 'array')
    return text(`eine Liste mit ${minItems} bis ${maxItems} Einträgen`, `a list of ${minItems} to ${maxItems} entries`)
  if (node.properties === undefined) return null
  const fields = Object.keys(node.properties)
  if (fields.length === 1) return text(`das Feld ${fields[0]}`, `the field ${fields[0]}`)
  return text(`die Felder ${fields.join(', ')}`, `the fields ${fields.join(', ')}`)
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
