// The arrows of the design, the words that a core may not contain, and the lengths that keep the code readable.
import { dirname, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allFiles, type Source, sourceAt, sources, textOf } from './architecture/sources.ts'

type Area = {
  /** Path of a folder or file below the root. The first area that fits a file is its area. */
  readonly path: string
  /** Folders whose files it may import, its own among them. */
  readonly folders: readonly string[]
  readonly libraries: readonly string[]
  /** Whether it may use Node's own modules. */
  readonly node: boolean
}

const fastify = ['fastify', '@fastify/cookie', '@fastify/helmet', '@fastify/rate-limit', '@fastify/static']
const checks = ['typebox', 'typebox/compile', 'typebox/error']
const certificates = ['@peculiar/x509', 'reflect-metadata']
const gatewayShell = [
  'gateway/shell',
  'gateway/channels',
  'gateway/zemag',
  'gateway/provisioning',
  'gateway/core',
  'protocol',
]

const areas: readonly Area[] = [
  { path: 'protocol/asyncapi.ts', folders: ['protocol'], libraries: [], node: true },
  {
    path: 'protocol/command-line',
    folders: ['protocol', 'package.json'],
    libraries: ['typebox/error', 'typebox/system'],
    node: false,
  },
  { path: 'protocol', folders: ['protocol'], libraries: ['typebox', 'typebox/schema'], node: false },
  {
    path: 'hardware',
    folders: ['hardware'],
    libraries: ['onoff', 'johnny-five', 'firmata-io', 'serialport'],
    node: true,
  },
  { path: 'firmware/core', folders: ['firmware/core', 'protocol'], libraries: [], node: false },
  {
    path: 'firmware/shell',
    folders: ['firmware/shell', 'firmware/core', 'protocol', 'hardware'],
    libraries: ['mqtt', 'mqtt-packet', 'pino', 'yaml', 'typebox', 'typebox/schema', ...certificates],
    node: true,
  },
  {
    path: 'firmware',
    folders: ['firmware', 'protocol', 'hardware'],
    libraries: ['commander'],
    node: true,
  },
  { path: 'gateway/core', folders: ['gateway/core', 'protocol'], libraries: [], node: false },
  {
    path: 'gateway/shell',
    folders: gatewayShell,
    libraries: ['aedes', 'mqtt', 'mqtt-packet', 'pino', 'yaml', ...fastify, ...checks, ...certificates],
    node: true,
  },
  { path: 'gateway/channels', folders: gatewayShell, libraries: [], node: true },
  { path: 'gateway/zemag', folders: gatewayShell, libraries: [], node: true },
  { path: 'gateway/provisioning', folders: gatewayShell, libraries: certificates, node: true },
  { path: 'gateway/console/vite.config.ts', folders: [], libraries: ['vite'], node: true },
  {
    path: 'gateway/console',
    folders: ['gateway/console', 'protocol'],
    libraries: ['preact', 'preact/hooks'],
    node: false,
  },
  { path: 'rolldown.config.ts', folders: [], libraries: ['rolldown'], node: false },
  { path: 'gateway', folders: ['gateway', ...gatewayShell], libraries: ['commander'], node: true },
]

const cores = ['firmware/core', 'gateway/core']
const bannedInCores =
  /\b(Date|setTimeout|setInterval|setImmediate|queueMicrotask|performance|process|Promise|async|await|fetch|globalThis)\b|Math\.random|node:/

/** Tables of declarations that read better in one piece. They may shrink, not grow. */
const longFiles: Readonly<Record<string, number>> = { 'protocol/messages.ts': 350 }
const linesPerFile = 300
/** A list of tests is read one by one. */
const linesPerTestFile = 450
/** Its own lines, without the functions within, and with them. */
const ownLinesPerFunction = 60
const linesPerFunction = 120

const topLevel = [
  ...['firmware', 'gateway', 'protocol', 'hardware', 'test', 'package.json', 'tsconfig.json', 'README.md'],
  ...['package-lock.json', '.ci', '.gitignore', 'CHANGELOG.md', 'LICENSE', 'biome.json', 'rolldown.config.ts'],
]

