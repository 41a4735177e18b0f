// The floor: the least work that still is a durable hand-over. A device process sends a frame over TCP; a gateway process appends
// it to a file, waits for fdatasync, forwards it over TCP and answers. No MQTT, no TLS, no checks, no database.
//   node test/bench/floor.ts gateway FOLDER          prints its port
//   node test/bench/floor.ts device FOLDER PORT
import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { frameBytes, onFrames, sendAtSignal } from './frames.ts'

/** Bytes of the answer: those of a PUBACK. */
const answerBytes = 4

function runGateway(folder: string): void {
  const journal = openSync(join(folder, 'journal'), 'a', 0o600)
  const answer = Buffer.alloc(answerBytes)
  let receiver: Socket | null = null
  const server = createServer({ noDelay: true }, socket => {
    if (receiver === null) {
      receiver = socket // the first to connect is told, the second one sends
      return
    }
    onFrames(socket, frame => {
      writeSync(journal, frame)
      fdatasyncSync(journal)
      receiver?.write(frame)
      socket.write(answer)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) console.log(address.port)
  })
}

function runDevice(port: number): void {
  const frame = Buffer.alloc(frameBytes, 'a')
  const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => console.log('ready'))
  socket.on(
    'data',
    sendAtSignal(socket, () => frame),
  )
}

if (import.meta.main) {
  const [role, folder = '.', port] = process.argv.slice(2)
  if (role === 'gateway') runGateway(folder)
  else runDevice(Number(port))
}
