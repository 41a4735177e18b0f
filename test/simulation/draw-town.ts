// The town of a seed: gateways, devices, people with their habits, and what the configuration says of them.
import type { ButtonId, DeviceId, GatewayId, ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { DevicePlan, Habits, PersonPlan, Plan, Rules } from './plan.ts'
import type { Random } from './random.ts'

const gatewayIds = ['zentrale-1', 'zentrale-2'] as GatewayId[]
const buttonIds = ['tresen', 'kasse', 'beratung', 'standesamt'] as ButtonId[]
const names = ['anna', 'bert', 'wache', 'leitung', 'hausmeister'] as ResponderId[]
const driftPpmMost = 200

/** Without acts. */
export function drawTown(seed: number, random: Random): Plan {
  const people = drawPeople(random)
  const isHall = random.chance(0.02)
  const rules = drawRules(random, people, isHall)
  const devices = drawDevices(random, isHall)
  const isCostly = devices.length > 2 || rules.heartbeatMs < 60_000
  return {
    seed,
    hours: 24,
    gateways: gatewayIds.slice(0, random.chance(0.25) ? 2 : 1).map(id => ({ id, driftPpm: drift(random) })),
    devices,
    people,
    rules,
    latencyMs: random.pick([0.5, 2, 5, 20]),
    wire: !isCostly && random.chance(0.12) ? 'bytes' : 'objects',
    acts: [],
  }
}

const drift = (random: Random): number => Math.round(random.between(-driftPpmMost, driftPpmMost))

/** Mostly a house with a device or two; now and then a hall with hundreds of buttons. */
function drawDevices(random: Random, isHall: boolean): readonly DevicePlan[] {
  if (isHall) return Array.from({ length: 10 }, (_, index) => drawDevice(random, index, 30))
  const count = random.pick([1, 1, 1, 1, 2, 2, 2, 3])
  return Array.from({ length: count }, (_, index) => drawDevice(random, index, random.whole(1, 4)))
}

const drawDevice = (random: Random, index: number, buttons: number): DevicePlan => ({
  id: `rathaus-${index + 1}` as DeviceId,
  driftPpm: drift(random),
  buttons: Array.from({ length: buttons }, (_, number) => buttonIds[number] ?? (`platz-${number + 1}` as ButtonId)),
  confirmMs: random.pick([30, 30, 30, 20, 40, limits.confirmMsMax]),
  timeSource: random.chance(0.25) ? 'arrival' : 'kernel',
  hasClockBattery: random.chance(0.5),
  wiring: random.pick(['normallyOpen', 'normallyOpen', 'normallyClosed', 'antivalent'] as const),
})

const drawPeople = (random: Random): readonly PersonPlan[] =>
  names.slice(0, random.whole(2, names.length)).map(id => ({
    id,
    channel: random.chance(0.5) ? 'mqtt' : 'console',
    habits: drawHabits(random),
  }))

function drawHabits(random: Random): Habits {
  const quick = random.chance(0.5)
  return {
    takes: random.pick([0, 0.3, 0.7, 1, 1]),
    reactionMs: quick ? [1500, 20_000] : [10_000, 300_000],
    inStep: random.chance(0.2),
    twice: random.pick([0, 0.2, 0.6]),
    stubborn: random.chance(0.2),
    closingMs: random.pick([
      [2000, 20_000],
      [30_000, 300_000],
    ] as const),
  }
}

function drawRules(random: Random, people: readonly PersonPlan[], isHall: boolean): Rules {
  const heartbeatMs = !isHall && random.chance(0.08) ? 10_000 : 60_000
  const ids = people.map(({ id }) => id)
  const [first, second] = [random.between(10, 60) * 1000, random.between(10, 120) * 1000].map(Math.round)
  const all = [
    { afterMs: 0, notify: ids.slice(0, random.whole(1, 2)) },
    { afterMs: first ?? 0, notify: ids.slice(1, 3) },
    { afterMs: (first ?? 0) + (second ?? 0), notify: ids },
  ]
  return {
    heartbeatMs,
    silentMs: heartbeatMs * random.whole(2, 3),
    indicator: random.chance(0.4) ? 'afterAcknowledgement' : 'off',
    steps: all.slice(0, random.pick([2, 3, 3])),
    repeatMs: random.pick([30_000, 60_000, 120_000]),
    faultResponders: random.some(ids, 0.5).length > 0 ? ids.slice(-2) : ids.slice(0, 1),
  }
}
