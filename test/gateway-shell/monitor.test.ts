// What `stillruf-gateway monitor` makes of a gateway whose answers break off, refuse, or leave out what is over.
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { generate, type Packet, parser } from 'mqtt-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMonitorLines, type MonitorMessage } from '../../gateway/shell/cli/monitor-lines.ts'
import { examples } from '../../protocol/examples.ts'
import { gateway, startCommand, writeConfiguration } from './command.ts'
import { temporaryFolder } from './samples.ts'

const patience = { timeout: 120_000 }
let folder: ReturnType<typeof temporaryFolder>
let data: string

beforeAll(async () => {
  folder = temporaryFolder()
  data = join(folder.path, 'data')
  mkdirSync(data)
  writeConfiguration(data, { mqtt: 8883, console: 8080 })
  expect(await gateway(['setup', '--data', data])).toMatchObject({ status: 0, stderr: '' })
}, 120_000)
afterAll(() => folder[Symbol.dispose]())

/** Lets everybody in, and answers the n-th subscription with the n-th answer: 0x80 refuses, null ends the connection. */
async function startBroker(answers: readonly (number | null)[]) {
  const sockets = new Set<TLSSocket>()
  const waiting = [...answers]
  const pem = (name: string) => readFileSync(join(data, `gateway-${name}.pem`))
  const server = createServer({ key: pem('key'), cert: pem('certificate') }, socket => {
    sockets.add(socket)
    const packets = parser()
    packets.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
      if (packet.cmd !== 'subscribe') return
      const granted = waiting.shift() ?? null
      if (granted === null) socket.destroy()
      else socket.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [granted] }))
    })
    socket.on('data', bytes => packets.parse(bytes))
    socket.on('error', () => undefined) // the other end is gone, as it may be
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const config = writeConfiguration(folder.path, { mqtt: (server.address() as AddressInfo).port, console: 8080 })
  return {
    command: ['monitor', '--account', 'leitstelle', '--data', data, '--config', config],
    answered: () => answers.length - waiting.length,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
const secret = { STILLRUF_PASSWORD: 'x' }

test(
  'a connection that breaks before the subscription is answered is a lost one, and comes back',
  patience,
  async () => {
    await using broker = await startBroker([null, 1])
    await using monitor = startCommand(broker.command, secret)
    await monitor.line('Die Verbindung zur Zentrale ist unterbrochen.')
    await expect.poll(broker.answered, patience).toBe(2)
    expect(monitor.lines.filter(line => line.endsWith('Mit der Zentrale verbunden.'))).toHaveLength(2)
    expect(await monitor.stop()).toBe(0)
    expect(monitor.lines.filter(line => line.endsWith('unterbrochen.'))).toHaveLength(1) // who leaves loses nothing
  },
)

test('an account that may not monitor is told so', patience, async () => {
  await using broker = await startBroker([0x80])
  const { status, stderr } = await gateway(broker.command, secret)
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr:
      'Das Konto „leitstelle“ darf nicht mitlesen. Ein Konto mit der Rolle monitor darf es: „stillruf-gateway account add NAME --role monitor“.\n',
  })
})

test('an alarm that was closed while nobody was connected is told as closed, once all that is open has come again', () => {
  const { alarmState, gatewayState } = examples
  const lines = createMonitorLines('de')
  const alarms = (message: MonitorMessage, live: boolean) =>
    lines.of(message, live).filter(line => line.startsWith('ALARM'))
  const count = (openAlarms: number) => ({ ...gatewayState, openAlarms })
  expect(alarms(alarmState, true)).toEqual([expect.stringContaining('übernommen')])
  lines.connected()
  expect(alarms(count(0), false)).toEqual([]) // retained: perhaps from before the alarm
  expect(alarms(count(1), true)).toEqual([])
  expect(alarms(count(0), true)).toEqual([expect.stringContaining('abgeschlossen')])
  expect(alarms(count(0), true)).toEqual([])
})
