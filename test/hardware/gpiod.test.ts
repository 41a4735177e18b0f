// The programs of gpiod as this machine has them: known by their version, with the options that are used, and with the words that the
// imitation uses too. They need no chip for that.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { dialectOf } from '../../hardware/gpiod-dialect.ts'
import { imitateGpiod } from './gpiod-imitation.ts'

const version = spawnSync('gpiomon', ['--version'], { encoding: 'utf8' }).stdout ?? ''
const hasCompiler = spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status === 0
const absentChip = { chip: 97, offset: 17 }

test.skipIf(version === '')(`every option that is used is one of the installed gpiod (needs gpiod)`, async () => {
  const { get, monitor, set } = dialectOf(version)
  for (const words of [get(absentChip, 'disabled'), monitor(absentChip, 'pull-up'), set(absentChip, true)]) {
    const { printed } = await run(words.replace(/ .*/, ' --help'))
    const options = [...words.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option)
    expect(options.length).toBeGreaterThan(0)
    expect(options.filter(option => !new RegExp(`${option}\\b`).test(printed))).toEqual([])
  }
})

test.skipIf(version === '' || !hasCompiler)(
  'the imitation says what the installed gpiod says (needs gpiod, gcc)',
  async () => {
    const { version: installed, get, monitor, set } = dialectOf(version)
    await using world = await imitateGpiod(installed.startsWith('1') ? 'v1.6.3' : 'v2.2.1', [])
    const questions = [get(absentChip, 'pull-up'), monitor(absentChip, undefined), set(absentChip, false)]
    for (const question of questions)
      expect(await run(question, world.environment), question).toEqual(await run(question))
  },
)

async function run(words: string, environment: Readonly<Record<string, string>> = {}) {
  const shell = spawn('sh', ['-c', words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...environment },
  })
  const [printed, said, [status]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'exit')])
  return { printed, said, status }
}
