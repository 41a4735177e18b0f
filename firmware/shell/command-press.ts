// `stillruf-device press`: presses a button of a device with simulated lines, from another process: all its contacts, as a finger does.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { assertAddress } from '../../hardware/line-address.ts'
import { type LineAddress, LineError, type LineTarget } from '../../hardware/lines.ts'
import { type LineCommand, sendLineCommand } from '../../hardware/simulated.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type Language, type Text, text } from '../../protocol/text.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import type { ButtonSettings } from './configuration-buttons.ts'

export type PressOptions = {
  readonly config?: string
  readonly device?: string
  readonly button?: string
  readonly data: string
  /** Milliseconds. */
  readonly hold?: number
  readonly reset?: boolean
}

const holdMsDefault = 200

/** @throws StartError */
export async function press(options: PressOptions, language: Language): Promise<void> {
  const configuration = find(options)
  const { device, lines } = configuration
  const button = buttonOf(configuration, options.button)
  if (lines.backend !== 'simulated')
    throw new StartError(
      text(
        `Die Leitungen von ${device} sind echt, nicht nachgebildet. Den Taster selbst drücken.`,
        `The lines of ${device} are real, not simulated. Press the button itself.`,
      ),
    )
  const { commands, done } = button.latching ? latched(button, device, options) : pressed(button, device, options)
  try {
    for (const command of commands) await sendLineCommand(lines.socket, command)
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    throw new StartError(
      text(`${error.text.de} Läuft das Gerät ${device}?`, `${error.text.en} Is the device ${device} running?`),
    )
  }
  process.stdout.write(`${done[language]}\n`)
}

type Action = { readonly commands: readonly LineCommand[]; readonly done: Text }

function pressed({ id, inputs }: ButtonSettings, device: string, { hold, reset }: PressOptions): Action {
  if (reset === true)
    throw new StartError(
      text(
        `Der Taster ${id} hat keinen Schlüssel: Losgelassen ist er wieder bereit. --reset weglassen.`,
        `The button ${id} has no key: it is back as soon as it is let go. Leave --reset out.`,
      ),
    )
  const holdMs = hold ?? holdMsDefault
  return {
    commands: inputs.map(({ address, atRest }) => ({ kind: 'press', line: simulated(address), holdMs, atRest })),
    done: text(`${id} von ${device} wurde ${holdMs} ms lang gedrückt.`, `Pressed ${id} of ${device} for ${holdMs} ms.`),
  }
}

/** It stays until its key resets it. */
function latched({ id, inputs }: ButtonSettings, device: string, { hold, reset = false }: PressOptions): Action {
  if (hold !== undefined)
    throw new StartError(
      text(
        `Der Taster ${id} bleibt gedrückt, bis er zurückgestellt wird. --hold weglassen; --reset dreht seinen Schlüssel.`,
        `The button ${id} stays pressed until it is reset. Leave --hold out; --reset turns its key.`,
      ),
    )
  return {
    commands: inputs.map(({ address, atRest }) => ({
      kind: (atRest === 'open') === reset ? 'open' : 'close',
      line: simulated(address),
    })),
    done: reset
      ? text(`${id} von ${device} wurde zurückgestellt.`, `Reset ${id} of ${device}.`)
      : text(
          `${id} von ${device} wurde gedrückt und bleibt es, bis --reset seinen Schlüssel dreht.`,
          `Pressed ${id} of ${device}. It stays pressed until --reset turns its key.`,
        ),
  }
}

/** Simulated lines have no names: device.yaml with one is refused. */
function simulated(address: LineTarget): LineAddress {
  assertAddress(address)
  return address
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
