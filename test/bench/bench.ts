// `npm run bench`: how long a press takes to the console, to an MQTT responder and to its receipt, in alternating slices beside
// three peers of the same run: the floor, the bare line and a plain mosquitto. Then what the programs need at rest.
import { parseArgs } from 'node:util'
import { hasProgram } from '../integration/tools.ts'
import { root } from '../integration/world.ts'
import { startLine } from './ours.ts'
import { type Peer, startBare, startFloor, startMosquitto } from './peers.ts'
import { keepTo } from './processors.ts'
import { reportRest } from './rest.ts'
import { median, meritOf, percentile } from './statistics.ts'

const { values } = parseArgs({
  options: {
    presses: { type: 'string', default: '1000' },
    slices: { type: 'string', default: '20' },
    'rest-seconds': { type: 'string', default: '30' },
  },
})
const slices = Number(values.slices)
const perSlice = Math.ceil(Number(values.presses) / slices)
/** Whoever starts is not measured. */
const warmUps = 60
/** The same pause before each hand-over, so that all wake a sleeping machine alike. */
const pauseMs = 60
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** What is measured together: one sample has a figure for each of its names, in milliseconds. */
type Subject = { readonly names: readonly string[]; readonly once: () => Promise<readonly number[]> }
/** Of one name, one list for each slice. */
type Samples = readonly (readonly number[])[]

async function measure(subjects: readonly Subject[]): Promise<ReadonlyMap<string, Samples>> {
  const found = new Map(subjects.flatMap(({ names }) => names).map((name): [string, number[][]] => [name, []]))
  for (const { once } of subjects) for (let count = 0; count < warmUps; count += 1) await paced(once)
  for (let number = 1; number <= slices; number += 1) {
    for (const { names, once } of subjects) {
      for (const name of names) found.get(name)?.push([])
      for (let count = 0; count < perSlice; count += 1) {
        const figures = await paced(once)
        for (const [index, name] of names.entries())
          found
            .get(name)
            ?.at(-1)
            ?.push(figures[index] ?? Number.NaN)
      }
    }
    process.stderr.write(`slice ${number} of ${slices}\r`)
  }
  return found
}

async function paced<Value>(action: () => Promise<Value>): Promise<Value> {
  await pause(pauseMs)
  return action()
}

const handed = (peer: Peer) => async () => {
  const { toReceiver, toAnswer } = await peer.once()
  return [toReceiver, toAnswer]
}

function reportRows(found: ReadonlyMap<string, Samples>): void {
  const cells = (values: readonly (number | string)[]) =>
    values.map(value => (typeof value === 'number' ? value.toFixed(2) : value).padStart(9)).join('')
  console.log(`\n${'milliseconds'.padEnd(34)}${cells(['p50', 'p99', 'max', 'n'])}`)
  for (const [name, samples] of found) {
    const all = samples.flat()
    const figures = [percentile(all, 0.5), percentile(all, 0.99), Math.max(...all), String(all.length)]
    console.log(name.padEnd(34) + cells(figures))
  }
}

/** A figure beyond its goal fails the run. Null: told for comparison. */
type Row = { readonly name: string; readonly peer: string; readonly goal: number | null }

function reportMerits(found: ReadonlyMap<string, Samples>, rows: readonly Row[]): void {
  console.log('\nF = 1 + median over slices of (p50 ours − p50 peer) / quietest p50 of the peer')
  const medians = (name: string) => (found.get(name) ?? []).map(median)
  for (const { name, peer, goal } of rows) {
    const merit = meritOf(medians(name), medians(peer))
    const heading = `  ${name}, against ${peer}:`
    if (!merit.judged) console.log(`${heading} not judged, ${merit.why}`)
    else {
      if (goal !== null && merit.figure > goal) process.exitCode = 1
      console.log(
        `${heading} F ${merit.figure.toFixed(2)} (${verdictOf(merit.figure, goal)}), ${merit.addedMs.toFixed(2)} ms above its ${merit.peerMs.toFixed(2)}`,
      )
    }
  }
}

function verdictOf(figure: number, goal: number | null): string {
  if (goal === null) return 'for comparison'
  return `goal ≤ ${goal}: ${figure <= goal ? 'holds' : 'MISSED'}`
}

const rows: readonly Row[] = [
  { name: 'press → MQTT responder', peer: 'floor → receiver', goal: 2 },
  { name: 'press → console', peer: 'floor → receiver', goal: 2 },
  { name: 'press → receipt', peer: 'floor → answer', goal: 3 },
  { name: 'press → receipt', peer: 'bare line → receipt', goal: null },
  { name: 'bare line → receipt', peer: 'floor → answer', goal: null },
]

if (values['rest-seconds'] !== '0') await reportRest(Number(values['rest-seconds']))
keepTo('people', process.pid)
await using floor = await startFloor(root)
await using mosquitto = hasProgram('mosquitto') ? await startMosquitto() : null
if (mosquitto === null) console.log('mosquitto is not installed: its row is missing')
await using bare = await startBare(root)
await using line = await startLine()
const found = await measure([
  { names: ['floor → receiver', 'floor → answer'], once: handed(floor) },
  ...(mosquitto === null
    ? []
    : [{ names: ['mosquitto, plain, no storage'], once: async () => [await mosquitto.once()] }]),
  { names: ['bare line → receiver', 'bare line → receipt'], once: handed(bare) },
  {
    names: ['press → console', 'press → MQTT responder', 'press → receipt'],
    once: async () => {
      const { toConsole, toResponder, toReceipt } = await line.press()
      return [toConsole, toResponder, toReceipt]
    },
  },
])
reportRows(found)
reportMerits(found, rows)
