// Which tests run when: what fails fastest comes first. Every test file belongs to exactly one stage, but for those of `npm run test:vm`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Stage = {
  readonly name: string
  readonly files: readonly string[]
  /** Test files at the same time. One where real processes share the machine with their tests. */
  readonly workers: number
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

type Rule = { readonly name: string; readonly workers: number; readonly holds: (path: string) => boolean }

/** The first rule that holds decides. */
const rules: readonly Rule[] = [
  { name: 'architecture', workers: 1, holds: path => path === 'test/architecture.test.ts' },
  { name: 'browser', workers: 1, holds: path => /\/browser[^/]*\.test\.ts$/.test(path) },
  { name: 'interoperability', workers: 1, holds: path => /\/interop[^/]*\.test\.ts$/.test(path) },
  { name: 'simulation', workers: 2, holds: path => /^test\/simulation\//.test(path) },
  { name: 'integration', workers: 2, holds: path => /^test\/(integration|townhall)\//.test(path) },
  // A program that was killed, and a disk that fails, are waited for more than they cost.
  { name: 'crash', workers: 4, holds: path => path.startsWith('test/crash/') },
  { name: 'property', workers: 2, holds: path => /from 'fast-check'/.test(readFileSync(join(root, path), 'utf8')) },
  { name: 'unit', workers: 3, holds: path => /^test\/(protocol|firmware|gateway-core)\//.test(path) },
  { name: 'parts', workers: 3, holds: () => true },
]
const order = [
  ...['architecture', 'unit', 'property', 'simulation', 'parts'],
  ...['integration', 'interoperability', 'browser', 'crash'],
]

/** Whole machines have a command of their own: `npm run test:vm`. */
const isMachine = (path: string): boolean => path.startsWith('vm/')

/** The stages in their order, without empty ones. */
export function stages(): readonly Stage[] {
  const found = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  const files = found.filter(path => path.endsWith('.test.ts') && !isMachine(path)).map(path => `test/${path}`)
  const ruleOf = new Map(files.map(path => [path, rules.find(rule => rule.holds(path))?.name]))
  return order.flatMap(name => {
    const own = files.filter(path => ruleOf.get(path) === name).toSorted()
    const workers = rules.find(rule => rule.name === name)?.workers ?? 1
    return own.length === 0 ? [] : [{ name, files: own, workers }]
  })
}
