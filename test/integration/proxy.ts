// A wire that can be cut, held back in one direction, and joined again: TCP on loopback between a device and the gateway.
import { connect, createServer, type Socket } from 'node:net'
import { assert } from '../../protocol/assert.ts'

export type Wire = {
  readonly port: number
  /** Bytes from the gateway are read but no longer passed on: receipts are lost, while the device still reaches the gateway. */
  readonly loseAnswers: () => void
  /** Ends every connection; new ones pass in full again. */
  readonly cut: () => void
} & AsyncDisposable

export async function startWire(to: number): Promise<Wire> {
  const pairs = new Set<{ readonly device: Socket; readonly gateway: Socket }>()
  let losing = false
  const server = createServer({ noDelay: true }, device => {
    const gateway = connect({ port: to, host: '127.0.0.1', noDelay: true })
    const pair = { device, gateway }
    pairs.add(pair)
    device.on('data', bytes => gateway.write(bytes))
    gateway.on('data', bytes => {
      if (!losing) device.write(bytes)
    })
    const end = (): void => {
      pairs.delete(pair)
      device.destroy()
      gateway.destroy()
    }
    for (const socket of [device, gateway]) socket.on('close', end).on('error', end)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert(typeof address === 'object' && address !== null, 'a TCP address')
  const cut = (): void => {
    losing = false
    for (const { device, gateway } of [...pairs]) {
      device.destroy()
      gateway.destroy()
    }
  }
  return {
    port: address.port,
    loseAnswers: () => {
      losing = true
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
