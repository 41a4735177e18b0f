// How every event changes what the page knows. Pure: each rule is tested without a browser.
import { assertNever } from '../../../protocol/assert.ts'
import type { AlarmView, DeviceView, Overview, Session } from '../../../protocol/console.ts'
import type { AlarmId } from '../../../protocol/ids.ts'
import type { Text } from '../../../protocol/text.ts'
import { wallTime } from '../../../protocol/time.ts'
import { hush, missedMeanwhile, notified, settle, tidy, toldBefore, withFaults, withoutSeenNotices } from './calls.ts'
import {
  type ButtonTest,
  type Connection,
  type Entered,
  gatewayNow,
  greetingMs,
  type History,
  initialState,
  type LoggedOutBecause,
  nothingEntered,
  type PageEvent,
  type State,
  silenceMs,
  testKey,
} from './model.ts'
import { openAlarms, session } from './select.ts'

export function reduce(state: State, event: PageEvent): State {
  switch (event.kind) {
    case 'loggedOut':
      return loggedOut(state, event.gateway, event.why)
    case 'loggedIn':
      return loggedIn(state, event.session, event.at)
    case 'sessionKnown':
      return sessionKnown(state, event.session)
    case 'displaced':
      return displaced(state)
    case 'languageChosen':
      return { ...state, language: event.language, languageChosen: event.language }
    case 'routed':
      return withoutSeenNotices({ ...state, route: event.route })
    case 'ticked':
      return watch({ ...state, at: event.at })
    case 'connectionLost':
      return lost(state, event.why)
    case 'overview':
      return overview(heard(state, event.at), event.overview)
    case 'heartbeat':
      return { ...heard(state, event.at), offset: event.now - event.at }
    case 'alarm':
      return withAlarm(heard(state, event.at), event.alarm)
    case 'device':
      return withDevice(heard(state, event.at), event.device)
    case 'faults':
      return withFaults(heard(state, event.at), event.faults)
    case 'notification':
      return notified(heard(state, event.at), event.message)
    case 'confirmed':
      return { ...state, unconfirmed: state.unconfirmed.filter(id => id !== event.notification) }
    case 'answered':
      return withAlarm(state, event.alarm)
    case 'historyLoaded':
      return { ...state, history: withPage(state.history, event) }
    case 'historyFailed':
      return { ...state, history: { ...state.history, state: 'failed' } }
    case 'steppedBack':
    case 'steppedForward':
      return { ...state, steppedBack: event.kind === 'steppedBack' }
    case 'hushed':
      return hush(state)
    case 'noticeDismissed':
      return { ...state, notices: state.notices.filter(notice => notice.key !== event.key) }
    case 'testStarted':
      return withTest(state, event)
    case 'testLeft':
      return withoutTest(state, testKey(event.device, event.button))
    case 'draftEdited':
      return withDraft(state, event.alarm, event.part)
    case 'soundChanged':
      return state.sound === event.sound ? state : { ...state, sound: event.sound }
    case 'permissionChanged':
      return { ...state, permission: event.permission }
    default:
      return assertNever(event)
  }
}

/** What the page showed is not kept up any more: it shows nothing rather than what was true once. */
function displaced(state: State): State {
  const shown = session(state)
  return shown === null ? state : { ...emptied(state), access: { kind: 'displaced', session: shown } }
}

function loggedOut(state: State, gateway: string | null, why: LoggedOutBecause): State {
  const known = session(state)?.gateway ?? null
  const alarmsOpen = openAlarms(state).length > 0
  const begun = why.kind === 'asked' ? null : state.begun
  return { ...emptied(state), begun, access: { kind: 'loggedOut', gateway: gateway ?? known, why, alarmsOpen } }
}

/** Nothing that was shown to an account stays in the page when it leaves; only its own unsaved words are kept for it. */
function emptied(state: State): State {
  const { language, sound, permission, begun } = state
  return { ...initialState(state.languageChosen, state.route, state.at), language, sound, permission, begun }
}

function loggedIn(state: State, opened: Session, at: number): State {
  const language = state.languageChosen ?? opened.language
  return {
    ...state,
    at,
    language,
    access: { kind: 'loggedIn', session: opened },
    begun: state.begun?.account === opened.account ? state.begun : null,
    connection: { kind: 'connecting', since: at },
  }
}

