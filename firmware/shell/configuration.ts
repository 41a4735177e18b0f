// device.yaml → checked settings with absolute paths; or every mistake in it: file and line, field, found, expected.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Compile } from 'typebox/schema'
import type { BoardId } from '../../hardware/boards.ts'
import type { LineTarget } from '../../hardware/lines.ts'
import { type FieldPath, foundTwice, type Problem, unreadableText } from '../../protocol/command-line/problems.ts'
import { everyError, schemaProblems } from '../../protocol/command-line/schema-problems.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { halfCharacters, reservedNames } from '../../protocol/command-line/value-problems.ts'
import { type WiringKind, wirings } from '../../protocol/contact.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import { lines, quoted, same, type Text, text } from '../../protocol/text.ts'
import {
  type ButtonSettings,
  buttonOf,
  type ContactSettings,
  contactsOf,
  contradictions,
  type InputSettings,
  tamperOf,
} from './configuration-buttons.ts'
import { type LineInFile, lineEntry, misfits, targetOf } from './configuration-lines.ts'
import { DeviceFile, type OutputFile } from './configuration-schema.ts'
import { readYaml } from './configuration-source.ts'
import { buttonOfUnknownWiring, buttonShapes } from './configuration-wirings.ts'
import { type GatewayAddress, gatewayAddress } from './gateway-address.ts'

export type Configuration = {
  readonly device: DeviceId
  readonly data: string
  readonly gateways: readonly GatewayAddress[]
  readonly identity: IdentityFiles
  /** Null: it is not said, and lines are not given by pins. */
  readonly board: BoardId | null
  readonly lines: LineSettings
  readonly buttons: readonly ButtonSettings[]
  readonly tamper: ContactSettings | null
  readonly indicator: OutputSettings | null
  readonly relay: OutputSettings | null
  /** The file of the board’s watchdog; null: it is left alone. */
  readonly watchdog: string | null
}
export type IdentityFiles = { readonly key: string; readonly certificate: string; readonly authority: string }
/** Where the lines come from, and what that backend needs to know. */
export type LineSettings =
  | { readonly backend: 'gpiochip' | 'onoff' }
  | { readonly backend: 'firmata'; readonly boards: readonly { readonly name: string; readonly port: string }[] }
  | { readonly backend: 'simulated'; readonly socket: string }
export type OutputSettings = {
  readonly name: 'indicator' | 'relay'
  readonly address: LineTarget
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
export function parseConfiguration(content: string, path: string): Configuration {
  const { value, problems, told } = readYaml(content, path)
  refuseIf(problems)
  refuseIf(shapeProblems(value).map(told))
  const file = value as DeviceFile // its shape was just found to be this
  const inValues = [...halfCharacters(value), ...reservedNames(file.device, ['device'])]
  refuseIf([...inValues, ...doubled(file), ...contradicting(file), ...misfits(file, linesIn(file))].map(told))
  return settingsOf(file, dirname(resolve(path)))
}

/** Every input of the board that the device watches. */
export const inputsOf = ({ buttons, tamper }: Configuration): readonly InputSettings[] =>
  [...buttons, ...(tamper === null ? [] : [tamper])].flatMap(({ inputs }) => inputs)

/** Of the file, and of each button by its wiring. */
function shapeProblems(value: unknown): readonly Problem[] {
  const buttons: unknown = typeof value === 'object' && value !== null && 'buttons' in value ? value.buttons : null
  return [
    ...(shape.Check(value) ? [] : schemaProblems(everyError(() => shape.Errors(value))[1], DeviceFile, value)),
    ...(Array.isArray(buttons) ? buttons : []).flatMap((button, index) =>
      buttonProblems(button).map(problem => ({ ...problem, path: ['buttons', index, ...problem.path] })),
    ),
  ]
}

function buttonProblems(button: unknown): readonly Problem[] {
  const named: unknown = typeof button === 'object' && button !== null && 'wiring' in button ? button.wiring : null
  const kind = named === null ? 'normallyOpen' : wirings.find(each => each === named)
  const schema = kind === undefined ? buttonOfUnknownWiring : buttonShapes[kind]
  const check = kind === undefined ? Compile(buttonOfUnknownWiring) : buttonChecks[kind]
  return check.Check(button) ? [] : schemaProblems(everyError(() => check.Errors(button))[1], schema, button)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(unreadableText(path, error))
  }
}

