// Proves that each device lives: it is heard, or its silence is a fault [L3]. A will proves only that a connection ended;
// whether the device is gone is decided by its silence alone.

import { type FaultCode, faultKey } from '../../protocol/faults.ts'
import type { BootId, DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { DeviceMessage, FaultMessage, HeartbeatMessage, StatusMessage } from '../../protocol/messages.ts'
import { same, text } from '../../protocol/text.ts'
import { after, earlier, type Instant, type WallTime } from '../../protocol/time.ts'
import { directoryOf } from './directory.ts'
import { clearFault, faultsOf, raiseFault } from './fault.ts'
import type { Supervised } from './live.ts'
import { put } from './persistent-map.ts'
import { bounded } from './records.ts'
import { securityEvent } from './security.ts'
import { afterwards, setLive, type Turn } from './turn.ts'

/** A device says no more than what its fault is about. */
const nothing = same('')
const silence = { code: 'deviceSilent', subject: 'device' } as const
const tooManyFaults = text(
  `mehr als ${limits.faultsPerDeviceMax} Störungen zugleich`,
  `more than ${limits.faultsPerDeviceMax} faults at once`,
)

/** An authentic message with its number came from the device: it lives. */
export function heard(turn: Turn, message: Exclude<DeviceMessage, StatusMessage>): void {
  const session = message.kind === 'heartbeat' ? message.session : 0
  hear(turn, message.device, message.boot, message.n, session)
}

/** A birth is a sign of life. A will is none, nor is the late birth of an earlier connection or boot. */
export function statusHeard(turn: Turn, message: StatusMessage): void {
  if (message.state === 'online' && !isStale(turn, message))
    hear(turn, message.device, message.boot, 0, message.session)
}

function isStale(turn: Turn, { device, boot, session }: StatusMessage): boolean {
  const known = turn.live.devices.get(device)
  return known?.boot === boot ? session < known.session : known?.boots.has(boot) === true
}

/**
 * The heartbeat's list of faults is the truth about the device, as far as the list reaches: of a fault that has no place in a full
 * one the device says itself when it is over. An old configuration is sent again.
 */
export function heartbeatHeard(turn: Turn, message: HeartbeatMessage): void {
  const { device, configVersion } = message
  clearUnreported(turn, message)
  for (const { code, subject } of message.faults) raiseReported(turn, device, code, subject)
  const known = turn.live.devices.get(device)
  if (known !== undefined && known.configVersion !== configVersion)
    setLive(turn, { devices: put(turn.live.devices, device, { ...known, configVersion }) })
  if (configVersion !== turn.configuration.version) sendConfig(turn, device)
}

/** The device says that a condition began or ended. That it is silent it cannot say. */
export function faultReported(turn: Turn, { device, code, subject, state }: FaultMessage): void {
  if (state === 'raised') raiseReported(turn, device, code, subject)
  else if (code !== silence.code) clearFault(turn, code, device, subject)
}

/** The last sign of life of a device that gives none. Of one that is online it would be old before anybody has read it. */
export const silentSince = (device: Supervised | undefined): WallTime | null =>
  device === undefined || device.state === 'online' ? null : device.lastHeardWall

/** Sends the device its configuration, if it has one. */
export function sendConfig(turn: Turn, device: DeviceId): void {
  const entry = directoryOf(turn.configuration).devices.get(device)
  if (entry === undefined) return
  const { version } = turn.configuration
  const { heartbeatMs, indicator } = entry
  const message = { v: 1, kind: 'config', device, version, heartbeatMs, indicator } as const
  afterwards(turn, { kind: 'sendToDevice', message })
}

/** Begins to wait for the devices that the configuration has and this run did not supervise yet; each gets its grace. */
export function superviseDevices(turn: Turn): void {
  const { configuration, before } = turn
  const supervisedBefore = before.configuration === null ? null : directoryOf(before.configuration).devices
  for (const { id } of configuration.devices) {
    if (supervisedBefore?.has(id)) continue
    const known = turn.live.devices.get(id) ?? unheard(turn, id)
    setLive(turn, {
      devices: put(turn.live.devices, id, { ...known, state: stateAnew(turn, id, known), since: turn.at }),
    })
    turn.devices.add(id)
  }
  setLive(turn, { silenceCheckAt: turn.at })
}

/** A silence that is no fault any more, because its device was not in the configuration for a while, has to become one again. */
function stateAnew(turn: Turn, id: DeviceId, { state }: Supervised): Supervised['state'] {
  const isFault = turn.durable.faults.has(faultKey(silence.code, id, silence.subject))
  return state === 'silent' && !isFault ? 'unknown' : state
}

/** Raises the fault of each device that was silent for too long. Looks at them only when one can have become so. */
export function passSilence(turn: Turn): void {
  const { silenceCheckAt } = turn.live
  if (silenceCheckAt === null || turn.at < silenceCheckAt) return
  let next: Instant | null = null
  for (const { id } of turn.configuration.devices) {
    const device = turn.live.devices.get(id)
    if (device === undefined || device.state === 'silent') continue
    const bound = after(latest(device.since, device.lastHeardAt), turn.configuration.silentMs)
    if (bound <= turn.at) silent(turn, id, device)
    else next = earlier(next, bound)
  }
  setLive(turn, { silenceCheckAt: next })
}

/** What is not in the list is over; a list that is full says nothing of what else there is. */
function clearUnreported(turn: Turn, { device, faults }: HeartbeatMessage): void {
  if (faults.length >= limits.faultsInHeartbeatMax) return
  const reported = new Set(faults.map(({ code, subject }) => faultKey(code, device, subject)))
  for (const { code, subject } of faultsOf(turn, device))
    if (code !== silence.code && !reported.has(faultKey(code, device, subject))) clearFault(turn, code, device, subject)
}

/**
 * A device that names more faults than a genuine one can have is in other hands, or broken: those on record stay, and
 * each further one is a security event, so that people learn of it and nothing grows without end [S6]. As soon as others
 * are over, its heartbeats bring it on record.
 */
function raiseReported(turn: Turn, device: DeviceId, code: FaultCode, subject: string): void {
  if (code === silence.code) return
  const active = turn.durable.faultKeys.get(device) ?? []
  if (active.length < limits.faultsPerDeviceMax || active.includes(faultKey(code, device, subject)))
    raiseFault(turn, code, device, subject, nothing)
  else securityEvent(turn, { event: 'protocolViolation', source: device, account: null, detail: tooManyFaults })
}

function silent(turn: Turn, id: DeviceId, device: Supervised): void {
  setLive(turn, { devices: put(turn.live.devices, id, { ...device, state: 'silent' }) })
  turn.devices.add(id)
  raiseFault(turn, silence.code, id, silence.subject, same(`${turn.configuration.silentMs / 1000} s`))
}

function hear(turn: Turn, id: DeviceId, boot: BootId, n: number, session: number): void {
  const known = turn.live.devices.get(id) ?? unheard(turn, id)
  const isEarlierBoot = known.boot !== boot && known.boots.has(boot)
  const last = Math.max(n, known.boots.get(boot) ?? 0)
  const heardNow: Supervised = {
    ...known,
    state: 'online',
    lastHeardAt: turn.at,
    lastHeardWall: turn.wall,
    boot: isEarlierBoot ? known.boot : boot,
    session: isEarlierBoot ? known.session : known.boot === boot ? Math.max(session, known.session) : session,
    boots: bounded(known.boots, boot, last, limits.bootsRememberedPerDevice),
  }
  const bound = after(turn.at, turn.configuration.silentMs)
  const { devices, silenceCheckAt } = turn.live
  setLive(turn, { devices: put(devices, id, heardNow), silenceCheckAt: earlier(silenceCheckAt, bound) })
  if (known.state !== 'online') turn.devices.add(id)
  else if (heardNow.boot !== known.boot) afterwards(turn, { kind: 'show', what: 'device', device: id })
  clearFault(turn, silence.code, id, silence.subject)
}

/** A device whose silence is a fault on record stays silent over a restart of the gateway. */
function unheard(turn: Turn, id: DeviceId): Supervised {
  const isSilent = turn.durable.faults.has(faultKey(silence.code, id, silence.subject))
  return {
    state: isSilent ? 'silent' : 'unknown',
    since: turn.at,
    lastHeardAt: null,
    lastHeardWall: null,
    boot: null,
    session: 0,
    boots: new Map(),
    configVersion: '',
  }
}

const latest = (since: Instant, heardAt: Instant | null): Instant =>
  heardAt !== null && heardAt > since ? heardAt : since
