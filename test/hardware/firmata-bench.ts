// The hands of a test on an imitated board: plug it in, unplug it, move its contacts, see its outputs.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { BoardAnswer, BoardCommand } from './firmata-imitation.ts'

type Unnumbered = BoardCommand extends infer Each ? (Each extends BoardCommand ? Omit<Each, 'id'> : never) : never

export type ImitatedBoard = AsyncDisposable & {
  /** The port's path; it exists while the board is plugged in. */
  readonly port: string
  readonly plugIn: () => Promise<void>
  readonly unplug: () => Promise<void>
  readonly command: (command: Unnumbered) => Promise<BoardAnswer['pins']>
}

/** Not plugged in yet. Needs Debian's socat. */
export async function imitateBoard(): Promise<ImitatedBoard> {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-board-'))
  const [socket, port] = [join(folder, 'line'), join(folder, 'port')]
  const board = fork(join(import.meta.dirname, 'firmata-imitation.ts'), [socket])
  await once(board, 'message')
  let cable: ChildProcess | null = null
  let commands = 0
  const waiting = new Map<number, (pins: BoardAnswer['pins']) => void>()
  board.on('message', ({ id, pins }: BoardAnswer) => {
    waiting.get(id)?.(pins)
    waiting.delete(id)
  })
  const unplug = async (): Promise<void> => {
    const pulled = cable
    cable = null
    if (pulled === null) return
    pulled.kill('SIGKILL')
    await once(pulled, 'exit')
    rmSync(port, { force: true })
  }
  return {
    port,
    unplug,
    plugIn: async () => {
      cable = spawn('socat', [`PTY,link=${port},rawer`, `UNIX-CONNECT:${socket}`], { stdio: 'inherit' })
      while (!existsSync(port)) await delay(2)
    },
    command: command =>
      new Promise(resolve => {
        commands += 1
        waiting.set(commands, resolve)
        board.send({ ...command, id: commands })
      }),
    [Symbol.asyncDispose]: async () => {
      await unplug()
      board.kill('SIGKILL')
      await once(board, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
