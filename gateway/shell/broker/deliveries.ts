// Publishes that wait for their answer (PUBACK, or PUBREC for QoS 2) until what they brought is on record [D4]. Answers leave a
// connection in the order in which the publishes came [MQTT-4.6.0-2, MQTT-4.6.0-3].
import { limits } from '../../../protocol/limits.ts'
import type { Delivery } from '../../core/model.ts'

export type Deliveries = {
  /** The answers that one connection owes. @param write sends them. */
  readonly open: (write: (bytes: Buffer) => void) => Answers
  /** The answer may go. One whose connection has ended is not missed by anybody: the client publishes again. */
  readonly acknowledge: (delivery: Delivery) => void
}

export type Answers = {
  /**
   * Null if as many are owed as may be: the message is taken all the same, and never answered on this connection.
   * A press is not withheld because the record cannot be written.
   */
  readonly owe: (answer: Buffer) => Delivery | null
  /** The connection has ended. */
  readonly close: () => void
}

type Owed = { readonly delivery: Delivery; readonly answer: Buffer; released: boolean }

/** @param onEnded a connection has ended that still owed these. */
export function createDeliveries(onEnded: (deliveries: readonly Delivery[]) => void): Deliveries {
  const releases = new Map<Delivery, () => void>()
  let last = 0

  function open(write: (bytes: Buffer) => void): Answers {
    const owed: Owed[] = []

    function release(entry: Owed): void {
      entry.released = true
      while (owed[0]?.released === true) {
        const first = owed.shift()
        if (first !== undefined) write(first.answer)
      }
    }

    return {
      owe: answer => {
        if (owed.length >= limits.deliveriesMax || releases.size >= limits.deliveriesHeldMax) return null
        last += 1
        const entry: Owed = { delivery: last as Delivery, answer, released: false }
        owed.push(entry)
        releases.set(entry.delivery, () => release(entry))
        return entry.delivery
      },
      close: () => {
        const ended = owed.splice(0).map(({ delivery }) => delivery)
        for (const delivery of ended) releases.delete(delivery)
        if (ended.length > 0) onEnded(ended)
      },
    }
  }

  return {
    open,
    acknowledge: delivery => {
      const release = releases.get(delivery)
      releases.delete(delivery)
      release?.()
    },
  }
}
