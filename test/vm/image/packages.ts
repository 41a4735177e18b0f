// Debian's arm64 packages, downloaded and never installed: apt runs with a state of its own, so this machine's own packages and
// architectures stay as they are. Its sources are those of this machine.
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'

/** Debian 12's own kernel, and the newer one that Debian 12 offers beside it. */
export const kernelSeries = ['6.1', '6.12'] as const
export type KernelSeries = (typeof kernelSeries)[number]

export const packageNames = [
  ...['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1'], // Node
  ...['gpiod', 'libgpiod2', 'util-linux', 'libcap-ng0', 'dash'], // what the device starts
  'busybox-static', // everything else
]

export type Packages = {
  readonly kernels: Readonly<Record<KernelSeries, string | null>>
  /** Files of the packages named above. */
  readonly others: readonly string[]
}

/** @throws Error if a package cannot be had. A kernel that is not offered is null. */
export async function downloadPackages(folder: string): Promise<Packages> {
  await mkdir(folder, { recursive: true })
  const env = { APT_CONFIG: await makeState(folder) }
  await run('apt-get', ['-qq', 'update'], { env })
  const known = await run('apt-cache', ['pkgnames', 'linux-image-6.'], { env })
  const names = kernelSeries.map(series => newestKernel(known.split('\n'), series))
  await run('apt-get', ['-qq', 'download', ...packageNames, ...names.filter(name => name !== null)], {
    cwd: folder,
    env,
  })
  const files = (await readdir(folder)).filter(name => name.endsWith('.deb'))
  const fileOf = (name: string | null): string | null => {
    const file = files.find(each => name !== null && each.startsWith(`${name}_`))
    return file === undefined ? null : join(folder, file)
  }
  return {
    kernels: { '6.1': fileOf(names[0] ?? null), '6.12': fileOf(names[1] ?? null) },
    others: files.filter(name => !name.startsWith('linux-image')).map(name => join(folder, name)),
  }
}

/** Among the signed ones for ordinary arm64 machines. */
function newestKernel(names: readonly string[], series: KernelSeries): string | null {
  const wanted = new RegExp(`^linux-image-${series.replace('.', '\\.')}\\.[\\d.+a-z-]*(?<!cloud-|rt-)arm64$`)
  const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
  return (
    names
      .filter(name => wanted.test(name))
      .toSorted(byNumber)
      .at(-1) ?? null
  )
}

async function makeState(folder: string): Promise<string> {
  const state = join(folder, 'apt')
  for (const name of [
    'lists/partial',
    'state',
    'cache/archives/partial',
    'etc/sources.list.d',
    'etc/apt.conf.d',
    'etc/preferences.d',
  ])
    await mkdir(join(state, name), { recursive: true })
  await cp('/etc/apt/sources.list.d/debian.sources', join(state, 'etc/sources.list.d/debian.sources')).catch(() =>
    cp('/etc/apt/sources.list', join(state, 'etc/sources.list')),
  )
  await writeFile(join(state, 'state/status'), '')
  const file = join(state, 'apt.conf')
  await writeFile(file, settings(state))
  return file
}

const settings = (state: string): string => `
Dir::State "${state}/state"; Dir::State::status "${state}/state/status"; Dir::State::lists "${state}/lists";
Dir::Cache "${state}/cache"; Dir::Etc "${state}/etc"; Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
APT::Architecture "arm64"; APT::Architectures { "arm64"; }; Acquire::Languages "none"; APT::Sandbox::User "root";
`
