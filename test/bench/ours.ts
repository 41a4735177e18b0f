// The real line under measurement: a device and a gateway as processes, a console stream and an MQTT responder in this one.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { assert } from '../../protocol/assert.ts'
import { limits } from '../../protocol/limits.ts'
import { topicOf } from '../../protocol/topics.ts'
import { logIn } from '../integration/console-client.ts'
import { makeWorld, root, type World } from '../integration/world.ts'
import { deviceFlags } from './device-flags.ts'
import { keepTo } from './processors.ts'
import { listenToConsole, subscribe } from './receivers.ts'

/** Milliseconds beyond the debounce window, from the stamp of the edge. */
export type Press = { readonly toConsole: number; readonly toResponder: number; readonly toReceipt: number }

export type Line = {
  /** Presses the next button, waits for all three, closes the alarm. */
  readonly press: () => Promise<Press>
} & AsyncDisposable

const account = 'empfang'
const devices = ['rathaus-1', 'buergerhaus-1'] as const
const [measured] = devices
/** One step that reaches the bench alone and never repeats while it measures. */
const configuration = (yaml: string): string =>
  yaml
    .replaceAll(/notify: \[empfang, nachbarn-(rathaus|buergerhaus)\]/g, 'notify: [empfang]')
    .replaceAll('afterSeconds: 30', 'afterSeconds: 1800')
    .replaceAll('afterSeconds: 60', 'afterSeconds: 3600')

/** Nobody looks for the receipt while it is on its way: that would slow it down. */
const receiptPauseMs = 20

export async function startLine(): Promise<Line> {
  await using opened = new AsyncDisposableStack()
  // A device has a disk of its own. Here its journal would stand in the way of the gateway's, so it lies in memory.
  const world = opened.use(await makeWorld({ configuration, devices, deviceDisk: '/dev/shm' }))
  keepTo('gateway', (await world.startGateway()).pid)
  const stamps = join(world.folder, 'stamps')
  for (const device of devices) await world.startDevice(device, { log: 'none', ...(await stamped(stamps)) })
  const cookie = await logIn(world.consoleUrl, account, world.password(account))
  await devicesOnline(world, cookie)
  const console = opened.use(await listenToConsole(world.consoleUrl, account, cookie))
  const responder = opened.use(await subscribeResponder(world))
  const socket = join(world.deviceFolder(measured), 'data/lines.sock')
  const answerTopic = topicOf('responderAcknowledgement', { responder: account })
  let presses = 0

  async function press(): Promise<Press> {
    presses += 1
    const offset = ((presses - 1) % 4) + 1
    const shown = console.next('"reason":"first"')
    const told = responder.next('"reason":"first"')
    await sendLineCommand(socket, { kind: 'press', line: { chip: 'simulated', offset }, holdMs: 60 })
    const [{ at: shownAt }, { at: toldAt, bytes }] = [await shown, await told]
    const [alarm] = bytes.toString().match(/(?<="alarm":")[^"]+/) ?? []
    const { closedAt, retiredAt } = await stampsOf(stamps, presses)
    responder.publish(answerTopic, JSON.stringify({ v: 1, kind: 'close', alarm, outcome: 'falseAlarm' }))
    const from = closedAt + limits.confirmMsDefault
    return { toConsole: shownAt - from, toResponder: toldAt - from, toReceipt: retiredAt - from }
  }

  assert(limits.confirmMsDefault < 60, 'a press of the bench outlasts the debounce window')
  const everything = opened.move()
  return { press, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

/** The sources, with the flags under which the device is installed. */
async function stamped(stamps: string) {
  const execArgv = [...(await deviceFlags()), '--import', join(root, 'test/bench/stamp-events.ts')]
  return { execArgv, env: { STAMPS: stamps } }
}

async function devicesOnline(world: World, cookie: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${world.consoleUrl}/api/overview?account=${account}`, { headers: { cookie } })
    const { devices } = await answer.json()
    if (devices.every((device: { state: string }) => device.state === 'online')) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function subscribeResponder(world: World) {
  const socket = connect({ host: 'localhost', port: world.mqttPort, ca: await readFile(world.authority) })
  await once(socket, 'secureConnect')
  socket.setNoDelay(true)
  const login = { username: account, password: Buffer.from(world.password(account)) }
  return subscribe(socket, login, topicOf('responderNotification', { responder: account }))
}

/** Moments of the press with this number, as the device wrote them down. */
async function stampsOf(file: string, press: number): Promise<{ closedAt: number; retiredAt: number }> {
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, receiptPauseMs))
    const lines = (await readFile(file, 'utf8')).split('\n').filter(line => line.endsWith('}'))
    const stamps = lines.map((line): { what: string; at: number } => JSON.parse(line))
    const [closed, retired] = ['closed', 'retired'].map(what => stamps.filter(stamp => stamp.what === what)[press - 1])
    if (closed !== undefined && retired !== undefined) return { closedAt: closed.at, retiredAt: retired.at }
  }
}
