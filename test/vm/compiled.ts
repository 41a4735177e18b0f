// Node's compile cache of the device's bundle, filled by one run of the device in the machine and kept until the bundle changes: an
// emulated processor takes seconds to compile it at every start.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../runner/stages.ts'
import { atWork, press } from './hands.ts'
import type { Image, Kernel } from './image/image.ts'
import { run } from './image/run.ts'
import { makeTown } from './town.ts'

/** Node keeps a folder for each account; the doctor and lines through sysfs run as root. */
const [deviceAccount, rootAccount] = ['-999', '-0']

/** @returns the folder */
export async function prepareCompiled(image: Image, kernel: Kernel): Promise<string> {
  const folder = join(dirname(image.root), `compiled-${await keyOf()}`)
  if (existsSync(folder)) return folder
  const making = await mkdtemp(`${folder}.making-`)
  await compile(image, kernel, making)
  await rename(join(making, 'compiled'), folder)
  await rm(making, { recursive: true })
  return folder
}

async function keyOf(): Promise<string> {
  const bundle = join(root, 'firmware/dist')
  const hash = createHash('sha256')
  for (const name of (await readdir(bundle)).toSorted()) hash.update(name).update(await readFile(join(bundle, name)))
  return hash.digest('hex').slice(0, 16)
}

/** It is written when the device ends. */
async function compile(image: Image, kernel: Kernel, making: string): Promise<void> {
  await using town = await makeTown({ image, compiled: null })
  await town.startGateway()
  const disk = await town.makeDisk('compiling')
  const machine = await town.boot(kernel, { data: disk, words: ['compiled=/var/lib/stillruf/compiled'] })
  await atWork(machine)
  await press(machine, 'tresen')
  await machine.line(/"msg":"nothing is owed/)
  await machine.run('kill $(cat /run/device.pid)')
  await machine.line(/^device ended with 0$/)
  await machine.run('sync')
  await machine.cut()
  await run('/usr/sbin/e2fsck', ['-p', disk]).catch(() => null) // Status 1: it has applied what was in the file system's journal.
  await run('/usr/sbin/debugfs', ['-R', `rdump /compiled ${making}`, disk])
  const compiled = join(making, 'compiled')
  const [made = ''] = (await readdir(compiled)).filter(name => name.endsWith(deviceAccount))
  await run('cp', ['-r', join(compiled, made), join(compiled, made.replace(deviceAccount, rootAccount))])
  await run('chmod', ['-R', 'a+rX', compiled])
}
