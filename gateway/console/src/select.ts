// Questions to the state that more than one view asks. Pure.
import type { AlarmView, DeviceView, FaultView, IncidentRequest, Session } from '../../../protocol/console.ts'
import { faults } from '../../../protocol/faults.ts'
import type { AlarmId, ButtonId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Place } from '../../../protocol/messages.ts'
import type { Language } from '../../../protocol/text.ts'
import type { WallTime } from '../../../protocol/time.ts'
import { type ZemagThreshold, zemagThreshold } from '../../../protocol/zemag.ts'
import { type ButtonTest, type Call, type Entered, gatewayNow, isTaken, type NamedFault, type State } from './model.ts'

/** Genuine before test, then the oldest press first: the one who has waited longest stands on top. */
export function waitingCalls(state: State): readonly Call[] {
  return [...state.calls.values()].sort(
    (a, b) => Number(a.kind === 'test') - Number(b.kind === 'test') || a.pressedAt - b.pressedAt,
  )
}

/** Open alarms in the order in which they need a person: untaken first, genuine before test, the oldest first. */
export function openAlarms(state: State): readonly AlarmView[] {
  return [...state.alarms.values()]
    .filter(alarm => alarm.state !== 'closed')
    .sort(
      (a, b) =>
        Number(isTaken(a)) - Number(isTaken(b)) ||
        Number(a.kind === 'test') - Number(b.kind === 'test') ||
        a.pressedAt - b.pressedAt,
    )
}

export const session = (state: State): Session | null =>
  state.access.kind === 'loggedIn' ? state.access.session : null
/** `overdue`: only an open alarm of this account still keeps it. */
export function loginEnding(state: State): 'later' | 'soon' | 'overdue' {
  const endsAt = session(state)?.endsAt
  if (endsAt === undefined || state.offset === null) return 'later'
  const leftMs = endsAt - gatewayNow(state)
  return leftMs > limits.sessionWarningMs ? 'later' : leftMs > 0 ? 'soon' : 'overdue'
}
export const mayAct = (state: State): boolean => {
  const role = session(state)?.role
  return role === 'administrator' || role === 'responder'
}
/** To a monitor the gateway names nobody: what it leaves open there does not mean that there was nobody [D11]. */
export const seesPersons = (state: State): boolean => session(state)?.role !== 'monitor'
/** A genuine alarm waits for this account, no person has taken it, and nobody here has silenced it. */
export const sirenWanted = (state: State): boolean =>
  [...state.calls.values()].some(call => call.kind === 'alarm' && !call.hushed)

export const placeLine = (place: Place): string =>
  [place.site, place.zone, place.room, place.button].filter(part => part !== '').join(', ')

/** For the eye: the room first, as on a door sign. */
export const placeSign = (place: Place): string =>
  [place.room, place.site, place.button].filter(part => part !== '').join(' · ')

/** Critical before warning, then the oldest first. */
export const sortedFaults = (state: State): readonly FaultView[] =>
  [...state.faults].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning') || a.since - b.since,
  )

/** Text of a fault and the place it is about, in words a person on site understands. */
export function faultPlace(state: State, fault: NamedFault): string | null {
  const device = state.devices.find(({ id }) => id === fault.source)
  const button = device?.buttons.find(({ id }) => id === fault.subject)
  return button !== undefined ? placeSign(button.place) : (device?.site ?? null)
}
export const faultTexts = (fault: NamedFault) => faults[fault.code]
export const faultDetail = ({ source, subject, detail }: NamedFault, language: Language): string =>
  detail[language] === '' && source === 'gateway' ? subject : detail[language]

const urgency = { silent: 0, unknown: 1, online: 2 } as const
/** Devices that match a search, those that do not protect first. */
export function matchingDevices(state: State, search: string): readonly DeviceView[] {
  const words = search.toLocaleLowerCase('de').split(/\s+/)
  const matches = (device: DeviceView): boolean => {
    const text = [device.id, device.site, ...device.buttons.map(({ place }) => placeLine(place))].join(' ')
    return words.every(word => text.toLocaleLowerCase('de').includes(word))
  }
  return state.devices
    .filter(matches)
    .sort((a, b) => urgency[a.state] - urgency[b.state] || a.site.localeCompare(b.site) || a.id.localeCompare(b.id))
}

/** When a press of this button arrived after `since`: by its device's view, or by the alarm that it raised. */
export function provenAt(state: State, device: DeviceView, button: ButtonId, since: WallTime): WallTime | null {
  const press = device.buttons.find(({ id }) => id === button)?.lastPressAt ?? null
  if (press !== null && press >= since) return press
  const raised = [...state.alarms.values()].find(
    alarm => alarm.device === device.id && alarm.button === button && alarm.pressedAt >= since,
  )
  return raised?.pressedAt ?? null
}

/**
 * restarted: its device has begun anew and takes the next press for a genuine one. unheard: whether it has, nobody knows.
 */
export type TestCourse = 'running' | 'unheard' | 'restarted' | 'over'
export function testCourse(state: State, device: DeviceView, test: ButtonTest): TestCourse {
  if (device.boot !== null && device.boot !== test.boot) return 'restarted'
  if (test.endsAt <= gatewayNow(state)) return 'over'
  return device.state === 'online' ? 'running' : 'unheard'
}

/** What this account has entered for a draft and not saved. */
export const begunDraft = (state: State, alarm: AlarmId): Entered | null => state.begun?.drafts.get(alarm) ?? null

export type Advice = 'none' | ZemagThreshold
/** What ZeMAG's threshold means for what was entered so far. */
export function zemagAdvice(level: IncidentRequest['level'] | null, ground: IncidentRequest['ground'] | null): Advice {
  if (level === null) return 'none'
  const threshold = zemagThreshold({ level, ground: ground ?? 'none' })
  return ground === null && threshold === 'noGround' ? 'none' : threshold
}
