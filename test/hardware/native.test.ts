// The step after an install that builds onoff's native part for the Node that runs the programs, on a copy of what an install leaves.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const calmLine = {
  de: /^Leitungen über sysfs \(onoff\) sind nicht verfügbar: [^\n]+\. Nur wenn [^\n]+ npm ci ausführen\.\n$/,
  en: /^Lines through sysfs \(onoff\) are not available: [^\n]+\. Only if [^\n]+ run npm ci again\.\n$/,
}
const missing = ['g++', 'make', 'python3', 'npm'].filter(tool => findOnPath(tool) === null)
const skip = process.platform !== 'linux' || missing.length > 0
const needs = missing.length === 0 ? '' : ` (needs ${missing.join(', ')})`
const testLimit = { timeout: 300_000 }

test.skipIf(skip)(
  `a native part that does not fit this Node is built again, quietly, and once${needs}`,
  testLimit,
  () => {
    using install = copyInstall()
    placeForeignBuild(install.path)
    expect(loadEpoll(install.path)).toBe(false)
    expect(runNative(install.path, { npm_config_nodedir: '/nowhere' })).toEqual({ status: 0, said: '' })
    expect(loadEpoll(install.path)).toBe(true)
    const builtAt = statSync(builtFile(install.path)).mtimeMs
    expect(runNative(install.path)).toEqual({ status: 0, said: '' })
    expect(statSync(builtFile(install.path)).mtimeMs).toBe(builtAt)
  },
)

test.skipIf(skip)(`without a compiler the install goes on, with one calm line${needs}`, testLimit, () => {
  using install = copyInstall()
  const tools = join(install.path, 'tools')
  mkdirSync(tools)
  symlinkSync(realpathSync(findOnPath('npm') ?? ''), join(tools, 'npm'))
  const { status, said } = runNative(install.path, { PATH: tools, npm_config_node_gyp: undefined })
  expect(status).toBe(0)
  expect(said).toMatch(calmLine.de)
  expect(said).toContain(`ließ sich für Node ${process.version} nicht bauen`)
})

test.skipIf(process.platform !== 'linux')('without onoff the install goes on, with one calm line', testLimit, () => {
  using install = copyInstall()
  rmSync(join(install.path, 'node_modules'), { recursive: true })
  for (const [language, reason] of [
    ['de', 'onoff ist nicht installiert'],
    ['en', 'onoff is not installed'],
  ] as const) {
    const { status, said } = runNative(install.path, { STILLRUF_LANGUAGE: language })
    expect(status).toBe(0)
    expect(said).toMatch(calmLine[language])
    expect(said).toContain(reason)
  }
})

/** The script, and the packages that it looks for, in a folder of their own. */
function copyInstall(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'stillruf-native-'))
  mkdirSync(join(path, 'hardware'))
  cpSync(join(repository, 'hardware/native.ts'), join(path, 'hardware/native.ts'))
  writeFileSync(join(path, 'package.json'), '{"type":"module","private":true}')
  for (const name of ['onoff', 'epoll', 'nan', 'bindings', 'file-uri-to-path', 'lodash.debounce']) {
    cpSync(join(repository, 'node_modules', name), join(path, 'node_modules', name), {
      recursive: true,
      filter: source => basename(source) !== 'build',
    })
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

const builtFile = (install: string): string => join(install, 'node_modules/epoll/build/Release/epoll.node')

/** Stands for a library that another Node's installer has compiled: it is there and cannot be loaded. */
function placeForeignBuild(install: string): void {
  mkdirSync(dirname(builtFile(install)), { recursive: true })
  writeFileSync(builtFile(install), 'built for another Node')
}

function runNative(install: string, environment: NodeJS.ProcessEnv = {}): { status: number | null; said: string } {
  const run = spawnSync(process.execPath, [join(install, 'hardware/native.ts')], {
    cwd: install,
    encoding: 'utf8',
    env: { ...process.env, STILLRUF_LANGUAGE: '', ...environment },
  })
  return { status: run.status, said: run.stdout + run.stderr }
}

const loadEpoll = (install: string): boolean =>
  spawnSync(process.execPath, ['-e', `require(${JSON.stringify(join(install, 'node_modules/epoll'))})`]).status === 0

function findOnPath(tool: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, tool)
    if (statSync(candidate, { throwIfNoEntry: false }) !== undefined) return candidate
  }
  return null
}
