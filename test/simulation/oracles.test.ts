// Every oracle has teeth: it holds for the real programs, and it notices a program that breaks its promise.
import { describe, expect, test } from 'vitest'
import type { Press } from '../../firmware/core/model.ts'
import type { Effect } from '../../gateway/core/model.ts'
import { alarmOfPress, pressId } from '../../protocol/ids.ts'
import type { PressMessage } from '../../protocol/messages.ts'
import { millis } from '../../protocol/time.ts'
import {
  deviceThat,
  deviceWithout,
  gatewayThat,
  gatewayWithout,
  gatewayWithoutRecord,
  gatewayWriting,
  withEffects,
} from './breaking.ts'
import { oracles } from './oracles/all.ts'
import { noSignature } from './packet.ts'
import type { Act, Plan } from './plan.ts'
import { type Programs, realPrograms } from './programs.ts'
import { run } from './run.ts'
import * as town from './sample-plan.ts'
import { idlePeople, minuteMs, pressAt, samplePlan } from './sample-plan.ts'
import { runPlan, sameSeed } from './seed-run.ts'
import { linkOf } from './uplink.ts'

type Breaking = { readonly id: string; readonly how: string; readonly plan: Plan; readonly programs: () => Programs }

const { gateway, device, desk: button, anna, guard } = town
const at = 10 * minuteMs
const pressed = samplePlan([pressAt(at)])
const untaken = idlePeople(pressed)
const isAlarmNotification = (effect: Effect): boolean => effect.kind === 'notify' && effect.message.alarm !== null
const isFault = (code: string) => (record: { readonly kind: string; readonly code?: string }) =>
  record.kind === 'faultRaised' && record.code === code
const plan = (...acts: readonly Act[]): Plan => samplePlan(acts)
const antivalent = (of: Plan): Plan => ({
  ...of,
  devices: of.devices.map(each => ({ ...each, wiring: 'antivalent' as const })),
})

