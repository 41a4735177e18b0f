// A process of its own that holds many connections of responders and says when each is told: killed, it is a mass disconnect.
import { writeFileSync } from 'node:fs'
import mqtt from 'mqtt'
import { topicOf } from '../../protocol/topics.ts'

export type CrowdOrder = {
  readonly port: number
  /** PEM. Null: a plain broker, without TLS and accounts. */
  readonly authority: string | null
  readonly count: number
  readonly responder: string
  readonly password: string
  /** This file appears when one of them is told: also a parent that stands still can see it. */
  readonly toldFile?: string
}

/** Sent once: all are in and listen. */
const connected = 'connected'

process.once('message', async (order: CrowdOrder) => {
  const topic = topicOf('responderNotification', { responder: order.responder })
  for (let index = 0; index < order.count; index++) {
    const client = await mqtt.connectAsync({
      ...(order.authority === null ? { protocol: 'mqtt' } : { protocol: 'mqtts', ca: order.authority }),
      host: '127.0.0.1',
      port: order.port,
      clientId: `crowd-${index}`,
      username: order.responder,
      password: order.password,
      connectTimeout: 60_000,
      reconnectPeriod: 0,
    })
    client.on('message', () => order.toldFile !== undefined && writeFileSync(order.toldFile, ''))
    client.on('error', () => {})
    await client.subscribeAsync(topic, { qos: 1 })
  }
  process.send?.(connected)
})
