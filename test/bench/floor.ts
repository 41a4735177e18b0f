// The floor: the least work that still is a durable hand-over. One process receives a frame over TCP, appends it to a file,
// waits for fdatasync, forwards it over TCP and answers one byte. No MQTT, no TLS, no checks, no database.
//   node test/bench/floor.ts FILE        prints its port
import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'

/** Bytes of one frame: what a signed alarm has on the wire. */
export const frameBytes = 560

function serve(file: string): void {
  const journal = openSync(file, 'a', 0o600)
  let receiver: Socket | null = null
  const server = createServer({ noDelay: true }, socket => {
    if (receiver === null) {
      receiver = socket // the first to connect is told, the second one sends
      return
    }
    let waiting = Buffer.alloc(0)
    socket.on('data', bytes => {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
      for (; waiting.length >= frameBytes; waiting = waiting.subarray(frameBytes)) {
        writeSync(journal, waiting, 0, frameBytes)
        fdatasyncSync(journal)
        receiver?.write(waiting.subarray(0, frameBytes))
        socket.write('.')
      }
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) console.log(address.port)
  })
}

const file = process.argv[2]
if (import.meta.main && file !== undefined) serve(file)
