// A process of its own that holds many connections of responders and says when each is told: killed, it is a mass disconnect.
import mqtt from 'mqtt'
import { topicOf } from '../../protocol/topics.ts'

export type CrowdOrder = {
  readonly port: number
  /** PEM. Null: a plain broker, without TLS and accounts. */
  readonly authority: string | null
  readonly count: number
  readonly responder: string
  readonly password: string
}
/** `connected`: all are in and listen. `told`: one was told, at this time of the machine's clock (ms). */
export type CrowdReport = { readonly kind: 'connected' } | { readonly kind: 'told'; readonly at: number }

const report = (message: CrowdReport) => void process.send?.(message)

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
    client.on('message', () => report({ kind: 'told', at: Date.now() }))
    client.on('error', () => {})
    await client.subscribeAsync(topic, { qos: 1 })
  }
  report({ kind: 'connected' })
})
