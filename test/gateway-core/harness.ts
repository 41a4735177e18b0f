// A world around gatewayStep: two virtual clocks, a disk that answers or holds or fails, devices and people.
// Every effect passes a check that holds in each test: messages fit their schemas, effects come in the order of D13, records
// have no gap.
import { expect } from 'vitest'
import type { Configuration } from '../../gateway/core/configuration.ts'
import type { Alarm } from '../../gateway/core/durable.ts'
import { gatewayStep, initialState } from '../../gateway/core/gateway.ts'
import type { Delivery, Effect, Event, State } from '../../gateway/core/model.ts'
import type { Channel, DeliveryOutcome, GatewayRecord, RecordNumber } from '../../gateway/core/record-types.ts'
import { fold } from '../../gateway/core/records.ts'
import type { Unstamped } from '../../gateway/shell/ports.ts'
import { encode } from '../../protocol/codec.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import type { AlarmId, BootId, DeviceId, PressId, ResponderId } from '../../protocol/ids.ts'
import type {
  DeviceMessage,
  HeartbeatMessage,
  NotificationMessage,
  NotificationReason,
  Outcome,
  PressMessage,
  ReleasedMessage,
} from '../../protocol/messages.ts'
import { same } from '../../protocol/text.ts'
import { type Instant, instant, type WallTime, wallTime } from '../../protocol/time.ts'
import {
  type Counters,
  heartbeatOf,
  nextNumber,
  type PressOptions,
  pressMessageOf,
  releasedOf,
  signature,
} from './device-messages.ts'
import { policy, townhall } from './townhall.ts'

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>
export type Told = { readonly channel: Channel } & NotificationMessage
export type World = ReturnType<typeof startWorld>

/** The wall clock when a world starts. */
const morning = 1_800_000_000_000

type WorldOptions = {
  readonly configuration?: Configuration
  /** What is on the disk at the start. */
  readonly records?: readonly GatewayRecord[]
  readonly wall?: WallTime
  readonly counters?: Counters
}

/** The gateway is killed now, and starts again later from what its disk has; the monotonic clock begins anew. */
export const restarted = (killed: World, downMs = 0): World =>
  startWorld({
    records: killed.onDisk(),
    wall: wallTime(killed.wall() + downMs),
    configuration: killed.state().configuration ?? townhall,
    counters: killed.counters,
  })

