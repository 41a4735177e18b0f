// qemu's two control sockets. QMP: JSON, answers and events mixed. qtest: one line of text asked, one answered; interrupts are told
// in between. Sources: qemu, docs/interop/qmp-spec, docs/devel/testing/qtest.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export type Qmp = {
  readonly execute: <Answer>(command: string, args?: object) => Promise<Answer>
  readonly end: () => void
}
export type Qtest = { readonly ask: (command: string) => Promise<string>; readonly end: () => void }
export type QmpEvent = { readonly event: string; readonly data?: { readonly action?: string } }

type Waiting = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void }

export async function openQmp(path: string, onEvent: (event: QmpEvent) => void): Promise<Qmp> {
  const socket = await reach(path)
  const waiting = queue(socket)
  onLines(socket, line => {
    const said = JSON.parse(line)
    if ('event' in said) onEvent(said)
    else if ('return' in said) waiting.shift()?.resolve(said.return as never)
    else if ('error' in said) waiting.shift()?.reject(new Error(said.error.desc))
  })
  const execute = <Answer>(command: string, args: object = {}): Promise<Answer> =>
    asked(socket, waiting, JSON.stringify({ execute: command, arguments: args }))
  await execute('qmp_capabilities')
  return { execute, end: () => socket.destroy() }
}

export async function openQtest(path: string): Promise<Qtest> {
  const socket = await reach(path)
  const waiting = queue(socket)
  onLines(socket, line => {
    if (line.startsWith('IRQ')) return
    if (line.startsWith('OK')) waiting.shift()?.resolve(line.slice(3) as never)
    else waiting.shift()?.reject(new Error(`qtest: ${line}`))
  })
  return { ask: command => asked(socket, waiting, command), end: () => socket.destroy() }
}

/** qemu makes its sockets a moment after its start. */
async function reach(path: string): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    try {
      const socket = connect(path)
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (attempt === 1000) throw error
      await delay(10)
    }
  }
}

function queue(socket: Socket): Waiting[] {
  const waiting: Waiting[] = []
  socket.on('error', () => socket.destroy()) // qemu has ended, which is told by its own end
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('qemu has ended'))
  })
  return waiting
}

function asked<Answer>(socket: Socket, waiting: Waiting[], line: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  if (socket.destroyed) return Promise.reject(new Error('qemu has ended'))
  waiting.push({ resolve, reject })
  socket.write(`${line}\n`)
  return promise
}

export function onLines(socket: NodeJS.ReadableStream, tell: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tell(line.replace(/\r$/, ''))
  })
}
