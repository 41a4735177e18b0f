// The project's own files, read and parsed once: what they import, how long their functions are, what they say.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

export type Source = {
  /** Below the root, with `/`. */
  readonly path: string
  readonly lines: number
  /** The text without its comments. */
  readonly code: string
  readonly comments: string
  readonly imports: readonly Import[]
  /** Files named in strings or in HTML, as programs start each other. */
  readonly mentioned: readonly string[]
  readonly functions: readonly FunctionLength[]
  /** Types of the syntax nodes that occur. */
  readonly syntax: ReadonlySet<string>
  /** It makes nothing of its own and only passes on what others make. */
  readonly barrel: boolean
}
/** `file` below the root for an own file, `library` for everything else; `missing` if the path leads nowhere. */
export type Import =
  | { readonly kind: 'file' | 'missing'; readonly file: string }
  | { readonly kind: 'library'; readonly name: string }
/** `own`: without the lines of the functions within. */
export type FunctionLength = {
  readonly line: number
  readonly lines: number
  readonly own: number
}

type Node = {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Every file of the project, below the root: all but what tools make, as .gitignore names it. */
export const allFiles: readonly string[] = filesIn('')

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
export const sources: readonly Source[] = allFiles.filter(path => /\.tsx?$/.test(path)).map(read)
export const sourceAt = (path: string): Source | undefined => sources.find(source => source.path === path)

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = posix.join(folder, entry.name)
    if (isMade(path)) return []
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}

function isMade(path: string): boolean {
  const made = ['data', 'coverage', 'test/.out']
  return made.includes(path) || /(^|\/)(\.git|node_modules|dist|[^/]+\.log)$/.test(path)
}

function read(path: string): Source {
  const text = textOf(path)
  const { program, module, comments } = parseSync(path, text)
  const nodes = [...walk(program as unknown as Node)]
  const specifiers = [
    ...module.staticImports.map(each => each.moduleRequest.value),
    ...module.staticExports.flatMap(each => each.entries.flatMap(entry => entry.moduleRequest?.value ?? [])),
    ...nodes.flatMap(node => importedBy(node)),
  ]
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    code: comments.toReversed().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text),
    comments: comments.map(comment => comment.value).join('\n'),
    imports: specifiers.map(specifier => resolved(path, specifier)),
    mentioned: nodes.flatMap(node => filesNamed(path, node)),
    functions: nodes.flatMap(node => functionLength(node, text)),
    syntax: new Set(nodes.map(node => node.type)),
    barrel: (program as unknown as { body: Node[] }).body.every(isPassing),
  }
}

function* walk(node: Node): Generator<Node> {
  yield node
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* walk(child)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function literal(node: unknown): string | null {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : null
}

/** `import('…')` of a value or of a type. */
function importedBy(node: Node): readonly string[] {
  if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return []
  const specifier = literal(node.source)
  return specifier === null ? [] : [specifier]
}

function resolved(from: string, specifier: string): Import {
  if (!specifier.startsWith('.')) return { kind: 'library', name: specifier }
  const file = posix.join(dirname(from), specifier)
  return { kind: existsSync(join(root, file)) ? 'file' : 'missing', file }
}

function filesNamed(from: string, node: Node): readonly string[] {
  const text = literal(node)
  if (text === null || !/^[\w./-]+\.tsx?$/.test(text)) return []
  return [posix.join(dirname(from), text), posix.normalize(text)].filter(path => allFiles.includes(path))
}

function functionLength(node: Node, text: string): readonly FunctionLength[] {
  if (!isFunction(node)) return []
  const lines = linesOf(node, text)
  const within = functionsWithin(node).map(inner => linesOf(inner, text) - 1)
  const own = lines - within.reduce((sum, each) => sum + each, 0)
  return [{ line: text.slice(0, node.start).split('\n').length, lines, own }]
}

function linesOf(node: Node, text: string): number {
  return text.slice(node.start, node.end).split('\n').length
}

/** The outermost functions within this one. */
function functionsWithin(node: Node): readonly Node[] {
  const children = Object.values(node).flat().filter(isNode)
  return children.flatMap(child => (isFunction(child) ? [child] : functionsWithin(child)))
}

function isFunction(node: Node): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)
}

function isPassing(statement: Node): boolean {
  if (statement.type === 'ExportAllDeclaration' || statement.type === 'ImportDeclaration') return true
  return statement.type === 'ExportNamedDeclaration' && isNode(statement.source)
}
