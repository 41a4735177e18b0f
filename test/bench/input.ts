// `npm run bench:input`: from a moving contact to the edge event and to the confirmed press, for each line backend beside its plain library, in
// alternating slices of one run; how many edges survive when 16 lines chatter; what watching costs at rest. All hardware is imitated, so
// the figures compare our part of the way and say nothing about a board.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { monotonicNow } from '../../hardware/clock.ts'
import { limits } from '../../protocol/limits.ts'
import {
  lineCount,
  memoryMb,
  processorMs,
  type Subject,
  startFirmata,
  startGpiochip,
  startOnoff,
  startSimulated,
} from './input-subjects.ts'
import { percentile } from './statistics.ts'

const { values } = parseArgs({
  options: {
    edges: { type: 'string', default: '1000' },
    presses: { type: 'string', default: '100' },
    'rest-seconds': { type: 'string', default: '65' },
    /** Given to itself: the compiled imitation of sysfs, inside a name space where it may be mounted. */
    sysfs: { type: 'string', default: '' },
  },
})
const slices = 10
const confirmMs = limits.confirmMsDefault
/** After this long a contact that was let go is ready for the next press. */
const atRestMs = limits.releaseMs + confirmMs
const pauseMs = 8
const settleMs = 500
const chatterMs = 500
const chatterRates = [1000, 4000, 16_000]

async function main(): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const starts: readonly (() => Promise<Subject>)[] = [
    startSimulated,
    () => startGpiochip('gpiochip', 'v1.6.3'),
    () => startGpiochip('gpiochip', 'v2.2.1'),
    () => startGpiochip('plain gpiomon', 'v1.6.3'),
    startFirmata,
  ]
  const subjects: Subject[] = []
  for (const start of starts) subjects.push(opened.use(await start()))
  console.log('Imitations, no hardware:')
  for (const { name, imitation } of subjects) console.log(`  ${name.padEnd(24)}${imitation}`)
  await measure(subjects)
  if (values.sysfs === '') {
    console.log(
      '\nonoff and plain onoff are missing: they need root, /dev/fuse and Debian’s gcc, libfuse3-dev and pkg-config.',
    )
    return
  }
  // There is one /sys/class/gpio, so these two are measured one after the other.
  for (const kind of ['onoff', 'plain onoff'] as const) {
    await using subject = await startOnoff(kind, values.sysfs)
    console.log(`\n${subject.name}: ${subject.imitation}`)
    await measure([subject])
  }
}

async function measure(subjects: readonly Subject[]): Promise<void> {
  reportLatency('contact → edge event, ms', await latencies(subjects))
  const own = subjects.filter(({ name }) => !name.startsWith('plain'))
  if (own.length > 0) reportLatency(`contact → press, ms beyond ${confirmMs}`, await confirmations(own))
  await reportChatter(subjects)
  await reportRest(subjects)
}

