// The gateway's step: what happens joins what is. Each event goes to the file that knows its rule; then whatever was due
// by the clock, and last what the others are told of the changes.
import { assertNever } from '../../protocol/assert.ts'
import type { DeviceId, ResponderId } from '../../protocol/ids.ts'
import type { Step } from '../../protocol/step.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { readClocks, resumeAges } from './age.ts'
import { endBacklog } from './backlog.ts'
import type { Configuration } from './configuration.ts'
import { directoryOf, siteOf } from './directory.ts'
import { tellReturned } from './dispatch.ts'
import type { ActiveFault, Durable } from './durable.ts'
import { awaitReturn, passDeadlines, resumeEscalation } from './escalation.ts'
import { clearFault, raiseFault, tellFaults, tellReturnedFaults } from './fault.ts'
import { received } from './ingest.ts'
import type { Effect, Event, State } from './model.ts'
import { forgetDevice, passHeartbeat, sendProgress, tellChanges, tellEverything } from './monitor.ts'
import { emptyMap } from './persistent-map.ts'
import { deliveriesEnded, recorded, recordFailed } from './promise.ts'
import { isWatched, passReachability, setPresence, watchPolicies } from './reachability.ts'
import type { Channel } from './record-types.ts'
import { emptyDurable, memoryOf } from './records.ts'
import { incidentWritten, notificationEnded, responderSaid, testRequested } from './response.ts'
import { endSecurityMinutes, securityEvent } from './security.ts'
import { passSilence, sendConfig, superviseDevices } from './supervision.ts'
import { beginTurn, endTurn, record, setLive, type Turn } from './turn.ts'

type EventOf<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>

/** @param durable what the records on disk say: `fold(records)`. The first event has to be `started`. */
export const initialState = (durable: Durable = emptyDurable()): State => ({
  configuration: null,
  durable,
  live: {
    startedAt: wallTime(0),
    clockLead: millis(0),
    deadlines: emptyMap(),
    deadlineCheckAt: null,
    pressedAt: emptyMap(),
    devices: emptyMap(),
    silenceCheckAt: null,
    unreachable: new Map(),
    present: new Map(),
    pending: [],
    recordedThrough: durable.lastRecord,
    yielded: { count: 0, told: 0 },
    returning: null,
    securityCounts: emptyMap(),
    securityMinute: { since: instant(0), recorded: 0 },
    securityEvents: 0,
    nextHeartbeatAt: instant(0),
  },
})

/** Pure. What a person did counts before what was due at the same moment: who takes an alarm is not escalated past. */
export const gatewayStep: Step<State, Event, Effect> = (state, event) => {
  const turn = beginTurn(state, event)
  readClocks(turn)
  happen(turn, event)
  passDeadlines(turn)
  passSilence(turn)
  passReachability(turn)
  if (passHeartbeat(turn)) endSecurityMinutes(turn)
  tellFaults(turn)
  tellChanges(turn)
  return endTurn(turn)
}

function happen(turn: Turn, event: Event): void {
  switch (event.kind) {
    case 'started':
      started(turn)
      break
    case 'configured':
      configured(turn)
      break
    case 'configurationRefused':
      raiseFault(turn, 'configurationRefused', 'gateway', 'configuration', event.reason)
      break
    case 'woken':
      break
    case 'received':
      received(turn, event)
      break
    case 'securityObserved':
      securityEvent(turn, event)
      break
    case 'deviceConnected':
      deviceConnected(turn, event.device)
      break
    case 'responderPresent':
      responderPresent(turn, event)
      break
    case 'responderSaid':
      responderSaid(turn, event)
      break
    case 'notificationEnded':
      notificationEnded(turn, event)
      break
    case 'incidentWritten':
      incidentWritten(turn, event)
      break
    case 'testRequested':
      testRequested(turn, event)
      break
    case 'recorded':
      recorded(turn, event.through)
      endBacklog(turn, () => lookAgain(turn))
      break
    case 'deliveriesEnded':
      deliveriesEnded(turn, event.deliveries)
      break
    case 'recordFailed':
      recordFailed(turn, event.reason)
      break
    default:
      assertNever(event)
  }
}

function started(turn: Turn): void {
  setLive(turn, { startedAt: turn.wall, nextHeartbeatAt: turn.at })
  awaitReturn(turn)
  record(turn, { kind: 'gatewayStarted', version: turn.configuration.version })
  takeOver(turn)
  resumeAges(turn)
  resumeEscalation(turn)
  tellEverything(turn)
}

function configured(turn: Turn): void {
  record(turn, { kind: 'configurationApplied', version: turn.configuration.version })
  takeOver(turn)
  for (const { id } of turn.configuration.devices)
    if (turn.live.devices.get(id)?.state === 'online') sendConfig(turn, id)
}

/** Everything that follows from the configuration now in force. Open alarms keep the policy they were raised with. */
function takeOver(turn: Turn): void {
  const { before, configuration } = turn
  if (before.configuration !== null) compareDevices(turn, before.configuration, configuration)
  superviseDevices(turn)
  lookAgain(turn)
}

/** Monitors forget the device that is gone, and are told anew of the one whose site has another name. */
function compareDevices(turn: Turn, before: Configuration, now: Configuration): void {
  for (const { id } of before.devices) {
    if (!directoryOf(now).devices.has(id)) forgetDevice(turn, id)
    else if (siteOf(before, id) !== siteOf(now, id)) turn.devices.add(id)
  }
}

/** Ends the faults that nothing else would end. */
function lookAgain(turn: Turn): void {
  for (const fault of turn.durable.faults.values())
    if (!canStillBe(turn, fault)) clearFault(turn, fault.code, fault.source, fault.subject)
  watchPolicies(turn)
}

/** A fault ends with what it was about: a removed device or policy, a file that was refused before this one, a channel of an earlier run. */
function canStillBe(turn: Turn, fault: ActiveFault): boolean {
  if (fault.source !== 'gateway') return directoryOf(turn.configuration).devices.has(fault.source)
  switch (fault.code) {
    case 'configurationRefused':
      return turn.configuration === turn.before.configuration
    case 'channelFailed':
      return canStillFail(turn, fault.subject)
    case 'stepUnreachable':
    case 'responderUnreachable':
    case 'alarmUnanswered':
      return [...turn.durable.alarms.keys()].some(id => id === fault.subject) || isWatched(turn, fault.subject)
    default:
      return true
  }
}

/** A channel that failed in this run fails until its responder is back or is nobody's any more. @param subject responder/channel */
function canStillFail({ before, configuration, live }: Turn, subject: string): boolean {
  if (before.configuration === null) return false
  const end = subject.lastIndexOf('/')
  const responder = subject.slice(0, end) as ResponderId
  const isRemoved = !directoryOf(configuration).responders.has(responder)
  if (isRemoved && directoryOf(before.configuration).responders.has(responder)) return false
  return live.present.get(responder)?.has(subject.slice(end + 1) as Channel) !== true
}

function deviceConnected(turn: Turn, device: DeviceId): void {
  sendConfig(turn, device)
  for (const id of memoryOf(turn.durable, device).open.values()) {
    const alarm = turn.durable.alarms.get(id)
    if (alarm !== undefined) sendProgress(turn, alarm, alarm.state)
  }
}

function responderPresent(turn: Turn, event: EventOf<'responderPresent'>): void {
  const { responder, channel, present } = event
  setPresence(turn, responder, channel, present)
  watchPolicies(turn)
  if (!present) return
  for (const { id } of tellReturned(turn, responder, channel)) clearFault(turn, 'responderUnreachable', 'gateway', id)
  tellReturnedFaults(turn, responder, channel)
}