/** What is started from outside: by npm, by Vite, by Vitest; or read by the compiler alone. */
const entries = [
  'hardware/drawings/write.ts',
  'hardware/johnny-five.d.ts',
  'hardware/native.ts',
  'protocol/asyncapi.ts',
  'firmware/main.ts',
  'gateway/main.ts',
  'gateway/console/vite.config.ts',
  'rolldown.config.ts',
]
const testEntries = [
  'test/run.ts',
  'test/townhall/start.ts',
  'test/bench/bench.ts',
  'test/bench/input.ts',
  'test/simulation/main.ts',
  'test/simulation/worker.ts',
]

const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`)
const areaOf = (path: string): Area | undefined => areas.find(area => isIn(area.path, path))
const product = sources.filter(source => !isIn('test', source.path))

describe('imports', () => {
  test('every file outside test/ lies in an area of the import table', () => {
    expect(product.filter(source => areaOf(source.path) === undefined).map(source => source.path)).toEqual([])
  })

  test('every import follows an arrow of the import table', () => {
    expect(product.flatMap(forbiddenImports)).toEqual([])
  })

  test('every library in the import table is used where it is allowed', () => {
    const used = (area: Area, name: string): boolean =>
      product.some(source => areaOf(source.path) === area && librariesOf(source).includes(name))
    const unused = areas.flatMap(area =>
      area.libraries.filter(name => !used(area, name)).map(name => `${area.path}: ${name}`),
    )
    expect(unused).toEqual([])
  })

  test('every import leads to a file, with its extension', () => {
    const missing = sources.flatMap(source =>
      source.imports.flatMap(each => (each.kind === 'missing' ? [`${source.path} → ${each.file}`] : [])),
    )
    expect(missing).toEqual([])
  })

  test('a thing is imported from where it is made: no file only passes others on', () => {
    expect(sources.filter(source => source.barrel).map(source => source.path)).toEqual([])
  })

  test('the test really sees imports', () => {
    expect(
      forbiddenImports({ path: 'gateway/core/x.ts', imports: [{ kind: 'library', name: 'node:fs' }] }),
    ).toHaveLength(1)
    expect(
      forbiddenImports({ path: 'gateway/core/x.ts', imports: [{ kind: 'file', file: 'firmware/core/press.ts' }] }),
    ).toHaveLength(1)
    expect(sourceAt('protocol/codec.ts')?.imports).toContainEqual({ kind: 'file', file: 'protocol/messages.ts' })
    expect(sourceAt('hardware/lines.ts')?.imports).toEqual([])
  })
})

describe('cores', () => {
  const files = sources.filter(source => cores.some(core => isIn(core, source.path)))

  test('know neither clock nor chance nor waiting', () => {
    const found = files.flatMap(source =>
      source.code
        .split('\n')
        .filter(line => bannedInCores.test(line))
        .map(line => `${source.path}: ${line.trim()}`),
    )
    expect(files.length).toBeGreaterThan(10)
    expect(found).toEqual([])
  })

  test('know nothing of command lines', () => {
    const found = files.filter(source =>
      source.imports.some(each => each.kind === 'file' && isIn('protocol/command-line', each.file)),
    )
    expect(found.map(source => source.path)).toEqual([])
  })
})

describe('readable', () => {
  test('no file is longer than it may be', () => {
    const limitOf = (path: string): number => longFiles[path] ?? (isIn('test', path) ? linesPerTestFile : linesPerFile)
    const long = sources.filter(({ path, lines }) => lines > limitOf(path))
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([])
  })

  test('no function of the programs needs scrolling', () => {
    const long = product.flatMap(({ path, functions }) =>
      functions
        .filter(({ own, lines }) => own > ownLinesPerFunction || lines > linesPerFunction)
        .map(({ line, own, lines }) => `${path}:${line}: ${lines} lines, ${own} of its own`),
    )
    expect(long).toEqual([])
  })

  test('the programs’ main files only wire', () => {
    for (const path of ['firmware/main.ts', 'gateway/main.ts'])
      expect([path, sourceAt(path)?.lines]).toEqual([path, expect.toSatisfy(lines => lines < 80)])
  })

  test('no type is evaded', () => {
    const evading = sources.filter(({ syntax }) => syntax.has('TSAnyKeyword') || syntax.has('TSNonNullExpression'))
    const silenced = sources.filter(({ comments }) => /@ts-(ignore|expect-error|nocheck)/.test(comments))
    expect([...evading, ...silenced].map(source => source.path)).toEqual([])
  })

  test('every file says in its first line what it decides', () => {
    const silent = product.filter(({ path }) => !/^(#!.*\n)?(\/\/ \S|\/\*\*? \S)/.test(textOf(path)))
    expect(silent.map(source => source.path)).toEqual([])
  })
})

describe('nothing lies around', () => {
  test('every file of the programs is reached from something that is started', () => {
    const reached = reachable([...entries, ...consoleScripts()])
    expect(product.map(source => source.path).filter(path => !reached.has(path))).toEqual([])
  })

  test('every file of the tests is reached from a test or from a command of package.json', () => {
    const started = sources.map(source => source.path).filter(path => /\.(test|config)\.tsx?$/.test(path))
    const reached = reachable([...started, ...testEntries])
    const unused = sources.map(source => source.path).filter(path => isIn('test', path) && !reached.has(path))
    expect(unused).toEqual([])
  })

  test('no file leaves work to somebody else', () => {
    const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`)
    expect(textFiles().filter(path => marks.test(textOf(path)))).toEqual([])
  })

  test('no file knows the machine it was written on', () => {
    const places = new RegExp(`(^|[^\\w.])/${'work'}\\b`)
    expect(textFiles().filter(path => places.test(textOf(path)))).toEqual([])
  })

  test('the top level holds the five folders and what tools need', () => {
    const found = new Set(allFiles.map(path => path.split('/')[0] ?? path))
    expect([...found].toSorted()).toEqual(topLevel.toSorted())
  })

  test('every file that a document names exists', () => {
    const documents = allFiles.filter(path => path.endsWith('.md'))
    const named = documents.flatMap(path =>
      [
        ...textOf(path).matchAll(
          /\]\(([^)#:]+)(?:#[^)]*)?\)|`((?:test|gateway|firmware|hardware|protocol)\/[\w./-]+\.ts)`/g,
        ),
      ].map(([, link, file]) => ({ path, leads: link === undefined ? (file ?? '') : posix.join(dirname(path), link) })),
    )
    const exists = (name: string): boolean => allFiles.some(path => isIn(name.replace(/\/$/, ''), path))
    expect(named.filter(({ leads }) => !exists(leads)).map(({ path, leads }) => `${path} → ${leads}`)).toEqual([])
  })

  test.for(['firmware', 'gateway', 'hardware', 'protocol', 'test'])('%s explains itself in a README', folder => {
    expect(allFiles).toContain(`${folder}/README.md`)
  })
})

