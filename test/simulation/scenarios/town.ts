// The town of the scenarios: one gateway, one device with two buttons, and people whose habits are known. Each scenario says
// only what is different in its own.
import type { ButtonId, DeviceId, GatewayId, ResponderId } from '../../../protocol/ids.ts'
import type { DevicePlan, Habits, Plan, Rules } from '../plan.ts'

export const minuteMs = 60_000

export const zentrale = 'zentrale-1' as GatewayId
export const zweite = 'zentrale-2' as GatewayId
export const rathaus = 'rathaus-1' as DeviceId
export const tresen = 'tresen' as ButtonId
export const kasse = 'kasse' as ButtonId
/** Is asked first, bert a minute later, then everybody after another one. */
export const anna = 'anna' as ResponderId
export const bert = 'bert' as ResponderId
export const wache = 'wache' as ResponderId
/** Is told of faults. */
export const hausmeister = 'hausmeister' as ResponderId

const never: Habits = {
  takes: 0,
  reactionMs: [0, 0],
  inStep: false,
  twice: 0,
  stubborn: false,
  closingMs: [minuteMs, minuteMs],
}

/** Takes every alarm so long after seeing it, and closes it so long after taking it. */
export const takesAfter = (reactionMs: number, closingMs = 5 * minuteMs): Habits => ({
  ...never,
  takes: 1,
  reactionMs: [reactionMs, reactionMs],
  closingMs: [closingMs, closingMs],
})

export type Difference = {
  readonly gateways?: number
  readonly devices?: number
  readonly buttons?: readonly string[]
  readonly device?: Partial<DevicePlan>
  readonly habits?: Readonly<Record<string, Habits>>
  readonly channel?: 'mqtt' | 'console'
  readonly rules?: Partial<Rules>
  /** Every message as bytes, with its signature, as in production. */
  readonly wire?: Plan['wire']
}

/** @returns a plan in which nothing happens yet */
export function townOf(difference: Difference): Plan {
  const { gateways = 1, devices = 1, habits = {}, channel = 'mqtt', rules = {}, wire = 'objects' } = difference
  const person = (id: ResponderId) => ({ id, channel, habits: habits[id] ?? never })
  return {
    seed: 1,
    hours: 1,
    gateways: [zentrale, zweite].slice(0, gateways).map(id => ({ id, driftPpm: 0 })),
    devices: Array.from({ length: devices }, (_, index) => deviceOf(index, difference)),
    people: [anna, bert, wache, hausmeister].map(person),
    rules: {
      heartbeatMs: 10_000,
      silentMs: 30_000,
      indicator: 'afterAcknowledgement',
      steps: [
        { afterMs: 0, notify: [anna] },
        { afterMs: minuteMs, notify: [bert] },
        { afterMs: 2 * minuteMs, notify: [anna, bert, wache] },
      ],
      repeatMs: minuteMs,
      faultResponders: [hausmeister],
      ...rules,
    },
    latencyMs: 5,
    wire,
    acts: [],
  }
}

const deviceOf = (index: number, { buttons = [tresen, kasse], device = {} }: Difference): DevicePlan => ({
  id: `rathaus-${index + 1}` as DeviceId,
  driftPpm: 0,
  buttons: buttons.map(button => button as ButtonId),
  confirmMs: 30,
  timeSource: 'kernel',
  hasClockBattery: true,
  wiring: 'normallyOpen',
  ...device,
})
