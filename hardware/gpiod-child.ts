// One program of gpiod as a supervised child. It holds its line for as long as it lives, so two things are decided here: when it is known to
// hold the line, and that it never outlives this process, however that ends. A gpiomon whose reader is gone dies only at its next edge, and
// holds the line until then; so the kernel is asked to kill it with its parent (setpriv --pdeathsig, of Debian's util-linux).
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type Dialect, type GpiodEdge, parseEdge } from './gpiod-dialect.ts'

export type ChildHandlers = {
  /** Once, before any edge, if the script begins with `get`. */
  readonly onLevel: (high: boolean) => void
  readonly onEdge: (edge: GpiodEdge) => void
  /** It ended by itself after it had held its line. `said`: its last words, or how it ended. */
  readonly onEnd: (said: string) => void
}

const holdDeadlineMs = 5000
const lookEveryMs = 2
const textMax = 4096
/** Names that the kernel gives to the descriptors of a held line (drivers/gpio/gpiolib-cdev.c). */
const heldLine = /anon_inode:gpio-(event|linehandle|line)\b/

export class GpiodChild {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>
  readonly #handlers: ChildHandlers
  readonly #saysWhenHolding: boolean
  readonly #closed: Promise<void>
  readonly #holding = Promise.withResolvers<void>()
  readonly #deadline: NodeJS.Timeout
  #state: 'starting' | 'holding' | 'stopping' | 'ended' = 'starting'
  #said = ''
  #rest = ''

  /** @param script shell words of a dialect; the last command is the one that holds the line. */
  constructor(script: string, dialect: Dialect, handlers: ChildHandlers) {
    this.#handlers = handlers
    this.#saysWhenHolding = dialect.saysWhenHolding
    // Should this process end before the kernel was asked, the shell has another parent and goes no further.
    const guarded = `[ "$PPID" = ${process.pid} ] || exit; ${script}`
    this.#process = spawn('setpriv', ['--pdeathsig', 'KILL', 'sh', '-c', guarded], {
      detached: true, // A group of its own: Ctrl-C is for this process, and stopping reaches all of the shell's children.
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    this.#process.stdout.setEncoding('latin1').on('data', (text: string) => this.#hear(text))
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-textMax)
    })
    this.#process.once('error', error => {
      this.#said ||= error.message
    })
    this.#closed = once(this.#process, 'close').then(
      () => this.#end(),
      () => this.#end(),
    )
    this.#holding.promise.catch(() => {}) // Whoever waits hears of it; nobody has to wait.
    if (!this.#saysWhenHolding) void this.#lookForLine()
    this.#deadline = setTimeout(() => this.#giveUp(), holdDeadlineMs)
  }

  /** Resolves when the line is held, and edges are seen. @throws Error with the program's last words. */
  get holding(): Promise<void> {
    return this.#holding.promise
  }

  /** Returns when it is gone, its line free, and everything that it printed was handled. Nothing is reported after that. */
  async stop(): Promise<void> {
    if (this.#state !== 'ended') {
      this.#state = 'stopping'
      this.#kill()
    }
    await this.#closed
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#process
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It is gone already; its end is on its way here.
    }
  }

  #giveUp(): void {
    if (this.#state !== 'starting') return
    this.#said ||= `it did not hold the line within ${holdDeadlineMs} ms`
    this.#kill()
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() ?? '').slice(-textMax)
    for (const line of lines) this.#hearLine(line)
  }

  #hearLine(line: string): void {
    const edge = parseEdge(line)
    if (edge !== null) this.#handlers.onEdge(edge)
    else if (line === '0' || line === '1') this.#handlers.onLevel(line === '1')
    else if (this.#saysWhenHolding) this.#hold()
  }

  #hold(): void {
    clearTimeout(this.#deadline)
    if (this.#state !== 'starting') return
    this.#state = 'holding'
    this.#holding.resolve()
  }

  #end(): void {
    clearTimeout(this.#deadline)
    const before = this.#state
    this.#state = 'ended'
    const { exitCode, signalCode } = this.#process
    const said = this.#said.trim() || (signalCode === null ? `exit status ${exitCode}` : `ended by ${signalCode}`)
    if (before === 'starting' || before === 'stopping') this.#holding.reject(new Error(said))
    if (before === 'holding') this.#handlers.onEnd(said)
  }

  /** v1.6 says nothing when it has its line, but the descriptor can be seen. */
  async #lookForLine(): Promise<void> {
    while (this.#state === 'starting') {
      if (await holdsLine(this.#process.pid)) return this.#hold()
      await delay(lookEveryMs)
    }
  }
}

async function holdsLine(pid: number | undefined): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  try {
    const links = (await readdir(folder)).map(name => readlink(`${folder}/${name}`).catch(() => ''))
    return (await Promise.all(links)).some(link => heldLine.test(link))
  } catch {
    return false // It has just ended, which is told by itself.
  }
}
