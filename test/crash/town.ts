// The town hall of the crash tests: real processes that may be killed at any point, fingers on its buttons, people at its
// consoles. What everybody saw is kept for the oracles.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import { openRecordReader } from '../../gateway/shell/store/record-reader.ts'
import { sendLineCommand } from '../../hardware/simulated.ts'
import type { ConsoleClient } from '../integration/console-client.ts'
import type { Program } from '../integration/program.ts'
import { makeWorld, root, type World } from '../integration/world.ts'
import type { FaultyDisk } from './faulty-disk.ts'

export const soon = { timeout: 60_000, interval: 20 }
/** Keeps trying: any program may die under any request. */
export const insist = <Value>(action: () => Promise<Value> | Value): Promise<Value> => vi.waitFor(action, soon)

export const buttons = ['tresen', 'beratung', 'kasse', 'standesamt'] as const
export type Button = (typeof buttons)[number]
const device = 'rathaus-1'
/** In the order of the policy's steps; the last two are told of an alarm that the first does not take. */
export const people = ['empfang', 'nachbarn-rathaus', 'wache'] as const
type Person = (typeof people)[number]

export type Which = 'gateway' | 'device'
type StartOptions = {
  /** The process dies there, if it gets so far. */
  readonly killAtPoint?: number
  /** The disk of its files. The report lies there too, and stands in the disk's trace in order with the rest. */
  readonly disk?: FaultyDisk
}

export type Town = {
  readonly world: World
  readonly database: string
  readonly people: Readonly<Record<Person, ConsoleClient>>
  /** Null: it died before it was ready. */
  readonly start: (which: Which, options?: StartOptions) => Promise<Program | null>
  /** The process that runs dies at its n-th point from now, if it gets so far. */
  readonly order: (which: Which, n: number) => void
  /** A finger on a button, until the contact has moved. */
  readonly press: (button: Button, holdMs?: number) => Promise<void>
  /** Every line that all processes of the kind reported. */
  readonly report: (which: Which) => readonly string[]
  readonly records: () => readonly GatewayRecord[]
} & AsyncDisposable

/** Steps of an alarm follow each other by the second, so that every story is long enough for some. */
const hurried = (yaml: string): string =>
  yaml
    .replaceAll('afterSeconds: 30', 'afterSeconds: 1')
    .replaceAll('afterSeconds: 60', 'afterSeconds: 2')
    .replaceAll('repeatSeconds: 60', 'repeatSeconds: 5')

export async function makeTown(): Promise<Town> {
  const world = await makeWorld({ configuration: hurried })
  const database = join(world.folder, 'gateway/stillruf.db')
  const reports = {
    gateway: `${database}.marks`,
    device: join(world.deviceFolder(device), 'data/journal.marks'),
  }
  const orderFile = (which: Which): string => join(world.folder, `kill-${which}`)
  mkdirSync(dirname(reports.device), { recursive: true })
  const cache = { NODE_COMPILE_CACHE: join(world.folder, 'compiled') }
  await world.account('nachbarn-rathaus', 'responder')
  await world.account('wache', 'responder')
  const first = await world.startGateway({ env: cache })
  const [empfang, nachbarn, wache] = await Promise.all(people.map(person => world.openConsole(person)))
  if (empfang === undefined || nachbarn === undefined || wache === undefined) throw new Error('three consoles')
  first.signal('SIGTERM') // told to stop, it leaves nothing unsynced: the logins outlive a power cut
  await first.ended

  async function start(which: Which, { killAtPoint = 0, disk }: StartOptions = {}): Promise<Program | null> {
    const options = {
      execArgv: ['--import', join(root, 'test/crash/kill-at-point.ts')],
      env: {
        ...{ ...cache, ...disk?.env, REPORT_FILE: reports[which] },
        ...{ ORDER_FILE: orderFile(which), KILL_AT_POINT: String(killAtPoint) },
      },
    }
    if (which === 'gateway') return world.startGateway(options).catch(() => null)
    const program = await world.startDevice(device, options)
    return program
      .line(line => line.includes('device started'))
      .then(
        () => program,
        () => null,
      )
  }

  return {
    world,
    database,
    people: { empfang, 'nachbarn-rathaus': nachbarn, wache },
    start,
    order: (which, n) => {
      writeFileSync(`${orderFile(which)}.new`, String(n))
      renameSync(`${orderFile(which)}.new`, orderFile(which))
    },
    press: (button, holdMs = 60) =>
      insist(() =>
        sendLineCommand(join(world.deviceFolder(device), 'data/lines.sock'), {
          kind: 'press',
          line: { chip: 'simulated', offset: buttons.indexOf(button) + 1 },
          holdMs,
        }),
      ),
    report: which => (existsSync(reports[which]) ? readFileSync(reports[which], 'utf8').split('\n').slice(0, -1) : []),
    records: () => {
      using reader = openRecordReader(database)
      return [...reader.records()]
    },
    [Symbol.asyncDispose]: async () => {
      for (const screen of [empfang, nachbarn, wache]) screen[Symbol.dispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}
