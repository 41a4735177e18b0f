import { account, startWorld } from '../http/world.ts'
import { channelContract } from './channel-contract.ts'

channelContract('console', async () => {
  const world = await startWorld()
  world.accounts.set('bert', account('bert', 'responder'))
  return {
    channel: world.http.channel,
    endings: () =>
      world.emitted.flatMap(event =>
        event.kind === 'notificationEnded'
          ? [{ notification: event.notification, responder: event.responder, outcome: event.outcome }]
          : [],
      ),
    connect: async name => {
      const browser = await world.logIn(name)
      const page = await browser.openPage()
      return {
        received: () => page.events.flatMap(event => (event.name === 'notification' ? [event.data] : [])),
        confirm: async notification => {
          await browser.post('/api/notifications/seen', { notification })
        },
        freeze: page.freeze,
        leave: page.leave,
      }
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
})
