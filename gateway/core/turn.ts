// One step from inside: collects what the rules decide and keeps the order that D13 asks for: notify, record, the rest.
// A turn is made at the start of a step and ends with it; the states before and after are plain values.
import { assert } from '../../protocol/assert.ts'
import type { AlarmId, DeviceId } from '../../protocol/ids.ts'
import type { NotificationMessage, Outcome } from '../../protocol/messages.ts'
import type { Result } from '../../protocol/step.ts'
import { earlier, type Instant, type WallTime } from '../../protocol/time.ts'
import { yields } from './backlog.ts'
import type { Configuration } from './configuration.ts'
import type { ActiveFault, Alarm, Durable } from './durable.ts'
import type { Live } from './live.ts'
import type { Effect, Event, State } from './model.ts'
import type { Channel, GatewayRecord, RecordBody, RecordNumber } from './record-types.ts'
import { apply } from './records.ts'

export type ClosedAlarm = { readonly alarm: Alarm; readonly at: WallTime; readonly outcome: Outcome }
export type FaultChange = { readonly change: 'raised' | 'cleared'; readonly fault: ActiveFault }

export type Turn = {
  readonly at: Instant
  readonly wall: WallTime
  readonly configuration: Configuration
  readonly before: State
  durable: Durable
  live: Live
  readonly notifications: Effect[]
  readonly records: GatewayRecord[]
  readonly rest: Effect[]
  /** What changed, to be shown and told once, at the end. */
  readonly alarms: Set<AlarmId>
  readonly closed: Map<AlarmId, ClosedAlarm>
  readonly devices: Set<DeviceId>
  readonly faults: FaultChange[]
}

/** @throws if the configuration is missing: `started` comes before every other event. */
export function beginTurn(before: State, event: Event): Turn {
  const configuration =
    event.kind === 'started' || event.kind === 'configured' ? event.configuration : before.configuration
  assert(configuration !== null, 'the gateway is started before anything else happens')
  return {
    at: event.at,
    wall: event.wall,
    configuration,
    before,
    durable: before.durable,
    live: before.live,
    notifications: [],
    records: [],
    rest: [],
    alarms: new Set(),
    closed: new Map(),
    devices: new Set(),
    faults: [],
  }
}

/**
 * The only way by which durable state changes: a record is asked for, and applied [S4].
 * @returns its number; if it yields, because too many wait for the disk, that of the last one [S6].
 */
export function record(turn: Turn, body: RecordBody): RecordNumber {
  if (yields(turn, body)) return turn.durable.lastRecord
  const number = (turn.durable.lastRecord + 1) as RecordNumber
  const numbered: GatewayRecord = { number, at: turn.wall, ...body }
  if ('alarm' in body) turn.alarms.add(body.alarm)
  turn.records.push(numbered)
  turn.durable = apply(turn.durable, numbered)
  return number
}

export function notify(turn: Turn, channel: Channel, message: NotificationMessage): void {
  turn.notifications.push({ kind: 'notify', channel, message })
}

/** Adds an effect that comes after the records were handed over. */
export function afterwards(turn: Turn, effect: Effect): void {
  turn.rest.push(effect)
}

export function setLive(turn: Turn, change: Partial<Live>): void {
  turn.live = { ...turn.live, ...change }
}

/** Joins what the turn collected. */
export function endTurn(turn: Turn): Result<State, Effect> {
  const records: readonly Effect[] = turn.records.length === 0 ? [] : [{ kind: 'record', records: turn.records }]
  return {
    state: { configuration: turn.configuration, durable: turn.durable, live: turn.live },
    effects: [...turn.notifications, ...records, ...turn.rest],
    wakeAt: earliestOf(turn.live),
  }
}

function earliestOf(live: Live): Instant {
  const returnAt = live.returning !== null && live.returning.alarms.size > 0 ? live.returning.until : null
  const timers = [live.deadlineCheckAt, live.silenceCheckAt, returnAt, ...live.unreachable.values()]
  return timers.reduce<Instant>((least, timer) => earlier(least, timer) ?? least, live.nextHeartbeatAt)
}
