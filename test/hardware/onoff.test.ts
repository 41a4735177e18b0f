// onoff on lines that behave as the kernel's: an imitation of /sys/class/gpio, mounted where only a process of our own can see it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

type Report = {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

const repository = join(import.meta.dirname, '../..')
const missing = findMissing()
const title = 'the onoff backend keeps the contract of lines on an imitation of the kernel’s sysfs'

test.skipIf(missing.length > 0)(
  missing.length === 0 ? title : `${title} (needs ${missing.join(', ')})`,
  { timeout: 300_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'stillruf-imitation-'))
    try {
      const program = compile(folder)
      const report = runInside(program, join(folder, 'report.json'))
      const results = report.testResults.flatMap(file => file.assertionResults)
      expect(
        results
          .filter(result => result.status !== 'passed')
          .map(result => [result.fullName, ...result.failureMessages]),
      ).toEqual([])
      expect(report.numPassedTests).toBeGreaterThan(15)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

/** In the words of the packages and rights that would help. */
function findMissing(): readonly string[] {
  const answers = (command: string, ...options: string[]) =>
    spawnSync(command, options, { stdio: 'ignore' }).status === 0
  const needs: readonly (readonly [string, () => boolean])[] = [
    ['root', () => process.getuid?.() === 0],
    ['/dev/fuse', () => existsSync('/dev/fuse')],
    ['gcc', () => answers('gcc', '--version')],
    ['libfuse3-dev, pkg-config', () => answers('pkg-config', '--exists', 'fuse3')],
    ['a mount namespace', () => answers('unshare', '-m', '--propagation', 'private', 'mount', '--version')],
    ['epoll built for this Node', () => isEpollLoadable()],
  ]
  return needs.filter(([, isMet]) => !isMet()).map(([name]) => name)
}

function isEpollLoadable(): boolean {
  try {
    const require = createRequire(import.meta.url)
    require(require.resolve('epoll', { paths: [require.resolve('onoff')] }))
    return true
  } catch {
    return false
  }
}

function compile(folder: string): string {
  const program = join(folder, 'sysfs-imitation')
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'fuse3'], { encoding: 'utf8' })
    .stdout.trim()
    .split(/\s+/)
  const source = join(import.meta.dirname, 'sysfs-imitation.c')
  const options = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-o', program, source, ...flags]
  const compiled = spawnSync('gcc', options, { encoding: 'utf8' })
  expect(compiled.stderr).toBe('')
  return program
}

/** A mount of this process tree only: nothing outside sees it, and it ends with it. */
function runInside(program: string, reportPath: string): Report {
  const script = 'mount -t tmpfs -o size=1m tmpfs /sys/class && mkdir /sys/class/gpio && exec "$@"'
  const vitest = [process.execPath, join(repository, 'node_modules/vitest/vitest.mjs'), 'run', '--config']
  const options = ['test/hardware/imitation.config.ts', '--reporter=json', `--outputFile=${reportPath}`]
  const run = spawnSync(
    'unshare',
    ['-m', '--propagation', 'private', 'sh', '-c', script, 'inside', ...vitest, ...options],
    {
      cwd: repository,
      encoding: 'utf8',
      env: { ...process.env, SYSFS_IMITATION: program },
      timeout: 280_000,
    },
  )
  expect(existsSync(reportPath), `${run.stdout}\n${run.stderr}`).toBe(true)
  return JSON.parse(readFileSync(reportPath, 'utf8')) as Report
}
