// Who is called to which alarm. A call begins when this account is told of an alarm, and ends when a person has taken
// it or it is closed; then the page says so. It never ends because somebody looked away.
import { assertNever } from '../../../protocol/assert.ts'
import type { AlarmView, FaultView } from '../../../protocol/console.ts'
import { faultCodes, faultKey } from '../../../protocol/faults.ts'
import type { AlarmId } from '../../../protocol/ids.ts'
import type { NotificationMessage } from '../../../protocol/messages.ts'
import { same } from '../../../protocol/text.ts'
import { wallTime } from '../../../protocol/time.ts'
import { type Call, gatewayNow, isTaken, type NamedFault, type Notice, type State } from './model.ts'

/** The newest notices; older ones are in the lists of alarms and faults anyway. */
export const noticesMax = 5
/** Beyond this the gateway has long known that this page confirms nothing. */
const unconfirmedMax = 256
/** Closed alarms of this connection that stay at hand for their detail page. */
const closedMax = 200

/** This account was told something: every telling is shown, and confirmed once it is on the screen. */
export function notified(state: State, message: NotificationMessage): State {
  const unconfirmed = [...state.unconfirmed, message.id].slice(-unconfirmedMax)
  return settle(told({ ...state, unconfirmed }, message))
}

function told(state: State, message: NotificationMessage): State {
  switch (message.reason) {
    case 'first':
    case 'escalated':
    case 'repeat':
    case 'repeatPress':
    case 'reconnected':
      return message.alarm === null
        ? withNotice(state, faultNotice(state, message))
        : called(state, message.alarm, message)
    case 'takenOver':
    case 'closed':
      return message.alarm === null ? state : ended(state, message.alarm, message)
    case 'fault':
    case 'faultCleared':
      return withNotice(state, faultNotice(state, message))
    default:
      return assertNever(message.reason)
  }
}

/** A new telling fills the screen again, also for a person who had stepped back. */
function called(state: State, alarm: AlarmId, message: NotificationMessage): State {
  const known = state.calls.get(alarm)
  const call: Call = {
    alarm,
    kind: message.alarmKind === 'test' ? 'test' : 'alarm',
    place: message.place,
    presses: Math.max(message.presses, known?.presses ?? 0),
    pressedAt: wallTime(gatewayNow(state) - message.ageMs),
    isAgeKnown: known?.isAgeKnown ?? true, // until the alarm's view is here
    late: message.late,
    step: message.step,
    stepName: '',
    hushed: false,
  }
  return { ...state, steppedBack: false, calls: new Map(state.calls).set(alarm, call) }
}

/** Silences the signal of what waits now. The next telling, of these alarms or another, sounds again. */
export function hush(state: State): State {
  const calls = [...state.calls.values()].map(call => [call.alarm, { ...call, hushed: true }] as const)
  return { ...state, calls: new Map(calls) }
}

function ended(state: State, alarm: AlarmId, message: NotificationMessage): State {
  const view = state.alarms.get(alarm)
  const kind = message.reason === 'closed' ? 'closed' : 'taken'
  const by = kind === 'closed' ? (view?.closedBy ?? null) : (view?.acknowledgedBy ?? null)
  const notice: Notice = { kind, key: alarm, alarm, place: message.place, by }
  return withNotice({ ...state, calls: without(state.calls, alarm) }, notice)
}

/** That a fault is over takes the place of what was said of it. */
const faultNotice = (state: State, message: NotificationMessage): Notice => ({
  kind: message.reason === 'faultCleared' ? 'faultCleared' : 'fault',
  key: message.fault ?? message.id,
  fault: message.fault === undefined ? null : (activeFault(state.faults, message.fault) ?? faultOf(message.fault)),
})

/** What is out of order now. A notice of a fault that ended, perhaps while the page could not hear of it, leaves. */
export function withFaults(state: State, active: readonly FaultView[]): State {
  const notices = state.notices.flatMap(notice => {
    if (notice.kind !== 'fault' || notice.fault === null) return [notice]
    const fault = activeFault(active, notice.key)
    return fault === undefined ? [] : [{ ...notice, fault }]
  })
  return { ...state, faults: active, notices }
}

const activeFault = (active: readonly FaultView[], key: string): FaultView | undefined =>
  active.find(({ code, source, subject }) => faultKey(code, source, subject) === key)

