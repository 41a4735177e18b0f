// The data folder of the town hall: filled at the first start, used as it is afterwards.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfiguration as readDevice } from '../../firmware/shell/configuration.ts'
import type { ButtonSettings } from '../../firmware/shell/configuration-buttons.ts'
import { ensureFolder, writeWhole } from '../../gateway/shell/cli/folder.ts'
import { readConfiguration as readGateway, type Settings } from '../../gateway/shell/configuration/configuration.ts'
import { dataFiles } from '../../gateway/shell/data-folder.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { lines } from '../../protocol/text.ts'
import { obstacle } from './texts.ts'

export const gatewayProgram = fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url))
export const deviceProgram = fileURLToPath(new URL('../../firmware/dist/main.js', import.meta.url))
const sample = fileURLToPath(new URL('.', import.meta.url))

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

export const configurationIn = (folder: string): string => join(folder, dataFiles.configuration)
export const deviceConfigurationsIn = (folder: string): readonly string[] =>
  devicesIn(folder).map(device => join(folder, 'devices', device, 'device.yaml'))

/** What else lies in `devices`, as a file manager leaves it there, is no device. */
export const devicesIn = (folder: string): readonly string[] =>
  globSync('*/device.yaml', { cwd: join(folder, 'devices') })
    .map(dirname)
    .toSorted()

/**
 * Fills a new folder. The configuration is copied once; from then on it belongs to the person who changes it.
 * @param onNew called before. @throws StartError
 */
export function makeFolder(folder: string, onNew: () => void): void {
  if (existsSync(configurationIn(folder))) return
  onNew()
  ensureFolder(folder)
  for (const device of devicesIn(sample)) {
    ensureFolder(join(folder, 'devices', device))
    copy(join(sample, 'devices', device, 'device.yaml'), join(folder, 'devices', device, 'device.yaml'))
  }
  copy(configurationIn(sample), configurationIn(folder)) // the last: without it the folder is still a new one
}

/** @throws StartError if it cannot be written. */
export const copy = (from: string, to: string): void => writeWhole(to, readFileSync(from, 'utf8'), 0o644)

/** What the configurations say now. @throws StartError */
export function openFolder(folder: string): TownHall {
  const { configuration, settings } = readGatewayIn(folder)
  const places = new Map(
    configuration.devices.flatMap(device =>
      device.buttons.map(({ id, room, name }) => [`${device.id}/${id}`, `${room} (${name})`] as const),
    ),
  )
  return {
    name: configuration.gateway.name,
    settings,
    gatewayLog: join(folder, 'gateway.log'),
    devices: devicesIn(folder).map(id => openDevice(join(folder, 'devices', id), places)),
  }
}

/** @throws StartError */
export function readGatewayIn(folder: string): Extract<ReturnType<typeof readGateway>, { ok: true }> {
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
