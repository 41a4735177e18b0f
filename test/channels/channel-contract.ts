// What every way to tell a person must keep, whatever it is made of. Each channel's test runs this suite on the real thing.
import { expect, test, vi } from 'vitest'
import type { DeliveryOutcome } from '../../gateway/core/record-types.ts'
import type { NotificationChannel } from '../../gateway/shell/ports.ts'
import type { NotificationId, ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { NotificationMessage } from '../../protocol/messages.ts'
import { notification, responder } from '../http/samples.ts'

export type Ending = {
  readonly notification: NotificationId
  readonly responder: ResponderId
  readonly outcome: DeliveryOutcome
}

export type ChannelWorld = {
  readonly channel: NotificationChannel
  /** What the channel said became of its notifications, in order. */
  readonly endings: () => readonly Ending[]
  /** A receiver of this responder that is ready to be told: `anna` or `bert`. */
  readonly connect: (name: string) => Promise<Receiver>
} & AsyncDisposable

export type Receiver = {
  readonly received: () => readonly NotificationMessage[]
  /** The receiver's program says that it has this one. */
  readonly confirm: (notification: NotificationId) => Promise<void>
  /** Stops reading, without closing. */
  readonly freeze: () => void
  readonly leave: () => void
}

const patience = { timeout: 20_000, interval: 5 }
const told = (number: number, to = 'anna') => notification(to, number, { text: 'x'.repeat(400) })
const ending = (number: number, outcome: DeliveryOutcome, of = 'anna'): Ending => ({
  notification: told(number).id,
  responder: responder(of),
  outcome,
})

/** @param start a channel with nobody connected. */
export function channelContract(name: string, start: () => Promise<ChannelWorld>): void {
  vi.setConfig({ testTimeout: 60_000 })
  const promise = (title: string, body: (world: ChannelWorld) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => {
      await using world = await start()
      await body(world)
    })
  const ends = (world: ChannelWorld, expected: readonly Ending[]): Promise<void> =>
    vi.waitFor(() => expect(world.endings()).toEqual(expected), patience)
  const receives = (receiver: Receiver, ...numbers: readonly number[]): Promise<void> =>
    vi.waitFor(
      () => expect(receiver.received().map(({ id }) => id)).toEqual(numbers.map(each => told(each).id)),
      patience,
    )

  promise('every receiver of the responder gets the notification as it is, and nobody else', async world => {
    const receivers = [await world.connect('anna'), await world.connect('anna')]
    const other = await world.connect('bert')
    world.channel.notify(told(1))
    world.channel.notify(told(2, 'bert'))
    for (const receiver of receivers) await receives(receiver, 1)
    await receives(other, 2)
    expect(receivers[0]?.received()).toEqual([told(1)])
    expect(world.endings()).toEqual([])
  })

  promise('notifications arrive in the order of telling', async world => {
    const anna = await world.connect('anna')
    for (const number of [1, 2, 3]) world.channel.notify(told(number))
    await receives(anna, 1, 2, 3)
  })

  promise('the first receiver that confirms makes the delivery, and it is told once', async world => {
    const [one, other] = [await world.connect('anna'), await world.connect('anna')]
    world.channel.notify(told(1))
    await receives(one, 1)
    await receives(other, 1)
    await one.confirm(told(1).id)
    await ends(world, [ending(1, 'delivered')])
    await other.confirm(told(1).id)
    world.channel.notify(told(2))
    await receives(other, 1, 2)
    await other.confirm(told(2).id)
    await ends(world, [ending(1, 'delivered'), ending(2, 'delivered')])
  })

  promise('a notification is lost only with its last receiver, and it is told once', async world => {
    const [one, other] = [await world.connect('anna'), await world.connect('anna')]
    world.channel.notify(told(1))
    await receives(one, 1)
    await receives(other, 1)
    one.leave()
    world.channel.notify(told(2, 'bert'))
    await ends(world, [ending(2, 'connectionLost', 'bert')])
    other.leave()
    await ends(world, [ending(2, 'connectionLost', 'bert'), ending(1, 'connectionLost')])
  })

  promise('what one receiver lost another can still confirm', async world => {
    const [one, other] = [await world.connect('anna'), await world.connect('anna')]
    world.channel.notify(told(1))
    await receives(one, 1)
    await receives(other, 1)
    one.leave()
    await other.confirm(told(1).id)
    await ends(world, [ending(1, 'delivered')])
  })

  promise('a responder without a receiver is not told, and that is said', async world => {
    world.channel.notify(told(1))
    await ends(world, [ending(1, 'connectionLost')])
  })

  promise(
    'a receiver that does not read is given up at its bound, each notification ends once, nobody waits',
    async world => {
      const frozen = await world.connect('anna')
      const other = await world.connect('bert')
      frozen.freeze()
      const count = limits.connectionQueueMax + 2 * limits.inflightMax
      for (let number = 1; number <= count; number += 1) world.channel.notify(told(number))
      world.channel.notify(told(count + 1, 'bert'))
      await receives(other, count + 1)
      await vi.waitFor(() => expect(world.endings().map(({ outcome }) => outcome)).toContain('queueFull'), patience)
      frozen.leave()
      await vi.waitFor(() => expect(world.endings().length).toBe(count), patience)
      expect(new Set(world.endings().map(each => each.notification)).size).toBe(count)
      expect(world.endings().filter(({ outcome }) => outcome === 'delivered')).toEqual([])
    },
  )

  promise('a receiver that comes back is told what is told from then on', async world => {
    const first = await world.connect('anna')
    first.leave()
    const again = await world.connect('anna')
    world.channel.notify(told(1))
    await receives(again, 1)
    await again.confirm(told(1).id)
    await ends(world, [ending(1, 'delivered')])
  })
}