async function latencies(subjects: readonly Subject[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map(subjects.map(({ name }): [string, number[]] => [name, []]))
  const edges = Math.ceil(Number(values.edges) / slices / 2) * 2
  for (const subject of subjects) await slice(subject, edges) // Whoever starts is not measured.
  for (let number = 0; number < slices; number++)
    for (const subject of subjects) found.get(subject.name)?.push(...(await slice(subject, edges)))
  return found
}

/** The first line closes and opens again; each edge has arrived before the next one. */
async function slice(subject: Subject, edges: number): Promise<readonly number[]> {
  await subject.arrivals()
  const moved: number[] = []
  for (let edge = 0; edge < edges; edge++) {
    moved.push(monotonicNow())
    subject.move(0, edge % 2 === 1)
    await delay(pauseMs)
  }
  await delay(pauseMs)
  const { edges: arrivals } = await subject.arrivals()
  if (arrivals.length !== edges) console.log(`  ${subject.name}: ${arrivals.length} of ${edges} edges arrived`)
  return arrivals.length === edges ? arrivals.map((at, index) => at - (moved[index] ?? Number.NaN)) : []
}

/** One finger after the other, each once in a round; a round is long enough for every contact to come to rest again. */
async function confirmations(subjects: readonly Subject[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const closedAt = new Map(subjects.map(({ name }): [string, number[]] => [name, []]))
  await delay(atRestMs)
  for (const subject of subjects) await subject.arrivals()
  for (let press = 0; press < Number(values.presses); press++) {
    for (const subject of subjects) {
      closedAt.get(subject.name)?.push(monotonicNow())
      subject.move(0, false)
      await delay(2 * confirmMs)
      subject.move(0, true)
    }
    await delay(atRestMs)
  }
  return new Map(
    await Promise.all(subjects.map(async subject => beyondWindow(subject, closedAt.get(subject.name) ?? []))),
  )
}

async function beyondWindow({ name, arrivals }: Subject, closedAt: readonly number[]) {
  const { presses } = await arrivals()
  if (presses.length !== closedAt.length)
    console.log(`  ${name}: ${presses.length} of ${closedAt.length} presses confirmed`)
  const took = presses.map((at, index) => at - (closedAt[index] ?? Number.NaN) - confirmMs)
  return [name, presses.length === closedAt.length ? took : []] as const
}

function reportLatency(title: string, found: ReadonlyMap<string, readonly number[]>): void {
  console.log(`\n${title.padEnd(30)}${['p50', 'p99', 'max', 'n'].map(text => text.padStart(9)).join('')}`)
  for (const [name, samples] of found) {
    const figures = [percentile(samples, 0.5), percentile(samples, 0.99), Math.max(...samples)]
    const cells = [...figures.map(figure => figure.toFixed(2)), String(samples.length)]
    console.log(`  ${name.padEnd(28)}${cells.map(cell => cell.padStart(9)).join('')}`)
  }
}

async function reportChatter(subjects: readonly Subject[]): Promise<void> {
  const heads = chatterRates.map(rate => `${rate} /s`.padStart(12)).join('')
  console.log(`\n${`${lineCount} lines chatter, arrived of`.padEnd(30)}${heads}`)
  for (const subject of subjects) {
    const shares: string[] = []
    for (const rate of chatterRates) shares.push(`${((await chatter(subject, rate)) * 100).toFixed(1)} %`)
    console.log(`  ${subject.name.padEnd(28)}${shares.map(share => share.padStart(12)).join('')}`)
  }
}

/** Returns the share of the edges that arrived. What could not be moved in time is moved all the same. */
async function chatter(subject: Subject, rate: number): Promise<number> {
  await subject.arrivals()
  const edges = Math.round((rate * chatterMs) / 1000 / (2 * lineCount)) * 2 * lineCount
  const startedAt = monotonicNow()
  for (let edge = 0; edge < edges; ) {
    const due = Math.min(edges, Math.ceil(((monotonicNow() - startedAt) * rate) / 1000))
    for (; edge < due; edge++) subject.move(edge % lineCount, Math.floor(edge / lineCount) % 2 === 1)
    await delay(1)
  }
  await delay(settleMs)
  return (await subject.arrivals()).edges.length / edges
}

async function reportRest(subjects: readonly Subject[]): Promise<void> {
  const seconds = Number(values['rest-seconds'])
  if (seconds === 0) return
  const before = subjects.map(({ pid }) => processorMs(pid))
  await delay(seconds * 1000)
  console.log(
    `\nat rest with ${lineCount} lines, read every 5 s, over ${seconds} s; run from its sources, by a Node without flags`,
  )
  for (const [index, { name, pid }] of subjects.entries()) {
    const share = (processorMs(pid) - (before[index] ?? 0)) / (seconds * 10)
    const { own, children } = memoryMb(pid)
    const memory = `${own.toFixed(0)} MB RSS${children === 0 ? '' : ` and ${children.toFixed(1)} MB in children`}`
    console.log(`  ${name.padEnd(28)}${share.toFixed(2).padStart(7)} % of a core   ${memory}`)
  }
}

/** Runs this bench again where the imitation of sysfs can be mounted and nobody else sees it. Null: it cannot be done here. */
function runInside(): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-sysfs-'))
  try {
    const program = compileSysfs(folder)
    if (program === null) return null
    const script = 'mount -t tmpfs -o size=1m tmpfs /sys/class && mkdir /sys/class/gpio && exec "$@"'
    const again = [process.execPath, import.meta.filename, ...process.argv.slice(2), '--sysfs', program]
    const options = ['-m', '--propagation', 'private', 'sh', '-c', script, 'inside', ...again]
    return spawnSync('unshare', options, { stdio: 'inherit' }).status
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function compileSysfs(folder: string): string | null {
  if (process.getuid?.() !== 0 || !existsSync('/dev/fuse')) return null
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'fuse3'], { encoding: 'utf8' })
  if (flags.status !== 0) return null
  const program = join(folder, 'sysfs-imitation')
  const source = join(import.meta.dirname, '../hardware/sysfs-imitation.c')
  const options = ['-std=gnu11', '-O1', '-o', program, source, ...flags.stdout.trim().split(/\s+/)]
  return spawnSync('gcc', options).status === 0 ? program : null
}

const inside = values.sysfs === '' ? runInside() : null
if (inside === null) await main()
else process.exitCode = inside
