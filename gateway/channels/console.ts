// The console as a way to tell a person: every open page of the responder gets the notification, and the first page that
// says it has shown it makes the delivery. A page that closes before has shown nothing.
import type { NotificationId, ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { NotificationMessage } from '../../protocol/messages.ts'
import type { DeliveryOutcome } from '../core/record-types.ts'
import type { NotificationChannel, OnNotificationEnded } from '../shell/ports.ts'

/** One open page of a responder. If it cannot take the message any more it ends, and `lost` is called from within. */
export type Page = { readonly show: (message: NotificationMessage) => void }

export type ConsoleChannel = NotificationChannel & {
  readonly name: 'console'
  /** The page has shown it. Anything that does not wait for this responder changes nothing. */
  readonly seen: (notification: NotificationId, responder: ResponderId) => void
  /** The page is gone, and why. */
  readonly lost: (page: Page, responder: ResponderId, why: 'connectionLost' | 'queueFull') => void
}

/** @param pagesOf the open pages of a responder; @param onEnded is called exactly once for each notification. */
export function consoleChannel(
  pagesOf: (responder: ResponderId) => readonly Page[],
  onEnded: OnNotificationEnded,
): ConsoleChannel {
  /** What waits to be seen, and on which pages; oldest first. */
  const waiting = new Map<ResponderId, Map<NotificationId, Set<Page>>>()

  function end(notification: NotificationId, responder: ResponderId, outcome: DeliveryOutcome): void {
    const own = waiting.get(responder)
    if (own?.delete(notification) !== true) return
    if (own.size === 0) waiting.delete(responder)
    onEnded(notification, responder, outcome)
  }

  function expect(message: NotificationMessage, pages: readonly Page[]): void {
    const own = waiting.get(message.responder) ?? new Map<NotificationId, Set<Page>>()
    waiting.set(message.responder, own)
    own.set(message.id, new Set(pages))
    const oldest = own.keys().next().value
    if (own.size > limits.connectionQueueMax && oldest !== undefined) end(oldest, message.responder, 'queueFull')
  }

  return {
    name: 'console',
    notify: message => {
      const pages = pagesOf(message.responder)
      if (pages.length === 0) return onEnded(message.id, message.responder, 'connectionLost')
      expect(message, pages) // first: a page that ends while it is written to must find the notification waiting
      for (const page of pages) page.show(message)
    },
    seen: (notification, responder) => end(notification, responder, 'delivered'),
    lost: (page, responder, why) => {
      for (const [notification, pages] of [...(waiting.get(responder) ?? [])])
        if (pages.delete(page) && pages.size === 0) end(notification, responder, why)
    },
  }
}
