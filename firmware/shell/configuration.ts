// device.yaml → checked settings with absolute paths; or every mistake in it: file and line, field, found, expected.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Compile } from 'typebox/schema'
import type { LineAddress } from '../../hardware/lines.ts'
import { type WiringKind, wirings } from '../../protocol/contact.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import {
  type ButtonSettings,
  buttonOf,
  type ContactSettings,
  contactsOf,
  contradictions,
  type InputSettings,
  tamperOf,
} from './configuration-buttons.ts'
import { buttonShapes, DeviceFile, type OutputFile } from './configuration-schema.ts'
import { type FieldPath, readYaml, schemaProblems, type YamlFile } from './configuration-source.ts'
import { reasonOf, StartError } from './start-error.ts'

export type Configuration = {
  readonly device: DeviceId
  readonly data: string
  readonly gateways: readonly string[]
  readonly identity: IdentityFiles
  readonly lines: { readonly backend: 'simulated'; readonly socket: string } | { readonly backend: 'onoff' }
  readonly buttons: readonly ButtonSettings[]
  readonly tamper: ContactSettings | null
  readonly indicator: OutputSettings | null
  readonly relay: OutputSettings | null
}
export type IdentityFiles = { readonly key: string; readonly certificate: string; readonly authority: string }
export type OutputSettings = {
  readonly address: LineAddress
  readonly activeLevel: 'low' | 'high'
  readonly pattern: 'steady' | 'slowBlink'
}

const shape = Compile(DeviceFile)
const buttonChecks = {
  normallyOpen: Compile(buttonShapes.normallyOpen),
  normallyClosed: Compile(buttonShapes.normallyClosed),
  antivalent: Compile(buttonShapes.antivalent),
  twoHand: Compile(buttonShapes.twoHand),
} as const satisfies Record<WiringKind, object>

/** @throws StartError that names every mistake, one to a line. */
export function readConfiguration(path: string): Configuration {
  return parseConfiguration(readText(path), path)
}

/** @param path of the file: names it in mistakes, and paths in it are relative to its folder. @throws StartError */
export function parseConfiguration(text: string, path: string): Configuration {
  const source = readYaml(text, path)
  refuseIf(source.problems)
  refuseIf(shapeProblems(source))
  const file = source.value as DeviceFile // as its shape was just found to be
  refuseIf([...doubled(file, source), ...useless(file, source)])
  return settingsOf(file, dirname(resolve(path)))
}

/** Every input of the board that the device watches. */
export const inputsOf = ({ buttons, tamper }: Configuration): readonly InputSettings[] =>
  [...buttons, ...(tamper === null ? [] : [tamper])].flatMap(({ inputs }) => inputs)

/** Of the file, and of each button by its wiring. */
function shapeProblems(source: YamlFile): readonly string[] {
  const { value } = source
  const buttons: unknown = typeof value === 'object' && value !== null && 'buttons' in value ? value.buttons : null
  return [
    ...(shape.Check(value) ? [] : schemaProblems(shape.Errors(value)[1], DeviceFile, source)),
    ...(Array.isArray(buttons) ? buttons : []).flatMap((button, index) => buttonProblems(button, index, source)),
  ]
}

/** What is no button, or has no known wiring, was told with the file. */
function buttonProblems(button: unknown, index: number, source: YamlFile): readonly string[] {
  if (typeof button !== 'object' || button === null || Array.isArray(button)) return []
  const named: unknown = 'wiring' in button ? button.wiring : 'normallyOpen'
  const kind: WiringKind | undefined = wirings.find(each => each === named)
  if (kind === undefined) return []
  const check = buttonChecks[kind]
  return check.Check(button)
    ? []
    : schemaProblems(check.Errors(button)[1], buttonShapes[kind], source, ['buttons', index])
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(
      `The configuration ${path} cannot be read: ${reasonOf(error)}. Name the right file with --config.`,
    )
  }
}

const refusal = (problems: readonly string[]): StartError => new StartError(problems.join('\n'))
function refuseIf(problems: readonly string[]): void {
  if (problems.length > 0) throw refusal(problems)
}

type Entry = { readonly key: string; readonly what: string; readonly path: FieldPath }

/** What may stand only once: ids, gateways, and a line for one thing. */
function doubled(file: DeviceFile, source: YamlFile): string[] {
  const line = ({ chip, offset }: LineAddress, path: FieldPath): Entry => ({
    key: `line ${offset} ${chip}`,
    what: `line ${offset} of ${chip}`,
    path,
  })
  const entries: Entry[] = [
    ...file.gateways.map(({ url }, index) => ({ key: url, what: url, path: ['gateways', index, 'url'] })),
    ...file.buttons.map(({ id }, index) => ({ key: `id ${id}`, what: `the id ${id}`, path: ['buttons', index, 'id'] })),
    ...file.buttons.flatMap((button, index) =>
      contactsOf(button).map(({ input, path }) => line(input, ['buttons', index, ...path, 'offset'])),
    ),
    ...(file.tamper === undefined ? [] : [line(file.tamper, ['tamper', 'offset'])]),
    ...(file.indicator === undefined ? [] : [line(file.indicator, ['indicator', 'offset'])]),
    ...(file.relay === undefined ? [] : [line(file.relay, ['relay', 'offset'])]),
  ]
  return entries
    .filter(({ key }, index) => entries.findIndex(other => other.key === key) < index)
    .map(({ what, path }) => source.problem(path, `${what} a second time`, 'each one once', 'Change one of the two.'))
}

function useless(file: DeviceFile, source: YamlFile): string[] {
  const contradicting = file.buttons.flatMap((button, index) => contradictions(button, source, ['buttons', index]))
  if (file.lines.socket === undefined || file.lines.backend === 'simulated') return contradicting
  const found = `a socket for the backend ${file.lines.backend}`
  return [...contradicting, source.problem(['lines', 'socket'], found, 'one for simulated lines only', 'Remove it.')]
}

function settingsOf(file: DeviceFile, folder: string): Configuration {
  const data = resolve(folder, file.data)
  const identityFile = (path: string | undefined, name: string): string =>
    path === undefined ? join(data, name) : resolve(folder, path)
  return {
    device: file.device,
    data,
    gateways: file.gateways.map(({ url }) => url),
    identity: {
      key: identityFile(file.identity?.key, 'key.pem'),
      certificate: identityFile(file.identity?.certificate, 'certificate.pem'),
      authority: identityFile(file.identity?.authority, 'authority.pem'),
    },
    lines:
      file.lines.backend === 'onoff'
        ? { backend: 'onoff' }
        : { backend: 'simulated', socket: resolve(folder, file.lines.socket ?? join(data, 'lines.sock')) },
    buttons: file.buttons.map(buttonOf),
    tamper: file.tamper === undefined ? null : tamperOf(file.tamper),
    indicator: file.indicator === undefined ? null : outputOf(file.indicator, file.indicator.pattern),
    relay: file.relay === undefined ? null : outputOf(file.relay, 'steady'),
  }
}

const outputOf = (
  { chip, offset, activeLevel }: OutputFile,
  pattern: OutputSettings['pattern'] = 'steady',
): OutputSettings => ({ address: { chip, offset }, activeLevel, pattern })
