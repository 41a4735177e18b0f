// For programs that come back at the same address after a restart.
import { createServer } from 'node:net'
import { assert } from '../../protocol/assert.ts'

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert(typeof address === 'object' && address !== null, 'a TCP address')
  await new Promise(resolve => server.close(resolve))
  return address.port
}
