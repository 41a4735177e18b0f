// The open pages of the console together with what follows from them: who is present, who was told, whose session ended.
import type { ServerResponse } from 'node:http'
import type { ConsoleEvents } from '../../../protocol/console.ts'
import type { ResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Instant } from '../../../protocol/time.ts'
import { type ConsoleChannel, consoleChannel } from '../../channels/console.ts'
import type { Emit } from '../ports.ts'
import { createStreams, type Stream, type StreamEnd } from './events.ts'
import { type Refusal, refusals } from './problems.ts'
import type { Person } from './requests.ts'

export type Pages = {
  readonly channel: ConsoleChannel
  /** Makes room for one more page. Returns why there is none when the account or the gateway has too many open already [S6]. */
  readonly admit: (person: Person) => Refusal | null
  readonly open: (person: Person, response: ServerResponse, overview: string) => void
  /** True if anybody would see what is sent. */
  readonly watched: () => boolean
  readonly send: <Name extends keyof ConsoleEvents>(name: Name, data: ConsoleEvents[Name]) => void
  /** A page of this session answered a heartbeat. */
  readonly answered: (session: string) => void
  /** Ends the pages of sessions that answered once and are silent now: a cut network says nothing by itself [L3]. */
  readonly endSilent: () => void
  readonly end: (which: (page: Stream) => boolean) => void
}

/** Tells the step who is present on the console, and what became of each notification. */
export function createPages(emit: Emit, now: () => Instant): Pages {
  const streams = createStreams(ended)
  /** When a session's pages last answered. A page that does not know how to is not judged by its silence. */
  const answers = new Map<string, Instant>()
  const channel = consoleChannel(pagesOf, (notification, responder, outcome) =>
    emit({ kind: 'notificationEnded', notification, responder, channel: 'console', outcome }),
  )

  /** Only who may take alarms is told of them. */
  function pagesOf(responder: ResponderId): readonly Stream[] {
    return streams.ofAccount(responder).filter(({ role }) => role !== 'monitor')
  }

  function ended(stream: Stream, why: StreamEnd): void {
    const { account } = stream.session
    channel.lost(stream, account, why)
    if (stream.role !== 'monitor' && pagesOf(account).length === 0) tellPresence(account, false)
    if (!streams.all().some(({ session }) => session.key === stream.session.key)) answers.delete(stream.session.key)
  }

  function end(which: (page: Stream) => boolean): void {
    for (const stream of streams.all().filter(which)) streams.end(stream, 'connectionLost')
  }

  /** Of one login the oldest page gives way: whoever opens a page must be able to rely on that one. */
  function makeRoom(session: string): void {
    const own = streams.all().filter(stream => stream.session.key === session)
    for (const oldest of own.slice(0, Math.max(0, own.length + 1 - limits.streamsPerSessionMax)))
      streams.displace(oldest)
  }

  function tellPresence(responder: ResponderId, present: boolean): void {
    emit({ kind: 'responderPresent', responder, channel: 'console', present })
  }

  return {
    channel,
    admit: ({ account, session }) => {
      makeRoom(session.key)
      if (streams.ofAccount(account.id).length >= limits.streamsPerAccountMax) return refusals.tooManyPagesOfAccount()
      return streams.all().length >= limits.streamsMax ? refusals.tooManyPages() : null
    },
    open: ({ account, session }, response, overview) => {
      streams.open(session, account.role, response, overview)
      // After the overview: what the step tells now comes behind it. Also beside another page: that one may be dead and not know it.
      if (pagesOf(account.id).length > 0) tellPresence(account.id, true)
    },
    watched: () => streams.all().length > 0,
    send: streams.send,
    answered: session => {
      if (streams.all().some(({ session: { key } }) => key === session)) answers.set(session, now())
    },
    endSilent: () => {
      const before = now() - limits.pageSilentMs
      end(({ session }) => (answers.get(session.key) ?? Number.POSITIVE_INFINITY) <= before)
    },
    end,
  }
}