export function startWorld(options: WorldOptions = {}) {
  let state: State = initialState(fold(options.records ?? []))
  let now = instant(options.records === undefined ? 5_000_000 : 100)
  let wallOffset = (options.wall ?? morning) - now
  let wakeAt: Instant | null = null
  let disk: 'works' | 'holds' | 'fails' = 'works'
  let onDisk = state.durable.lastRecord
  let deliveries = 0
  const counters = options.counters ?? { sequence: 0, numbers: new Map() }
  const records: GatewayRecord[] = [...(options.records ?? [])]
  const effects: Effect[] = []
  let taken = 0

  function happen(event: Unstamped): readonly Effect[] {
    const before = state
    const stamped = { ...event, at: now, wall: wallTime(Math.round(now + wallOffset)) } as Event
    const result = gatewayStep(state, stamped)
    state = result.state
    wakeAt = result.wakeAt
    check(before, result.effects)
    effects.push(...result.effects)
    if (disk === 'works') commit()
    return result.effects
  }

  function check(before: State, made: readonly Effect[]): void {
    const order = made.map(effect => (effect.kind === 'notify' ? 0 : effect.kind === 'record' ? 1 : 2))
    expect(order, 'notify first, then record, then the rest [D13]').toEqual(order.toSorted())
    for (const effect of made) {
      if (effect.kind === 'record') records.push(...effect.records)
      if (effect.kind === 'notify' || effect.kind === 'tellMonitors') encode(effect.message)
      if (effect.kind === 'sendToDevice') encode({ ...effect.message, sig: signature })
    }
    const added = records.slice(before.durable.lastRecord)
    expect(added.map(record => record.number)).toEqual(added.map((_, index) => before.durable.lastRecord + index + 1))
    expect(state.durable.lastRecord).toBe(records.length)
  }

  function commit(): void {
    if (onDisk >= state.durable.lastRecord) return
    onDisk = state.durable.lastRecord
    happen({ kind: 'recorded', through: onDisk })
  }

  /** Lets time pass; the step is woken whenever it asked for it. */
  function fastForward(duration: number): void {
    const end = now + duration
    while (wakeAt !== null && wakeAt <= end) {
      expect(wakeAt, 'the step asks to be woken in the future').toBeGreaterThan(now)
      now = wakeAt
      happen({ kind: 'woken' })
    }
    now = instant(end)
  }

  function send(message: DeviceMessage, how: { sender?: DeviceId; authentic?: boolean } = {}): Delivery {
    const delivery = ++deliveries as Delivery
    const { sender = message.device, authentic = true } = how
    happen({ kind: 'received', sender, message, authentic, delivery })
    return delivery
  }

  const pressMessage = (how: PressOptions = {}): PressMessage => pressMessageOf(counters, how)

  /** Presses a button, or sends a press again; gives the press id. */
  function press(how: PressOptions = {}): PressId {
    const message = pressMessage(how)
    send(message, how)
    return message.id
  }

  function heartbeat(how: Partial<HeartbeatMessage> = {}): Delivery {
    return send(heartbeatOf(counters, { configVersion: state.configuration?.version ?? '', ...how }))
  }

  /** The device says how long the button was held in this press. */
  const release = (press: PressId, how: Partial<ReleasedMessage> = {}): Delivery =>
    send(releasedOf(counters, press, how))

  function present(responder: ResponderId, channel: Channel = 'mqtt'): void {
    happen({ kind: 'responderPresent', responder, channel, present: true })
  }

  const isOnRecord = (alarm: AlarmId | PressId): boolean =>
    records.some(record => record.kind === 'alarmRaised' && record.alarm === alarm)

  function acknowledge(responder: ResponderId, alarm: AlarmId | PressId, channel: Channel = 'mqtt'): Delivery {
    const delivery = ++deliveries as Delivery
    const message = { v: 1, kind: 'acknowledgement', alarm: alarm as string as AlarmId } as const
    happen({
      kind: 'responderSaid',
      responder,
      channel,
      address: '10.0.0.7',
      message,
      isOnRecord: isOnRecord(alarm),
      delivery,
    })
    return delivery
  }

  function close(responder: ResponderId, alarm: AlarmId | PressId, outcome: Outcome = 'noIncident'): Delivery {
    const delivery = ++deliveries as Delivery
    const message = { v: 1, kind: 'close', alarm: alarm as string as AlarmId, outcome } as const
    happen({
      kind: 'responderSaid',
      responder,
      channel: 'mqtt',
      address: '10.0.0.7',
      message,
      isOnRecord: isOnRecord(alarm),
      delivery,
    })
    return delivery
  }

  /** The effects of this kind since they were last asked for by `forget`. */
  const since = <Kind extends Effect['kind']>(kind: Kind): readonly EffectOf<Kind>[] =>
    effects.slice(taken).filter((effect): effect is EffectOf<Kind> => effect.kind === kind)

  const notifications = (): readonly Told[] => since('notify').map(({ channel, message }) => ({ channel, ...message }))

  happen({ kind: 'started', configuration: options.configuration ?? townhall })

  return {
    counters,
    happen,
    press,
    pressMessage,
    send,
    heartbeat,
    release,
    nextNumber: (of: BootId) => nextNumber(counters, of),
    present,
    absent: (responder: ResponderId, channel: Channel = 'mqtt') =>
      happen({ kind: 'responderPresent', responder, channel, present: false }),
    everybodyPresent: () => {
      for (const { id } of state.configuration?.responders ?? []) present(id)
    },
    acknowledge,
    close,
    ended: (told: Told, outcome: DeliveryOutcome) =>
      happen({
        kind: 'notificationEnded',
        notification: told.id,
        responder: told.responder,
        channel: told.channel,
        outcome,
      }),
    fastForward,
    /** Time passes while the program is busy: nothing wakes the step. */
    stall: (duration: number) => {
      now = instant(now + duration)
    },
    jumpWallClock: (by: number) => {
      wallOffset += by
    },
    disk: {
      hold: () => {
        disk = 'holds'
      },
      fail: () => {
        disk = 'fails'
        happen({ kind: 'recordFailed', reason: same('ENOSPC') })
      },
      work: () => {
        disk = 'works'
        commit()
      },
    },
    state: () => state,
    now: (): Instant => now,
    wall: (): WallTime => wallTime(Math.round(now + wallOffset)),
    records: () => records as readonly GatewayRecord[],
    recordsOf: <Kind extends GatewayRecord['kind']>(kind: Kind) =>
      records.filter((record): record is Extract<GatewayRecord, { kind: Kind }> => record.kind === kind),
    /** What the disk has: the records of a gateway that is killed now. */
    onDisk: (): readonly GatewayRecord[] => records.filter(({ number }) => number <= onDisk),
    alarms: (): readonly Alarm[] => [...state.durable.alarms.values()],
    onlyAlarm: (): Alarm => {
      const [alarm, ...more] = state.durable.alarms.values()
      if (alarm === undefined || more.length > 0)
        throw new Error(`${state.durable.alarms.size} alarms are open, not one`)
      return alarm
    },
    activeFaults: (): readonly FaultCode[] => [...state.durable.faults.values()].map(fault => fault.code),
    since,
    notifications,
    forget: () => {
      taken = effects.length
    },
    /** Exactly these people were told since `forget`, in any order, for this reason. */
    expectNotified: (reason: NotificationReason, people: readonly ResponderId[]) => {
      const told = notifications().filter(message => message.reason === reason)
      expect(told.map(message => message.responder).sort(), `told: ${reason}`).toEqual([...people].sort())
    },
    expectNobodyNotified: () => expect(notifications()).toEqual([]),
    receipts: () => since('sendToDevice').flatMap(({ message }) => (message.kind === 'receipt' ? [message] : [])),
    progress: () =>
      since('sendToDevice').flatMap(({ message }) => (message.kind === 'progress' ? [message.state] : [])),
    monitored: () => since('tellMonitors').map(({ message, retain }) => ({ ...message, retain })),
    pubacks: () => since('acknowledgeDelivery').map(({ delivery }) => delivery),
    lastRecord: (): RecordNumber => state.durable.lastRecord,
    wakeAt: () => wakeAt,
  }
}

/** The distance of the policy's step from the raise. */
export const stepMs = (step: number): number => policy.steps[step - 1]?.afterMs ?? Number.NaN
