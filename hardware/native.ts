// Runs after an install, under the Node that the programs will use. onoff's only native part, epoll, is compiled by the installer for the
// installer's own Node, which may be another one; here it is built again for this one [D1]. Never fails an install.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

const buildDeadlineMs = 300_000
const loadDeadlineMs = 30_000

const obstacle = process.platform === 'linux' ? prepareEpoll() : null
if (obstacle !== null) {
  // Everything but sysfs lines works without it, so this is one calm line, and no error.
  console.log(sentence(obstacle)[process.env.STILLRUF_LANGUAGE === 'en' ? 'en' : 'de'])
}

/** This script stands alone: it runs before anything else can be relied on. */
type Words = Readonly<Record<'de' | 'en', string>>

function sentence(reason: Words): Words {
  return {
    de: `Leitungen über sysfs (onoff) sind nicht verfügbar: ${reason.de}. Nur wenn dieser Rechner solche Leitungen hat: g++, make und python3 installieren, dann noch einmal npm ci ausführen.`,
    en: `Lines through sysfs (onoff) are not available: ${reason.en}. Only if this machine has such lines: install g++, make and python3, then run npm ci again.`,
  }
}

/** Returns what is in the way, or null if epoll can be loaded now. */
function prepareEpoll(): Words | null {
  const folder = findEpoll()
  if (folder === null) return { de: 'onoff ist nicht installiert', en: 'onoff is not installed' }
  if (isLoadable(folder)) return null
  const nodeGyp = findNodeGyp()
  if (nodeGyp === null)
    return {
      de: 'npm, das zum Bauen gebraucht wird, wurde nicht gefunden',
      en: 'npm, which brings the build tool, was not found',
    }
  build(folder, nodeGyp)
  if (isLoadable(folder)) return null
  return {
    de: `der maschinennahe Teil ließ sich für Node ${process.version} nicht bauen`,
    en: `its native part could not be built for Node ${process.version}`,
  }
}

function findEpoll(): string | null {
  try {
    const onoff = createRequire(import.meta.url).resolve('onoff')
    return dirname(createRequire(onoff).resolve('epoll/package.json'))
  } catch {
    return null // Optional: left out on purpose, or given up by the installer because it did not compile.
  }
}

/** Asked in a process of its own: what once failed to load cannot be loaded again in the same one. */
function isLoadable(folder: string): boolean {
  const question = `process.exit(typeof require(${JSON.stringify(folder)}).Epoll === 'function' ? 0 : 1)`
  return spawnSync(process.execPath, ['-e', question], { stdio: 'ignore', timeout: loadDeadlineMs }).status === 0
}

/** npm names its build tool to the scripts it runs; run by hand, it is looked up beside the npm on the path. */
function findNodeGyp(): string | null {
  const named = process.env.npm_config_node_gyp
  if (named !== undefined && existsSync(named)) return named
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const npm = join(folder, 'npm')
    if (!existsSync(npm)) continue
    const beside = join(dirname(realpathSync(npm)), '../node_modules/node-gyp/bin/node-gyp.js')
    if (existsSync(beside)) return beside
  }
  return null
}

/** The outcome is not read: whether the result can be loaded is what counts. */
function build(folder: string, nodeGyp: string): void {
  spawnSync(process.execPath, [nodeGyp, 'rebuild'], {
    cwd: folder,
    env: buildEnvironment(),
    stdio: 'ignore',
    timeout: buildDeadlineMs,
    killSignal: 'SIGKILL',
  })
}

/** The environment outranks every other setting of the build tool, so it names the headers of this very Node. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => name.toLowerCase() !== 'npm_config_nodedir')
  const prefix = dirname(dirname(process.execPath))
  const headers = existsSync(join(prefix, 'include/node/node_version.h')) ? { npm_config_nodedir: prefix } : {}
  return {
    ...Object.fromEntries(kept),
    ...headers,
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
  }
}
