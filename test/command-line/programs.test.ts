// What both programs do alike, as processes of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { languageVariable } from '../../protocol/command-line/language.ts'

const root = join(import.meta.dirname, '../..')
const patience = { timeout: 60_000 }

/** @param deaf the stream whose reader leaves at once. */
async function outcome(program: string, words: readonly string[], deaf?: 'stdout' | 'stderr') {
  const main = join(root, program, 'main.ts')
  const env = { ...process.env, [languageVariable]: 'en' }
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env })
  if (deaf !== undefined) child[deaf].destroy()
  const heard = (stream: 'stdout' | 'stderr') => (stream === deaf ? '' : text(child[stream]))
  const [out, err] = await Promise.all([heard('stdout'), heard('stderr'), once(child, 'close')])
  return { status: child.exitCode, out, err }
}

describe.each([
  ['stillruf-gateway', 'gateway'],
  ['stillruf-device', 'firmware'],
])('%s', (name, folder) => {
  test('does its work though nobody reads what it prints', patience, async () => {
    expect(await outcome(folder, ['--help'], 'stdout')).toEqual({ status: 0, out: '', err: '' })
    expect(await outcome(folder, ['dance'], 'stderr')).toEqual({ status: 2, out: '', err: '' })
  })

  test('tells its version, the one of the package', patience, async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await outcome(folder, ['--version'])).toEqual({ status: 0, out: `${name} ${version}\n`, err: '' })
  })

  test('names an option that does not exist before one that is missing', patience, async () => {
    const [command, missing] = folder === 'gateway' ? ['monitor', '--acount'] : ['run', '--confg']
    const meant = folder === 'gateway' ? '--account' : '--config'
    expect((await outcome(folder, [command, missing, 'x'])).err).toBe(
      `There is no option “${missing}” here. Did you mean “${meant}”? “${name} ${command} --help” shows what is possible.\n`,
    )
  })
})
