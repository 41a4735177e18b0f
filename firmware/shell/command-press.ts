// `stillruf-device press`: presses a button of a device with simulated lines, from another process: all its contacts, as a finger does.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LineError } from '../../hardware/lines.ts'
import { type LineCommand, sendLineCommand } from '../../hardware/simulated.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import type { ButtonSettings } from './configuration-buttons.ts'
import { StartError } from './start-error.ts'

export type PressOptions = {
  readonly config?: string
  readonly device?: string
  readonly button?: string
  readonly data: string
  readonly hold?: string
  readonly reset?: boolean
}

/** @throws StartError */
export async function press(options: PressOptions): Promise<void> {
  const { hold, reset = false } = options
  const holdMs = hold === undefined ? null : readHold(hold)
  const configuration = find(options)
  const button = buttonOf(configuration, options.button)
  const { commands, said } = button.latching ? latched(button, holdMs, reset) : pressed(button, holdMs ?? 200, reset)
  if (configuration.lines.backend !== 'simulated')
    throw new StartError(`The lines of ${configuration.device} are real, not simulated. Press the button itself.`)
  try {
    for (const command of commands) await sendLineCommand(configuration.lines.socket, command)
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    throw new StartError(`${error.message} Is the device ${configuration.device} running?`)
  }
  process.stdout.write(`${said(`${button.id} of ${configuration.device}`)}.\n`)
}

type Action = { readonly commands: readonly LineCommand[]; readonly said: (button: string) => string }

function pressed({ id, inputs }: ButtonSettings, holdMs: number, reset: boolean): Action {
  if (reset) throw new StartError(`The button ${id} has no key: it is back as soon as it is let go. Leave --reset out.`)
  return {
    commands: inputs.map(({ address, atRest }) => ({ kind: 'press', line: address, holdMs, atRest })),
    said: button => `Pressed ${button} for ${holdMs} ms`,
  }
}

/** It stays until its key resets it. */
function latched({ id, inputs }: ButtonSettings, holdMs: number | null, reset: boolean): Action {
  if (holdMs !== null)
    throw new StartError(`The button ${id} stays pressed until it is reset. Leave --hold out; --reset turns its key.`)
  return {
    commands: inputs.map(({ address, atRest }) => ({
      kind: (atRest === 'open') === reset ? 'open' : 'close',
      line: address,
    })),
    said: button => (reset ? `Reset ${button}` : `Pressed ${button}. It stays pressed until --reset turns its key`),
  }
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
