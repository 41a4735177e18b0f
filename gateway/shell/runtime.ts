// The running gateway: opens its parts, joins them by the loop, and closes them in the opposite order.
import { join } from 'node:path'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { startLoop } from '../../protocol/step.ts'
import { lines, text } from '../../protocol/text.ts'
import { type Instant, instant, wallTime } from '../../protocol/time.ts'
import { gatewayStep, initialState } from '../core/gateway.ts'
import type { Effect, Event, State } from '../core/model.ts'
import { fold } from '../core/records.ts'
import { startBroker } from './broker/broker.ts'
import { createSigner } from './broker/verify.ts'
import { type Address, type ReadConfiguration, readConfiguration } from './configuration/configuration.ts'
import { watchConfiguration } from './configuration/watch.ts'
import { databaseIn } from './data-folder.ts'
import { createErrands, type Errands, withOutcomesBehind } from './errands.ts'
import { startHttp } from './http/http.ts'
import { readMqttKeys, readPair, watchRevocations } from './key-files.ts'
import { createLookUp } from './look-up.ts'
import { perform } from './perform.ts'
import type { Emit, Log, Store, Unstamped } from './ports.ts'
import { createRehearsal } from './rehearsal.ts'
import { openAccounts } from './store/accounts.ts'
import { type Commits, createCommits } from './store/commits.ts'
import { openSessions } from './store/session-table.ts'
import { openStore } from './store/store.ts'

export type GatewayOptions = {
  /** gateway.yaml. */
  readonly configuration: string
  /** Takes the place of the data folder named there. */
  readonly data: string | null
  readonly log: Log
}

export type Gateway = {
  readonly mqtt: { readonly host: string; readonly port: number }
  readonly console: { readonly host: string; readonly port: number; readonly secure: boolean }
  /** Looks at the configuration file now. */
  readonly reload: () => void
} & AsyncDisposable

const consoleFolder = join(import.meta.dirname, '../console/dist')

/** @throws StartError with a sentence for whatever keeps it from running; nothing stays open then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log } = options
  const { configuration, settings } = valid(readConfiguration(options.configuration, options.data))
  const keys = await readMqttKeys(settings)
  const consoleKeys = settings.console.tls === null ? null : readPair(settings.console.tls)
  await using opened = new AsyncDisposableStack()
  const errands = createErrands()
  const { emit: emitNow, deliverTo } = createInbox()
  const emit = withOutcomesBehind(errands, emitNow)
  const commits = createCommits(limits.commitPatienceMs)
  const store = opened.use(openRecords(settings.data, emit, commits, errands))
  const accounts = opened.use(openAccounts(databaseIn(settings.data)))
  const sessions = opened.use(openSessions(databaseIn(settings.data)))
  const loop = startLoop<State, Event, Effect>({
    initial: initialState(fold(store.records())),
    step: gatewayStep,
    perform: effect => perform(effect, parts),
    wake: () => stamp({ kind: 'woken' }),
    setTimer,
  })
  // What ends while the others close is still put on record; then the loop stops, and the store writes the rest.
  opened.defer(loop.stop)
  opened.use(errands) // what became of the last notifications is put on record too

  const sign = createSigner(keys.key)
  const onDevicePing = createRehearsal(loop.state, sign, store, log)
  const isOnRecord = createLookUp(loop.state, store, log)
  const identity = { tls: keys, gateway: settings.gateway, sign, accounts }
  const mqtt = { listen: settings.mqtt, ...identity, emit, isOnRecord, onDevicePing, log }
  const broker = opened.use(await startBroker(mqtt).catch(cannotListen('mqtt', settings.mqtt)))
  const { whenRecorded } = commits
  const { isListening } = broker
  const page = {
    listen: settings.console,
    tls: consoleKeys,
    consoleFolder,
    state: loop.state,
    isListening,
    whenRecorded,
  }
  const http = opened.use(
    await startHttp({ ...page, store, accounts, sessions, emit, log }).catch(cannotListen('console', settings.console)),
  )
  opened.use(commits) // answers that wait are given before their connections end
  const parts = { store, broker, http, errands, log }
  deliverTo(loop.dispatch, { kind: 'started', configuration })

  const endSessions = (id: ResponderId) => {
    broker.disconnect(id)
    http.disconnect(id)
  }
  opened.defer(accounts.watch(endSessions))
  opened.defer(watchRevocations(settings.tls.revoked, keys.revocationList ?? null, broker.revoke, log))
  const { configuration: path, data } = options
  const watch = opened.use(watchConfiguration({ path, data, configuration, settings, emit, log }))
  const everything = opened.move()
  return {
    mqtt: broker.address,
    console: { ...http.address, secure: consoleKeys !== null },
    reload: watch.look,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

function valid(read: ReadConfiguration): Extract<ReadConfiguration, { ok: true }> {
  if (!read.ok) throw new StartError(lines(read.problems))
  return read
}

function openRecords(folder: string, emit: Emit, commits: Commits, errands: Errands): Store {
  return openStore(databaseIn(folder), {
    onRecorded: through => {
      emit({ kind: 'recorded', through })
      commits.recorded(through)
      errands.release()
    },
    onFailed: reason => {
      emit({ kind: 'recordFailed', reason })
      commits.failed()
      errands.release()
    },
  })
}

/** Every event gets both clocks, in whole milliseconds. */
const stamp = (event: Unstamped): Event => ({
  ...event,
  at: instant(Math.round(performance.now())),
  wall: wallTime(Date.now()),
})

/** The parts need somewhere to tell their events before the loop runs: what comes early waits behind the first event. */
function createInbox() {
  let deliver: ((event: Event) => void) | null = null
  const early: Unstamped[] = []
  const emit: Emit = event => {
    if (deliver === null) early.push(event)
    else deliver(stamp(event))
  }
  const deliverTo = (dispatch: (event: Event) => void, first: Unstamped): void => {
    deliver = dispatch
    for (const event of [first, ...early.splice(0)]) dispatch(stamp(event))
  }
  return { emit, deliverTo }
}

const timerMsMax = 2 ** 31 - 1

/** A moment further away than a timer can reach wakes the step too early: it asks again. */
function setTimer(at: Instant, fire: () => void): () => void {
  const delayMs = Math.ceil(at - performance.now())
  const timer = setTimeout(fire, Math.min(Math.max(delayMs, 0), timerMsMax))
  return () => clearTimeout(timer)
}

/** What the system refuses when an address is looked up and listened at, whatever its reason. */
const listening: readonly unknown[] = ['listen', 'bind', 'getaddrinfo']

const cannotListen =
  (name: 'mqtt' | 'console', { address, port }: Address) =>
  (error: unknown): never => {
    if (!(error instanceof Error && 'syscall' in error && listening.includes(error.syscall))) throw error
    const reason = systemReason(error)
    throw new StartError(
      text(
        `Die Zentrale kann ${address}, Port ${port} (${name}), nicht öffnen: ${reason.de}. In gateway.yaml ${name}.address oder ${name}.port ändern oder den Port freigeben.`,
        `The gateway cannot listen at ${address} port ${port} (${name}): ${reason.en}. Change ${name}.address or ${name}.port in gateway.yaml, or free the port.`,
      ),
    )
  }
