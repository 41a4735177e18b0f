// device.yaml with its lines: a mistake is told where it stands.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { type FieldPath, type Problem, problemText } from '../../protocol/command-line/problems.ts'
import { yamlReason } from '../../protocol/command-line/yaml-reason.ts'
import { type Text, text } from '../../protocol/text.ts'

export type YamlFile = {
  /** Null if there are problems. */
  readonly value: unknown
  /** Problems of the YAML itself. */
  readonly problems: readonly Text[]
  /** The problem with its place, such as `device.yaml:12`. */
  readonly told: (problem: Problem) => Text
}

/** @param file as it shall be named to people. */
export function readYaml(content: string, file: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => `${file}:${lines.linePos(offset).line}`
  let alias: number | null = null
  visit(document, {
    Alias: (_key, node) => {
      alias ??= startOf(node)
    },
  })
  const [error] = document.errors
  const problems = [
    ...(error === undefined ? [] : [invalid(place(error.pos[0]), yamlReason(error))]),
    ...(alias === null ? [] : [reference(place(alias))]),
  ]
  return {
    value: problems.length === 0 ? document.toJS() : null,
    problems,
    told: problem => problemText(place(offsetOf(document.contents, problem.path)), problem),
  }
}

const invalid = (place: string, reason: Text): Text =>
  text(
    `${place}: kein gültiges YAML: ${reason.de}. Einrückung, Anführungszeichen und Doppelpunkte prüfen.`,
    `${place}: this is no valid YAML: ${reason.en}. Check indentation, quotes and colons.`,
  )

const reference = (place: string): Text =>
  text(
    `${place}: gefunden: ein Verweis (*); erwartet: einfache Werte. Den Wert ausschreiben.`,
    `${place}: found a reference (*), expected plain values. Write the value out.`,
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
