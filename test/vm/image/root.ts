// The root folder of the machine, from Debian's packages: what a board has, as far as the device uses it.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'

const folders = [
  'proc',
  'sys',
  'dev',
  'run',
  'tmp',
  'etc',
  'opt/stillruf',
  'var/lib/stillruf',
  'bin',
  'sbin',
  'usr/bin',
]
/** What busybox stands in for. sh is Debian's own (dash), as are setpriv and the programs of gpiod. */
const applets = [
  ...[
    'cat',
    'chgrp',
    'chmod',
    'chown',
    'cut',
    'date',
    'dd',
    'df',
    'grep',
    'head',
    'hostname',
    'ip',
    'kill',
    'ln',
    'ls',
    'mkdir',
  ],
  ...[
    'mount',
    'mv',
    'ps',
    'readlink',
    'rm',
    'sed',
    'sleep',
    'stty',
    'sync',
    'tail',
    'tar',
    'touch',
    'umount',
    'uname',
    'wc',
  ],
]
const passwd = 'root:x:0:0:root:/run:/bin/sh\nstillruf:x:999:999::/var/lib/stillruf:/usr/sbin/nologin\n'
const group = 'root:x:0:\ngpio:x:997:stillruf\nstillruf:x:999:\n'

export async function makeRoot(packages: readonly string[], folder: string): Promise<void> {
  for (const file of packages) await run('dpkg-deb', ['-x', file, folder])
  for (const name of folders) await mkdir(join(folder, name), { recursive: true })
  for (const name of ['usr/share/doc', 'usr/share/man', 'usr/share/locale'])
    await run('rm', ['-rf', join(folder, name)])
  for (const name of applets) await link('/bin/busybox', join(folder, 'bin', name))
  await link('dash', join(folder, 'bin/sh'))
  await writeFile(join(folder, 'etc/passwd'), passwd)
  await writeFile(join(folder, 'etc/group'), group)
  await symlink('/run/stillruf', join(folder, 'etc/stillruf'))
}

/** A program that a package brought already is the real one and stays. */
async function link(target: string, path: string): Promise<void> {
  await run('ln', ['-sf', target, path])
}
