// A small town hall of real parts on loopback: the two programs' own commands make its keys, certificates and accounts,
// and its gateway and devices run as separate processes. Nothing is mocked, and nothing is left behind.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from '../../protocol/assert.ts'
import { freePort } from '../townhall/free-port.ts'
import { type ConsoleClient, openConsole } from './console-client.ts'
import { type Program, type ProgramOptions, runCommand, startProgram } from './program.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export type Programs = { readonly gateway: string; readonly device: string }
/** The sources as they are, and the bundles as they are installed by `npm run build`. */
export const sources: Programs = { gateway: join(root, 'gateway/main.ts'), device: join(root, 'firmware/main.ts') }
export const bundles: Programs = {
  gateway: join(root, 'gateway/dist/main.js'),
  device: join(root, 'firmware/dist/main.js'),
}

export type World = {
  readonly folder: string
  readonly mqttPort: number
  readonly consoleUrl: string
  /** PEM file of the authority, for MQTT clients. */
  readonly authority: string
  readonly startGateway: (options?: ProgramOptions) => Promise<Program>
  readonly startDevice: (device: string, options?: ProgramOptions) => Promise<Program>
  /** Closes the contact of a simulated button, holds it and opens it. */
  readonly press: (device: string, button: string, holdMs?: number) => Promise<void>
  readonly gatewayCommand: (...args: readonly string[]) => Promise<string>
  /** Adds an account and returns its password. */
  readonly account: (name: string, role: string) => Promise<string>
  readonly openConsole: (account?: string) => Promise<ConsoleClient>
  readonly password: (account: string) => string
  readonly deviceFolder: (device: string) => string
  readonly configurationFile: string
} & AsyncDisposable

export type WorldOptions = {
  /** Replaces parts of test/townhall/gateway.yaml. */
  readonly configuration?: (yaml: string) => string
  readonly devices?: readonly string[]
  /** Where the devices keep what is theirs; by default beside the gateway's data. */
  readonly deviceDisk?: string
  /** The sources by default: tests see a change at once. */
  readonly programs?: Programs
}

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'stillruf-'))
  const deviceDisk = options.deviceDisk === undefined ? folder : await mkdtemp(join(options.deviceDisk, 'stillruf-'))
  const [mqttPort, consolePort] = [await freePort(), await freePort()]
  const devices = options.devices ?? ['rathaus-1']
  const programs = options.programs ?? sources
  const gatewayFolder = join(folder, 'gateway')
  const configurationFile = join(folder, 'gateway.yaml')
  const passwords = new Map<string, string>()
  const opened: AsyncDisposable[] = []
  const deviceFolder = (device: string): string => join(deviceDisk, 'devices', device)
  const gatewayCommand = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await runCommand(programs.gateway, args)
    assert(code === 0, `stillruf-gateway ${args.join(' ')} ended with ${code}: ${output}`)
    return output
  }

  const yaml = await readFile(join(root, 'test/townhall/gateway.yaml'), 'utf8')
  const located = yaml
    .replace('port: 8883', `port: ${mqttPort}`)
    .replace('port: 8080', `port: ${consolePort}`)
    .replace(/^data: \.$/m, 'data: gateway')
  await writeFile(configurationFile, options.configuration?.(located) ?? located)
  const setup = await gatewayCommand('setup', '--config', configurationFile, '--data', gatewayFolder)
  passwords.set('empfang', passwordIn(setup))
  for (const device of devices) await makeDevice(device)

  async function makeDevice(device: string): Promise<void> {
    const target = deviceFolder(device)
    const identity = join(target, 'identity')
    await mkdir(identity, { recursive: true })
    const text = await readFile(join(root, `test/townhall/devices/${device}/device.yaml`), 'utf8')
    await writeFile(join(target, 'device.yaml'), text.replace('127.0.0.1:8883', `127.0.0.1:${mqttPort}`))
    const made = await runCommand(programs.device, ['identity', '--data', identity, '--device', device])
    assert(made.code === 0, `identity of ${device}: ${made.output}`)
    await gatewayCommand(
      'sign',
      join(identity, 'request.csr'),
      '--config',
      configurationFile,
      '--out',
      join(identity, 'certificate.pem'),
    )
    await copyFile(join(gatewayFolder, 'authority.pem'), join(identity, 'authority.pem'))
  }

  const consoleUrl = `http://127.0.0.1:${consolePort}`
  const password = (account: string): string => {
    const found = passwords.get(account)
    assert(found !== undefined, `no account ${account}`)
    return found
  }

  return {
    folder,
    mqttPort,
    consoleUrl,
    authority: join(gatewayFolder, 'authority.pem'),
    configurationFile,
    deviceFolder,
    gatewayCommand,
    password,
    startGateway: async programOptions => {
      const program = startProgram(programs.gateway, ['run', '--config', configurationFile], programOptions)
      opened.push(program)
      await reachable(consolePort, program)
      return program
    },
    startDevice: async (device, programOptions) => {
      const program = startProgram(
        programs.device,
        ['run', '--config', join(deviceFolder(device), 'device.yaml')],
        programOptions,
      )
      opened.push(program)
      return program
    },
    press: async (device, button, holdMs = 300) => {
      const config = join(deviceFolder(device), 'device.yaml')
      const { code, output } = await runCommand(programs.device, [
        'press',
        '--config',
        config,
        '--button',
        button,
        '--hold',
        String(holdMs),
      ])
      assert(code === 0, `press: ${output}`)
    },
    account: async (name, role) => {
      const output = await gatewayCommand('account', 'add', name, '--role', role, '--config', configurationFile)
      passwords.set(name, passwordIn(output))
      return password(name)
    },
    openConsole: (account = 'empfang') => openConsole(consoleUrl, account, password(account)),
    [Symbol.asyncDispose]: async () => {
      for (const program of opened.reverse()) await program[Symbol.asyncDispose]()
      for (const each of [folder, deviceDisk]) await rm(each, { recursive: true, force: true })
    },
  }
}

/** The generated password in what a command printed: groups of characters joined by hyphens. */
function passwordIn(output: string): string {
  const found = output.match(/\b[a-z0-9]{5}(?:-[a-z0-9]{5}){3}\b/i)
  assert(found !== null, `a password in: ${output}`)
  return found[0]
}

async function reachable(consolePort: number, program: Program): Promise<void> {
  let over = false
  void program.ended.then(() => {
    over = true
  })
  for (;;) {
    assert(!over, `the gateway ended: ${program.lines.join('\n')}`)
    const answer = await fetch(`http://127.0.0.1:${consolePort}/api/session`).catch(() => null)
    if (answer !== null) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
