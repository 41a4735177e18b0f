// A program of this machine, run to its end.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Returns what it printed. @throws Error that names the program and its last words */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env } = options
  try {
    const { stdout } = await execute(program, [...args], { cwd, env: { ...process.env, ...env }, maxBuffer: 64 << 20 })
    return stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
    throw new Error(`${program} ${args[0] ?? ''} failed: ${said || String(error)}`)
  }
}

export type RunOptions = { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }
