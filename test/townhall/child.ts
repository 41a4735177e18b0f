// One of the two programs as a child process: its log goes to a file, its own sentence to a person is kept.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { languageVariable } from '../../protocol/command-line/language.ts'
import type { Language } from '../../protocol/text.ts'

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly sentence: string }
export type Child = {
  readonly ended: Promise<Ended>
  readonly signal: (signal: NodeJS.Signals) => void
  /** Resolves with `started` once the log has a line with this message, or with what became of it instead. */
  readonly started: (message: string) => Promise<'started' | Ended>
  /** SIGTERM, and after some seconds SIGKILL. Resolves when the process has ended. */
  readonly stop: () => Promise<void>
}

const patienceMs = 10_000

/** @param language of its own sentence. @param log for what the program logs; it stays open. */
export function startChild(file: string, args: readonly string[], language: Language, log: WriteStream): Child {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment(language) })
  const spoken: string[] = []
  const lines = createInterface({ input: child.stderr })
  lines.on('line', line => {
    log.write(`${line}\n`)
    if (!line.startsWith('{')) spoken.push(line) // its log is JSON; everything else is meant for a person
  })
  const ended = endOf(child).then(end => ({ ...end, sentence: spoken.slice(-20).join('\n') }))
  const message = (text: string): Promise<'started'> =>
    new Promise(resolve => {
      lines.on('line', line => {
        if (isLogged(line, text)) resolve('started')
      })
    })
  return {
    ended,
    signal: signal => child.kill(signal),
    started: text => Promise.race([message(text), ended]),
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

function isLogged(line: string, text: string): boolean {
  return line.startsWith('{') && line.endsWith(`"${text}"}`) // the message is the last member of a line of the log
}

async function endOf(child: ChildProcess): Promise<Pick<Ended, 'code' | 'signal'>> {
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode }
}

/** Runs a command to its end, in a group of its own: a Ctrl-C of the terminal must not take from it what it has to say. */
export async function runCommand(
  file: string,
  args: readonly string[],
  language: Language,
): Promise<Ended & { readonly said: string }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(language), detached: true })
  const [said, sentence, end] = await Promise.all([textOf(child.stdout), textOf(child.stderr), endOf(child)])
  return { ...end, said, sentence: sentence.trim() }
}

const environment = (language: Language): NodeJS.ProcessEnv => ({ ...process.env, [languageVariable]: language })

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}
