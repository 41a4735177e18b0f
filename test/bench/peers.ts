// What a press is compared with, measured in the same run: the floor, the bare line, and a plain mosquitto without storage or encryption.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { createCertificates } from '../broker/certificates.ts'
import { monotonicMs } from '../integration/console-client.ts'
import { type Program, startProgram } from '../integration/program.ts'
import { freePort } from '../townhall/free-port.ts'
import type { BareKeys } from './bare.ts'
import { deviceFlags } from './device-flags.ts'
import { frameBytes, type HandedOver } from './frames.ts'
import { keepTo } from './processors.ts'
import { subscribe } from './receivers.ts'

/** How long one hand-over took, in milliseconds. */
export type Handed = { readonly toReceiver: number; readonly toAnswer: number }
export type Peer = { readonly once: () => Promise<Handed> } & AsyncDisposable

export const startFloor = (root: string): Promise<Peer> =>
  startPeer(join(root, 'test/bench/floor.ts'), () => Promise.resolve(dial))

export const startBare = (root: string): Promise<Peer> =>
  startPeer(join(root, 'test/bench/bare.ts'), async folder => {
    const { authority, gateway, device } = await createCertificates()
    const keys: BareKeys = { authority: authority.certificate, gateway, device: await device('rathaus-1') }
    await writeFile(join(folder, 'keys.json'), JSON.stringify(keys))
    return async port => {
      const socket = connectTls({ host: '127.0.0.1', port, ca: keys.authority })
      await once(socket, 'secureConnect')
      return socket
    }
  })

/** A gateway process, this process as the receiver, and a device process, in this order. @param prepare fills the folder; gives how to connect. */
async function startPeer(
  file: string,
  prepare: (folder: string) => Promise<(port: number) => Promise<Socket>>,
): Promise<Peer> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-bench-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const connectReceiver = await prepare(folder)
  const gateway = opened.use(startProgram(file, ['gateway', folder]))
  keepTo('gateway', gateway.pid)
  const port = await gateway.line(line => /^\d+$/.test(line))
  const receiver = await connectReceiver(Number(port))
  opened.defer(() => void receiver.destroy())
  const device = opened.use(startProgram(file, ['device', folder, port], { execArgv: await deviceFlags() }))
  await device.line(line => line === 'ready')
  return handOvers(device, receiver, opened.move())
}

/** Asks the device process for one hand-over after the other; this process is the receiver. */
function handOvers(device: Program, receiver: Socket, opened: AsyncDisposableStack): Peer {
  return {
    once: async () => {
      const number = device.lines.length
      const arrived = frameArrives(receiver)
      device.signal('SIGUSR2')
      const arrivedAt = await arrived
      await device.line(() => device.lines.length > number)
      const { sentAt, answeredAt }: HandedOver = JSON.parse(device.lines[number] ?? '{}')
      return { toReceiver: arrivedAt - sentAt, toAnswer: answeredAt - sentAt }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
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
export async function startMosquitto(): Promise<{ readonly once: () => Promise<number> } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-mosquitto-'))
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  await writeFile(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nlog_dest none\nuser root\n`,
  )
  const broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' })
  if (broker.pid !== undefined) keepTo('gateway', broker.pid)
  const subscriber = await subscribe(await dialUntilOpen(port), { clientId: 'subscriber' }, 'alarm')
  const publisher = await subscribe(await dialUntilOpen(port), { clientId: 'publisher' }, 'nothing')
  const payload = Buffer.alloc(frameBytes, 'a')
  return {
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
