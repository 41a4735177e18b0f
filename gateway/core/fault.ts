// Faults: raised once, cleared once, and told to those who are responsible for faults. Many at once are told in one line.
import type { FaultCode } from '../../protocol/faults.ts'
import { faultKey } from '../../protocol/faults.ts'
import { type DeviceId, notificationId, type ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { NotificationMessage, Place } from '../../protocol/messages.ts'
import { clippedText, isSameText, type Text } from '../../protocol/text.ts'
import { millis } from '../../protocol/time.ts'
import type { Configuration } from './configuration.ts'
import { buttonOf, directoryOf, placeOf, siteOf } from './directory.ts'
import { channelsOf } from './dispatch.ts'
import type { ActiveFault } from './durable.ts'
import { kept } from './kept-text.ts'
import type { Channel, FaultSource } from './record-types.ts'
import { type FaultChange, notify, record, type Turn } from './turn.ts'
import { faultSummary, faultText } from './wording.ts'

const detailLengthMax = 300

/** Raises the fault unless it is active with the same detail. Returns true if something was recorded. */
export function raiseFault(turn: Turn, code: FaultCode, source: FaultSource, subject: string, detail: Text): boolean {
  const active = turn.durable.faults.get(faultKey(code, source, subject))
  const short = clippedText(detail, detailLengthMax)
  if (active !== undefined && isSameText(active.detail, short)) return false
  record(turn, { kind: 'faultRaised', code, source, subject, detail: kept(short) })
  const raised = turn.durable.faults.get(faultKey(code, source, subject))
  if (raised === active) return false // the record yields [S6]
  touch(turn, source)
  if (active === undefined && raised !== undefined) turn.faults.push({ change: 'raised', fault: raised })
  return true
}

/** Clears the fault if it is active. Returns true if something was recorded. */
export function clearFault(turn: Turn, code: FaultCode, source: FaultSource, subject: string): boolean {
  const active = turn.durable.faults.get(faultKey(code, source, subject))
  if (active === undefined) return false
  record(turn, { kind: 'faultCleared', code, source, subject })
  if (turn.durable.faults.has(faultKey(code, source, subject))) return false // the record yields [S6]
  touch(turn, source)
  turn.faults.push({ change: 'cleared', fault: active })
  return true
}

export const faultsOf = (turn: Turn, source: FaultSource): readonly ActiveFault[] =>
  (turn.durable.faultKeys.get(source) ?? []).flatMap(key => turn.durable.faults.get(key) ?? [])

/** At the end of the step: tells its fault changes. Of a fault that is over only those hear who were told of it. */
export function tellFaults(turn: Turn): void {
  if (turn.faults.length === 0) return
  const raised = turn.faults.filter(({ change }) => change === 'raised')
  const cleared = turn.faults.filter(({ change }) => change === 'cleared')
  for (const responder of turn.configuration.faultResponders) {
    const told = cleared.filter(({ fault }) => fault.told.has(responder))
    for (const channel of channelsOf(turn, responder)) {
      tellChanges(turn, raised, responder, channel)
      tellChanges(turn, told, responder, channel)
    }
  }
}

/** A responsible person can be reached again: told are the active faults that this person has not confirmed [L3]. */
export function tellReturnedFaults(turn: Turn, responder: ResponderId, channel: Channel): void {
  if (turn.durable.faults.size === 0 || !turn.configuration.faultResponders.includes(responder)) return
  const owed = [...turn.durable.faults.values()].filter(fault => !fault.confirmed.has(responder))
  const changes = owed.sort((a, b) => a.since - b.since).map(fault => ({ change: 'raised', fault }) as const)
  tellChanges(turn, changes, responder, channel)
}

function touch(turn: Turn, source: FaultSource): void {
  if (source !== 'gateway') turn.devices.add(source)
}

/** More than a person can read are told in one notification, so that they do not crowd out an alarm [S6]. */
function tellChanges(turn: Turn, changes: readonly FaultChange[], responder: ResponderId, channel: Channel): void {
  const groups = changes.length > limits.faultsToldSinglyMax ? [changes] : changes.map(change => [change])
  for (const group of groups) tellGroup(turn, group, responder, channel)
}

function tellGroup(turn: Turn, group: readonly FaultChange[], responder: ResponderId, channel: Channel): void {
  const id = notificationId('fault', turn.durable.lastRecord + 1)
  notify(turn, channel, messageOf(turn, group, responder, id))
  for (const { fault } of group) {
    const { code, source, subject } = fault
    record(turn, { kind: 'faultNotified', notification: id, code, source, subject, responder, channel })
  }
}

function messageOf(
  turn: Turn,
  group: readonly FaultChange[],
  responder: ResponderId,
  id: NotificationMessage['id'],
): NotificationMessage {
  const { gateway, language } = turn.configuration
  const [first] = group
  const single = group.length === 1 ? first : undefined
  const change = first?.change ?? 'raised'
  const place = single === undefined ? gatewayPlace(turn) : placeOfFault(turn, single.fault)
  return {
    v: 1,
    kind: 'notification',
    id,
    gateway: gateway.id,
    responder,
    reason: change === 'raised' ? 'fault' : 'faultCleared',
    alarm: null,
    alarmKind: 'fault',
    state: 'fault',
    place,
    presses: 0,
    ageMs: millis(0),
    late: false,
    step: 0,
    text:
      single === undefined
        ? faultSummary(language, change, group.length)
        : faultText(language, single.fault, whereOf(place, single.fault), change),
    ...(single === undefined ? {} : { fault: keyOf(single.fault) }),
  }
}

const keyOf = ({ code, source, subject }: ActiveFault): string => faultKey(code, source, subject)

function placeOfFault(turn: Turn, fault: ActiveFault): Place {
  const { source, subject } = fault
  if (source === 'gateway') return gatewayPlace(turn)
  const configuration = knowing(turn, source)
  const entry = directoryOf(configuration).devices.get(source)
  const button = entry === undefined ? undefined : buttonOf(entry, subject)
  if (button !== undefined) return placeOf(configuration, source, button.id)
  return { ...gatewayPlace(turn), site: siteOf(configuration, source) }
}

/** The configuration in force, unless it has just removed the device: its faults end at the place where it was. */
function knowing({ configuration, before }: Turn, device: DeviceId): Configuration {
  const isRemoved = !directoryOf(configuration).devices.has(device)
  return isRemoved && before.configuration !== null ? before.configuration : configuration
}

const gatewayPlace = (turn: Turn): Place => ({
  site: turn.configuration.gateway.name,
  zone: '',
  room: '',
  button: '',
})

function whereOf(place: Place, fault: ActiveFault): string {
  const device: DeviceId | null = fault.source === 'gateway' ? null : fault.source
  return [place.button, place.room, place.zone, place.site, device].filter(part => part).join(', ')
}