function refuseIf(problems: readonly Text[]): void {
  if (problems.length > 0) throw new StartError(lines(problems))
}

/** Every line that the file names: each contact of each button, the contact of the case, the outputs. */
const linesIn = (file: DeviceFile): readonly LineInFile[] => [
  ...file.buttons.flatMap((button, index) =>
    contactsOf(button).map(({ input, path }): LineInFile => ({ line: input, path: ['buttons', index, ...path] })),
  ),
  ...(['tamper', 'indicator', 'relay'] as const).flatMap(name => {
    const line = file[name]
    return line === undefined ? [] : [{ line, path: [name] }]
  }),
]

type Entry = { readonly key: string; readonly what: Text; readonly path: FieldPath }

/** What may stand only once: ids, gateways, boards, and a line for one thing. */
function doubled(file: DeviceFile): readonly Problem[] {
  const entries: Entry[] = [
    ...file.gateways.map(({ url }, index) => {
      const { host, port } = gatewayAddress(url)
      return { key: `gateway ${host} ${port}`, what: same(url), path: ['gateways', index, 'url'] }
    }),
    ...file.buttons.map(({ id }, index) => ({ key: `id ${id}`, what: quoted(id), path: ['buttons', index, 'id'] })),
    ...(file.lines?.boards ?? []).map(({ name }, index) => ({
      key: `board ${name}`,
      what: text(`das Board ${name}`, `the board ${name}`),
      path: ['lines', 'boards', index, 'name'],
    })),
    ...linesIn(file).map(line => lineEntry(line, file.board)),
  ]
  return entries
    .filter(({ key }, index) => entries.findIndex(other => other.key === key) < index)
    .map(({ what, path }) => ({
      path,
      ...foundTwice(what),
      whatToDo: text('Eines der beiden ändern.', 'Change one of the two.'),
    }))
}

const contradicting = ({ buttons }: DeviceFile): readonly Problem[] =>
  buttons.flatMap((button, index) => contradictions(button, ['buttons', index]))

function settingsOf(file: DeviceFile, folder: string): Configuration {
  const data = resolve(folder, file.data)
  const identityFile = (path: string | undefined, name: string): string =>
    path === undefined ? join(data, name) : resolve(folder, path)
  return {
    device: file.device,
    data,
    gateways: file.gateways.map(({ url }) => gatewayAddress(url)),
    identity: {
      key: identityFile(file.identity?.key, 'key.pem'),
      certificate: identityFile(file.identity?.certificate, 'certificate.pem'),
      authority: identityFile(file.identity?.authority, 'authority.pem'),
    },
    board: file.board ?? null,
    lines: linesOf(file.lines ?? {}, data, folder),
    buttons: file.buttons.map(button => buttonOf(button, file.board)),
    tamper: file.tamper === undefined ? null : tamperOf(file.tamper, file.board),
    indicator: outputOf('indicator', file.indicator, file.board),
    relay: outputOf('relay', file.relay, file.board),
    watchdog: file.watchdog ?? null,
  }
}

function linesOf(
  { backend = 'gpiochip', socket, boards = [] }: LinesInFile,
  data: string,
  folder: string,
): LineSettings {
  switch (backend) {
    case 'simulated':
      return { backend, socket: resolve(folder, socket ?? join(data, 'lines.sock')) }
    case 'firmata':
      return { backend, boards: boards.map(({ name, port }) => ({ name, port: resolve(folder, port) })) }
    default:
      return { backend }
  }
}

type LinesInFile = NonNullable<DeviceFile['lines']>

function outputOf(
  name: OutputSettings['name'],
  file: OutputFile | undefined,
  board: BoardId | undefined,
): OutputSettings | null {
  if (file === undefined) return null
  const { activeLevel, pattern = 'steady' } = file
  return { name, address: targetOf(file, board), activeLevel, pattern }
}