const breakings: readonly Breaking[] = [
  {
    id: 'S1 receipt',
    how: 'a gateway that receipts what it has heard, before any disk has it',
    plan: pressed,
    programs: () =>
      gatewayThat((result, event) => {
        if (event.kind !== 'received' || !('button' in event.message)) return result
        const { device, id } = event.message
        const receipt = { v: 1, kind: 'receipt', device, id, alarm: alarmOfPress(id), recordedAt: event.wall } as const
        return withEffects(result, [{ kind: 'sendToDevice', message: receipt } as const])
      }),
  },
  {
    id: 'S2 forgetting',
    how: 'a device that takes the PUBACK for the receipt',
    plan: plan(
      {
        ...{ at: at - 1000, kind: 'unruly', path: { client: device, gateway }, durationMs: 5 * minuteMs },
        ...{ loss: 0.5, duplication: 0, reordering: 0 },
      },
      { at, kind: 'pressAgain', device, button, holdMs: 300, times: 20, gapMs: 2000 },
    ),
    programs: () => ({
      ...realPrograms,
      pubackHeard: message => {
        if (!('button' in message)) return null
        const { device, id } = message
        const receipt = { v: 1, kind: 'receipt', device, id, alarm: alarmOfPress(id) } as const
        return {
          kind: 'received',
          link: linkOf(gateway),
          message: { ...receipt, recordedAt: message.pressedAt, sig: noSignature },
        }
      },
    }),
  },
  {
    id: 'S3 nobody called',
    how: 'a gateway that calls once more after an alarm was taken',
    plan: pressed,
    programs: () => {
      let last: Extract<Effect, { kind: 'notify' }> | null = null
      return gatewayThat((result, event) => {
        for (const effect of result.effects)
          if (effect.kind === 'notify' && effect.message.reason === 'first') last = effect
        return event.kind === 'responderSaid' && last !== null ? withEffects(result, [last]) : result
      })
    },
  },
  {
    id: 'S3 taken',
    how: 'a gateway that believes a delivered notification to be a taken alarm',
    plan: untaken,
    programs: () =>
      gatewayWriting(record =>
        record.kind === 'notificationEnded'
          ? {
              ...{ number: record.number, at: record.at, kind: 'acknowledged', alarm: record.alarm },
              ...{ responder: record.responder, channel: record.channel },
            }
          : record,
      ),
  },
  {
    id: 'S4 records',
    how: 'a gateway that knows how often a button was pressed without a record of it',
    plan: plan({ at, kind: 'pressAgain', device, button, holdMs: 300, times: 3, gapMs: 1000 }),
    programs: () =>
      gatewayWithoutRecord(
        ({ kind }) => kind === 'pressDuplicated' || kind === 'configurationApplied' || kind === 'gatewayStarted',
      ),
  },
  {
    id: 'S5 outputs',
    how: 'a device that shows the press on its indicator',
    plan: pressed,
    programs: () =>
      deviceThat(result =>
        result.effects.some(effect => effect.kind === 'journal' && effect.entry.kind === 'pressed')
          ? withEffects(result, [{ kind: 'indicate', state: 'acknowledged' } as const])
          : result,
      ),
  },
  {
    id: 'S5 outputs',
    how: 'a device that shows that one alarm was taken while another one waits',
    plan: plan(pressAt(at), { ...pressAt(at + 11_000), button: town.till } as Act),
    programs: () =>
      deviceThat((result, event) =>
        event.kind === 'received' && event.message.kind === 'progress' && event.message.state === 'acknowledged'
          ? withEffects(result, [{ kind: 'switchRelay', state: 'closed' } as const])
          : result,
      ),
  },
  {
    id: 'S6 bounds',
    how: 'a device that lets a first press yield',
    plan: pressed,
    programs: () =>
      deviceThat(result => {
        const yielding = result.effects.flatMap(effect =>
          effect.kind === 'journal' && effect.entry.kind === 'pressed' ? [effect.entry.press.id] : [],
        )
        return withEffects(
          result,
          yielding.map(press => ({ kind: 'reportYielded', press }) as const),
        )
      }),
  },
  {
    id: 'S8 nobody pressed',
    how: 'a device that tells of a press that no finger made',
    plan: plan(),
    programs: () => {
      let isDone = false
      return deviceThat((result, event, { settings, presses }) => {
        if (isDone || event.at < at || event.kind !== 'woken') return result
        isDone = true
        const press: Press = {
          ...{ id: pressId(settings.device, settings.boot, presses + 1), button, meaning: { kind: 'alarm' } },
          ...{ age: { basis: 'monotonic', pressedAt: event.at }, pressedWall: event.wall },
          contact: {
            ...{ wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
          },
        }
        return withEffects(result, [{ kind: 'journal', entry: { kind: 'pressed', press } } as const])
      })
    },
  },
  {
    id: 'S8 foreign',
    how: 'a gateway that does not look at signatures',
    plan: plan({ at, kind: 'attack', gateway, device, attack: 'forged' }),
    programs: () => ({
      ...realPrograms,
      gatewayStep: (state, event) =>
        realPrograms.gatewayStep(state, event.kind === 'received' ? { ...event, authentic: true } : event),
    }),
  },
  {
    id: 'S8 attacks',
    how: 'a gateway that drops what is forged without a word',
    plan: plan({ at, kind: 'attack', gateway, device, attack: 'forged' }),
    programs: () =>
      gatewayThat((result, event, state) =>
        event.kind === 'received' && !event.authentic ? { ...result, state, effects: [] } : result,
      ),
  },
  {
    id: 'S9 age',
    how: 'a gateway that counts the age from when it heard',
    plan: plan({ at, kind: 'isolation', gateway, durationMs: 100_000 }, pressAt(at + 20_000)),
    programs: () =>
      gatewayThat(result => ({
        ...result,
        effects: result.effects.map(effect =>
          effect.kind === 'notify' ? { ...effect, message: { ...effect.message, ageMs: millis(0) } } : effect,
        ),
      })),
  },
  {
    id: 'L1 noticed',
    how: 'a device that does not hear edges',
    plan: pressed,
    programs: () =>
      deviceThat((result, event, state) => (event.kind === 'edgeSeen' ? { ...result, state, effects: [] } : result)),
  },
  {
    id: 'L1 at once',
    how: 'a gateway that tells nobody',
    plan: pressed,
    programs: () => gatewayWithout(isAlarmNotification),
  },
  {
    id: 'L1 never lost',
    how: 'a device that sends a press once, and never on another connection',
    plan: plan({ at, kind: 'isolation', gateway, durationMs: 100_000 }, pressAt(at + 20_000)),
    programs: () =>
      deviceWithout(
        (effect, event) =>
          effect.kind === 'publish' &&
          'button' in effect.message &&
          (event.kind === 'connected' || event.kind === 'woken'),
      ),
  },
  {
    id: 'L1 genuine',
    how: 'a gateway that counts what is meant to the test before it',
    plan: plan(
      { at, kind: 'testMode', device, button, person: anna, pressAfterMs: 5000, durationMs: minuteMs },
      pressAt(at + 8000),
    ),
    programs: () => ({
      ...realPrograms,
      gatewayStep: (state, event) => {
        const isMeant = event.kind === 'received' && event.message.kind === 'alarm' && state.durable.alarms.size > 0
        if (!isMeant) return realPrograms.gatewayStep(state, event)
        const asTest = { ...event, message: { ...event.message, kind: 'testAlarm' } as PressMessage }
        const result = realPrograms.gatewayStep(state, asTest)
        return { ...result, effects: result.effects.map(effect => withMessage(effect, event.message as PressMessage)) }
      },
    }),
  },
  {
    id: 'L1 told on return',
    how: 'a gateway that tells nobody again',
    plan: idlePeople(plan({ at, kind: 'halfOpen', path: { client: anna, gateway }, deaf: 'both' }, pressAt(at + 1000))),
    programs: () => gatewayWithout(effect => effect.kind === 'notify' && effect.message.reason === 'reconnected'),
  },
  {
    id: 'L2 steps in time',
    how: 'a gateway whose timer for the next step is not set',
    plan: untaken,
    programs: () =>
      gatewayThat(result => ({
        ...result,
        state: { ...result.state, live: { ...result.state.live, deadlineCheckAt: null } },
      })),
  },
  {
    id: 'L2 order of steps',
    how: 'a gateway that leaves out the second step',
    plan: untaken,
    programs: () =>
      gatewayWriting(record => (record.kind === 'stepEntered' && record.step === 2 ? { ...record, step: 3 } : record)),
  },
  {
    id: 'L3 silent devices',
    how: 'a gateway that does not mind silence',
    plan: plan({ at, kind: 'powerCut', machine: device, durationMs: 10 * minuteMs, again: null }),
    programs: () => gatewayWithoutRecord(isFault('deviceSilent')),
  },
  {
    id: 'L3 faults told',
    how: 'a gateway that keeps faults to itself',
    plan: plan({ at, kind: 'chatter', device, button, periodMs: 20, durationMs: 2000 }),
    programs: () => gatewayWithout(effect => effect.kind === 'notify' && effect.message.alarm === null),
  },
  {
    id: 'L3 faults end',
    how: 'a gateway for which a device stays silent for ever',
    plan: plan({ at, kind: 'powerCut', machine: device, durationMs: 10 * minuteMs, again: null }),
    programs: () => gatewayWithoutRecord(({ kind }) => kind === 'faultCleared'),
  },
  {
    id: 'L3 faults known',
    how: 'a gateway that takes no device’s word about faults',
    plan: plan({ at, kind: 'chatter', device, button, periodMs: 20, durationMs: 2000 }),
    programs: () => gatewayWithoutRecord(isFault('contactChatter')),
  },
  {
    id: 'L3 told on return',
    how: 'a gateway that tells of a fault only in the step that finds it',
    plan: plan(
      { at, kind: 'away', person: anna, durationMs: minuteMs },
      { at: at + 1000, kind: 'chatter', device, button, periodMs: 20, durationMs: 2000 },
    ),
    programs: () =>
      gatewayWithout(
        (effect, event) =>
          effect.kind === 'notify' && effect.message.alarm === null && event.kind === 'responderPresent',
      ),
  },
  {
    id: 'L3 nobody reachable',
    how: 'a gateway that does not mind that nobody is there',
    plan: plan(...[anna, guard].map((person): Act => ({ at, kind: 'away', person, durationMs: 20 * minuteMs }))),
    programs: () => gatewayWithoutRecord(isFault('responderUnreachable')),
  },
  {
    id: 'L3 nobody reachable',
    how: 'a gateway that does not mind that nobody of a step is there',
    plan: plan({ at, kind: 'away', person: guard, durationMs: 20 * minuteMs }),
    programs: () => gatewayWithoutRecord(isFault('stepUnreachable')),
  },
  {
    id: 'L3 disks',
    how: 'a gateway that does not mind that its disk is full',
    plan: plan({ at, kind: 'disk', machine: gateway, how: 'full', durationMs: minuteMs }, pressAt(at + 1000)),
    programs: () => gatewayWithoutRecord(isFault('storeFailed')),
  },
  {
    id: 'L3 lines',
    how: 'a device that does not mind a stuck button',
    plan: plan({ at, kind: 'stuck', device, button, durationMs: 5 * minuteMs }),
    programs: () => deviceWithout(effect => effect.kind === 'reportFault' && effect.code === 'buttonStuck'),
  },
  {
    id: 'L3 lines',
    how: 'a device that does not mind a cut wire',
    plan: antivalent(plan({ at, kind: 'cutWire', device, button, durationMs: 5 * minuteMs })),
    programs: () => deviceWithout(effect => effect.kind === 'reportFault' && effect.code === 'lineCut'),
  },
  {
    id: 'L3 lines',
    how: 'a device that does not mind a line that it cannot read',
    plan: plan({ at, kind: 'lineFailure', device, button, noticed: 'atReading', durationMs: 5 * minuteMs }),
    programs: () => deviceWithout(effect => effect.kind === 'reportFault' && effect.code === 'lineFailed'),
  },
  {
    id: 'L3 monitors',
    how: 'a gateway that tells monitors nothing of alarms',
    plan: idlePeople(plan(pressAt(at), { at: at + 20_000, kind: 'stop', machine: town.otherDevice, durationMs: 1000 })),
    programs: () => gatewayWithout(effect => effect.kind === 'tellMonitors' && effect.message.kind === 'alarmState'),
  },
  {
    id: 'L4 told anew',
    how: 'a gateway that starts and does not tell monitors what is open',
    plan: idlePeople(
      plan(pressAt(at), { at: at + 20_000, kind: 'crash', machine: gateway, durationMs: 1000, again: null }),
    ),
    programs: () => gatewayWithout((effect, event) => effect.kind === 'tellMonitors' && event.kind === 'started'),
  },
  {
    id: 'L4 nothing ends by itself',
    how: 'a gateway that forgets its open alarms when its configuration changes',
    plan: idlePeople(plan(pressAt(at), { at: at + 20_000, kind: 'reload', change: 'names', durationMs: minuteMs })),
    programs: () =>
      gatewayThat((result, event) =>
        event.kind === 'configured'
          ? { ...result, state: { ...result.state, durable: { ...result.state.durable, alarms: new Map() } } }
          : result,
      ),
  },
]

/** The records say what was really sent. */
const withMessage = (effect: Effect, message: PressMessage): Effect =>
  effect.kind === 'record'
    ? {
        ...effect,
        records: effect.records.map(record => (record.kind === 'pressRepeated' ? { ...record, message } : record)),
      }
    : effect

test('every oracle is shown a program that breaks its promise', () => {
  expect([...new Set(breakings.map(({ id }) => id))]).toEqual(oracles.map(({ id }) => id))
})

test('every promise of the design has an oracle', () => {
  const promises = new Set(oracles.map(({ promise }) => promise))
  const others = [...['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S8', 'S9'], ...['L1', 'L2', 'L3', 'L4']]
  expect([...promises].toSorted()).toEqual(others.toSorted())
})

describe.each(breakings)('$id', ({ id, how, plan, programs }) => {
  test(`notices ${how}`, () => {
    expect(run(plan, programs())).toMatchObject({ kind: 'broken', oracle: id })
  })

  test('holds for the real programs in the same world', () => {
    expect(run(plan)).toEqual({ kind: 'held' })
  })
})

test('S7 notices a program that depends on more than its events', () => {
  let records = 0
  const counting = gatewayWriting(record => {
    records += 1
    return record.kind === 'configurationApplied' || record.kind === 'gatewayStarted'
      ? { ...record, version: `${records}` }
      : record
  })
  const digests = [runPlan(pressed, counting), runPlan(pressed, counting)].map(({ digest }) => digest)
  expect(sameSeed(digests[0] ?? '', digests[1] ?? '', pressed)).toMatchObject({
    kind: 'broken',
    oracle: 'S7 same seed',
  })
})

test('a program that stops itself by an assertion breaks the run', () => {
  const failing = gatewayThat((result, event) => {
    if (event.kind === 'responderSaid') throw new Error('there is no such alarm')
    return result
  })
  expect(run(pressed, failing)).toMatchObject({ kind: 'broken', oracle: 'assertion' })
})
