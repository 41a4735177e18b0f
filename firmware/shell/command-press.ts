// `stillruf-device press`: presses a button of a device with simulated lines, from another process.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LineError } from '../../hardware/lines.ts'
import { sendLineCommand } from '../../hardware/simulated.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type Language, text } from '../../protocol/text.ts'
import { type ButtonSettings, type Configuration, readConfiguration } from './configuration.ts'

export type PressOptions = {
  readonly config?: string
  readonly device?: string
  readonly button?: string
  readonly data: string
  /** Milliseconds. */
  readonly hold: number
}

/** @throws StartError */
export async function press(options: PressOptions, language: Language): Promise<void> {
  const configuration = find(options)
  const { device, lines } = configuration
  const button = buttonOf(configuration, options.button)
  if (lines.backend !== 'simulated' || 'name' in button.address)
    throw new StartError(
      text(
        `Die Leitungen von ${device} sind echt, nicht nachgebildet. Den Taster selbst drücken.`,
        `The lines of ${device} are real, not simulated. Press the button itself.`,
      ),
    )
  try {
    await sendLineCommand(lines.socket, { kind: 'press', line: button.address, holdMs: options.hold })
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    throw new StartError(
      text(`${error.text.de} Läuft das Gerät ${device}?`, `${error.text.en} Is the device ${device} running?`),
    )
  }
  const done = text(
    `${button.id} von ${device} wurde ${options.hold} ms lang gedrückt.`,
    `Pressed ${button.id} of ${device} for ${options.hold} ms.`,
  )
  process.stdout.write(`${done[language]}\n`)
}

function find({ config, device, data }: PressOptions): Configuration {
  if (config !== undefined) return named(readConfiguration(config), device, config)
  const folder = join(data, 'devices')
  const names = devicesIn(folder)
  const name = device ?? names[0]
  if (name !== undefined && names.includes(name)) return readConfiguration(join(folder, name, 'device.yaml'))
  throw notFound(folder, name, names)
}

function notFound(folder: string, name: string | undefined, names: readonly string[]): StartError {
  const all = names.join(', ')
  const found =
    names.length === 0
      ? text('kein Gerät', 'no device')
      : text(`kein Gerät ${name}, nur ${all}`, `no device ${name}, only ${all}`)
  return new StartError(
    text(
      `In ${folder} gibt es ${found.de}. Mit --data den Ordner der Geräte nennen, oder mit --config die Datei eines Geräts.`,
      `There is ${found.en} in ${folder}. Name the folder with --data, or a device’s file with --config.`,
    ),
  )
}

function named(configuration: Configuration, device: string | undefined, config: string): Configuration {
  if (device === undefined || device === configuration.device) return configuration
  throw new StartError(
    text(
      `${config} ist die Konfiguration von ${configuration.device}, nicht von ${device}. Von --device und --config eines weglassen.`,
      `${config} is the configuration of ${configuration.device}, not of ${device}. Leave one of --device and --config out.`,
    ),
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
  throw new StartError(
    text(
      `Das Gerät ${device} hat keinen Taster ${id}, nur ${known}. Einen davon mit --button nennen.`,
      `The device ${device} has no button ${id}, only ${known}. Name one of these with --button.`,
    ),
  )
}
