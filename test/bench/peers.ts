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

export async function startFloor(root: string): Promise<Peer> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-floor-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(root, 'test/bench/floor.ts')
  const gateway = opened.use(startProgram(file, ['gateway', join(folder, 'journal')]))
  keepTo('gateway', gateway.pid)
  const port = await gateway.line(line => /^\d+$/.test(line))
  const receiver = await dial(Number(port))
  opened.defer(() => void receiver.destroy())
  const device = opened.use(startProgram(file, ['device', port]))
  await device.line(line => line === 'ready')
  return handOvers(device, receiver, opened.move())
}

export async function startBare(root: string): Promise<Peer> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-bare-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const { authority, gateway, device } = await createCertificates()
  const keys: BareKeys = { authority: authority.certificate, gateway, device: await device('rathaus-1') }
  await writeFile(join(folder, 'keys.json'), JSON.stringify(keys))
  const file = join(root, 'test/bench/bare.ts')
  const gatewayProgram = opened.use(startProgram(file, ['gateway', folder]))
  keepTo('gateway', gatewayProgram.pid)
  const port = await gatewayProgram.line(line => /^\d+$/.test(line))
  const receiver = connectTls({ host: '127.0.0.1', port: Number(port), ca: keys.authority })
  opened.defer(() => void receiver.destroy())
  await once(receiver, 'secureConnect')
  const deviceProgram = opened.use(startProgram(file, ['device', folder, port], { execArgv: await deviceFlags() }))
  await deviceProgram.line(line => line === 'ready')
  return handOvers(deviceProgram, receiver, opened.move())
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
