// One act of a kind, for this town: whom it concerns, how long it lasts, how bad it is.
import type { Act, ActKind, ActOf, ButtonName, DiskFault, Outage, PathName, Plan } from './plan.ts'
import type { Random } from './random.ts'

type Draw<Kind extends ActKind> = (town: Plan, random: Random, at: number) => ActOf<Kind> | null

/** @returns null if this town has nobody for such an act. */
export function drawAct(town: Plan, random: Random, kind: ActKind, at: number): Act | null {
  return draws[kind](town, random, at)
}

/** Mostly short, now and then very long. */
const duration = (random: Random, leastMs: number, mostMs: number): number =>
  Math.round(random.heavyTail(leastMs, mostMs))
const minuteMs = 60_000

function button({ devices }: Plan, random: Random): ButtonName {
  const device = random.pick(devices)
  return { device: device.id, button: random.pick(device.buttons) }
}

function path({ devices, people, gateways }: Plan, random: Random): PathName {
  const client = random.chance(0.6) ? random.pick(devices).id : random.pick(people).id
  return { client, gateway: random.pick(gateways).id }
}

const machine = ({ devices, gateways }: Plan, random: Random): string =>
  random.chance(0.5) ? random.pick(devices).id : random.pick(gateways).id

const again = (random: Random): Outage['again'] =>
  random.chance(0.3)
    ? { afterMs: Math.round(random.between(100, 8000)), durationMs: duration(random, 500, 20_000) }
    : null

const holdMs = (random: Random): number =>
  Math.round(random.pick([random.between(250, 900), random.between(900, 8000)]))

