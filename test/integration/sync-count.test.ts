// What an alarm costs the gateway's disk, counted by the kernel's own system calls.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { expect, test, vi } from 'vitest'
import { topicOf } from '../../protocol/topics.ts'
import { connectRawDevice } from './raw-device.ts'
import { hasProgram } from './tools.ts'
import { makeWorld, type World } from './world.ts'

const soon = { timeout: 30_000, interval: 50 }
/** Nothing but the alarm is to be recorded: no escalation, no device that falls silent. */
const calm = (yaml: string): string =>
  yaml
    .replace('silentAfterSeconds: 30', 'silentAfterSeconds: 3000')
    .replaceAll('afterSeconds: 30', 'afterSeconds: 3000')
    .replaceAll('afterSeconds: 60', 'afterSeconds: 6000')
const ifTraceable = test.skipIf(!hasProgram('strace'))

ifTraceable(
  'up to its receipt a lone alarm that nobody hears costs exactly one sync of the gateway’s disk',
  async () => {
    await using world = await makeWorld({ configuration: calm })
    const gateway = await world.startGateway()
    await using device = await connectRawDevice(world, 'rathaus-1')
    await device.publishAlarm(device.alarm(1)) // the first alarm may still grow files
    await vi.waitFor(() => expect(device.receipts).toHaveLength(1), soon)
    const trace = await startTrace(world, gateway.pid)
    await device.publishAlarm(device.alarm(2, 2))
    await vi.waitFor(() => expect(device.receipts).toHaveLength(2), soon)
    const syncs = await trace.syncs()
    expect(syncs, syncs.join('\n')).toHaveLength(1)
    expect(syncs[0]).toMatch(/-wal>/)
  },
)

ifTraceable(
  'with a responder who hears of it, a press costs two or three: the alarm and its delivery, and its release',
  async () => {
    await using world = await makeWorld({ configuration: calm })
    const gateway = await world.startGateway()
    await using responder = await connectResponder(world, 'empfang')
    await using device = await connectRawDevice(world, 'rathaus-1')
    await device.publishAlarm(device.alarm(1))
    await vi.waitFor(async () => expect(await deliveries(world)).toBe(1), soon)
    const trace = await startTrace(world, gateway.pid)
    await device.publishAlarm(device.alarm(2, 2))
    await vi.waitFor(async () => expect(await deliveries(world)).toBe(2), soon)
    await device.publishReleased(2) // answered once it is on record
    expect(device.receipts).toHaveLength(2)
    expect(responder.told()).toBe(2)
    const syncs = await trace.syncs()
    expect(syncs.length, syncs.join('\n')).toBeGreaterThanOrEqual(2)
    expect(syncs.length, syncs.join('\n')).toBeLessThanOrEqual(3) // the delivery may be confirmed before the alarm’s commit or after it
    for (const sync of syncs) expect(sync).toMatch(/-wal>/)
  },
)

async function startTrace(world: World, pid: number | undefined) {
  const file = join(world.folder, 'trace')
  const calls = 'trace=fsync,fdatasync,sync_file_range,msync'
  const strace = spawn('strace', ['-f', '-y', '-e', calls, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>(resolve => {
    strace.stderr.on('data', bytes => {
      if (String(bytes).includes('attached')) resolve()
    })
  })
  return {
    syncs: async (): Promise<readonly string[]> => {
      strace.kill('SIGINT')
      await once(strace, 'close')
      return (await readFile(file, 'utf8')).split('\n').filter(line => /(fsync|fdatasync)\(/.test(line))
    },
  }
}

/** How many records hold all of these words. */
async function recorded(world: World, ...words: readonly string[]): Promise<number> {
  const records = await world.gatewayCommand('records', '--all', '--json', '--config', world.configurationFile)
  return records.split('\n').filter(line => words.every(word => line.includes(`"${word}"`))).length
}
const deliveries = (world: World): Promise<number> => recorded(world, 'notificationEnded', 'delivered')

async function connectResponder(world: World, account: string) {
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${world.mqttPort}`, {
    ca: await readFile(world.authority),
    username: account,
    password: world.password(account),
    reconnectPeriod: 0,
  })
  let told = 0
  client.on('message', () => {
    told += 1
  })
  await client.subscribeAsync(topicOf('responderNotification', { responder: account }), { qos: 1 })
  return {
    told: () => told,
    [Symbol.asyncDispose]: async () => {
      await client.endAsync(true)
    },
  }
}
