// The console of a machine: what it said, what it is waited for to say, and commands given to it.
import type { ChildProcess } from 'node:child_process'
import { onLines } from './remote.ts'

export type Answer = { readonly status: number; readonly output: readonly string[] }

export type Console = {
  readonly lines: readonly string[]
  /** The first line, past or future, from the given one on. Rejects when qemu ends before. */
  readonly line: (wanted: RegExp, from?: number) => Promise<string>
  /** A line of shell, as start.sh runs it in the machine. */
  readonly run: (command: string) => Promise<Answer>
}

/** With VM_CONSOLE in the environment everything is shown as it comes. */
const shown = process.env.VM_CONSOLE !== undefined

export function openConsole(qemu: ChildProcess): Console {
  const lines: string[] = []
  const lookers = new Set<(line: string | null) => void>()
  let over = false
  const hear = (line: string): void => {
    lines.push(line)
    if (shown) console.log(`${(performance.now() / 1000).toFixed(2).padStart(8)} ${line}`)
    for (const look of [...lookers]) look(line)
  }
  qemu.stdin?.on('error', () => {}) // qemu has ended, which its end tells
  for (const stream of [qemu.stdout, qemu.stderr]) if (stream !== null) onLines(stream, hear)
  qemu.once('close', () => {
    over = true
    for (const look of [...lookers]) look(null)
  })
  const line: Console['line'] = (wanted, from = 0) => {
    const past = lines.slice(from).find(each => wanted.test(each))
    if (past !== undefined) return Promise.resolve(past)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const look = (next: string | null): void => {
      if (next !== null && !wanted.test(next)) return
      lookers.delete(look)
      if (next !== null) resolve(next)
      else reject(new Error(`qemu ended before ${wanted} came:\n${lines.slice(-20).join('\n')}`))
    }
    lookers.add(look)
    if (over) look(null)
    return promise
  }
  return { lines, line, run: shell(qemu, lines, line) }
}

/** Answers come back as `=ID TEXT`, and last `=ID #STATUS`. */
function shell(qemu: ChildProcess, lines: readonly string[], line: Console['line']): Console['run'] {
  let last = 0
  return async command => {
    last += 1
    const prefix = `=${last} `
    const from = lines.length
    qemu.stdin?.write(`${last} ${command}\n`)
    const end = await line(new RegExp(`^${prefix}#\\d+$`), from)
    const output = lines.slice(from).filter(each => each.startsWith(prefix) && each !== end)
    return { status: Number(end.slice(prefix.length + 1)), output: output.map(each => each.slice(prefix.length)) }
  }
}
