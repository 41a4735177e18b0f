// device.yaml → checked settings with absolute paths; or every mistake in it: file and line, field, found, expected.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Compile } from 'typebox/schema'
import type { BoardId } from '../../hardware/boards.ts'
import type { Bias, LineTarget } from '../../hardware/lines.ts'
import type { ButtonId, DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { type Millis, millis } from '../../protocol/time.ts'
import { type LineInFile, misfits } from './configuration-lines.ts'
import { linePin } from './configuration-pins.ts'
import { DeviceFile } from './configuration-schema.ts'
import { type FieldPath, readYaml, schemaProblems, type YamlFile } from './configuration-source.ts'
import { reasonOf, StartError } from './start-error.ts'

export type Configuration = {
  readonly device: DeviceId
  readonly data: string
  readonly gateways: readonly string[]
  readonly identity: IdentityFiles
  /** Null: it is not said, and lines are not given by pins. */
  readonly board: BoardId | null
  readonly lines: LineSettings
  readonly buttons: readonly ButtonSettings[]
  readonly indicator: IndicatorSettings | null
  /** The file of the board’s watchdog; null: it is left alone. */
  readonly watchdog: string | null
}
export type IdentityFiles = { readonly key: string; readonly certificate: string; readonly authority: string }
/** Where the lines come from, and what that backend needs to know. */
export type LineSettings =
  | { readonly backend: 'gpiochip' | 'onoff' }
  | { readonly backend: 'firmata'; readonly boards: readonly { readonly name: string; readonly port: string }[] }
  | { readonly backend: 'simulated'; readonly socket: string }
export type ButtonSettings = {
  readonly id: ButtonId
  readonly address: LineTarget
  readonly closedLevel: 'low' | 'high'
  /** Left out: the resistor stays as it is. */
  readonly bias?: Bias
  readonly confirmMs: Millis
}
export type IndicatorSettings = { readonly address: LineTarget; readonly activeLevel: 'low' | 'high' }

const shape = Compile(DeviceFile)

/** @throws StartError that names every mistake, one to a line. */
export function readConfiguration(path: string): Configuration {
  return parseConfiguration(readText(path), path)
}

/** @param path of the file: names it in mistakes, and paths in it are relative to its folder. @throws StartError */
export function parseConfiguration(text: string, path: string): Configuration {
  const source = readYaml(text, path)
  refuseIf(source.problems)
  const { value } = source
  if (!shape.Check(value)) throw refusal(schemaProblems(shape.Errors(value)[1], DeviceFile, source))
  refuseIf([...doubled(value, source), ...misfits(value, source)])
  return settingsOf(value, dirname(resolve(path)))
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

/** What may stand only once: ids, gateways, and a line for one thing. */
function doubled(file: DeviceFile, source: YamlFile): string[] {
  const entries: Entry[] = [
    ...file.gateways.map(({ url }, index) => ({ key: url, what: url, path: ['gateways', index, 'url'] })),
    ...file.buttons.map(({ id }, index) => ({ key: `id ${id}`, what: `the id ${id}`, path: ['buttons', index, 'id'] })),
    ...(file.lines?.boards ?? []).map(({ name }, index) => ({
      key: `board ${name}`,
      what: `the board ${name}`,
      path: ['lines', 'boards', index, 'name'],
    })),
    ...file.buttons.map((button, index) => lineEntry(button, ['buttons', index], file)),
    ...(file.indicator === undefined ? [] : [lineEntry(file.indicator, ['indicator'], file)]),
  ]
  return entries
    .filter(({ key }, index) => entries.findIndex(other => other.key === key) < index)
    .map(({ what, path }) => source.problem(path, `${what} a second time`, 'each one once', 'Change one of the two.'))
}

type Entry = { readonly key: string; readonly what: string; readonly path: FieldPath }

function lineEntry(line: LineInFile, path: FieldPath, file: DeviceFile): Entry {
  const target = targetOf(line, file)
  const field = (['pin', 'line', 'offset'] as const).find(each => line[each] !== undefined) ?? 'offset'
  if ('name' in target) return { key: `line ${target.name}`, what: `the line ${target.name}`, path: [...path, field] }
  const { chip, offset } = target
  return { key: `line ${offset} ${chip}`, what: `line ${offset} of ${chip}`, path: [...path, field] }
}

const refusal = (problems: readonly string[]): StartError => new StartError(problems.join('\n'))
function refuseIf(problems: readonly string[]): void {
  if (problems.length > 0) throw refusal(problems)
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
    board: file.board ?? null,
    lines: linesOf(file.lines ?? {}, data, folder),
    buttons: file.buttons.map(({ id, closedLevel, bias, confirmMs, ...button }) => ({
      id,
      address: targetOf(button, file),
      closedLevel,
      ...(bias === undefined ? {} : { bias }),
      confirmMs: millis(confirmMs ?? limits.confirmMsDefault),
    })),
    indicator: file.indicator === undefined ? null : indicatorOf(file.indicator, file),
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

/** That it is whole is checked elsewhere. */
function targetOf({ chip = '', offset = 0, line, pin }: LineInFile, { board }: DeviceFile): LineTarget {
  if (line !== undefined) return { name: line }
  if (pin === undefined) return { chip, offset }
  const found = linePin(pin, board)
  return 'found' in found ? { chip: 'pin', offset: pin } : found
}

const indicatorOf = (
  { activeLevel, ...output }: NonNullable<DeviceFile['indicator']>,
  file: DeviceFile,
): IndicatorSettings => ({ address: targetOf(output, file), activeLevel })
