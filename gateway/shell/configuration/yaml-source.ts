// A YAML file whose every value knows its line: a mistake is told where it stands.
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import type { FieldPath } from '../../../protocol/command-line/problems.ts'
import { yamlReason } from '../../../protocol/command-line/yaml-reason.ts'
import { type Text, text } from '../../../protocol/text.ts'

export type YamlSource = {
  readonly value: unknown
  /** Problems of the YAML itself, each with its place. */
  readonly problems: readonly Text[]
  /** `gateway.yaml:12` of the field, or of the nearest one around it that exists. */
  readonly placeOf: (path: FieldPath) => string
}

/** @param file as it shall be named to people. */
export function readYaml(content: string, file: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`
  const problems = document.errors.length > 0 ? yamlProblems(document.errors, at) : undefinedAliases(document, at)
  return {
    value: problems.length > 0 ? null : plainValue(() => document.toJS({ maxAliasCount: 100 }), at(0), problems),
    problems,
    placeOf: path => at(offsetOf(document.contents, path)),
  }
}

/** After the first error of syntax the rest is guesswork and is not told; fields that stand twice are all told. */
function yamlProblems(errors: readonly YAMLError[], at: (offset: number) => string): Text[] {
  const twice = errors.filter(error => error.code === 'DUPLICATE_KEY')
  const syntax = errors.filter(error => error.code !== 'DUPLICATE_KEY').sort((a, b) => a.pos[0] - b.pos[0])
  return [
    ...twice.map(error => standsTwice(at(error.pos[0]))),
    ...syntax.slice(0, 1).map(error => invalid(at(error.pos[0]), yamlReason(error))),
  ]
}

/** Values that begin with * and refer to no & before them. */
function undefinedAliases(document: Document, at: (offset: number) => string): Text[] {
  const problems: Text[] = []
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) problems.push(undefinedAlias(at(startOf(alias)), alias.source))
    },
  })
  return problems
}

const undefinedAlias = (place: string, name: string): Text =>
  text(
    `${place}: gefunden: der Verweis *${name}; erwartet: davor ein Wert mit der Marke &${name}. Sie ergänzen, oder einen Text, der mit * beginnt, in Anführungszeichen setzen.`,
    `${place}: found the reference *${name}, expected a value marked &${name} before it. Add the mark, or put a text that begins with * in quotes.`,
  )

const standsTwice = (place: string): Text =>
  text(
    `${place}: gefunden: ein Feld zum zweiten Mal; erwartet: jedes nur einmal. Eines der beiden entfernen.`,
    `${place}: found a field a second time, expected each one once. Remove one of the two.`,
  )

const invalid = (place: string, reason: Text): Text =>
  text(
    `${place}: kein gültiges YAML: ${reason.de}. Einrückung, Anführungszeichen und Doppelpunkte prüfen.`,
    `${place}: found no valid YAML: ${reason.en}. Check indentation, quotes and colons.`,
  )

function plainValue(read: () => unknown, place: string, problems: Text[]): unknown {
  try {
    return read()
  } catch {
    problems.push(
      text(
        `${place}: gefunden: Verweise (*), die endlos wachsen; erwartet: einfache Werte. Die Werte ausschreiben.`,
        `${place}: found references (*) that grow without end, expected plain values. Write them out.`,
      ),
    )
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
