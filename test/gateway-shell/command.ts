// Runs commands of stillruf-gateway as a person would: as programs of their own, with what they print kept apart.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { exampleConfiguration } from '../../gateway/shell/cli/example-configuration.ts'

const main = join(import.meta.dirname, '../../gateway/main.ts')

export type Finished = { readonly status: number; readonly stdout: string; readonly stderr: string }
type Environment = Readonly<Record<string, string>>
/** Whatever the person who runs the tests prefers. */
const nobodysLanguage: Environment = { STILLRUF_LANGUAGE: '' }

/** @param folder in which the person is. */
export function gateway(args: readonly string[], environment: Environment = {}, folder = '.'): Promise<Finished> {
  return new Promise(resolve => {
    const options = { env: { ...process.env, ...nobodysLanguage, ...environment }, cwd: folder }
    const child = execFile(process.execPath, [main, ...args], options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    )
    child.stdin?.end()
  })
}

/** One sentence or, of a configuration, one for each mistake; nothing on stdout; status 2. */
export async function refused(args: readonly string[], environment: Environment = {}): Promise<string> {
  const { status, stdout, stderr } = await gateway(args, environment)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr.endsWith('\n')).toBe(true)
  return stderr.slice(0, -1)
}

/** A command that goes on until it is stopped. Disposing kills it. */
export type Running = {
  readonly pid: number
  readonly lines: readonly string[]
  readonly line: (part: string) => Promise<string>
  /** Sends SIGTERM and waits for the exit status. */
  readonly stop: () => Promise<number | null>
} & AsyncDisposable

export function startCommand(args: readonly string[], environment: Environment = {}): Running {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...nobodysLanguage, ...environment },
  })
  const lines: string[] = []
  const ended = once(child, 'close')
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => lines.push(line))
  return {
    pid: child.pid ?? 0,
    lines,
    line: part => lineOf(child, lines, part),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

async function lineOf(child: ChildProcess, lines: readonly string[], part: string): Promise<string> {
  for (;;) {
    const found = lines.find(line => line.includes(part))
    if (found !== undefined) return found
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the command ended without “${part}”:\n${lines.join('\n')}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** The example configuration with these ports, in this folder. */
export function writeConfiguration(folder: string, ports: { readonly mqtt: number; readonly console: number }): string {
  const path = join(folder, 'gateway.yaml')
  const text = exampleConfiguration
    .replace('mqtt: { address: 0.0.0.0, port: 8883 }', `mqtt: { address: 127.0.0.1, port: ${ports.mqtt} }`)
    .replace('console: { address: 127.0.0.1, port: 8080 }', `console: { address: 127.0.0.1, port: ${ports.console} }`)
  writeFileSync(path, text)
  return path
}

/** A port that another program uses until the end of the test. */
export async function busyPort(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

export async function freePort(): Promise<number> {
  await using busy = await busyPort()
  return busy.port
}