const draws: { readonly [Kind in ActKind]: Draw<Kind> } = {
  press: (town, random, at) => ({
    ...{ at, kind: 'press', ...button(town, random) },
    ...{ holdMs: holdMs(random), bounces: random.whole(0, 4) },
  }),
  pressAgain: (town, random, at) => ({
    ...{ at, kind: 'pressAgain', ...button(town, random), holdMs: Math.round(random.between(220, 600)) },
    ...{ times: random.whole(2, 5), gapMs: random.pick([100, 300, 600, 3000, 20_000]) },
  }),
  pressTogether: (town, random, at) => {
    const device = random.pick(town.devices)
    return { at, kind: 'pressTogether', device: device.id, buttons: device.buttons.slice(0, 2), holdMs: holdMs(random) }
  },
  storm: (_town, _random, at) => ({ at, kind: 'storm', presses: 300 }),
  brush: (town, random, at) => ({ at, kind: 'brush', ...button(town, random), closedMs: random.whole(1, 12) }),
  chatter: (town, random, at) => ({
    ...{ at, kind: 'chatter', ...button(town, random) },
    ...{ periodMs: random.pick([4, 20, 50]), durationMs: duration(random, 300, 20_000) },
  }),
  stuck: (town, random, at) => ({
    at,
    kind: 'stuck',
    ...button(town, random),
    durationMs: duration(random, 70_000, 20 * minuteMs),
  }),
  deadInterrupt: (town, random, at) => ({
    at,
    kind: 'deadInterrupt',
    ...button(town, random),
    durationMs: duration(random, 30_000, 10 * minuteMs),
  }),
  lineFailure: (town, random, at) => ({
    ...{ at, kind: 'lineFailure', ...button(town, random) },
    ...{ noticed: random.pick(['atOnce', 'atReading'] as const), durationMs: duration(random, 1000, 10 * minuteMs) },
  }),
  cutWire: (town, random, at) => {
    const devices = town.devices.filter(({ wiring }) => wiring === 'antivalent')
    if (devices.length === 0) return null
    const durationMs = duration(random, 1000, 10 * minuteMs)
    return { at, kind: 'cutWire', ...button({ ...town, devices }, random), durationMs }
  },
  heldAtStart: (town, random, at) => ({
    ...{ at, kind: 'heldAtStart', ...button(town, random) },
    ...{ durationMs: duration(random, 1000, 10_000), holdMs: Math.round(random.between(3000, 20_000)) },
  }),
  powerCut: (town, random, at) => ({
    ...{ at, kind: 'powerCut', machine: machine(town, random) },
    ...{ durationMs: duration(random, 1000, 20 * minuteMs), again: again(random) },
  }),
  crash: (town, random, at) => ({
    ...{ at, kind: 'crash', machine: machine(town, random) },
    ...{ durationMs: duration(random, 100, 5 * minuteMs), again: again(random) },
  }),
  crashMidway: (town, random, at) => {
    const name = button(town, random)
    return {
      ...{
        at,
        kind: 'crashMidway',
        ...name,
        machine: random.chance(0.4) ? name.device : random.pick(town.gateways).id,
      },
      ...{ steps: random.whole(1, 24), how: random.pick(['crash', 'powerCut'] as const) },
      durationMs: duration(random, 500, 30_000),
    }
  },
  stop: (town, random, at) => ({
    at,
    kind: 'stop',
    machine: random.pick(town.devices).id,
    durationMs: duration(random, 1000, minuteMs),
  }),
  partition: (town, random, at) => ({
    at,
    kind: 'partition',
    path: path(town, random),
    durationMs: duration(random, 500, 15 * minuteMs),
  }),
  isolation: (town, random, at) => ({
    at,
    kind: 'isolation',
    gateway: random.pick(town.gateways).id,
    durationMs: duration(random, 500, 10 * minuteMs),
  }),
  halfOpen: (town, random, at) => ({
    at,
    kind: 'halfOpen',
    path: path(town, random),
    deaf: random.pick(['client', 'gateway', 'both'] as const),
  }),
  reset: (town, random, at) => ({ at, kind: 'reset', path: path(town, random) }),
  unruly: (town, random, at) => ({
    ...{ at, kind: 'unruly', path: path(town, random), durationMs: duration(random, 5000, 5 * minuteMs) },
    ...{ loss: random.pick([0, 0.1, 0.5]), duplication: random.pick([0, 0.2]), reordering: random.pick([0, 0.3]) },
  }),
  slowPath: (town, random, at) => ({
    ...{ at, kind: 'slowPath', path: path(town, random) },
    ...{ delayMs: random.pick([300, 2000, 9000]), durationMs: duration(random, 5000, 5 * minuteMs) },
  }),
  away: (town, random, at) => ({
    at,
    kind: 'away',
    person: random.pick(town.people).id,
    durationMs: duration(random, 20_000, 60 * minuteMs),
  }),
  slowReader: (town, random, at) => ({
    at,
    kind: 'slowReader',
    person: random.pick(town.people).id,
    durationMs: duration(random, 5000, 5 * minuteMs),
  }),
  sweep: (town, random, at) => ({ at, kind: 'sweep', person: random.pick(town.people).id }),
  testMode: (town, random, at) => ({
    ...{ at, kind: 'testMode', person: random.pick(town.people).id, ...button(town, random) },
    ...{ pressAfterMs: Math.round(random.between(500, 20_000)), durationMs: 60_000 },
  }),
  disk: (town, random, at) => ({
    ...{ at, kind: 'disk', machine: machine(town, random) },
    ...{
      how: random.pick<DiskFault>(['slow', 'full', 'failing', 'readOnly']),
      durationMs: duration(random, 2000, 10 * minuteMs),
    },
  }),
  clockStep: (town, random, at) => ({
    ...{ at, kind: 'clockStep', machine: machine(town, random), durationMs: duration(random, 10_000, 30 * minuteMs) },
    ...{ byMs: Math.round(random.pick([-1, 1]) * random.heavyTail(500, 30 * 86_400_000)) },
  }),
  reload: (_town, random, at) => ({
    ...{ at, kind: 'reload', durationMs: duration(random, 5000, 10 * minuteMs) },
    ...{ change: random.pick(['steps', 'names', 'silence', 'mistake'] as const) },
  }),
  deviceRemoved: (town, random, at) => ({
    at,
    kind: 'deviceRemoved',
    device: random.pick(town.devices).id,
    durationMs: duration(random, 5000, 5 * minuteMs),
  }),
  attack: (town, random, at) => ({
    ...{ at, kind: 'attack', gateway: random.pick(town.gateways).id, device: random.pick(town.devices).id },
    ...{
      attack: random.pick([
        ...(['forged', 'foreignDevice', 'foreignAlarm', 'replay', 'replay'] as const),
        ...(['malformed', 'foreignTopic', 'inventedAlarm'] as const),
      ]),
    },
  }),
  building: (town, random, at) => ({
    ...{ at, kind: 'building', devices: duration(random, 100, 2000), presses: random.whole(10, 300) },
    ...{ darkMs: town.rules.silentMs + 30_000, litMs: 4 * minuteMs },
  }),
}
