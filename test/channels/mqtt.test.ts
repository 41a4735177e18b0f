import type { IPublishPacket } from 'mqtt-packet'
import type { NotificationMessage } from '../../protocol/messages.ts'
import { createCertificates } from '../broker/certificates.ts'
import { connectPacket, startWorld } from '../broker/world.ts'
import { channelContract } from './channel-contract.ts'

const certificates = await createCertificates()
let clients = 0

channelContract('mqtt', async () => {
  const world = await startWorld(certificates)
  return {
    channel: world.broker.channel,
    endings: () =>
      world
        .of('notificationEnded')
        .map(({ notification, responder, outcome }) => ({ notification, responder, outcome })),
    connect: async name => {
      clients += 1
      const client = await world.raw()
      client.send(connectPacket(`${name}-${clients}`, name))
      await client.received('connack')
      const topic = `stillruf/v1/responder/${name}/notification`
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
      await client.received('suback')
      const told = () =>
        client.packets
          .filter((packet): packet is IPublishPacket => packet.cmd === 'publish')
          .map(packet => ({ packet, message: JSON.parse(packet.payload.toString()) as NotificationMessage }))
      return {
        received: () => told().map(({ message }) => message),
        confirm: async notification => {
          const messageId = told().find(({ message }) => message.id === notification)?.packet.messageId
          if (messageId !== undefined) client.send({ cmd: 'puback', messageId })
        },
        freeze: () => void client.socket.pause(),
        leave: () => void client.socket.destroy(),
      }
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
})
