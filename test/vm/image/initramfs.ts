// A kernel as Debian packs it, and the initramfs that brings it to its root: busybox and the drivers in the order they need each other.
import { cp, mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run } from './run.ts'

/** What is not in the list is built into one of the kernels, and what is in it may be. */
const drivers = ['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio-rng', 'crc32c_generic', 'ext4', 'i6300esb']

export type InitramfsOptions = {
  readonly packageFile: string
  /** For what is unpacked. */
  readonly folder: string
  readonly kernel: string
  readonly initramfs: string
  readonly busybox: string
  readonly init: string
}

/** Returns the kernel's release. */
export async function makeInitramfs(options: InitramfsOptions): Promise<string> {
  const { packageFile, folder, kernel, initramfs, busybox, init } = options
  await mkdir(folder, { recursive: true })
  const patterns = `--wildcards './boot/vmlinuz-*' '*/kernel/drivers/virtio/*' '*/kernel/drivers/block/virtio*' '*/kernel/drivers/net/*' '*/kernel/net/core/*' '*/kernel/drivers/char/hw_random/virtio*' '*/kernel/fs/*' '*/kernel/lib/*' '*/kernel/crypto/crc*' '*/kernel/drivers/watchdog/i6300esb*'`
  await run('sh', ['-c', `dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" ${patterns}`, 'sh', packageFile, folder])
  const [image = ''] = await readdir(join(folder, 'boot'))
  await rename(join(folder, 'boot', image), kernel)
  const tree = join(folder, 'initramfs')
  for (const name of ['bin', 'modules', 'proc', 'sys', 'dev', 'new']) await mkdir(join(tree, name), { recursive: true })
  await cp(busybox, join(tree, 'bin/busybox'))
  await cp(init, join(tree, 'init'))
  await run('chmod', ['755', join(tree, 'init')])
  await addModules(folder, join(tree, 'modules'))
  await run('sh', ['-c', 'cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1 >"$2"', 'sh', tree, initramfs])
  return image.replace('vmlinuz-', '')
}

async function addModules(folder: string, target: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter(path => /\.ko(\.xz)?$/.test(path))
  const byName = new Map(files.map(path => [nameOf(path), join(folder, path)]))
  const ordered: string[] = []
  const add = async (name: string): Promise<void> => {
    const path = byName.get(name)
    if (path === undefined || ordered.includes(name)) return
    const place = join(target, `${name}.ko`)
    await run('sh', ['-c', path.endsWith('.xz') ? 'xz -dc "$1" >"$2"' : 'cp "$1" "$2"', 'sh', path, place])
    for (const needed of await neededBy(place)) await add(needed)
    ordered.push(name)
    await rename(place, join(target, `${String(ordered.length).padStart(2, '0')}-${name}.ko`))
  }
  for (const driver of drivers) await add(driver.replaceAll('-', '_'))
}

const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_')

/** A module names the modules that it needs: `depends=a,b`, in its section .modinfo. */
async function neededBy(path: string): Promise<readonly string[]> {
  const [, names = ''] = /\0depends=([^\0]*)\0/.exec(await readFile(path, 'latin1')) ?? []
  return names
    .split(',')
    .filter(name => name !== '')
    .map(name => name.replaceAll('-', '_'))
}