/** A fault that is not on the list of faults: not yet, or no more. Null for a code that this page does not know. */
function faultOf(key: string): NamedFault | null {
  const [source = '', word, ...subject] = key.split('/')
  const code = faultCodes.find(known => known === word)
  return code === undefined ? null : { code, source, subject: subject.join('/'), detail: same('') }
}

/** After a reload or a lost connection: who was told before is called still. */
export function toldBefore(state: State): State {
  if (state.access.kind !== 'loggedIn') return state
  const { account, role } = state.access.session
  const calls = new Map(state.calls)
  for (const alarm of state.alarms.values()) {
    const mine = role !== 'monitor' && alarm.told.some(person => person.id === account)
    if (mine && !isTaken(alarm)) calls.set(alarm.id, callOf(alarm))
  }
  return { ...state, calls }
}

/** Alarms that ended while the page could not hear of it. */
export function missedMeanwhile(state: State): State {
  let settled = state
  for (const { alarm, place } of state.calls.values()) {
    if (state.alarms.has(alarm)) continue
    const notice: Notice = { kind: 'closed', key: alarm, alarm, place, by: null }
    settled = withNotice({ ...settled, calls: without(settled.calls, alarm) }, notice)
  }
  return settled
}

const callOf = (alarm: AlarmView): Call => ({
  alarm: alarm.id,
  kind: alarm.kind,
  place: alarm.place,
  presses: alarm.presses,
  pressedAt: alarm.pressedAt,
  isAgeKnown: alarm.isAgeKnown,
  late: alarm.late,
  step: alarm.step,
  stepName: alarm.stepName,
  hushed: false,
})

/** Brings calls and notices in line with what is known of the alarms. */
export function settle(state: State): State {
  let settled = named(state)
  for (const call of state.calls.values()) settled = settleCall(settled, call)
  return settled.calls.size === 0 ? { ...settled, steppedBack: false } : settled
}

function settleCall(state: State, call: Call): State {
  const alarm = state.alarms.get(call.alarm)
  if (alarm === undefined) return state
  if (!isTaken(alarm)) {
    const current: Call = { ...callOf(alarm), hushed: call.hushed }
    return { ...state, calls: new Map(state.calls).set(call.alarm, current) }
  }
  const [kind, by] =
    alarm.acknowledgedAt === null ? (['closed', alarm.closedBy] as const) : (['taken', alarm.acknowledgedBy] as const)
  const notice: Notice = { kind, key: alarm.id, alarm: alarm.id, place: alarm.place, by }
  return withNotice({ ...state, calls: without(state.calls, call.alarm) }, notice)
}

/** The view of an alarm may come after the telling that somebody took it: then the name is filled in. */
function named(state: State): State {
  const notices = state.notices.map(notice => {
    if (notice.kind !== 'taken' && notice.kind !== 'closed') return notice
    const alarm = state.alarms.get(notice.alarm)
    const by = notice.kind === 'taken' ? alarm?.acknowledgedBy : alarm?.closedBy
    return notice.by === null && by !== null && by !== undefined ? { ...notice, by } : notice
  })
  return { ...state, notices }
}

/** The page stays open for months: closed alarms leave, the oldest first. */
export function tidy(state: State): State {
  const closed = [...state.alarms.values()].filter(alarm => alarm.state === 'closed')
  if (closed.length <= closedMax) return state
  const oldest = closed.sort((a, b) => a.record - b.record)[0]
  return oldest === undefined ? state : { ...state, alarms: without(state.alarms, oldest.id) }
}

/** Who looks at an alarm sees there what became of it; a notice would only stand in the way. */
export function withoutSeenNotices(state: State): State {
  const { route } = state
  if (route.kind !== 'alarm' && route.kind !== 'incident') return state
  return { ...state, notices: state.notices.filter(notice => notice.key !== route.alarm) }
}

function withNotice(state: State, notice: Notice): State {
  const others = state.notices.filter(({ key }) => key !== notice.key)
  return withoutSeenNotices({ ...state, notices: [...others, notice].slice(-noticesMax) })
}

function without<Value>(map: ReadonlyMap<AlarmId, Value>, key: AlarmId): ReadonlyMap<AlarmId, Value> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
