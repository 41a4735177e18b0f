// Debian's own MQTT clients as responder and monitor, with nothing but their command line.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { DeviceStateMessage } from '../../protocol/messages.ts'
import { filterOf, prefix, topicOf } from '../../protocol/topics.ts'
import { type Certificates, createCertificates } from './certificates.ts'
import { alarmMessage, deviceId, notification } from './messages.ts'
import { passwordOf, startWorld, type World } from './world.ts'

const missing = ['mosquitto_sub', 'mosquitto_pub'].filter(program => spawnSync(program, ['--help']).error !== undefined)
const skipped = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} of mosquitto-clients not installed)`

let certificates: Certificates
let folder: string
beforeAll(async () => {
  certificates = await createCertificates()
  folder = await mkdtemp(join(tmpdir(), 'stillruf-mosquitto-'))
  await writeFile(join(folder, 'ca.crt'), certificates.authority.certificate)
})
afterAll(() => rm(folder, { recursive: true }))

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

test.skipIf(missing.length > 0)(
  `mosquitto_sub is told as a responder, and mosquitto_pub takes the alarm${skipped}`,
  async () => {
    await using world = await startWorld(certificates, {
      onEvent: (event, { broker }) => {
        if (event.kind === 'responderSaid' && event.delivery !== null) broker.acknowledgeDelivery(event.delivery)
      },
    })
    const topic = topicOf('responderNotification', { responder: 'anna' })
    const told = run(world, 'mosquitto_sub', 'anna', ['-q', '1', '-t', topic, '-C', '1'])
    await world.seen('responderPresent')
    world.broker.channel.notify(notification('anna', 1))
    expect(JSON.parse(await told)).toMatchObject({ kind: 'notification', text: 'Alarm in room 12' })
    expect(await world.seen('notificationEnded')).toMatchObject([{ outcome: 'delivered' }])
    const message = { v: 1, kind: 'acknowledgement', alarm: alarmMessage('dev-1', 1, () => 'x'.repeat(86)).id }
    const answer = topicOf('responderAcknowledgement', { responder: 'anna' })
    await run(world, 'mosquitto_pub', 'anna', ['-q', '1', '-t', answer, '-m', JSON.stringify(message)])
    expect(world.of('responderSaid')).toMatchObject([{ responder: 'anna', message }])
  },
)

test.skipIf(missing.length > 0)(`mosquitto_sub sees all of monitor/# as a monitor${skipped}`, async () => {
  await using world = await startWorld(certificates)
  const state: DeviceStateMessage = {
    v: 1,
    kind: 'deviceState',
    device: deviceId('dev-1'),
    place: 'Rathaus',
    state: 'silent',
    lastHeardAt: null,
    faults: [],
  }
  world.broker.tellMonitors({ kind: 'tellMonitors', message: state, retain: true })
  const seen = await run(world, 'mosquitto_sub', 'watch', ['-t', `${prefix}monitor/#`, '-C', '1', '-F', '%r %t %p'])
  expect(seen).toBe(`1 ${filterOf('monitorDevice').replace('+', 'dev-1')} ${JSON.stringify(sorted(state))}\n`)
})

const sorted = (value: object) => Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** What the program prints until it ends by itself, without an error. */
async function run(world: World, program: string, account: string, args: readonly string[]): Promise<string> {
  const { host, port } = world.broker.address
  const access = [
    '-h',
    host,
    '-p',
    `${port}`,
    '--cafile',
    join(folder, 'ca.crt'),
    '-u',
    account,
    '-P',
    passwordOf(account),
  ]
  const child = spawn(program, [...access, ...args])
  children.push(child)
  let printed = ''
  child.stdout.on('data', chunk => {
    printed += String(chunk)
  })
  child.stderr.on('data', chunk => {
    printed += String(chunk)
  })
  const [code] = await once(child, 'close')
  expect(code, printed).toBe(0)
  return printed
}
