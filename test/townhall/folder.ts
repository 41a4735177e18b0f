// The data folder of the town hall: made at the first start with the two programs' own commands, used as it is afterwards.

import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfiguration as readDevice } from '../../firmware/shell/configuration.ts'
import type { ButtonSettings } from '../../firmware/shell/configuration-buttons.ts'
import { readConfiguration as readGateway, type Settings } from '../../gateway/shell/configuration/configuration.ts'
import { assert } from '../../protocol/assert.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import { type Language, lines, same } from '../../protocol/text.ts'
import { runCommand } from './child.ts'
import { obstacle } from './texts.ts'

export const gatewayProgram = fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url))
export const deviceProgram = fileURLToPath(new URL('../../firmware/dist/main.js', import.meta.url))
const sample = fileURLToPath(new URL('.', import.meta.url))

export type Ports = { readonly mqtt: number | null; readonly console: number | null }
export type TownHall = {
  readonly name: string
  readonly settings: Settings
  readonly gatewayLog: string
  readonly devices: readonly Device[]
}
export type Device = {
  readonly id: string
  readonly configuration: string
  readonly log: string
  readonly socket: string
  readonly buttons: readonly {
    readonly id: string
    readonly inputs: ButtonSettings['inputs']
    readonly place: string
  }[]
}

/**
 * Makes what is missing in the folder.
 * @param language of the sentences of the two programs. @param onNew called before a new folder is filled.
 * @returns the password of the account `empfang`, if it was made now. @throws StartError
 */
export async function prepareFolder(
  folder: string,
  ports: Ports,
  language: Language,
  onNew: () => void,
): Promise<string | null> {
  try {
    if (existsSync(configurationIn(folder))) refuseOtherPorts(folder, ports)
    else {
      onNew()
      await copySample(folder, ports)
    }
  } catch (error) {
    if (error instanceof StartError) throw error
    throw obstacle(texts => texts.unwritable(folder, systemReason(error)))
  }
  const password = await setUpGateway(folder, language)
  for (const device of await devicesIn(folder)) await giveIdentity(folder, device, language)
  return password
}

const configurationIn = (folder: string): string => join(folder, 'gateway.yaml')
const devicesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(folder, 'devices'))).toSorted()

/** The configuration is copied once; from then on it belongs to the person who changes it. */
async function copySample(folder: string, ports: Ports): Promise<void> {
  const mqtt = await portFor(ports.mqtt, 8883)
  const console = await portFor(ports.console, 8080)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const device of await readdir(join(sample, 'devices'))) {
    const target = join(folder, 'devices', device)
    await mkdir(join(target, 'identity'), { recursive: true })
    const text = await readFile(join(sample, 'devices', device, 'device.yaml'), 'utf8')
    await writeFile(join(target, 'device.yaml'), text.replace('127.0.0.1:8883', `127.0.0.1:${mqtt}`))
  }
  const text = await readFile(join(sample, 'gateway.yaml'), 'utf8')
  const located = text.replace('port: 8883', `port: ${mqtt}`).replace('port: 8080', `port: ${console}`)
  await writeFile(configurationIn(folder), located)
}

/** A port belongs to the configuration: an option that says another one must not be ignored in silence. */
function refuseOtherPorts(folder: string, ports: Ports): void {
  const { mqtt, console } = readGatewayIn(folder).settings
  for (const [option, wanted, found] of [
    ['--mqtt-port', ports.mqtt, mqtt.port],
    ['--console-port', ports.console, console.port],
  ] as const)
    if (wanted !== null && wanted !== 0 && wanted !== found)
      throw obstacle(texts => texts.otherPort(option, wanted, found, configurationIn(folder)))
}

async function portFor(wanted: number | null, usual: number): Promise<number> {
  if (wanted !== 0) return wanted ?? usual
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert(typeof address === 'object' && address !== null, 'a TCP address')
  await new Promise(resolve => server.close(resolve))
  return address.port
}

async function setUpGateway(folder: string, language: Language): Promise<string | null> {
  const made = ['authority.pem', 'gateway-certificate.pem', 'stillruf.db'].map(file => join(folder, file))
  if (made.every(existsSync)) return null
  const said = await command(gatewayProgram, ['setup', '--data', folder, '--account', 'empfang'], language)
  return /^(?:Passwort|Password): (\S+)$/m.exec(said)?.[1] ?? null
}

async function giveIdentity(folder: string, device: string, language: Language): Promise<void> {
  const identity = join(folder, 'devices', device, 'identity')
  const certificate = join(identity, 'certificate.pem')
  if (existsSync(certificate)) return
  await command(deviceProgram, ['identity', '--device', device, '--data', identity], language)
  await copyFile(join(folder, 'authority.pem'), join(identity, 'authority.pem'))
  const request = join(identity, 'request.csr')
  await command(gatewayProgram, ['sign', request, '--data', folder, '--out', certificate], language)
}

/** @throws StartError with the program's own sentence. */
async function command(program: string, args: readonly string[], language: Language): Promise<string> {
  const { code, said, sentence } = await runCommand(program, args, language)
  if (code !== 0) throw new StartError(same(sentence))
  return said
}

/** What the configurations say now. @throws StartError */
export async function openFolder(folder: string): Promise<TownHall> {
  const { configuration, settings } = readGatewayIn(folder)
  const places = new Map(
    configuration.devices.flatMap(device =>
      device.buttons.map(({ id, room, name }) => [`${device.id}/${id}`, `${room} (${name})`] as const),
    ),
  )
  const devices = await devicesIn(folder)
  return {
    name: configuration.gateway.name,
    settings,
    gatewayLog: join(folder, 'gateway.log'),
    devices: devices.map(id => openDevice(join(folder, 'devices', id), places)),
  }
}

function readGatewayIn(folder: string): Extract<ReturnType<typeof readGateway>, { ok: true }> {
  const read = readGateway(configurationIn(folder), folder)
  if (!read.ok) throw new StartError(lines(read.problems))
  return read
}

function openDevice(folder: string, places: ReadonlyMap<string, string>): Device {
  const configuration = join(folder, 'device.yaml')
  const { device, lines, buttons } = readDevice(configuration)
  if (lines.backend !== 'simulated') throw obstacle(texts => texts.realLines(configuration))
  return {
    id: device,
    configuration,
    log: join(folder, 'device.log'),
    socket: lines.socket,
    buttons: buttons.map(({ id, inputs }) => ({ id, inputs, place: places.get(`${device}/${id}`) ?? id })),
  }
}
