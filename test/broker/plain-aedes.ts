// Aedes as it comes, in the same harness: what the hazards do to it shows that the harness would find them in ours.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import mqtt, { type MqttClient } from 'mqtt'

export async function startPlainAedes() {
  const aedes = await Aedes.createBroker()
  const server = createServer({ noDelay: true }, socket => void aedes.handle(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const clients: MqttClient[] = []
  return {
    aedes,
    /** Lets the store of the broker wait for this before it answers. */
    slowDown: (wait: () => Promise<unknown>) => {
      const store = Reflect.get(aedes, 'persistence') as { outgoingEnqueueCombi: (...given: unknown[]) => unknown }
      const enqueue = store.outgoingEnqueueCombi.bind(store)
      store.outgoingEnqueueCombi = async (...given) => {
        await wait()
        return enqueue(...given)
      }
    },
    port,
    connect: async (clientId: string, clean = true) => {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, clean, reconnectPeriod: 0 })
      clients.push(client)
      return client
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.end(true)
      await new Promise<void>(resolve => aedes.close(resolve))
      server.close()
      await once(server, 'close')
    },
  }
}
