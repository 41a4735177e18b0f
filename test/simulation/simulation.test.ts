// The simulation of the promises: a smaller number of seeds than `npm run simulate` takes, and that a seed tells the same story
// whenever it is asked.
import { expect, test } from 'vitest'
import type { ButtonId, DeviceId, GatewayId, ResponderId } from '../../protocol/ids.ts'
import type { Plan } from './plan.ts'
import { run } from './run.ts'

const habits = {
  takes: 1,
  reactionMs: [5000, 20_000],
  inStep: false,
  twice: 0,
  stubborn: false,
  closingMs: [30_000, 60_000],
} as const
const anna = 'anna' as ResponderId
const device = 'rathaus-1' as DeviceId
const button = 'tresen' as ButtonId

test('a press is seen and receipted', () => {
  const plan: Plan = {
    seed: 1,
    hours: 1,
    gateways: [{ id: 'zentrale-1' as GatewayId, driftPpm: 0 }],
    devices: [
      {
        id: device,
        driftPpm: 0,
        buttons: [button],
        confirmMs: 30,
        timeSource: 'kernel',
        hasClockBattery: true,
        wiring: 'normallyOpen',
      },
    ],
    people: [{ id: anna, channel: 'mqtt', habits }],
    rules: {
      heartbeatMs: 60_000,
      silentMs: 180_000,
      indicator: 'off',
      steps: [{ afterMs: 0, notify: [anna] }],
      repeatMs: 60_000,
      faultResponders: [anna],
    },
    latencyMs: 5,
    wire: 'objects',
    acts: [{ at: 600_000, kind: 'press', device, button, holdMs: 300, bounces: 2 }],
  }
  expect(run(plan)).toEqual({ kind: 'held' })
})
