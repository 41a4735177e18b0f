// One arm64 machine under qemu: Debian's kernel, its PL061 GPIO chip moved from outside, its console, its network cable, its power.
// It ends with the test, however that ends: the kernel kills qemu with the process that started it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../../protocol/assert.ts'
import { type Console, openConsole } from './console.ts'
import type { Image, Kernel } from './image/image.ts'
import { openQmp, openQtest, type Qmp, type QmpEvent } from './remote.ts'

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

export type Machine = Console & {
  readonly events: readonly QmpEvent[]
  readonly contact: (offset: number, closed: boolean) => Promise<void>
  readonly cable: (plugged: boolean) => Promise<void>
  /** At once, as without power: qemu is killed. */
  readonly cut: () => Promise<void>
} & AsyncDisposable

export async function bootMachine(options: MachineOptions): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-vm-'))
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-aarch64', ...qemuArguments(options, folder)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const console = openConsole(child)
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const events: QmpEvent[] = []
    const qmp = await openQmp(join(folder, 'qmp'), event => events.push(event))
    const qtest = await openQtest(join(folder, 'qtest'))
    const line = `${await findChip(qmp)} unnamed-gpio-in`
    return {
      ...console,
      events,
      contact: async (offset, closed) => void (await qtest.ask(`set_irq_in ${line} ${offset} ${closed ? 1 : 0}`)),
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

async function findChip(qmp: Qmp): Promise<string> {
  const found = await searchChip(qmp, '/machine')
  assert(found !== null, 'the machine virt has a PL061')
  return found
}

async function searchChip(qmp: Qmp, path: string): Promise<string | null> {
  for (const { name, type } of await qmp.execute<readonly ObjectProperty[]>('qom-list', { path })) {
    if (type === 'child<pl061>') return `${path}/${name}`
    const below = path === '/machine' && type.startsWith('child<') ? await searchChip(qmp, `${path}/${name}`) : null
    if (below !== null) return below
  }
  return null
}
