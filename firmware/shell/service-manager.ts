// Tells systemd that the device works, and that it still does (sd_notify(3)). Node cannot send datagrams to a Unix socket, and starting
// `systemd-notify` for each message holds up the program for as long as a fork takes. So one small shell is started once, and starts
// systemd-notify for each line that it is given [D23].
import { type ChildProcess, spawn } from 'node:child_process'
import { monotonicNow } from '../../hardware/clock.ts'
import { limits } from '../../protocol/limits.ts'

export type ServiceManager = AsyncDisposable & {
  /** Without a sign of life for this long, systemd restarts the program. Null: it does not watch. */
  readonly watchdogMs: number | null
  /** The device works; also a sign of life. Called often, it tells no more than is needed. */
  readonly alive: () => void
  readonly stopping: () => void
}

/** Two feedings are at most this far apart: an audit begins every 5 s, and may wait for a line that does not answer. */
export const feedingMsMax = limits.levelAuditMs + limits.lineAnswerMs

const pump = 'while IFS= read -r state; do systemd-notify "$state"; done'
/** The last message has this long to leave. */
const goodbyeMs = 2000

/** Does nothing where no service manager asked to be told. */
export function serviceManager(environment: NodeJS.ProcessEnv = process.env): ServiceManager {
  const watchdogMs = watchdogOf(environment)
  if (!environment.NOTIFY_SOCKET)
    return { watchdogMs, alive: ignore, stopping: ignore, [Symbol.asyncDispose]: ignoreAsync }
  const notifier = new Notifier(environment)
  let toldAt: number | null = null
  return {
    watchdogMs,
    alive: () => {
      if (toldAt === null) notifier.tell('READY=1')
      else if (watchdogMs === null || canWait(watchdogMs, monotonicNow() - toldAt)) return
      if (watchdogMs !== null) notifier.tell('WATCHDOG=1')
      toldAt = monotonicNow()
    },
    stopping: () => notifier.tell('STOPPING=1'),
    [Symbol.asyncDispose]: () => notifier[Symbol.asyncDispose](),
  }
}

/** The next occasion, and the one after it, come early enough. */
const canWait = (watchdogMs: number, silentMs: number): boolean => silentMs + 2 * feedingMsMax < watchdogMs

/** WATCHDOG_PID names the process that is meant: a parent's setting is not ours (sd_watchdog_enabled(3)). */
function watchdogOf({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | null {
  const microseconds = Number(WATCHDOG_USEC ?? Number.NaN)
  const isMeant = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid
  return isMeant && Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 : null
}

/** The shell is started again with the next message if it ended. */
class Notifier implements AsyncDisposable {
  readonly #environment: NodeJS.ProcessEnv
  #shell: ChildProcess | null = null

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment
  }

  tell(state: string): void {
    this.#shell ??= this.#start()
    this.#shell.stdin?.write(`${state}\n`)
  }

  /** Returns when everything was told, or after two seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    const shell = this.#shell
    if (shell === null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    shell.once('close', () => resolve())
    shell.stdin?.end()
    const timer = setTimeout(() => shell.kill('SIGKILL'), goodbyeMs)
    await promise
    clearTimeout(timer)
  }

  #start(): ChildProcess {
    const shell = spawn('/bin/sh', ['-c', pump], { env: this.#environment, stdio: ['pipe', 'ignore', 'inherit'] })
    const gone = (): void => {
      if (this.#shell === shell) this.#shell = null
    }
    shell.once('error', gone)
    shell.once('close', gone)
    shell.stdin?.on('error', gone) // It ended just now; the next message starts another.
    return shell
  }
}

const ignore = (): void => undefined
const ignoreAsync = async (): Promise<void> => undefined
