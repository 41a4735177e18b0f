// Programs of the system that some tests need. On Debian, as root, they are installed; elsewhere they are named, and the
// tests that need them are skipped by name.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** `program` is looked for on the path; with a `/` it is a file. */
export type Tool = { readonly program: string; readonly packages: readonly string[] }

const toolsOfTests: readonly Tool[] = [
  { program: 'chromium', packages: ['chromium', 'fonts-dejavu-core'] },
  { program: 'mosquitto_sub', packages: ['mosquitto-clients'] },
  { program: 'strace', packages: ['strace'] },
  { program: 'systemd-analyze', packages: ['systemd'] },
  { program: 'socat', packages: ['socat'] },
  { program: 'gpiomon', packages: ['gpiod'] },
  { program: 'gcc', packages: ['gcc', 'libc6-dev'] },
  { program: 'g++', packages: ['g++'] },
  { program: 'make', packages: ['make'] },
  { program: 'python3', packages: ['python3'] },
  { program: 'pkg-config', packages: ['pkg-config'] },
  { program: 'fusermount3', packages: ['fuse3'] },
  { program: 'unshare', packages: ['util-linux'] },
  { program: 'mount', packages: ['mount'] },
  { program: '/usr/include/fuse3/fuse.h', packages: ['libfuse3-dev'] },
]

/** Installs what is missing, if it may. Returns one sentence about what is missing still, or null. */
export function prepareSystemTools(tools: readonly Tool[] = toolsOfTests): string | null {
  const wanted = missingOf(tools)
  if (wanted.length === 0) return null
  const reason = mayInstall() ? install(wanted) : 'only root on Debian installs them by itself'
  const missing = missingOf(tools)
  if (missing.length === 0) return null
  const programs = missing.map(tool => tool.program).join(', ')
  return (
    `Not on this machine: ${programs} (${reason ?? 'the packages brought no such program'}); the tests that need them ` +
    `are skipped. To run them all: apt-get install ${packagesOf(missing).join(' ')}`
  )
}

const missingOf = (tools: readonly Tool[]): readonly Tool[] => tools.filter(tool => !isInstalled(tool.program))
const packagesOf = (missing: readonly Tool[]): readonly string[] => missing.flatMap(tool => tool.packages)
const mayInstall = (): boolean => process.getuid?.() === 0 && existsSync('/etc/debian_version')

function isInstalled(program: string): boolean {
  if (program.includes('/')) return existsSync(program)
  return (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false // not in this folder, or not to be run
    }
  })
}

/** Returns the reason if it could not. */
function install(missing: readonly Tool[]): string | null {
  const packages = packagesOf(missing)
  console.log(`Installing what some tests need: ${packages.join(' ')}`)
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status, error, stderr } = spawnSync('apt-get', ['-q', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    })
    const [said = ''] = (stderr ?? '').split('\n').filter(line => line.startsWith('E:'))
    if (status !== 0)
      return `apt-get ${args[0]} failed${said === '' ? '' : `: ${said}`}${error ? `: ${error.message}` : ''}`
  }
  return null
}
