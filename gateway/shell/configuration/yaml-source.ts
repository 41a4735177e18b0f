// A YAML file whose every value knows its line: a mistake is told where it stands.
import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml'

/** Keys and list positions from the top of the file to a value. */
export type FieldPath = readonly (string | number)[]

export type YamlSource = {
  readonly value: unknown
  /** Problems of the YAML itself, each with its place. */
  readonly problems: readonly string[]
  /** `gateway.yaml:12` of the field, or of the nearest one around it that exists. */
  readonly placeOf: (path: FieldPath) => string
}

/** @param file as it shall be named to people. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`
  const problems = yamlProblems(document.errors, at)
  return {
    value: problems.length > 0 ? null : plainValue(() => document.toJS({ maxAliasCount: 100 }), at(0), problems),
    problems,
    placeOf: path => at(offsetOf(document.contents, path)),
  }
}

/** After the first error of syntax the rest is guesswork and is not told; fields that stand twice are all told. */
function yamlProblems(errors: readonly YAMLError[], at: (offset: number) => string): string[] {
  const twice = errors.filter(error => error.code === 'DUPLICATE_KEY')
  const syntax = errors.filter(error => error.code !== 'DUPLICATE_KEY').sort((a, b) => a.pos[0] - b.pos[0])
  return [
    ...twice.map(
      error => `${at(error.pos[0])}: found a field a second time, expected each one once. Remove one of the two.`,
    ),
    ...syntax
      .slice(0, 1)
      .map(
        error => `${at(error.pos[0])}: found no valid YAML: ${error.message}. Check indentation, quotes and colons.`,
      ),
  ]
}

function plainValue(read: () => unknown, place: string, problems: string[]): unknown {
  try {
    return read()
  } catch {
    problems.push(`${place}: found references (*) that grow without end, expected plain values. Write them out.`)
    return null
  }
}

function offsetOf(top: unknown, path: FieldPath): number {
  let node = top
  let offset = startOf(top)
  for (const key of path) {
    const item = itemOf(node, key)
    if (item === null) break
    offset = item.offset
    node = item.value
  }
  return offset
}

function itemOf(node: unknown, key: string | number): { readonly offset: number; readonly value: unknown } | null {
  if (isSeq(node)) {
    const value = node.items[Number(key)]
    return value === undefined ? null : { offset: startOf(value), value }
  }
  if (!isMap(node)) return null
  const pair = node.items.find(
    candidate => isPair(candidate) && isScalar(candidate.key) && String(candidate.key.value) === key,
  )
  return pair === undefined ? null : { offset: startOf(pair.key), value: pair.value }
}

const startOf = (node: unknown): number => (isNode(node) ? ((node as ParsedNode).range?.[0] ?? 0) : 0)
