// A device with its folder, identity and simulated lines, as a separate process or inside the test.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeIdentity } from '../../firmware/shell/identity-request.ts'
import { type Authority, signDeviceRequest } from '../../gateway/provisioning/authority.ts'
import { type DeviceId, parseDeviceId } from '../../protocol/ids.ts'

export const mainFile = fileURLToPath(new URL('../../firmware/main.ts', import.meta.url))
export const deviceName = parseDeviceId('rathaus-1') as DeviceId
export const line = { chip: 'simulated', offset: 1 }

export type DeviceFolder = {
  readonly folder: string
  readonly config: string
  readonly socket: string
} & AsyncDisposable

export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'stillruf-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A folder with everything that `run` needs. @param extra lines of YAML at the end of the configuration */
export async function deviceFolder(
  authority: Authority,
  gateways: readonly string[],
  extra = '',
): Promise<DeviceFolder> {
  const folder = await temporaryFolder()
  const { request } = await makeIdentity(folder.path, deviceName)
  const { certificate } = await signDeviceRequest(authority, await readFile(request, 'utf8'))
  await writeFile(join(folder.path, 'certificate.pem'), certificate)
  await writeFile(join(folder.path, 'authority.pem'), authority.certificate)
  const config = join(folder.path, 'device.yaml')
  await writeFile(
    config,
    `device: ${deviceName}
data: .
gateways:
${gateways.map(url => `  - url: ${url}`).join('\n')}
lines: { backend: simulated }
buttons:
  - { id: tresen, chip: simulated, offset: 1, closedLevel: low }
  - { id: kasse, chip: simulated, offset: 2, closedLevel: low }
${extra}`,
  )
  const dispose = folder[Symbol.asyncDispose]
  return { folder: folder.path, config, socket: join(folder.path, 'lines.sock'), [Symbol.asyncDispose]: dispose }
}

export type Finished = { readonly code: number | null; readonly out: string; readonly err: string }

/** A run of the command line, with what it has said so far. */
export class Program implements AsyncDisposable {
  out = ''
  err = ''
  readonly process: ChildProcess
  readonly finished: Promise<Finished>

  constructor(...commandLine: readonly string[]) {
    // Whatever language the person who runs the tests prefers: each test says the one that it means.
    const env = { ...process.env, STILLRUF_LANGUAGE: '' }
    this.process = spawn(process.execPath, [mainFile, ...commandLine], { stdio: ['ignore', 'pipe', 'pipe'], env })
    this.process.stdout?.on('data', bytes => {
      this.out += String(bytes)
    })
    this.process.stderr?.on('data', bytes => {
      this.err += String(bytes)
    })
    const { promise, resolve } = Promise.withResolvers<Finished>()
    this.process.once('close', code => resolve({ code, out: this.out, err: this.err }))
    this.finished = promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL')
    await this.finished
  }
}
