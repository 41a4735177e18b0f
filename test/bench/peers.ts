// What a press is compared with, measured in the same run: the floor, and a plain mosquitto without storage or encryption.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monotonicMs } from '../integration/console-client.ts'
import { startProgram } from '../integration/program.ts'
import { freePort } from '../integration/world.ts'
import { frameBytes } from './floor.ts'
import { subscribe } from './receivers.ts'

/** One hand-over from sender to receiver, in milliseconds. */
export type Peer = { readonly name: string; readonly once: () => Promise<number> } & AsyncDisposable

export async function startFloor(root: string): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-floor-'))
  const program = startProgram(join(root, 'test/bench/floor.ts'), [join(folder, 'journal')])
  const port = Number(await program.line(line => /^\d+$/.test(line)))
  const receiver = await dial(port)
  const sender = await dial(port)
  const frame = Buffer.alloc(frameBytes, 'a')
  return {
    name: 'floor',
    once: async () => {
      const answered = once(sender, 'data')
      const sentAt = monotonicMs()
      const arrived = frameArrives(receiver)
      sender.write(frame)
      const tookMs = (await arrived) - sentAt
      await answered
      return tookMs
    },
    [Symbol.asyncDispose]: async () => {
      sender.destroy()
      receiver.destroy()
      await program[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

function frameArrives(receiver: Socket): Promise<number> {
  let waiting = frameBytes
  return new Promise(resolve => {
    const count = (bytes: Buffer): void => {
      waiting -= bytes.length
      if (waiting > 0) return
      receiver.off('data', count)
      resolve(monotonicMs())
    }
    receiver.on('data', count)
  })
}

/** A plain broker: no storage, no TLS, no checks. Needs Debian's mosquitto. */
export async function startMosquitto(): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-mosquitto-'))
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  await writeFile(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nlog_dest none\nuser root\n`,
  )
  const broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' })
  const subscriber = await subscribe(await dialUntilOpen(port), { clientId: 'subscriber' }, 'alarm')
  const publisher = await subscribe(await dialUntilOpen(port), { clientId: 'publisher' }, 'nothing')
  const payload = Buffer.alloc(frameBytes, 'a')
  return {
    name: 'mosquitto',
    once: async () => {
      const arrived = subscriber.next('aaaa')
      const sentAt = monotonicMs()
      publisher.publish('alarm', payload)
      return (await arrived).at - sentAt
    },
    [Symbol.asyncDispose]: async () => {
      subscriber[Symbol.dispose]()
      publisher[Symbol.dispose]()
      broker.kill('SIGTERM')
      if (broker.exitCode === null) await once(broker, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function dialUntilOpen(port: number): Promise<Socket> {
  for (;;) {
    const socket = await dial(port).catch(() => null) // the broker does not listen yet
    if (socket !== null) return socket
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