function sessionKnown(state: State, session: Session): State {
  const { access } = state
  const isSame = access.kind === 'loggedIn' && access.session.account === session.account
  return isSame ? { ...state, access: { kind: 'loggedIn', session } } : state
}

function watch(state: State): State {
  const { connection } = state
  if (state.access.kind !== 'loggedIn') return state
  if (connection.kind === 'live' && state.at - connection.heardAt > silenceMs) return lost(state, null)
  if (connection.kind === 'connecting' && state.at - connection.since > greetingMs) return lost(state, null)
  return state
}

function lost(state: State, why: Text | null): State {
  if (state.connection.kind === 'lost') return { ...state, connection: { ...state.connection, why } }
  const lastContact =
    state.connection.kind === 'live' && state.offset !== null
      ? wallTime(Math.round(state.connection.heardAt + state.offset))
      : null
  return { ...state, connection: { kind: 'lost', lastContact, why } }
}

/** Only an overview makes a connection live; anything else merely proves that a live one still is. */
function heard(state: State, at: number): State {
  const connection: Connection = state.connection.kind === 'live' ? { kind: 'live', heardAt: at } : state.connection
  return { ...state, at: Math.max(state.at, at), connection }
}

/** Everything fresh: what the overview does not name is no longer open. */
function overview(state: State, fresh: Overview): State {
  const live: State = {
    ...state,
    connection: { kind: 'live', heardAt: state.at },
    offset: fresh.now - state.at,
    alarms: new Map(fresh.alarms.map(alarm => [alarm.id, alarm])),
    devices: fresh.devices,
    incidentLevels: fresh.incidentLevels,
    history: { ...state.history, state: 'stale' },
  }
  return settle(toldBefore(missedMeanwhile(withFaults(live, fresh.faults))))
}

function withAlarm(state: State, alarm: AlarmView): State {
  const known = state.alarms.get(alarm.id)
  if (known?.state === 'closed' && alarm.state !== 'closed') return state
  const alarms = new Map(state.alarms).set(alarm.id, alarm)
  return tidy(settle({ ...state, alarms, history: withClosed(state.history, alarm) }))
}

function withClosed(history: History, alarm: AlarmView): History {
  if (alarm.state !== 'closed' || history.state !== 'loaded') return history
  return { ...history, alarms: newestFirst(history.alarms, [alarm]) }
}

/** A page that continues a list which has been asked for anew since is of no use. */
function withPage(history: History, page: Extract<PageEvent, { kind: 'historyLoaded' }>): History {
  if (page.before !== null && (history.state === 'stale' || page.before !== history.oldest)) return history
  const alarms = newestFirst(page.before === null ? [] : history.alarms, page.alarms)
  return { alarms, state: 'loaded', complete: page.complete, oldest: page.alarms.at(-1)?.record ?? page.before }
}

/** The fresh view of an alarm takes the place of the known one. */
function newestFirst(known: readonly AlarmView[], fresh: readonly AlarmView[]): readonly AlarmView[] {
  const alarms = new Map([...known, ...fresh].map(alarm => [alarm.id, alarm]))
  return [...alarms.values()].sort((a, b) => b.record - a.record)
}

function withDevice(state: State, device: DeviceView): State {
  const known = state.devices.some(({ id }) => id === device.id)
  const devices = known ? state.devices.map(old => (old.id === device.id ? device : old)) : [...state.devices, device]
  return { ...state, devices }
}

function withDraft(state: State, alarm: AlarmId, part: Partial<Entered> | null): State {
  const account = session(state)?.account
  if (account === undefined) return state
  const drafts = new Map(state.begun?.drafts)
  if (part === null) drafts.delete(alarm)
  else drafts.set(alarm, { ...(drafts.get(alarm) ?? nothingEntered), ...part })
  return { ...state, begun: { account, drafts } }
}

function withTest(state: State, started: Extract<PageEvent, { kind: 'testStarted' }>): State {
  const { device, button, durationMs, boot } = started
  const startedAt = gatewayNow(state)
  const test: ButtonTest = { startedAt, endsAt: wallTime(startedAt + durationMs), boot }
  return { ...state, tests: new Map(state.tests).set(testKey(device, button), test) }
}

function withoutTest(state: State, key: string): State {
  const tests = new Map(state.tests)
  tests.delete(key)
  return { ...state, tests }
}
