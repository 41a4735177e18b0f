// What `bench:input` measures: each a receiver process and the hand that moves its contacts. All hardware is imitated; each subject says by what.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { imitateBoard } from '../hardware/firmata-bench.ts'
import { imitateGpiod } from '../hardware/gpiod-imitation.ts'
import type { Arrivals, ReceiverSettings } from './input-receiver.ts'

export type Subject = AsyncDisposable & {
  readonly name: string
  /** What stands in for the hardware. */
  readonly imitation: string
  /** Returns at once; the contact has moved when the call returns, or is about to. */
  readonly move: (line: number, high: boolean) => void
  /** What has arrived since the last call. */
  readonly arrivals: () => Promise<Arrivals>
  readonly pid: number
}

type Receiver = AsyncDisposable & Pick<Subject, 'arrivals' | 'pid'>
type Process = ChildProcessByStdio<Writable, Readable, null>

export const lineCount = 16
const lines = Array.from({ length: lineCount }, (_, index) => index)
const chip = 'imitation'

async function startReceiver(settings: ReceiverSettings, environment: NodeJS.ProcessEnv = {}): Promise<Receiver> {
  const file = join(import.meta.dirname, 'input-receiver.ts')
  const child: Process = spawn(process.execPath, [file, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const opened = await answers.next()
  if (opened.value !== 'open') throw new Error(`the receiver ${settings.kind} did not open its lines`)
  return {
    pid: child.pid ?? 0,
    arrivals: async () => {
      child.stdin.write('\n')
      return JSON.parse((await answers.next()).value ?? '{"edges":[],"presses":[]}')
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

export async function startSimulated(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-input-'))
  const where = join(folder, 'lines')
  const receiver = await startReceiver({ kind: 'simulated', chip, offsets: lines, where })
  const socket = connect(where)
  await once(socket, 'connect')
  socket.resume()
  return {
    ...receiver,
    name: 'simulated',
    imitation: 'lines in the process itself, moved over a socket',
    move: (offset, high) => {
      socket.write(`${JSON.stringify({ kind: high ? 'open' : 'close', line: { chip, offset } })}\n`)
    },
    [Symbol.asyncDispose]: async () => {
      socket.destroy()
      await receiver[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @param program the compiled imitation of sysfs. To be called where /sys/class/gpio may be mounted. */
export async function startOnoff(kind: 'onoff' | 'plain onoff', program: string): Promise<Subject> {
  const root = '/sys/class/gpio'
  const server = spawn(program, [root, '512', String(lineCount + 2)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(server.stdout, 'data')
  const world = openSync(join(root, 'world'), 'w')
  for (const line of lines) writeSync(world, `level ${line} 1`)
  const receiver = await startReceiver({ kind, chip, offsets: lines, where: '512' })
  return {
    ...receiver,
    name: kind,
    imitation: 'onoff and epoll as they are, on a FUSE imitation of sysfs',
    move: (line, high) => {
      writeSync(world, `level ${line} ${high ? 1 : 0}`)
    },
    [Symbol.asyncDispose]: async () => {
      await receiver[Symbol.asyncDispose]()
      closeSync(world)
      server.kill()
      await once(server, 'close')
    },
  }
}

export async function startGpiochip(
  kind: 'gpiochip' | 'plain gpiomon',
  version: 'v1.6.3' | 'v2.2.1',
): Promise<Subject> {
  const board = { number: 0, label: chip, names: lines.map(() => null) }
  const world = await imitateGpiod(version, [board])
  const receiver = await startReceiver({ kind, chip, offsets: lines, where: '' }, world.environment)
  return {
    ...receiver,
    name: kind === 'gpiochip' ? `gpiochip, gpiod ${version}` : kind,
    imitation: 'imitated programs of gpiod, with lines in the bench’s own process',
    move: (line, high) => world.setLevel(chip, line, high),
    [Symbol.asyncDispose]: async () => {
      await receiver[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

export async function startFirmata(): Promise<Subject> {
  const board = await imitateBoard()
  await board.plugIn()
  const firstPin = 2
  const offsets = lines.map(line => line + firstPin)
  const receiver = await startReceiver({ kind: 'firmata', chip, offsets, where: board.port })
  return {
    ...receiver,
    name: 'firmata',
    imitation: 'an imitated board behind a pty of socat, which has no baud rate',
    move: (line, high) => void board.command({ kind: 'contact', pin: line + firstPin, high }),
    [Symbol.asyncDispose]: async () => {
      await receiver[Symbol.asyncDispose]()
      await board[Symbol.asyncDispose]()
    },
  }
}

/** Milliseconds of processor time that the process and its children have taken, those that have ended too. */
export function processorMs(pid: number): number {
  const ticks = (id: number, fields: readonly number[]): number => {
    if (!existsSync(`/proc/${id}/stat`)) return 0
    const found = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return fields.reduce((sum, field) => sum + Number(found[field]), 0)
  }
  const children = childrenOf(pid).reduce((sum, child) => sum + ticks(child, [11, 12]), 0)
  return (ticks(pid, [11, 12, 13, 14]) + children) * 10
}

/** Resident memory of the process, and the share of its children that is theirs alone, in MB. */
export function memoryMb(pid: number): { readonly own: number; readonly children: number } {
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  const shares = childrenOf(pid).map(child =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${child}/smaps_rollup`, 'utf8'))?.[1]),
  )
  return { own: resident / 1024, children: shares.reduce((sum, share) => sum + share, 0) / 1024 }
}

const childrenOf = (pid: number): readonly number[] =>
  (readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []).map(Number)
