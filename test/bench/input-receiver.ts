// The process under measurement: opens lines of one backend, or of its plain library, and keeps when each edge arrived and
// each press was confirmed. It says nothing while it is measured: every line on its standard input is answered by what came since the last one.
//   node input-receiver.ts SETTINGS     as JSON; prints "open" when every line is watched
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { monotonicNow } from '../../hardware/clock.ts'
import type { LineBackend } from '../../hardware/lines.ts'
import { limits } from '../../protocol/limits.ts'
import { confirmPresses } from './confirmed-presses.ts'

export type ReceiverSettings = {
  readonly kind: 'simulated' | 'onoff' | 'gpiochip' | 'firmata' | 'plain onoff' | 'plain gpiomon'
  readonly chip: string
  readonly offsets: readonly number[]
  /** Socket of the simulated lines, port of the board, number of the first sysfs line. */
  readonly where: string
}
/** Milliseconds of the monotonic clock: when each edge of all lines arrived, and when each press of the first line was confirmed. */
export type Arrivals = { readonly edges: readonly number[]; readonly presses: readonly number[] }

const edges: number[] = []
const presses: number[] = []
const arrived = (): void => {
  edges.push(monotonicNow())
}

async function watch(backend: LineBackend, { chip, offsets }: ReceiverSettings): Promise<void> {
  const nothing = (): void => {}
  const confirm = confirmPresses(at => presses.push(at))
  const lines = await Promise.all(
    offsets.map((offset, index) =>
      backend.openInput({
        address: { chip, offset },
        closedLevel: 'low',
        onEdge: edge => {
          arrived()
          if (index === 0) confirm(edge)
        },
        onFailure: console.error,
        onRecovery: nothing,
      }),
    ),
  )
  // As the device does.
  setInterval(() => {
    for (const line of lines) void line.read()
  }, limits.levelAuditMs)
}

async function watchPlainOnoff({ offsets, where }: ReceiverSettings): Promise<void> {
  const { Gpio } = await import('onoff')
  for (const offset of offsets) new Gpio(Number(where) + offset, 'in', 'both').watch(arrived)
}

/** One gpiomon for all lines, as one would start it by hand. It does not say when it watches. */
async function watchPlainGpiomon({ offsets }: ReceiverSettings): Promise<void> {
  const options = ['--line-buffered', '--format=%o %e %s %n', '0', ...offsets.map(String)]
  const gpiomon = spawn('gpiomon', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: gpiomon.stdout }).on('line', arrived)
  process.once('exit', () => gpiomon.kill())
  await new Promise(resolve => setTimeout(resolve, 500))
}

async function open(settings: ReceiverSettings): Promise<void> {
  const { kind, chip, where } = settings
  if (kind === 'plain onoff') return watchPlainOnoff(settings)
  if (kind === 'plain gpiomon') return watchPlainGpiomon(settings)
  if (kind === 'onoff') return watch(await (await import('../../hardware/onoff.ts')).createOnoffBackend(), settings)
  if (kind === 'gpiochip')
    return watch(await (await import('../../hardware/gpiochip.ts')).createGpiochipBackend(), settings)
  if (kind === 'simulated') {
    const { createSimulatedBackend } = await import('../../hardware/simulated.ts')
    return watch(await createSimulatedBackend({ socketPath: where }), settings)
  }
  const { createFirmataBackend } = await import('../../hardware/firmata.ts')
  return watch(await createFirmataBackend({ boards: [{ name: chip, port: where }] }), settings)
}

if (import.meta.main) {
  await open(JSON.parse(process.argv[2] ?? '{}'))
  console.log('open')
  const orders = createInterface({ input: process.stdin })
  orders.on('line', () =>
    console.log(JSON.stringify({ edges: edges.splice(0), presses: presses.splice(0) } satisfies Arrivals)),
  )
  orders.on('close', () => process.exit())
}
