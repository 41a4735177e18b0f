// What chance alone hardly ever brings together, and what yet happens together: a gateway out of reach and a broken memory card, a
// disk that fails and a power cut, a button that is pressed for minutes while nobody answers.
import type { Act, ActOf, ButtonName, DiskFault, Plan } from './plan.ts'
import type { Random } from './random.ts'

type Draw = (town: Plan, random: Random, at: number) => readonly Act[]
const secondMs = 1000

/** Nobody reaches any gateway, the device cannot keep its press, and its disk comes back before the network does. */
const aloneWithBrokenDisk: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const how = random.pick<DiskFault>(['full', 'failing', 'readOnly'])
  return [
    ...isolations(town, at, 90 * secondMs),
    { at, kind: 'disk', machine: name.device, how, durationMs: random.whole(10, 50) * secondMs },
    pressAt(at + random.whole(1, 8) * secondMs, name),
  ]
}

/** The gateway cannot write, goes on telling people, and loses its power. */
const lostWithItsDisk: Draw = (town, random, at) => {
  const machine = random.pick(town.gateways).id
  const how = random.pick<DiskFault>(['slow', 'full', 'failing'])
  const durationMs = random.whole(5, 60) * secondMs
  const kind = random.pick(['powerCut', 'crash'] as const)
  return [
    { at, kind: 'disk', machine, how, durationMs },
    pressAt(at + random.whole(1, 4000), buttonOf(town, random)),
    { at: at + random.whole(1000, 9000), kind, machine, durationMs: 2000, again: null },
  ]
}

/** More presses than a device may owe. */
const siege: Draw = (town, random, at) => [
  ...isolations(town, at, 360 * secondMs),
  { at: at + secondMs, kind: 'pressAgain', ...buttonOf(town, random), holdMs: 220, times: 540, gapMs: 400 },
]

const meetings: readonly (readonly [draw: Draw, probability: number])[] = [
  [aloneWithBrokenDisk, 0.15],
  [lostWithItsDisk, 0.15],
  [siege, 0.01],
]

/** @param at draws the moment at which one begins */
export const drawMeetings = (town: Plan, random: Random, at: () => number): readonly Act[] =>
  meetings.flatMap(([draw, probability]) => (random.chance(probability) ? draw(town, random, at()) : []))

const isolations = ({ gateways }: Plan, at: number, durationMs: number): readonly Act[] =>
  gateways.map(({ id }): ActOf<'isolation'> => ({ at, kind: 'isolation', gateway: id, durationMs }))

const pressAt = (at: number, name: ButtonName): Act => ({ at, kind: 'press', ...name, holdMs: 400, bounces: 1 })

function buttonOf({ devices }: Plan, random: Random): ButtonName {
  const device = random.pick(devices)
  return { device: device.id, button: random.pick(device.buttons) }
}
