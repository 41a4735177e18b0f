// One arm64 machine under qemu: Debian's kernel, its PL061 GPIO chip moved from outside, its console, its network cable, its power.
// It ends with the test, however that ends: the kernel kills qemu with the process that started it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../../protocol/assert.ts'
import type { Image, Kernel } from './image/image.ts'
import { onLines, openQmp, openQtest, type QmpEvent } from './remote.ts'

export type MachineOptions = {
  readonly image: Image
  readonly kernel: Kernel
  /** Files of disks: the program, the device's settings (a tar), its data (a file, or what qemu calls a block device). */
  readonly program: string
  readonly settings: string
  readonly data: string
  /** Port on this machine's loopback that 10.0.2.100:8883 leads to: the only thing that the machine can reach. */
  readonly gatewayPort: number
  /** Added to the kernel's command line: what start.sh reads. */
  readonly words?: readonly string[]
  readonly arguments?: readonly string[]
  /** It may start again by itself; otherwise a reset, as after a panic of the kernel, ends it. */
  readonly resets?: true
}

export type Answer = { readonly status: number; readonly output: readonly string[] }

export type Machine = {
  /** Everything on its console. */
  readonly lines: readonly string[]
  readonly events: readonly QmpEvent[]
  /** The first line, past or future, from the given one on. Rejects when qemu ends before. */
  readonly line: (wanted: RegExp, from?: number) => Promise<string>
  /** A line of shell in the machine. */
  readonly run: (command: string) => Promise<Answer>
  readonly contact: (offset: number, closed: boolean) => Promise<void>
  /** Levels of the eight lines, as the chip has them. */
  readonly levels: () => Promise<number>
  readonly cable: (plugged: boolean) => Promise<void>
  /** At once, as without power: qemu is killed. */
  readonly cut: () => Promise<void>
} & AsyncDisposable

/** Data register of the PL061 with all eight lines in its address mask (ARM DDI 0190, 3.3.1), in the memory map of `virt`. */
const dataRegister = 0x09030000 + 0x3fc

export async function bootMachine(options: MachineOptions): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-vm-'))
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-aarch64', ...qemuArguments(options, folder)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const lines: string[] = []
  const lookers = new Set<(line: string | null) => void>()
  const hear = (line: string): void => {
    lines.push(line)
    if (process.env.VM_CONSOLE !== undefined)
      console.log(`${(performance.now() / 1000).toFixed(2).padStart(8)} ${line}`)
    for (const look of [...lookers]) look(line)
  }
  onLines(child.stdout, hear)
  onLines(child.stderr, hear)
  void ended.then(() => {
    for (const look of [...lookers]) look(null)
  })
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const events: QmpEvent[] = []
    const qmp = await openQmp(join(folder, 'qmp'), event => events.push(event))
    const qtest = await openQtest(join(folder, 'qtest'))
    const chip = await findChip(qmp.execute)
    const line = (wanted: RegExp, from = 0): Promise<string> => firstLine(lines, lookers, wanted, from)
    return {
      lines,
      events,
      line,
      run: shell(child, line, lines),
      contact: async (offset, closed) =>
        void (await qtest.ask(`set_irq_in ${chip} unnamed-gpio-in ${offset} ${closed ? 1 : 0}`)),
      levels: async () => Number(await qtest.ask(`readl ${dataRegister}`)) & 0xff,
      cable: async plugged => void (await qmp.execute('set_link', { name: 'nic', up: plugged })),
      cut: end,
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

function qemuArguments(options: MachineOptions, folder: string): readonly string[] {
  const { image, kernel, program, settings, data, gatewayPort, words = [] } = options
  const disk = (id: string, source: string): string[] => [
    ...['-blockdev', `${source},node-name=${id}`, '-device', `virtio-blk-pci,drive=${id}`],
  ]
  const file = (path: string): string => `driver=raw,file.driver=file,file.filename=${path}`
  const forward = `guestfwd=tcp:10.0.2.100:8883-cmd:socat - TCP:127.0.0.1:${gatewayPort}`
  return [
    ...['-accel', 'tcg,thread=multi', '-M', 'virt,gic-version=2', '-cpu', 'cortex-a72', '-smp', '2', '-m', '512'],
    ...['-nodefaults', '-no-user-config', '-nographic', '-serial', 'stdio'],
    ...['-kernel', kernel.kernel, '-initrd', kernel.initramfs, '-append', commandLine(words)],
    ...disk('root', `${file(image.root)},read-only=on`),
    ...disk('program', `${file(program)},read-only=on`),
    ...disk('settings', `${file(settings)},read-only=on`),
    ...disk('data', data.startsWith('driver=') ? data : file(data)),
    ...['-netdev', `user,id=net,restrict=on,${forward}`, '-device', 'virtio-net-pci,netdev=net,id=nic,romfile='],
    ...['-device', 'virtio-rng-pci'],
    ...['-qmp', `unix:${folder}/qmp,server=on,wait=off`],
    ...['-qtest', `unix:${folder}/qtest,server=on,wait=off`, '-qtest-log', '/dev/null'],
    ...(options.resets === true ? [] : ['-no-reboot']),
    ...(options.arguments ?? []),
  ]
}

const commandLine = (words: readonly string[]): string =>
  [
    'console=ttyAMA0 quiet loglevel=4 nokaslr mitigations=off random.trust_cpu=on panic=-1',
    ...(words.some(word => word.startsWith('data=')) ? [] : ['data=rw']),
    ...words,
  ].join(' ')

type ObjectProperty = { readonly name: string; readonly type: string }

async function findChip(
  execute: <Value>(command: string, args?: object) => Promise<Value>,
  path = '/machine',
): Promise<string> {
  const found = await searchChip(execute, path)
  assert(found !== null, 'the machine virt has a PL061')
  return found
}

async function searchChip(
  execute: <Value>(command: string, args?: object) => Promise<Value>,
  path: string,
): Promise<string | null> {
  const children = await execute<readonly ObjectProperty[]>('qom-list', { path })
  for (const { name, type } of children) {
    if (type === 'child<pl061>') return `${path}/${name}`
    const below = path === '/machine' && type.startsWith('child<') ? await searchChip(execute, `${path}/${name}`) : null
    if (below !== null) return below
  }
  return null
}

/** Answers come back as `=ID TEXT` and last `=ID #STATUS`. */
function shell(child: ChildProcess, line: Machine['line'], lines: readonly string[]): Machine['run'] {
  let last = 0
  return async command => {
    last += 1
    const id = last
    const from = lines.length
    child.stdin?.write(`${id} ${command}\n`)
    const end = await line(new RegExp(`^=${id} #\\d+$`), from)
    const prefix = `=${id} `
    const output = lines.slice(from).filter(each => each.startsWith(prefix) && each !== end)
    return { status: Number(end.slice(prefix.length + 1)), output: output.map(each => each.slice(prefix.length)) }
  }
}

function firstLine(
  lines: readonly string[],
  lookers: Set<(line: string | null) => void>,
  wanted: RegExp,
  from: number,
): Promise<string> {
  const past = lines.slice(from).find(line => wanted.test(line))
  if (past !== undefined) return Promise.resolve(past)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const look = (line: string | null): void => {
    if (line !== null && !wanted.test(line)) return
    lookers.delete(look)
    if (line === null) reject(new Error(`qemu ended before ${wanted} came:\n${lines.slice(-20).join('\n')}`))
    else resolve(line)
  }
  lookers.add(look)
  return promise
}
