// The town hall's gateway on this machine's loopback, and a machine with four buttons at the desk: its settings, its disks.
import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeWorld, root, type World } from '../integration/world.ts'
import type { Image, Kernel } from './image/image.ts'
import { run } from './image/run.ts'
import { bootMachine, type Machine } from './machine.ts'

export const buttons = { tresen: 0, beratung: 1, kasse: 2, standesamt: 4 } as const
export type ButtonName = keyof typeof buttons
const indicatorOffset = 5
const chipLabel = '9030000.pl061'

export type Town = World & {
  /** Boots a machine whose device knows this gateway. */
  readonly boot: (kernel: Kernel, options?: BootOptions) => Promise<Machine>
  /** A new data disk: a file with an empty ext4. */
  readonly makeDisk: (name: string) => Promise<string>
}

export type BootOptions = {
  /** Lines of device.yaml beside device, data, gateways, identity and buttons. */
  readonly yaml?: string
  readonly data?: string
  readonly words?: readonly string[]
  readonly arguments?: readonly string[]
  readonly resets?: true
}

export async function makeTown(image: Image): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-town-'))
  const world = await makeWorld()
  const opened: AsyncDisposable[] = []
  await world.gatewayCommand(
    'setup',
    '--config',
    world.configurationFile,
    '--data',
    join(world.folder, 'gateway'),
    '--host',
    '10.0.2.100',
  )
  const program = await makeProgram(folder)
  const makeDisk = (name: string): Promise<string> => makeFileSystem(join(folder, name), '32M')
  const boot: Town['boot'] = async (kernel, options = {}) => {
    const settings = await packSettings(world, folder, options.yaml ?? 'lines: { backend: gpiochip }')
    const data = options.data ?? (await makeDisk(`data-${opened.length}`))
    const machine = await bootMachine({
      ...options,
      image,
      kernel,
      program,
      settings,
      data,
      gatewayPort: world.mqttPort,
    })
    opened.push(machine)
    return machine
  }
  return {
    ...world,
    boot,
    makeDisk,
    [Symbol.asyncDispose]: async () => {
      for (const each of opened.reverse()) await each[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The device as it is installed: its bundle, beside the libraries that the image has. */
async function makeProgram(folder: string): Promise<string> {
  const tree = join(folder, 'program')
  await mkdir(join(tree, 'firmware'), { recursive: true })
  await run('cp', ['-r', join(root, 'firmware/dist'), join(tree, 'firmware/dist')])
  await copyFile(join(root, 'package.json'), join(tree, 'package.json'))
  for (const name of ['start.sh', 'tell-journaled.js'])
    await copyFile(join(root, 'test/vm/guest', name), join(tree, name))
  await run('chmod', ['755', join(tree, 'start.sh')])
  return makeFileSystem(join(folder, 'program.img'), '16M', tree)
}

async function makeFileSystem(file: string, size: string, tree?: string): Promise<string> {
  await writeFile(file, '')
  await truncate(file, Number.parseInt(size, 10) << 20)
  await run('/usr/sbin/mkfs.ext4', [
    '-q',
    '-F',
    '-E',
    'lazy_itable_init=0,lazy_journal_init=0,root_owner=999:999',
    ...(tree === undefined ? [] : ['-d', tree]),
    file,
  ])
  return file
}

async function packSettings(world: World, folder: string, yaml: string): Promise<string> {
  const tree = join(folder, 'settings')
  await rm(tree, { recursive: true, force: true })
  await run('cp', ['-r', join(world.deviceFolder('rathaus-1'), 'identity'), tree])
  await writeFile(join(tree, 'device.yaml'), deviceYaml(yaml))
  const file = join(folder, 'settings.tar')
  await run('tar', ['-c', '-f', file, '-C', tree, '.'])
  return file
}

const deviceYaml = (more: string): string => `device: rathaus-1
data: /var/lib/stillruf
gateways: [{ url: 'mqtts://10.0.2.100:8883' }]
identity: { key: key.pem, certificate: certificate.pem, authority: authority.pem }
buttons:
${Object.entries(buttons)
  .map(([id, offset]) => `  - { id: ${id}, chip: ${chipLabel}, offset: ${offset}, closedLevel: high }`)
  .join('\n')}
indicator: { chip: ${chipLabel}, offset: ${indicatorOffset}, activeLevel: high }
${more}
`
