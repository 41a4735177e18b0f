// What the outside sees: states for security monitoring, progress for the device, and what the console shows anew.
// Told once, at the end of a step, of what the step changed. Nothing of it names a person [D11].
import { fits } from '../../protocol/codec.ts'
import { type FaultCode, faultKey, faults as faultTable } from '../../protocol/faults.ts'
import { type AlarmId, type DeviceId, deviceOfPress } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { AlarmStateMessage, DeviceStateMessage, GatewayStateMessage } from '../../protocol/messages.ts'
import { after, seconds } from '../../protocol/time.ts'
import { directoryOf, siteOf } from './directory.ts'
import type { ActiveFault, Alarm } from './durable.ts'
import { faultsOf } from './fault.ts'
import type { ToMonitor } from './model.ts'
import { silentSince } from './supervision.ts'
import { afterwards, type ClosedAlarm, setLive, type Turn } from './turn.ts'

const heartbeatMs = seconds(10)

/** Tells of everything that this step changed. */
export function tellChanges(turn: Turn): void {
  for (const id of turn.alarms) alarmChanged(turn, id)
  for (const id of turn.devices) deviceChanged(turn, id)
  if (turn.faults.length > 0) afterwards(turn, { kind: 'show', what: 'faults' })
  if (isAnew(turn)) afterwards(turn, { kind: 'show', what: 'everything' })
}

/** Tells everything, for monitors that know nothing yet: after a start nothing is retained any more [D6]. */
export function tellEverything(turn: Turn): void {
  for (const alarm of turn.durable.alarms.values()) tellMonitors(turn, alarmState(alarm, null), true)
}

/** The gateway's own heartbeat, when its time has come. */
export function passHeartbeat(turn: Turn): boolean {
  const { nextHeartbeatAt } = turn.live
  if (turn.at < nextHeartbeatAt) return false
  const next = after(nextHeartbeatAt, heartbeatMs)
  setLive(turn, { nextHeartbeatAt: next > turn.at ? next : after(turn.at, heartbeatMs) })
  tellGateway(turn)
  return true
}

/** How far the alarm has come, for the indicator of its device. */
export function sendProgress(turn: Turn, alarm: Alarm, state: AlarmStateMessage['state']): void {
  const { device, button, id } = alarm
  afterwards(turn, { kind: 'sendToDevice', message: { v: 1, kind: 'progress', device, button, alarm: id, state } })
}

/** A device is no longer in the configuration: monitors forget it, and the overview that follows leaves it out. */
export function forgetDevice(turn: Turn, id: DeviceId): void {
  tellMonitors(
    turn,
    { v: 1, kind: 'deviceState', device: id, place: '', state: 'unknown', lastHeardAt: null, faults: [] },
    false,
  )
}

type Named = { readonly code: FaultCode; readonly source: string; readonly subject: string }

/** Faults as monitors may know them: that a channel has failed, not to whom it leads [D11]. Each stands there once. */
export function impersonal<Fault extends Named>(faults: readonly Fault[]): readonly Fault[] {
  const told = new Map<string, Fault>()
  for (const fault of faults) {
    const { code, source } = fault
    const subject = code === 'channelFailed' ? fault.subject.slice(fault.subject.lastIndexOf('/') + 1) : fault.subject
    const key = faultKey(code, source, subject)
    if (!told.has(key)) told.set(key, { ...fault, subject })
  }
  return [...told.values()]
}

function alarmChanged(turn: Turn, id: AlarmId): void {
  const closed = turn.closed.get(id) ?? null
  const alarm = closed?.alarm ?? turn.durable.alarms.get(id)
  afterwards(turn, { kind: 'show', what: 'alarm', alarm: id })
  if (alarm === undefined) return
  const before = turn.before.durable.alarms.get(id)
  const state = closed === null ? alarm.state : 'closed'
  if (before?.state !== state) sendProgress(turn, alarm, state)
  const isSame = before?.state === state && before.step === alarm.step && before.presses === alarm.presses
  if (!isSame) tellMonitors(turn, alarmState(alarm, closed), closed === null)
  if (before?.presses !== alarm.presses) showDevice(turn, deviceOfPress(id)) // when its buttons were last pressed
}

function deviceChanged(turn: Turn, id: DeviceId): void {
  showDevice(turn, id)
  if (!directoryOf(turn.configuration).devices.has(id)) return
  const device = turn.live.devices.get(id)
  const message: DeviceStateMessage = {
    v: 1,
    kind: 'deviceState',
    device: id,
    place: siteOf(turn.configuration, id),
    state: device?.state ?? 'unknown',
    lastHeardAt: silentSince(device),
    faults: [],
  }
  tellMonitors(turn, withFaults(message, faultsOf(turn, id)), true)
}

function showDevice(turn: Turn, device: DeviceId): void {
  if (!isAnew(turn)) afterwards(turn, { kind: 'show', what: 'device', device })
}

/**
 * Names, places and devices may be others in this step's configuration, and every time when the clock was set: then everything is
 * shown, and nothing singly.
 */
const isAnew = ({ configuration, live, before }: Turn): boolean =>
  configuration !== before.configuration || live.clockLead !== before.live.clockLead

function tellGateway(turn: Turn): void {
  const alarms = [...turn.durable.alarms.values()]
  const states = turn.configuration.devices.map(({ id }) => turn.live.devices.get(id)?.state ?? 'unknown')
  const online = states.filter(state => state === 'online').length
  const message: GatewayStateMessage = {
    v: 1,
    kind: 'gatewayState',
    gateway: turn.configuration.gateway.id,
    at: turn.wall,
    startedAt: turn.live.startedAt,
    openAlarms: alarms.length,
    unacknowledgedAlarms: alarms.filter(alarm => alarm.state !== 'acknowledged').length,
    devicesOnline: online,
    devicesSilent: states.length - online,
    securityEvents: turn.live.securityEvents,
    faults: [],
  }
  tellMonitors(turn, withFaults(message, faultsOf(turn, 'gateway')), true)
}

const tellMonitors = (turn: Turn, message: ToMonitor, retain: boolean): void =>
  afterwards(turn, { kind: 'tellMonitors', message, retain })

/** The state with its faults, the grave ones first. One that does not fit any more is left out, whatever is on record. */
function withFaults<Stated extends DeviceStateMessage | GatewayStateMessage>(
  state: Stated,
  faults: readonly ActiveFault[],
): Stated {
  const isGrave = ({ code }: ActiveFault) => faultTable[code].severity === 'critical'
  const told = impersonal(faults)
  const ordered = [...told.filter(isGrave), ...told.filter(fault => !isGrave(fault))]
  let full = state
  for (const { code, subject } of ordered.slice(0, limits.faultsInStateMax)) {
    const more = { ...full, faults: [...full.faults, { code, subject }] }
    if (fits(more)) full = more
  }
  return full
}

function alarmState(alarm: Alarm, closed: ClosedAlarm | null): AlarmStateMessage {
  return {
    v: 1,
    kind: 'alarmState',
    alarm: alarm.id,
    alarmKind: alarm.kind,
    device: alarm.device,
    button: alarm.button,
    place: alarm.place,
    state: closed === null ? alarm.state : 'closed',
    step: alarm.step,
    presses: alarm.presses,
    pressedAt: alarm.pressedAt,
    receivedAt: alarm.raisedAt,
    late: alarm.late,
    acknowledgedAt: alarm.acknowledgedAt,
    closedAt: closed?.at ?? null,
    outcome: closed?.outcome ?? null,
  }
}
