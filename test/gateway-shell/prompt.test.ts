// The prompt for a password, in a terminal.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeConfiguration } from './command.ts'
import { temporaryFolder } from './samples.ts'

const main = join(import.meta.dirname, '../../gateway/main.ts')

/** What the terminal shows, and the status as a shell sees it, once this key was typed at the prompt. */
async function outcome(key: string): Promise<{ readonly shown: string; readonly status: number | null }> {
  using folder = temporaryFolder()
  const config = writeConfiguration(folder.path, { mqtt: 1, console: 0 })
  const line = `${process.execPath} ${main} monitor --account sicht --config ${config}; echo status $?`
  const env = { ...process.env, STILLRUF_LANGUAGE: 'en', SHELL: '/bin/sh' }
  const child = spawn('script', ['-qc', line, '/dev/null'], { stdio: 'pipe', env })
  let shown = ''
  child.stdout.on('data', part => {
    if (!shown.includes('Password of sicht: ') && `${shown}${part}`.includes('Password of sicht: '))
      child.stdin.write(key)
    shown += String(part)
  })
  await once(child, 'close')
  const [, said = '', status = ''] = /^Password of sicht: (.*)status (\d+)\r\n$/s.exec(shown) ?? [shown]
  return { shown: said, status: Number(status) }
}

test('Ctrl-C at the prompt ends the command quietly, as an interruption', { timeout: 60_000 }, async () => {
  expect(await outcome('\u0003')).toEqual({ shown: '\r\n', status: 130 })
})

test('Ctrl-D at the prompt is one sentence and exit status 2', { timeout: 60_000 }, async () => {
  const shown = '\r\nNo password was entered for “sicht”. Run the command again.\r\n'
  expect(await outcome('\u0004')).toEqual({ shown, status: 2 })
})
