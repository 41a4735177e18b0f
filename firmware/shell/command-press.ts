// `stillruf-device press`: presses a button of a device with simulated lines, from another process.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LineError } from '../../hardware/lines.ts'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { type ButtonSettings, type Configuration, readConfiguration } from './configuration.ts'
import { StartError } from './start-error.ts'

export type PressOptions = {
  readonly config?: string
  readonly device?: string
  readonly button?: string
  readonly data: string
  readonly hold: string
}

/** @throws StartError */
export async function press(options: PressOptions): Promise<void> {
  const holdMs = readHold(options.hold)
  const configuration = find(options)
  const button = buttonOf(configuration, options.button)
  if (configuration.lines.backend !== 'simulated' || 'name' in button.address)
    throw new StartError(`The lines of ${configuration.device} are real, not simulated. Press the button itself.`)
  try {
    await sendLineCommand(configuration.lines.socket, { kind: 'press', line: button.address, holdMs })
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    throw new StartError(`${error.message} Is the device ${configuration.device} running?`)
  }
  process.stdout.write(`Pressed ${button.id} of ${configuration.device} for ${holdMs} ms.\n`)
}

function readHold(text: string): number {
  const holdMs = Number(text)
  if (Number.isInteger(holdMs) && holdMs >= 1 && holdMs <= 3_600_000) return holdMs
  throw new StartError(`--hold is “${text}”, expected a whole number from 1 to 3600000: milliseconds.`)
}

function find({ config, device, data }: PressOptions): Configuration {
  if (config !== undefined) return named(readConfiguration(config), device, config)
  const folder = join(data, 'devices')
  const names = devicesIn(folder)
  const name = device ?? names[0]
  if (name !== undefined && names.includes(name)) return readConfiguration(join(folder, name, 'device.yaml'))
  const found = names.length === 0 ? 'no device' : `no device ${name}, only ${names.join(', ')}`
  throw new StartError(`There is ${found} in ${folder}. Name the folder with --data, or a device’s file with --config.`)
}

function named(configuration: Configuration, device: string | undefined, config: string): Configuration {
  if (device === undefined || device === configuration.device) return configuration
  throw new StartError(
    `${config} is the configuration of ${configuration.device}, not of ${device}. Leave one of --device and --config out.`,
  )
}

function devicesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return [] // the caller says that there is no device
  }
}

function buttonOf({ device, buttons }: Configuration, id: string | undefined): ButtonSettings {
  const button = id === undefined ? buttons[0] : buttons.find(candidate => candidate.id === id)
  if (button !== undefined) return button
  const known = buttons.map(candidate => candidate.id).join(', ')
  throw new StartError(`The device ${device} has no button ${id}, only ${known}. Name one of these with --button.`)
}
