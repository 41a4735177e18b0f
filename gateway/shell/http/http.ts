// The console's HTTP: wires sessions, pages, views and actions, and closes them together.
import type { FastifyInstance } from 'fastify'
import { assertNever } from '../../../protocol/assert.ts'
import type { ConsoleEvents } from '../../../protocol/console.ts'
import { type DeviceId, deviceOfPress, type ResponderId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import { instant, wallTime } from '../../../protocol/time.ts'
import type { Effect, State } from '../../core/model.ts'
import type { Accounts, Emit, Log, NotificationChannel, SessionStorage, Store } from '../ports.ts'
import type { WhenRecorded } from '../store/commits.ts'
import { serveActions } from './action-routes.ts'
import { alarmView } from './alarm-views.ts'
import { servePage } from './page.ts'
import { createPages, type Pages } from './pages.ts'
import { createPresses, type Presses } from './presses.ts'
import { createGuard, type Guard } from './requests.ts'
import { createServer, type Tls } from './server.ts'
import { serveSessions } from './session-routes.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { serveViews } from './view-routes.ts'
import { deviceView, faultViews, overview } from './views.ts'

export type HttpOptions = {
  /** Port 0: any free one. */
  readonly listen: { readonly address: string; readonly port: number }
  /** Key and certificate in PEM; null: without TLS, for this machine alone or behind a proxy that has it. */
  readonly tls: Tls | null
  /** The built console. */
  readonly consoleFolder: string
  readonly store: Store
  readonly accounts: Accounts
  readonly sessions: SessionStorage
  readonly state: () => State
  readonly emit: Emit
  /** The device has a connection on which it hears commands. */
  readonly isListening: (device: DeviceId) => boolean
  /** Answers to people wait for it. */
  readonly whenRecorded: WhenRecorded
  readonly log: Log
}

type Show = Extract<Effect, { kind: 'show' }>

export type Http = {
  readonly address: { readonly host: string; readonly port: number }
  readonly channel: NotificationChannel
  /** The view of this changed: every open page is told. It never throws. */
  readonly show: (effect: Show) => void
  /** Ends the sessions and pages of an account that was removed, or that got another role or password. */
  readonly disconnect: (account: ResponderId) => void
} & AsyncDisposable

/** What the routes share. */
export type ConsoleContext = Pick<
  HttpOptions,
  'store' | 'accounts' | 'state' | 'emit' | 'isListening' | 'whenRecorded'
> & {
  readonly guard: Guard
  readonly pages: Pages
  readonly presses: Presses
  readonly endOf: Sessions['endOf']
}

/** Serves the console. @throws what the listener says (`EADDRINUSE`, `EACCES`, …), TLS about its key and certificate, or the storage of sessions. */
export async function startHttp(options: HttpOptions): Promise<Http> {
  const { accounts, listen, tls, log } = options
  const now = () => instant(performance.now())
  const pages = createPages(options.emit, now)
  const onEnded = (key: string) => pages.end(({ session }) => session.key === key)
  const wall = () => wallTime(Date.now())
  const isNeeded = (account: ResponderId) => answersForAlarm(options.state(), account)
  const sessions = createSessions({ storage: options.sessions, now, wall, isNeeded, onEnded, log })
  const presses = createPresses(options.store, log)
  const app = await createServer(tls, log)
  // Browsers share cookies between the ports of a machine, so the name carries the port; and with TLS it may only be set here.
  const cookie = () => `${tls === null ? '' : '__Host-'}stillruf-${portOf(app)}`
  const guard = createGuard(sessions, accounts, { secure: tls !== null, cookie })
  const context: ConsoleContext = { ...options, guard, pages, presses, endOf: sessions.endOf }
  serveSessions(app, context)
  serveViews(app, context)
  serveActions(app, context)
  await servePage(app, options.consoleFolder)
  await listenOrClose(app, listen)
  const heartbeat = setInterval(() => {
    pages.end(({ session }) => !sessions.isOpen(session.key))
    pages.endSilent()
    pages.send('heartbeat', { now: wall() })
    sessions.tidy()
  }, limits.consoleHeartbeatMs)

  return {
    address: { host: listen.address, port: portOf(app) },
    channel: pages.channel,
    show: createShow(options, pages, presses),
    disconnect: sessions.endAccount,
    [Symbol.asyncDispose]: async () => {
      clearInterval(heartbeat)
      pages.end(() => true)
      await app.close()
    },
  }
}

/** A genuine alarm of which this account was told waits for a person, or this account has taken it and not closed it. */
const answersForAlarm = ({ durable }: State, account: ResponderId): boolean =>
  [...durable.alarms.values()].some(
    ({ kind, acknowledgedBy, told }) =>
      kind === 'alarm' && (acknowledgedBy === null ? told.has(account) : acknowledgedBy === account),
  )

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function listenOrClose(app: FastifyInstance, { address, port }: HttpOptions['listen']): Promise<void> {
  try {
    await app.listen({ host: address, port })
  } catch (error) {
    await app.close()
    throw error // the caller says it in a sentence
  }
}

/**
 * An open alarm is shown at once, in the turn that decided it [D13]. Everything else waits for the next turn, behind the
 * commit of the records that it is made from.
 */
function createShow({ state, store, log }: HttpOptions, pages: Pages, presses: Presses): Http['show'] {
  function send(effect: Show): void {
    switch (effect.what) {
      case 'alarm':
        sendKnown('alarm', alarmView(state(), store, effect.alarm))
        break
      case 'device':
        sendKnown('device', deviceView(state(), presses, effect.device))
        break
      case 'faults':
        pages.send('faults', faultViews(state()))
        break
      case 'everything':
        pages.send('overview', overview(state(), presses, wallTime(Date.now())))
        break
      default:
        assertNever(effect)
    }
  }

  function sendKnown<Name extends 'alarm' | 'device'>(name: Name, view: ConsoleEvents[Name] | null): void {
    if (view !== null) pages.send(name, view)
  }

  function guarded(effect: Show): void {
    try {
      send(effect)
    } catch (error) {
      log.error({ error, what: effect.what }, 'the console could not be told of a change') // the alarm goes on without it
    }
  }

  return effect => {
    if (effect.what === 'alarm') presses.forget(deviceOfPress(effect.alarm))
    if (!pages.watched()) return
    if (effect.what === 'alarm' && state().durable.alarms.has(effect.alarm)) guarded(effect)
    else if (effect.what === 'everything')
      void presses.prepare(state().configuration?.devices ?? []).then(() => guarded(effect))
    else setImmediate(() => guarded(effect))
  }
}
