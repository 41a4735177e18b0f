// From a seed to a plan. Swarm testing: each seed has its own town and only some kinds of acts, at its own rates, because two
// faults that are rare together are never seen when everything happens always. Acts come in episodes of a few minutes, so
// that they meet each other.
import { drawAct } from './draw-acts.ts'
import { drawMeetings } from './draw-meetings.ts'
import { drawTown } from './draw-town.ts'
import { type Act, type ActKind, endOf, type Plan } from './plan.ts'
import { createRandom, type Random } from './random.ts'

export const hours = 24
const hourMs = 3_600_000
/** Nothing begins before, so that the town has started. */
const firstAt = 3 * 60_000
/** At the end all faults are over and the promises have to hold; only a finger or two still press. */
const lastMs = 20 * 60_000
const episodeMs = 4 * 60_000
/** So many acts of an episode concern the same few. */
const focusing = 0.7

const pressing = ['press', 'press', 'pressAgain', 'pressTogether', 'testMode', 'brush'] as const
const disturbing = [
  ...(['storm', 'chatter', 'stuck', 'deadInterrupt', 'lineFailure', 'cutWire', 'heldAtStart'] as const),
  ...(['powerCut', 'crash', 'crashMidway', 'stop', 'disk', 'clockStep'] as const),
  ...(['partition', 'isolation', 'halfOpen', 'reset', 'unruly', 'slowPath'] as const),
  ...(['away', 'slowReader', 'reload', 'deviceRemoved', 'attack'] as const),
] as const satisfies readonly ActKind[]

export function drawPlan(seed: number): Plan {
  const random = createRandom(`plan ${seed}`)
  const town = drawTown(seed, random.fork('town'))
  const acts = drawActs(town, random.fork('acts'))
  return { ...town, acts: acts.toSorted((a, b) => a.at - b.at) }
}

function drawActs(town: Plan, random: Random): readonly Act[] {
  const endAt = town.hours * hourMs - lastMs
  const chosen = random.some(disturbing, random.between(0.15, 0.8))
  const acts: Act[] = []
  const add = (act: Act | null): void => {
    if (act !== null && endOf(act) < endAt) acts.push(act)
  }
  for (let episode = random.whole(8, 18); episode > 0; episode -= 1) {
    const focus = focusOn(town, random)
    const from = random.between(firstAt, endAt - episodeMs)
    const within = (): number => Math.round(random.between(from, from + episodeMs))
    const draw = (kind: ActKind): Act | null => drawAct(random.chance(focusing) ? focus : town, random, kind, within())
    for (let presses = random.whole(1, 4); presses > 0; presses -= 1) add(draw(random.pick(pressing)))
    if (chosen.length === 0) continue
    for (let faults = random.whole(0, 4); faults > 0; faults -= 1) add(draw(random.pick(chosen)))
  }
  if (random.chance(0.03)) add(drawAct(town, random, 'building', Math.round(random.between(firstAt, endAt / 2))))
  for (const act of drawMeetings(town, random, () => Math.round(random.between(firstAt, endAt - 2 * episodeMs))))
    add(act)
  return [...acts, ...drawSweeps(town, random, endAt), ...drawLastPresses(town, random)]
}

/** One device, one person, one gateway: what happens to the same machine and the same button meets. */
const focusOn = (town: Plan, random: Random): Plan => ({
  ...town,
  devices: [random.pick(town.devices)].map(device => ({ ...device, buttons: device.buttons.slice(0, 2) })),
  people: [random.pick(town.people)],
  gateways: [random.pick(town.gateways)],
})

/** Somebody looks after the list of open alarms now and then, or nobody ever closes what nobody takes. */
function drawSweeps(town: Plan, random: Random, endAt: number): readonly Act[] {
  const sweeps: Act[] = []
  for (let at = random.between(20, 40) * 60_000; at < endAt; at += random.between(20, 40) * 60_000)
    sweeps.push({ at: Math.round(at), kind: 'sweep', person: random.pick(town.people).id })
  return sweeps
}

/** In the calm end: what is pressed now has to arrive at once. */
function drawLastPresses(town: Plan, random: Random): readonly Act[] {
  const at = town.hours * hourMs - random.between(3, 12) * 60_000
  const last = drawAct(town, random, 'press', Math.round(at))
  return last === null ? [] : [last]
}
