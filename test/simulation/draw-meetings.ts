// What chance alone hardly ever brings together, and what yet happens together: a gateway out of reach and a broken memory card, a
// disk that fails and a power cut, a clock that is set in mid-alarm, a press that is meant right after a test.
import type { Act, ActOf, ButtonName, DiskFault, PathName, Plan } from './plan.ts'
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

/** Nobody hears of the press before its device starts again. */
const restartedBeforeHeard: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const kind = random.pick(['powerCut', 'crash'] as const)
  return [
    ...isolations(town, at, 60 * secondMs),
    pressAt(at + secondMs, name),
    { at: at + random.whole(3, 20) * secondMs, kind, machine: name.device, durationMs: 2000, again: null },
  ]
}

/** A clock is set while an alarm waits for its next step, and the gateway restarts before it is right again. */
const clockInMidAlarm: Draw = (town, random, at) => {
  const machine = random.pick(town.gateways).id
  const byMs = random.pick([-1, 1]) * random.whole(600, 90_000) * secondMs
  const crashAt = at + random.whole(3, 9) * secondMs
  return [
    pressAt(at, buttonOf(town, random)),
    { at: at + random.whole(500, 2500), kind: 'clockStep', machine, byMs, durationMs: 600 * secondMs },
    ...(random.chance(0.7) ? [{ at: crashAt, kind: 'crash', machine, durationMs: 1000, again: null } as const] : []),
  ]
}

/** The device cannot send, and its clock is set before it can. */
const clockInMidSilence: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const byMs = random.pick([-1, 1]) * random.whole(20, 90_000) * secondMs
  return [
    ...isolations(town, at, random.whole(30, 60) * secondMs),
    pressAt(at + random.whole(1, 4000), name),
    { at: at + 6 * secondMs, kind: 'clockStep', machine: name.device, byMs, durationMs: 120 * secondMs },
  ]
}

/** Packets are lost on a connection that stands, one of a press or its receipt among them. */
const lossyPress: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const unruly = { loss: 0.5, duplication: 0.1, reordering: 0.3 }
  return [
    ...town.gateways.map(
      ({ id }): Act => ({
        ...{ at, kind: 'unruly', path: { client: name.device, gateway: id }, durationMs: 20 * secondMs, ...unruly },
      }),
    ),
    { at: at + secondMs, kind: 'pressAgain', ...name, holdMs: 300, times: random.pick([1, 1, 6]), gapMs: 3000 },
  ]
}

/** Those who should be told believe in connections that are dead, when a button is pressed and a line breaks. */
const unheardTelling: Draw = (town, random, at) => [
  ...deafened(town, random, at),
  { at: at + 2000, kind: 'lineFailure', ...buttonOf(town, random), noticed: 'atOnce', durationMs: 240 * secondMs },
  pressAt(at + random.whole(500, 4000), buttonOf(town, random)),
]

/** Somebody has taken the alarm, and hears nothing any more when its button is pressed again. */
const pressedAgainUnheard: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const againAt = at + random.whole(10, 40) * secondMs
  return [pressAt(at, name), ...deafened(town, random, againAt), pressAt(againAt + random.whole(300, 3000), name)]
}

/** Tellings of two presses are on a slow way when the connections end: one arrives, and the other does not. */
const interruptedTellings: Draw = (town, random, at) =>
  [0, 1, 2].flatMap(round => interruption(town, random, at + round * 100 * secondMs))

function interruption(town: Plan, random: Random, at: number): readonly Act[] {
  const paths = pathsOfPeople(town)
  const resetAt = at + random.whole(850, 1800)
  return [
    ...paths.map((path): Act => ({ at, kind: 'slowPath', path, delayMs: 9000, durationMs: resetAt - at })),
    { at: at + 300, kind: 'pressAgain', ...buttonOf(town, random), holdMs: 220, times: 2, gapMs: 300 },
    ...paths.map((path): Act => ({ at: resetAt, kind: 'reset', path })),
  ]
}

/** A test, and right after it a press that is meant. */
const testThenMeant: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const pressAfterMs = random.whole(2000, 8000)
  return [
    { at, kind: 'testMode', ...name, person: random.pick(town.people).id, pressAfterMs, durationMs: 60 * secondMs },
    pressAt(at + pressAfterMs + random.whole(1500, 8000), name),
  ]
}

/** What was overheard before a restart of the gateway is sent after it. */
const replayAfterRestart: Draw = (town, random, at) => {
  const machine = random.pick(town.gateways).id
  const name = buttonOf(town, random)
  return [
    pressAt(at, name),
    { at: at + 5 * secondMs, kind: 'crash', machine, durationMs: 1000, again: null },
    { at: at + 6 * secondMs + 2500, kind: 'attack', gateway: machine, device: name.device, attack: 'replay' },
  ]
}

/** The memory card takes nothing, and the button is pressed again and again. */
const pressedOnBrokenDisk: Draw = (town, random, at) => {
  const name = buttonOf(town, random)
  const how = random.pick<DiskFault>(['full', 'failing', 'readOnly'])
  return [
    { at, kind: 'disk', machine: name.device, how, durationMs: random.whole(15, 60) * secondMs },
    { at: at + secondMs, kind: 'pressAgain', ...name, holdMs: 300, times: 3, gapMs: 3000 },
  ]
}

const meetings: readonly (readonly [draw: Draw, probability: number])[] = [
  [aloneWithBrokenDisk, 0.15],
  [lostWithItsDisk, 0.15],
  [siege, 0.01],
  [pressedOnBrokenDisk, 0.1],
  [restartedBeforeHeard, 0.15],
  [clockInMidAlarm, 0.3],
  [clockInMidSilence, 0.15],
  [lossyPress, 0.15],
  [unheardTelling, 0.2],
  [pressedAgainUnheard, 0.2],
  [interruptedTellings, 0.2],
  [testThenMeant, 0.15],
  [replayAfterRestart, 0.15],
]

/** @param at draws the moment at which one begins */
export const drawMeetings = (town: Plan, random: Random, at: () => number): readonly Act[] =>
  meetings.flatMap(([draw, probability]) => (random.chance(probability) ? draw(town, random, at()) : []))

const isolations = ({ gateways }: Plan, at: number, durationMs: number): readonly Act[] =>
  gateways.map(({ id }): ActOf<'isolation'> => ({ at, kind: 'isolation', gateway: id, durationMs }))

const pathsOfPeople = ({ people, gateways }: Plan): readonly PathName[] =>
  people.flatMap(({ id: client }) => gateways.map(({ id: gateway }) => ({ client, gateway })))

/** Everybody's connections carry nothing any more, and nobody knows. */
const deafened = (town: Plan, random: Random, at: number): readonly Act[] =>
  pathsOfPeople(town).map(path => ({ at, kind: 'halfOpen', path, deaf: random.pick(['client', 'both'] as const) }))

const pressAt = (at: number, name: ButtonName): Act => ({ at, kind: 'press', ...name, holdMs: 400, bounces: 1 })

function buttonOf({ devices }: Plan, random: Random): ButtonName {
  const device = random.pick(devices)
  return { device: device.id, button: random.pick(device.buttons) }
}
