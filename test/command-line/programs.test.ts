// What both programs do alike, as processes of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { languageVariable } from '../../protocol/command-line/language.ts'

const root = join(import.meta.dirname, '../..')
const patience = { timeout: 60_000 }

const mainOf = (program: string): string => join(root, program, 'main.ts')
const env = { ...process.env, [languageVariable]: 'en' }

/** @param deaf the stream whose reader leaves at once. */
async function outcome(program: string, words: readonly string[], deaf?: 'stdout' | 'stderr') {
  const child = spawn(process.execPath, [mainOf(program), ...words], { stdio: ['ignore', 'pipe', 'pipe'], env })
  if (deaf !== undefined) child[deaf].destroy()
  const heard = (stream: 'stdout' | 'stderr') => (stream === deaf ? '' : text(child[stream]))
  const [out, err] = await Promise.all([heard('stdout'), heard('stderr'), once(child, 'close')])
  return { status: child.exitCode, out, err }
}

/** What it says when its output goes to a disk that is full. */
async function onFullDisk(program: string, words: readonly string[]) {
  const full = openSync('/dev/full', 'w')
  try {
    const child = spawn(process.execPath, [mainOf(program), ...words], { stdio: ['ignore', full, 'pipe'], env })
    const [err] = await Promise.all([child.stderr === null ? '' : text(child.stderr), once(child, 'close')])
    return { status: child.exitCode, err }
  } finally {
    closeSync(full)
  }
}

describe.each([
  ['stillruf-gateway', 'gateway'],
  ['stillruf-device', 'firmware'],
])('%s', (name, folder) => {
  test('does its work though nobody reads what it prints', patience, async () => {
    expect(await outcome(folder, ['--help'], 'stdout')).toEqual({ status: 0, out: '', err: '' })
    expect(await outcome(folder, ['dance'], 'stderr')).toEqual({ status: 2, out: '', err: '' })
  })

  test('says that what it prints could not be written', patience, async () => {
    const told =
      'The output could not be written: no space is left on the disk (ENOSPC). Whatever else the command has to do is done. Make room, or send the output elsewhere.\n'
    expect(await onFullDisk(folder, ['--help'])).toEqual({ status: 2, err: told })
    expect(await onFullDisk(folder, ['--version'])).toEqual({ status: 2, err: told })
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
