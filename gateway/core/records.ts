// What the records mean: folding them gives the durable state, and nothing else changes it [S4].
// Every rule here is deterministic, also what is forgotten when a bound is reached [S6].
import { assertNever } from '../../protocol/assert.ts'
import { faultKey } from '../../protocol/faults.ts'
import { type AlarmId, type DeviceId, deviceOfPress, type PressId, type ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { PressMessage } from '../../protocol/messages.ts'
import { shortPlace } from './directory.ts'
import type { ActiveFault, Alarm, DeviceMemory, Durable } from './durable.ts'
import { textOf } from './kept-text.ts'
import { isAgeKnown } from './lateness.ts'
import { emptyMap, put, remove } from './persistent-map.ts'
import type { GatewayRecord, RecordNumber } from './record-types.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>

/** Before the first record. */
export const emptyDurable = (): Durable => ({
  lastRecord: 0 as RecordNumber,
  alarms: emptyMap(),
  devices: emptyMap(),
  faults: emptyMap(),
  faultKeys: emptyMap(),
})

/** The durable state that these records, in their order, give. */
export function fold(records: Iterable<GatewayRecord>): Durable {
  let durable = emptyDurable()
  for (const record of records) durable = apply(durable, record)
  return durable
}

/** The durable state after one more record. */
export function apply(durable: Durable, record: GatewayRecord): Durable {
  return { ...changed(durable, record), lastRecord: record.number }
}

/** The device's memory, empty for a device that never pressed. */
export const memoryOf = (durable: Durable, device: DeviceId): DeviceMemory =>
  durable.devices.get(device) ?? { presses: new Map(), boots: new Map(), open: new Map() }

/** True if this id is that of an alarm on record, open or closed; false also for one that its device's later presses made forgotten. */
export const isRecordedAlarm = (durable: Durable, alarm: AlarmId): boolean =>
  durable.alarms.has(alarm) || memoryOf(durable, deviceOfPress(alarm)).presses.get(alarm as string as PressId) === alarm

function changed(durable: Durable, record: GatewayRecord): Durable {
  switch (record.kind) {
    case 'alarmRaised':
      return alarmRaised(durable, record)
    case 'pressRepeated':
      return pressRepeated(durable, record)
    case 'pressDuplicated':
    case 'pressReleased':
      return withMemory(durable, deviceOfPress(record.press), memory => heard(memory, record.boot, record.n))
    case 'stepEntered':
      return withAlarm(durable, record.alarm, alarm => ({
        ...alarm,
        state: alarm.state === 'raised' ? 'notifying' : alarm.state,
        step: record.step,
        steppedAt: record.at,
      }))
    case 'notified':
      return withAlarm(durable, record.alarm, alarm => ({
        ...alarm,
        notifications: alarm.notifications + 1,
        told: new Map(alarm.told).set(record.responder, record.notification),
        confirmed: without(alarm.confirmed, record.responder),
      }))
    case 'notNotified':
      return withAlarm(durable, record.alarm, alarm => ({
        ...alarm,
        confirmed: without(alarm.confirmed, record.responder),
      }))
    case 'notificationEnded':
      return record.outcome === 'delivered'
        ? withAlarm(durable, record.alarm, alarm => ({ ...alarm, confirmed: confirmedBy(alarm, record) }))
        : durable
    case 'acknowledged':
      return withAlarm(durable, record.alarm, alarm => ({
        ...alarm,
        state: 'acknowledged',
        acknowledgedBy: record.responder,
        acknowledgedAt: record.at,
        confirmed: including(alarm.confirmed, record.responder),
      }))
    case 'unanswered':
      return withAlarm(durable, record.alarm, alarm => ({ ...alarm, state: 'unanswered' }))
    case 'closed':
      return closed(durable, record)
    case 'faultRaised':
      return faultRaised(durable, record)
    case 'faultCleared':
      return faultCleared(durable, record)
    case 'faultNotified':
      return faultNotified(durable, record)
    case 'faultNotificationEnded':
      return record.outcome === 'delivered' ? faultsConfirmed(durable, record) : durable
    case 'acknowledgedLate':
    case 'closedLate':
    case 'incidentDrafted':
    case 'securityEvent':
    case 'recordsYielded':
    case 'configurationApplied':
    case 'testRequested':
    case 'gatewayStarted':
      return durable
    default:
      return assertNever(record)
  }
}

function alarmRaised(durable: Durable, record: RecordOf<'alarmRaised'>): Durable {
  const alarm: Alarm = {
    id: record.alarm,
    record: record.number,
    kind: record.alarmKind,
    device: record.device,
    button: record.button,
    place: shortPlace(record.place),
    pressedAt: record.pressedAt,
    raisedAt: record.at,
    late: record.late,
    isAgeKnown: isAgeKnown(record.message),
    policy: record.policy,
    state: 'raised',
    step: 0,
    steppedAt: record.at,
    presses: 1,
    notifications: 0,
    told: new Map(),
    confirmed: new Set(),
    acknowledgedBy: null,
    acknowledgedAt: null,
  }
  const known = withMemory(durable, record.device, memory => {
    const pressed = remembered(memory, record.message, record.alarm)
    return { ...pressed, open: new Map(pressed.open).set(record.button, record.alarm) }
  })
  return { ...known, alarms: put(known.alarms, record.alarm, alarm) }
}

function pressRepeated(durable: Durable, record: RecordOf<'pressRepeated'>): Durable {
  const known = withMemory(durable, record.message.device, memory => remembered(memory, record.message, record.alarm))
  return withAlarm(known, record.alarm, alarm => ({ ...alarm, presses: alarm.presses + 1 }))
}

/** The alarm leaves; its presses stay in the device's memory, so that none of them raises it again [S8]. */
function closed(durable: Durable, record: RecordOf<'closed'>): Durable {
  const alarm = durable.alarms.get(record.alarm)
  if (alarm === undefined) return durable
  const freed = withMemory(durable, alarm.device, memory => {
    const open = new Map(memory.open)
    if (open.get(alarm.button) === alarm.id) open.delete(alarm.button)
    return { ...memory, open }
  })
  return { ...freed, alarms: remove(freed.alarms, alarm.id) }
}

function faultRaised(durable: Durable, record: RecordOf<'faultRaised'>): Durable {
  const key = faultKey(record.code, record.source, record.subject)
  const earlier = durable.faults.get(key)
  const fault: ActiveFault = {
    code: record.code,
    source: record.source,
    subject: record.subject,
    detail: textOf(record.detail),
    since: earlier?.since ?? record.at,
    told: earlier?.told ?? new Map(),
    confirmed: earlier?.confirmed ?? new Set(),
  }
  const faults = put(durable.faults, key, fault)
  if (earlier !== undefined) return { ...durable, faults }
  const keys = [...(durable.faultKeys.get(record.source) ?? []), key]
  return { ...durable, faults, faultKeys: put(durable.faultKeys, record.source, keys) }
}

function faultCleared(durable: Durable, record: RecordOf<'faultCleared'>): Durable {
  const cleared = faultKey(record.code, record.source, record.subject)
  const keys = durable.faultKeys.get(record.source)?.filter(key => key !== cleared) ?? []
  const faultKeys =
    keys.length > 0 ? put(durable.faultKeys, record.source, keys) : remove(durable.faultKeys, record.source)
  return { ...durable, faults: remove(durable.faults, cleared), faultKeys }
}

function faultNotified(durable: Durable, record: RecordOf<'faultNotified'>): Durable {
  const key = faultKey(record.code, record.source, record.subject)
  const fault = durable.faults.get(key)
  if (fault === undefined) return durable
  const told = new Map(fault.told).set(record.responder, record.notification)
  const confirmed = without(fault.confirmed, record.responder)
  return { ...durable, faults: put(durable.faults, key, { ...fault, told, confirmed }) }
}

/** One telling may be of many faults. */
function faultsConfirmed(durable: Durable, record: RecordOf<'faultNotificationEnded'>): Durable {
  let { faults } = durable
  for (const [key, fault] of durable.faults)
    if (fault.told.get(record.responder) === record.notification)
      faults = put(faults, key, { ...fault, confirmed: including(fault.confirmed, record.responder) })
  return { ...durable, faults }
}

/** Only the last telling counts: what was confirmed later than it was sent says nothing of a newer one. */
const confirmedBy = (
  { told, confirmed }: Alarm,
  { responder, notification }: RecordOf<'notificationEnded'>,
): ReadonlySet<ResponderId> => (told.get(responder) === notification ? including(confirmed, responder) : confirmed)

function withAlarm(durable: Durable, id: AlarmId, change: (alarm: Alarm) => Alarm): Durable {
  const alarm = durable.alarms.get(id)
  return alarm === undefined ? durable : { ...durable, alarms: put(durable.alarms, id, change(alarm)) }
}

function withMemory(durable: Durable, device: DeviceId, change: (memory: DeviceMemory) => DeviceMemory): Durable {
  return { ...durable, devices: put(durable.devices, device, change(memoryOf(durable, device))) }
}

function remembered(memory: DeviceMemory, message: PressMessage, alarm: AlarmId): DeviceMemory {
  const presses = bounded(memory.presses, message.id, alarm, limits.pressesRememberedPerDevice)
  return { ...heard(memory, message.boot, message.n), presses }
}

function heard(memory: DeviceMemory, boot: PressMessage['boot'], n: number): DeviceMemory {
  return { ...memory, boots: bounded(memory.boots, boot, n, limits.bootsRememberedPerDevice) }
}

/** The map with this entry as its youngest; beyond the bound the oldest yields. */
export function bounded<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value,
  sizeMax: number,
): ReadonlyMap<Key, Value> {
  const result = new Map(map)
  result.delete(key)
  result.set(key, value)
  for (const oldest of result.keys()) {
    if (result.size <= sizeMax) break
    result.delete(oldest)
  }
  return result
}

const including = (people: ReadonlySet<ResponderId>, person: ResponderId): ReadonlySet<ResponderId> =>
  people.has(person) ? people : new Set(people).add(person)

function without(people: ReadonlySet<ResponderId>, person: ResponderId): ReadonlySet<ResponderId> {
  if (!people.has(person)) return people
  const rest = new Set(people)
  rest.delete(person)
  return rest
}
