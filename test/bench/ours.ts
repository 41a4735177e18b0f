// The real line under measurement: device process, gateway process, a console stream and an MQTT responder in this process.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { assert } from '../../protocol/assert.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { NotificationMessage } from '../../protocol/messages.ts'
import { topicOf } from '../../protocol/topics.ts'
import { monotonicMs } from '../integration/console-client.ts'
import { makeWorld, root } from '../integration/world.ts'

/** Milliseconds beyond the debounce window, from the stamp of the edge. */
export type Press = { readonly toConsole: number; readonly toResponder: number; readonly toReceipt: number }

export type Line = {
  /** Presses the next button, waits for all three, closes the alarm. */
  readonly press: () => Promise<Press>
} & AsyncDisposable

const account = 'empfang'
/** One step that reaches the bench alone and never repeats while it measures. */
const configuration = (yaml: string): string =>
  yaml
    .replaceAll(/notify: \[empfang, nachbarn-(rathaus|buergerhaus)\]/g, 'notify: [empfang]')
    .replaceAll('afterSeconds: 30', 'afterSeconds: 1800')
    .replaceAll('afterSeconds: 60', 'afterSeconds: 3600')

export async function startLine(): Promise<Line> {
  const devices = ['rathaus-1', 'buergerhaus-1']
  const world = await makeWorld({ configuration, devices })
  await world.startGateway()
  const preload = { execArgv: ['--import', join(root, 'test/bench/stamp-events.ts')] }
  const measured = await world.startDevice('rathaus-1', preload)
  const other = await world.startDevice('buergerhaus-1')
  const screen = await world.openConsole(account)
  const responder = mqtt.connect(`mqtts://localhost:${world.mqttPort}`, {
    username: account,
    password: world.password(account),
    ca: await readFile(world.authority, 'utf8'),
  })
  await new Promise<void>(resolve => responder.once('connect', () => resolve()))
  await responder.subscribeAsync(topicOf('responderNotification', { responder: account }), { qos: 1 })
  await measured.line(line => line.includes('"connected"'))
  await other.line(line => line.includes('"connected"'))
  const socket = join(world.deviceFolder('rathaus-1'), 'data/lines.sock')
  const answerTopic = topicOf('responderAcknowledgement', { responder: account })
  let presses = 0
  let read = 0

  const closedEdgeAt = async (): Promise<number> => {
    const seen = read
    await measured.line(line => line.includes('"stamp":"closed"') && measured.lines.indexOf(line, seen) >= seen)
    const at = measured.lines.findIndex((line, index) => index >= seen && line.includes('"stamp":"closed"'))
    read = at + 1
    return JSON.parse(measured.lines[at] ?? '{}').at
  }

  async function press(): Promise<Press> {
    presses += 1
    const offset = ((presses - 1) % 4) + 1
    const shown = new Promise<number>(resolve => {
      screen.onEvent(event => {
        if (event.name === 'notification' && event.data.reason === 'first') resolve(event.at)
      })
    })
    const told = new Promise<{ readonly at: number; readonly alarm: AlarmId }>(resolve => {
      const hear = (_topic: string, payload: Buffer): void => {
        const at = monotonicMs()
        const message: NotificationMessage = JSON.parse(payload.toString())
        if (message.reason !== 'first' || message.alarm === null) return
        responder.off('message', hear)
        resolve({ at, alarm: message.alarm })
      }
      responder.on('message', hear)
    })
    await sendLineCommand(socket, { kind: 'press', line: { chip: 'simulated', offset }, holdMs: 60 })
    const from = (await closedEdgeAt()) + limits.confirmMsDefault
    const { at, alarm } = await told
    const toConsole = (await shown) - from
    const retired = await measured.line(line => line.includes('"stamp":"retired"') && line.includes(`"${alarm}"`))
    const close = { v: 1, kind: 'close', alarm, outcome: 'falseAlarm' }
    await responder.publishAsync(answerTopic, JSON.stringify(close), { qos: 1 })
    return { toConsole, toResponder: at - from, toReceipt: JSON.parse(retired).at - from }
  }

  assert(limits.confirmMsDefault < 60, 'a press of the bench outlasts the debounce window')
  return {
    press,
    [Symbol.asyncDispose]: async () => {
      screen[Symbol.dispose]()
      await responder.endAsync(true)
      await world[Symbol.asyncDispose]()
    },
  }
}
