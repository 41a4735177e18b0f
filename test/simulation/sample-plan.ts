// A small town for plans that are written by hand: one gateway, two devices, two people, three steps; an hour of it.
import type { ButtonId, DeviceId, GatewayId, ResponderId } from '../../protocol/ids.ts'
import type { Act, DevicePlan, Habits, Plan } from './plan.ts'

export const gateway = 'zentrale-1' as GatewayId
export const device = 'rathaus-1' as DeviceId
export const otherDevice = 'rathaus-2' as DeviceId
export const desk = 'tresen' as ButtonId
export const till = 'kasse' as ButtonId
export const anna = 'anna' as ResponderId
export const guard = 'wache' as ResponderId

export const minuteMs = 60_000

/** Takes every alarm after ten seconds and closes it after half a minute. */
const reliable: Habits = {
  takes: 1,
  reactionMs: [10_000, 12_000],
  inStep: false,
  twice: 0,
  stubborn: false,
  closingMs: [30_000, 40_000],
}
/** Sees everything and takes nothing. */
export const idle: Habits = { ...reliable, takes: 0 }

/** @param acts in the order of their times, from the fourth minute on: by then everybody is there. */
export const samplePlan = (acts: readonly Act[], changes: Partial<Plan> = {}): Plan => ({
  seed: 1,
  hours: 1,
  gateways: [{ id: gateway, driftPpm: 0 }],
  devices: [deviceOf(device), deviceOf(otherDevice)],
  people: [
    { id: anna, channel: 'mqtt', habits: reliable },
    { id: guard, channel: 'console', habits: reliable },
  ],
  rules: {
    heartbeatMs: 60_000,
    silentMs: 180_000,
    indicator: 'off',
    steps: [
      { afterMs: 0, notify: [anna] },
      { afterMs: 30_000, notify: [guard] },
      { afterMs: 60_000, notify: [anna, guard] },
    ],
    repeatMs: 60_000,
    faultResponders: [anna],
  },
  latencyMs: 5,
  wire: 'objects',
  acts,
  ...changes,
})

/** Nobody takes an alarm. */
export const idlePeople = (plan: Plan): Plan => ({
  ...plan,
  people: plan.people.map(person => ({ ...person, habits: idle })),
})

/** A finger on the desk's button. */
export const pressAt = (at: number): Act => ({ at, kind: 'press', device, button: desk, holdMs: 300, bounces: 2 })

const deviceOf = (id: DeviceId): DevicePlan => ({
  ...{ id, driftPpm: 0, buttons: [desk, till], confirmMs: 30, timeSource: 'kernel' },
  ...{ hasClockBattery: true, wiring: 'normallyOpen' },
})
