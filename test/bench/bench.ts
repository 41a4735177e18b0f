// `npm run bench`: how long a press takes to the console, to an MQTT responder and to its receipt, beside the floor and a
// plain mosquitto in alternating slices of the same run; then what the programs need at rest. It judges by F alone.
import { parseArgs } from 'node:util'
import { hasProgram } from '../integration/tools.ts'
import { root } from '../integration/world.ts'
import { type Line, type Press, startLine } from './ours.ts'
import { type Peer, startFloor, startMosquitto } from './peers.ts'
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
/** The same pause before each hand-over, so that all wake a sleeping machine alike. */
const pauseMs = 60
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

type Slice = { readonly floor: number[]; readonly mosquitto: number[]; readonly ours: Press[] }

async function measure(line: Line, floor: Peer, mosquitto: Peer | null): Promise<readonly Slice[]> {
  for (let warmUp = 0; warmUp < 100; warmUp += 1) await floor.once()
  for (let warmUp = 0; warmUp < 100; warmUp += 1) await mosquitto?.once()
  for (let warmUp = 0; warmUp < 60; warmUp += 1) await paced(() => line.press())
  const done: Slice[] = []
  for (let number = 1; number <= slices; number += 1) {
    const slice: Slice = { floor: [], mosquitto: [], ours: [] }
    for (let count = 0; count < perSlice; count += 1) slice.floor.push(await paced(floor.once))
    for (let count = 0; count < perSlice; count += 1) slice.ours.push(await paced(() => line.press()))
    if (mosquitto !== null)
      for (let count = 0; count < perSlice; count += 1) slice.mosquitto.push(await paced(mosquitto.once))
    done.push(slice)
    process.stderr.write(`slice ${number} of ${slices}\r`)
  }
  return done
}

async function paced<Value>(action: () => Promise<Value>): Promise<Value> {
  await pause(pauseMs)
  return action()
}

const row = (name: string, samples: readonly number[]): string =>
  [
    name.padEnd(34),
    ...[percentile(samples, 0.5), percentile(samples, 0.99), Math.max(...samples)].map(value =>
      value.toFixed(2).padStart(9),
    ),
    String(samples.length).padStart(7),
  ].join('')

function report(done: readonly Slice[]): void {
  const all = (pick: (slice: Slice) => readonly number[]): readonly number[] => done.flatMap(pick)
  console.log(`\n${'milliseconds'.padEnd(34)}      p50      p99      max      n`)
  console.log(
    row(
      'floor (TCP, fdatasync, TCP)',
      all(slice => slice.floor),
    ),
  )
  if (done[0]?.mosquitto.length)
    console.log(
      row(
        'mosquitto, plain, no storage',
        all(slice => slice.mosquitto),
      ),
    )
  for (const [name, key] of measured)
    console.log(
      row(
        name,
        all(slice => slice.ours.map(press => press[key])),
      ),
    )
  const floor = done.map(slice => median(slice.floor))
  console.log('\nF = 1 + median over slices of (p50 ours − p50 floor) / quietest floor p50')
  for (const [name, key, goal] of measured) {
    const merit = meritOf(
      done.map(slice => median(slice.ours.map(press => press[key]))),
      floor,
    )
    if (!merit.judged) console.log(`  ${name}: not judged, ${merit.why}`)
    else {
      const verdict = merit.figure <= goal ? 'holds' : 'MISSED'
      if (merit.figure > goal) process.exitCode = 1
      console.log(
        `  ${name}: F ${merit.figure.toFixed(2)} (goal ≤ ${goal}: ${verdict}), ${merit.addedMs.toFixed(2)} ms above the floor’s ${merit.floorMs.toFixed(2)}`,
      )
    }
  }
}

const measured = [
  ['press → MQTT responder', 'toResponder', 2],
  ['press → console', 'toConsole', 2],
  ['press → receipt', 'toReceipt', 3],
] as const

if (values['rest-seconds'] !== '0') await reportRest(Number(values['rest-seconds']))
await using floor = await startFloor(root)
await using mosquitto = hasProgram('mosquitto') ? await startMosquitto() : null
if (mosquitto === null) console.log('mosquitto is not installed: its row is missing')
await using line = await startLine()
report(await measure(line, floor, mosquitto))
