// A disk that forgets: what was written and not flushed is gone when the power is cut, wholly or in part, as memory cards do it. qemu
// reaches it over NBD on a Unix socket. Source: the NBD project, doc/proto.md (fixed newstyle negotiation, simple replies).
import { readFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'

export type LossyDisk = {
  /** For qemu: the block device. */
  readonly device: string
  /**
   * Forgets what was not flushed, after qemu was killed: all of it, or each sector by chance.
   * @returns how many sectors were lost and kept
   */
  readonly cut: (forget: 'all' | 'some') => { readonly lost: number; readonly kept: number }
} & AsyncDisposable

type Write = { readonly offset: number; readonly bytes: Buffer }
/** `current`: what the machine reads. `durable`: what survives. */
type Content = { current: Buffer; readonly durable: Buffer; unflushed: Write[] }

const sectorBytes = 512
const optionMagic = Buffer.from('IHAVEOPT')
const [hasFlags, sendFlush, sendFua] = [1, 4, 8]
const commands = { read: 0, write: 1, disconnect: 2, flush: 3 }
const options = { exportName: 1, abort: 2, info: 6, go: 7 }
const replies = { acknowledged: 1, info: 3, unsupported: 0x80000001 }

/** @param image a file with the content at first; it is not written. */
export async function startLossyDisk(image: string, socketPath: string): Promise<LossyDisk> {
  const durable = await readFile(image)
  const content: Content = { current: Buffer.from(durable), durable, unflushed: [] }
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy()) // qemu was killed
    serve(socket, content).catch(() => socket.destroy()) // the same, in the middle of a request
  })
  await new Promise<void>(resolve => server.listen(socketPath, resolve))
  return {
    device: `driver=nbd,server.type=unix,server.path=${socketPath}`,
    cut: forget => {
      for (const socket of sockets) socket.destroy()
      return forgetUnflushed(content, forget)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function forgetUnflushed(content: Content, forget: 'all' | 'some'): { readonly lost: number; readonly kept: number } {
  let [lost, kept] = [0, 0]
  for (const { offset, bytes } of content.unflushed)
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      const survives = forget === 'some' && Math.random() < 0.5
      if (survives) bytes.copy(content.durable, offset + at, at, at + sectorBytes)
      if (survives) kept += 1
      else lost += 1
    }
  content.unflushed = []
  content.current = Buffer.from(content.durable)
  return { lost, kept }
}

async function serve(socket: Socket, content: Content): Promise<void> {
  const take = reader(socket)
  await negotiate(socket, take, content.current.length)
  for (;;) {
    const head = await take(28)
    const [flags, type] = [head.readUInt16BE(4), head.readUInt16BE(6)]
    const [offset, length] = [Number(head.readBigUInt64BE(16)), head.readUInt32BE(24)]
    const reply = Buffer.alloc(16)
    reply.writeUInt32BE(0x67446698)
    head.copy(reply, 8, 8, 16)
    if (type === commands.disconnect) return void socket.end()
    if (type === commands.write) write(content, { offset, bytes: await take(length) }, (flags & 1) === 1)
    if (type === commands.flush) flush(content)
    const data = type === commands.read ? content.current.subarray(offset, offset + length) : Buffer.alloc(0)
    socket.write(Buffer.concat([reply, data]))
  }
}

/** @param durable to be on the medium before it is answered (FUA) */
function write(content: Content, request: Write, durable: boolean): void {
  request.bytes.copy(content.current, request.offset)
  if (durable) request.bytes.copy(content.durable, request.offset)
  else content.unflushed.push(request)
}

function flush(content: Content): void {
  for (const { offset, bytes } of content.unflushed) bytes.copy(content.durable, offset)
  content.unflushed = []
}

type Take = (length: number) => Promise<Buffer>

async function negotiate(socket: Socket, take: Take, size: number): Promise<void> {
  socket.write(Buffer.concat([Buffer.from('NBDMAGIC'), optionMagic, Buffer.from([0, 3])]))
  await take(4)
  const geometry = Buffer.alloc(10)
  geometry.writeBigUInt64BE(BigInt(size))
  geometry.writeUInt16BE(hasFlags | sendFlush | sendFua, 8)
  for (;;) {
    const head = await take(16)
    const option = head.readUInt32BE(8)
    await take(head.readUInt32BE(12))
    if (option === options.exportName) return void socket.write(geometry)
    if (option !== options.go && option !== options.info) {
      answerOption(socket, option, option === options.abort ? replies.acknowledged : replies.unsupported)
      continue
    }
    answerOption(socket, option, replies.info, Buffer.concat([Buffer.alloc(2), geometry]))
    answerOption(socket, option, replies.acknowledged)
    if (option === options.go) return
  }
}

function answerOption(socket: Socket, option: number, type: number, data = Buffer.alloc(0)): void {
  const head = Buffer.alloc(20)
  head.writeBigUInt64BE(0x3e889045565a9n)
  head.writeUInt32BE(option, 8)
  head.writeUInt32BE(type, 12)
  head.writeUInt32BE(data.length, 16)
  socket.write(Buffer.concat([head, data]))
}

/** Takes exactly as many bytes as are asked for; rejects when the other side is gone. */
function reader(socket: Socket): Take {
  let received = Buffer.alloc(0)
  let wake = (): void => {}
  socket.on('data', bytes => {
    received = Buffer.concat([received, bytes])
    wake()
  })
  socket.once('close', () => wake())
  return async length => {
    while (received.length < length) {
      if (socket.destroyed) throw new Error('the other side is gone')
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    const taken = received.subarray(0, length)
    received = received.subarray(length)
    return taken
  }
}
