// A crowd that connects: a few at a time, and nobody locked out by others.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createAdmission } from '../../gateway/shell/broker/admission.ts'
import { createPace } from '../../gateway/shell/broker/pacing.ts'
import { limits } from '../../protocol/limits.ts'
import { type Certificates, createCertificates } from './certificates.ts'
import { connectPacket, patience, startWorld } from './world.ts'

let certificates: Certificates
beforeAll(async () => {
  certificates = await createCertificates()
})

const holdTime = () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
afterEach(() => void vi.useRealTimers())

test('no more connections than the bound are begun at once, the others in the order in which they came', async () => {
  holdTime()
  await using crowd = await startCrowd()
  const clients = await crowd.arrive(limits.admissionsMax + 3)
  const ports = clients.map(({ localPort }) => localPort)
  await crowd.begun(limits.admissionsMax)
  const first = crowd.started[0]
  if (first !== undefined) crowd.admission.finished(first)
  await crowd.begun(limits.admissionsMax + 1)
  clients[1]?.destroy()
  await crowd.begun(limits.admissionsMax + 2)
  expect(crowd.ports()).toEqual(ports.slice(0, limits.admissionsMax + 2))
})

test('connections that begin and then say nothing give way to those behind them', async () => {
  holdTime()
  await using crowd = await startCrowd()
  await crowd.arrive(2 * limits.admissionsMax + 1)
  await crowd.begun(limits.admissionsMax)
  vi.advanceTimersByTime(limits.admissionStallMs)
  await crowd.begun(2 * limits.admissionsMax)
  vi.advanceTimersByTime(limits.admissionStallMs)
  await crowd.begun(2 * limits.admissionsMax + 1)
})

test('one address that opens many connections does not keep another waiting behind them', async () => {
  holdTime()
  await using crowd = await startCrowd()
  await crowd.arrive(40, '127.0.0.2')
  const [other] = await crowd.arrive(1, '127.0.0.3')
  await crowd.begun(limits.admissionsMax)
  const first = crowd.started[0]
  const second = crowd.started[1]
  if (first !== undefined) crowd.admission.finished(first)
  if (second !== undefined) crowd.admission.finished(second)
  await crowd.begun(limits.admissionsMax + 2)
  expect(crowd.ports()).toContain(other?.localPort)
})

test('beyond the bound the address with the most waiting connections yields, not the one that comes', async () => {
  holdTime()
  await using crowd = await startCrowd()
  using _ = boundOf(limits.admissionsMax + 10)
  const many = await crowd.arrive(limits.admissionsMax + 10, '127.0.0.2')
  const gone = once(many.at(-1) ?? crowd.server, 'close')
  const [other] = await crowd.arrive(1, '127.0.0.3')
  await gone
  expect(other?.destroyed).toBe(false)
  expect(crowd.errors).toEqual(['connection refused: this gateway holds as many connections as it may'])
})

test('a storm of connections ends with all of them in', async () => {
  await using world = await startWorld(certificates)
  const devices = await Promise.all(Array.from({ length: 60 }, (_, index) => certificates.device(`dev-${index}`)))
  const clients = await Promise.all(devices.map(party => world.device(party)))
  expect(clients.every(({ connected }) => connected)).toBe(true)
  expect(world.events).toEqual([])
})

test('silent connections in front do not keep a device out', async () => {
  await using world = await startWorld(certificates)
  const party = await certificates.device('dev-1')
  const silent = await Promise.all(
    Array.from({ length: limits.admissionsMax }, async () => {
      const socket = connect(world.broker.address.port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    }),
  )
  const device = await world.raw(party)
  device.send(connectPacket('dev-1'))
  await device.received('connack')
  for (const socket of silent) socket.destroy()
})

test('work that comes at once is spread over turns, in order', async () => {
  const pace = createPace()
  const done: number[] = []
  const most: number[] = []
  let before = 0
  const look = () => {
    most.push(done.length - before)
    before = done.length
    if (done.length < 10 * limits.closingsPerTurn) setImmediate(look)
  }
  for (let index = 0; index < 10 * limits.closingsPerTurn; index++) pace(() => void done.push(index))
  setImmediate(look)
  await vi.waitFor(() => expect(done).toHaveLength(10 * limits.closingsPerTurn), patience)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  await vi.waitFor(() => expect(before).toBe(done.length), patience)
  expect(Math.max(...most)).toBeLessThanOrEqual(2 * limits.closingsPerTurn)
  pace(() => void done.push(-1))
  await vi.waitFor(() => expect(done.at(-1)).toBe(-1), patience)
})

/** Another bound for a while: nobody opens 18,000 connections in a test. */
function boundOf(connectionsMax: number): Disposable {
  const before = limits.connectionsMax
  Reflect.set(limits, 'connectionsMax', connectionsMax)
  return { [Symbol.dispose]: () => void Reflect.set(limits, 'connectionsMax', before) }
}

/** An admission behind a listening port that begins connections and leaves them at that. */
async function startCrowd() {
  const started: Socket[] = []
  const clients: Socket[] = []
  const errors: string[] = []
  const silence = () => {}
  const admission = createAdmission(
    socket => {
      socket.resume()
      started.push(socket)
    },
    () => {},
    { debug: silence, info: silence, warn: silence, error: (_fields, text) => void errors.push(text) },
  )
  const server = createServer({ pauseOnConnect: true }, socket => admission.arrive(socket))
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    admission,
    server,
    errors,
    started,
    ports: () => started.map(({ remotePort }) => remotePort),
    arrive: async (count: number, from = '127.0.0.1') => {
      const arrived: Socket[] = []
      for (let index = 0; index < count; index++) {
        const socket = connect({ port, host: '127.0.0.1', localAddress: from })
        await once(socket, 'connect')
        arrived.push(socket)
      }
      clients.push(...arrived)
      return arrived
    },
    /** Not one more, even after everything that is under way has come in. */
    begun: async (count: number) => {
      const since = performance.now()
      while (started.length < count && performance.now() - since < patience.timeout) await nextTurn()
      for (let turn = 0; turn < 20; turn++) await nextTurn()
      expect(started).toHaveLength(count)
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy()
      admission.close()
      server.close()
      await once(server, 'close')
    },
  }
}
