// MQTT as a way to tell a person: every connection of the responder that listens gets the notification, and the first PUBACK
// makes the delivery. A connection that ends before has told nobody.
import { encode } from '../../protocol/codec.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { topicOf } from '../../protocol/topics.ts'
import type { DeliveryOutcome } from '../core/record-types.ts'
import type { NotificationChannel, OnNotificationEnded } from '../shell/ports.ts'

/** One connection of a responder. It calls back exactly once, possibly at once. */
export type Receiver = {
  readonly send: (topic: string, payload: Buffer, onEnded: (outcome: DeliveryOutcome) => void) => void
}

/** @param receiversOf connections that listen to the responder's notifications. @param onEnded called exactly once for each notification. */
export function mqttChannel(
  receiversOf: (responder: ResponderId) => readonly Receiver[],
  onEnded: OnNotificationEnded,
): NotificationChannel & { readonly name: 'mqtt' } {
  return {
    name: 'mqtt',
    notify: message => {
      const { id, responder } = message
      const receivers = receiversOf(responder)
      if (receivers.length === 0) return onEnded(id, responder, 'connectionLost')
      const topic = topicOf('responderNotification', { responder })
      const payload = Buffer.from(encode(message))
      const ended = firstDeliveryOrLast(receivers.length, outcome => onEnded(id, responder, outcome))
      for (const receiver of receivers) receiver.send(topic, payload, ended)
    },
  }
}

/** Of several outcomes the one that counts: the first delivery, or, when all were lost, the reason of the last. */
function firstDeliveryOrLast(
  expected: number,
  onDecided: (outcome: DeliveryOutcome) => void,
): (outcome: DeliveryOutcome) => void {
  let open = expected
  let decided = false
  return outcome => {
    open -= 1
    if (decided || (outcome !== 'delivered' && open > 0)) return
    decided = true
    onDecided(outcome)
  }
}
