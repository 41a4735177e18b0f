// The machine's image: a read-only root of Debian's arm64 packages with Node and onoff, and one initramfs for each kernel. Made once
// from packages and kept by the content of what makes it; the device's own program is not in it, so that a change needs no new image.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../../runner/stages.ts'
import { prepareSystemTools, type Tool } from '../../runner/system-tools.ts'
import { makeInitramfs } from './initramfs.ts'
import { addNodeAndOnoff, nodeVersion } from './node.ts'
import { downloadPackages, type KernelSeries, kernelSeries, packageNames } from './packages.ts'
import { makeRoot } from './root.ts'
import { run } from './run.ts'

export type Kernel = { readonly release: string; readonly kernel: string; readonly initramfs: string }
/** Paths of files. A kernel is null if Debian's sources of this machine do not offer it. */
export type Image = { readonly root: string; readonly kernels: Readonly<Record<KernelSeries, Kernel | null>> }

const tools: readonly Tool[] = [
  { program: 'qemu-system-aarch64', packages: ['qemu-system-arm', 'ipxe-qemu'] },
  { program: 'aarch64-linux-gnu-g++', packages: ['g++-aarch64-linux-gnu'] },
  { program: 'make', packages: ['make'] },
  { program: 'python3', packages: ['python3'] },
  { program: 'socat', packages: ['socat'] },
  { program: 'setpriv', packages: ['util-linux'] },
  { program: '/usr/sbin/mkfs.ext4', packages: ['e2fsprogs'] },
  { program: 'cpio', packages: ['cpio'] },
  { program: 'xz', packages: ['xz-utils'] },
]

const folder = fileURLToPath(new URL('.', import.meta.url))
const cache = join(root, 'node_modules/.cache/stillruf-vm')

/** @returns the image, or one sentence why there is none. */
export async function prepareImage(): Promise<Image | string> {
  const missing = prepareSystemTools(tools)
  if (missing !== null) return missing
  const place = join(cache, await keyOf())
  const kept = await readFile(join(place, 'image.json'), 'utf8').catch(() => null)
  if (kept !== null) return JSON.parse(kept) as Image
  try {
    return await makeImage(place)
  } catch (error) {
    return `The image cannot be made: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Of everything that decides what is in the image. */
async function keyOf(): Promise<string> {
  const hash = createHash('sha256').update(nodeVersion()).update(packageNames.join())
  for (const name of (await readdir(folder)).toSorted()) hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

/** Other images are of older sources and go; a half-made one is never taken for a whole one. */
async function makeImage(place: string): Promise<Image> {
  const making = `${place}.making`
  await rm(cache, { recursive: true, force: true })
  await mkdir(join(making, 'root'), { recursive: true })
  const packages = await downloadPackages(join(making, 'packages'))
  await makeRoot(packages.others, join(making, 'root'))
  await addNodeAndOnoff(making, join(making, 'root'))
  await run('/usr/sbin/mkfs.ext4', [
    '-q',
    '-F',
    '-m',
    '0',
    '-O',
    '^has_journal',
    '-d',
    join(making, 'root'),
    join(making, 'root.img'),
    '320M',
  ])
  const kernels = await Promise.all(
    kernelSeries.map(async series => {
      const file = packages.kernels[series]
      return [series, file === null ? null : await makeKernel(file, making, place, series)] as const
    }),
  )
  const image: Image = { root: join(place, 'root.img'), kernels: Object.fromEntries(kernels) as Image['kernels'] }
  for (const leftover of ['packages', 'root', 'node', ...kernelSeries])
    await rm(join(making, leftover), { recursive: true, force: true })
  await writeFile(join(making, 'image.json'), JSON.stringify(image))
  await rename(making, place)
  return image
}

async function makeKernel(file: string, making: string, place: string, series: KernelSeries): Promise<Kernel> {
  const names = { kernel: `vmlinuz-${series}`, initramfs: `initramfs-${series}` }
  const release = await makeInitramfs({
    packageFile: file,
    folder: join(making, series),
    kernel: join(making, names.kernel),
    initramfs: join(making, names.initramfs),
    busybox: join(making, 'root/bin/busybox'),
    init: join(folder, 'initramfs.sh'),
  })
  return { release, kernel: join(place, names.kernel), initramfs: join(place, names.initramfs) }
}
