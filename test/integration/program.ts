// One real program as a child process: its lines, its end, and the ways to end it. Nothing is mocked here.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A long-running program. Disposing kills it if it still runs and waits for its end: no test leaves a process behind. */
export type Program = {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** All lines so far of both outputs. */
  readonly lines: readonly string[]
  readonly signal: (signal: NodeJS.Signals) => void
  /** Resolves with the first line, past or future, that satisfies; rejects when the program ends before. */
  readonly line: (satisfies: (line: string) => boolean) => Promise<string>
} & AsyncDisposable

/** @param file a source, run by this Node with `execArgv`; or a built program, run as it is installed. */
export function startProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Program {
  const [command, first] = file.endsWith('.js') ? [file, []] : [process.execPath, [...(options.execArgv ?? []), file]]
  const child = spawn(command, [...first, ...args], {
    stdio: ['ignore', 'pipe', options.log === 'none' ? 'ignore' : 'pipe'],
    env: { ...process.env, ...options.env },
  })
  const killed = (): boolean => child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('close', () => process.off('exit', killed))
  const lines: string[] = []
  const waiting = new Set<(line: string | null) => void>()
  for (const stream of [child.stdout, child.stderr].filter(stream => stream !== null))
    createInterface({ input: stream }).on('line', line => {
      lines.push(line)
      for (const look of [...waiting]) look(line)
    })
  const ended = endOf(child)
  void ended.then(() => {
    for (const look of [...waiting]) look(null)
  })
  return {
    pid: child.pid ?? 0,
    ended,
    lines,
    signal: signal => child.kill(signal),
    line: satisfies => firstLine(lines, waiting, satisfies),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

export type ProgramOptions = {
  readonly env?: NodeJS.ProcessEnv
  readonly execArgv?: readonly string[]
  /** none: nobody reads the program's log, so that reading it takes no time from what is measured. */
  readonly log?: 'none'
}

async function endOf(child: ChildProcess): Promise<Ended> {
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode }
}

function firstLine(
  lines: readonly string[],
  waiting: Set<(line: string | null) => void>,
  satisfies: (line: string) => boolean,
): Promise<string> {
  const past = lines.find(satisfies)
  if (past !== undefined) return Promise.resolve(past)
  return new Promise((resolve, reject) => {
    const look = (line: string | null): void => {
      if (line !== null && !satisfies(line)) return
      waiting.delete(look)
      if (line === null) reject(new Error(`the program ended before the line came:\n${lines.slice(-20).join('\n')}`))
      else resolve(line)
    }
    waiting.add(look)
  })
}

export type Finished = { readonly code: number | null; readonly output: string }

/** Runs a command of a program to its end. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Finished> {
  await using program = startProgram(file, args, options)
  const { code } = await program.ended
  return { code, output: program.lines.join('\n') }
}