function forbiddenImports({ path, imports }: Pick<Source, 'path' | 'imports'>): readonly string[] {
  const area = areaOf(path)
  if (area === undefined) return []
  const allowed = imports.map(each => {
    if (each.kind !== 'library') return area.folders.some(folder => isIn(folder, each.file))
    return each.name.startsWith('node:') ? area.node : area.libraries.includes(each.name)
  })
  return imports
    .filter((_, index) => allowed[index] === false)
    .map(each => `${path} → ${each.kind === 'library' ? each.name : each.file}`)
}

const librariesOf = (source: Source): readonly string[] =>
  source.imports.flatMap(each => (each.kind === 'library' ? [each.name] : []))

function reachable(from: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...from]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const source = sourceAt(path)
    if (source === undefined) continue
    waiting.push(...source.mentioned, ...source.imports.flatMap(each => (each.kind === 'file' ? [each.file] : [])))
  }
  return reached
}

const consoleScripts = (): readonly string[] =>
  [...textOf('gateway/console/index.html').matchAll(/src="\/([^"]+\.tsx?)"/g)].map(
    ([, path = '']) => `gateway/console/${path}`,
  )

const textFiles = (): readonly string[] =>
  allFiles.filter(
    path =>
      /(\.(tsx?|js|json|ya?ml|md|html|css|c|svg)|\/run|LICENSE|\.gitignore)$/.test(path) &&
      path !== 'package-lock.json',
  )
