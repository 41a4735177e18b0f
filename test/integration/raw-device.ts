// A device without its program: certificate, key and an MQTT client, to say what the real program never would.
import { createPrivateKey, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { canonical, encode, signed } from '../../protocol/codec.ts'
import { type BootId, type ButtonId, type DeviceId, pressId } from '../../protocol/ids.ts'
import type { AlarmMessage, ReceiptMessage, ReleasedMessage } from '../../protocol/messages.ts'
import { millis, type WallTime } from '../../protocol/time.ts'
import { topicOf } from '../../protocol/topics.ts'
import type { World } from './world.ts'

export type RawDevice = {
  readonly client: MqttClient
  readonly receipts: readonly ReceiptMessage[]
  readonly alarm: (sequence: number, n?: number) => AlarmMessage
  /** That the press of this sequence has ended. */
  readonly publishReleased: (sequence: number) => Promise<unknown>
  readonly publish: (topic: string, payload: Uint8Array | string) => Promise<unknown>
  readonly publishAlarm: (message: AlarmMessage) => Promise<unknown>
} & AsyncDisposable

export async function connectRawDevice(world: World, device: string, port = world.mqttPort): Promise<RawDevice> {
  const identity = join(world.deviceFolder(device), 'identity')
  const pem = (name: string): Promise<string> => readFile(join(identity, name), 'utf8')
  const [key, certificate, authority] = [await pem('key.pem'), await pem('certificate.pem'), await pem('authority.pem')]
  const client = mqtt.connect(`mqtts://127.0.0.1:${port}`, {
    clientId: device,
    key,
    cert: certificate,
    ca: authority,
    reconnectPeriod: 0,
    protocolVersion: 4,
  })
  const receipts: ReceiptMessage[] = []
  client.on('message', (_topic, payload) => {
    receipts.push(JSON.parse(payload.toString()))
  })
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed before CONNACK')))
  })
  await client.subscribeAsync(topicOf('deviceReceipt', { device }), { qos: 1 })
  const privateKey = createPrivateKey(key)
  const boot = Math.random().toString(16).slice(2).padEnd(16, '0').slice(0, 16) as BootId
  const signBytes = (bytes: Uint8Array): string =>
    sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  let last = 0
  const publishSigned = (message: AlarmMessage | ReleasedMessage): Promise<unknown> =>
    client.publishAsync(topicOf('deviceAlarm', { device }), Buffer.from(encode(message)), { qos: 1 })
  return {
    client,
    receipts,
    alarm: (sequence, n) => {
      last = n ?? last + 1
      return signed<AlarmMessage>(
        {
          v: 1,
          kind: 'alarm',
          device: device as DeviceId,
          boot,
          n: last,
          clockErrorMs: null,
          button: 'tresen' as ButtonId,
          id: pressId(device as DeviceId, boot, sequence),
          pressedAt: Date.now() as WallTime,
          ageMs: millis(31),
          ageBasis: 'monotonic',
          contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
        },
        signBytes,
      )
    },
    publish: (topic, payload) => client.publishAsync(topic, Buffer.from(payload), { qos: 1 }),
    publishAlarm: publishSigned,
    publishReleased: sequence => {
      last += 1
      const id = pressId(device as DeviceId, boot, sequence)
      const said = {
        v: 1,
        kind: 'released',
        device: device as DeviceId,
        boot,
        n: last,
        clockErrorMs: null,
        id,
      } as const
      return publishSigned(signed<ReleasedMessage>({ ...said, heldMs: millis(840) }, signBytes))
    },
    [Symbol.asyncDispose]: async () => {
      await client.endAsync(true)
    },
  }
}

/** The same message with a field changed after signing. */
export const tampered = (message: AlarmMessage): AlarmMessage => ({ ...message, button: 'kasse' as ButtonId })
export const canonicalBytes = (value: unknown): Uint8Array => new TextEncoder().encode(canonical(value))
