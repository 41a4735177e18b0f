// device.yaml → checked settings with absolute paths; or every mistake in it: file and line, field, found, expected.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Compile } from 'typebox/schema'
import type { BoardId } from '../../hardware/boards.ts'
import type { Bias, LineTarget } from '../../hardware/lines.ts'
import { type FieldPath, foundTwice, type Problem, unreadableText } from '../../protocol/command-line/problems.ts'
import { schemaProblems } from '../../protocol/command-line/schema-problems.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import type { ButtonId, DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { lines, quoted, same, type Text, text } from '../../protocol/text.ts'
import { type Millis, millis } from '../../protocol/time.ts'
import { type LineInFile, lineEntry, misfits, targetOf } from './configuration-lines.ts'
import { DeviceFile } from './configuration-schema.ts'
import { readYaml } from './configuration-source.ts'

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
export function parseConfiguration(content: string, path: string): Configuration {
  const { value, problems, told } = readYaml(content, path)
  refuseIf(problems)
  if (!shape.Check(value)) throw refusal(schemaProblems(shape.Errors(value)[1], DeviceFile, value).map(told))
  refuseIf([...doubled(value), ...misfits(value, linesIn(value))].map(told))
  return settingsOf(value, dirname(resolve(path)))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(unreadableText(path, error))
  }
}

const refusal = (problems: readonly Text[]): StartError => new StartError(lines(problems))
function refuseIf(problems: readonly Text[]): void {
  if (problems.length > 0) throw refusal(problems)
}

/** Every line that the file names. */
const linesIn = ({ buttons, indicator }: DeviceFile): readonly LineInFile[] => [
  ...buttons.map((line, index): LineInFile => ({ line, path: ['buttons', index] })),
  ...(indicator === undefined ? [] : [{ line: indicator, path: ['indicator'] }]),
]

type Entry = { readonly key: string; readonly what: Text; readonly path: FieldPath }

/** What may stand only once: ids, gateways, boards, and a line for one thing. */
function doubled(file: DeviceFile): readonly Problem[] {
  const entries: Entry[] = [
    ...file.gateways.map(({ url }, index) => ({ key: url, what: same(url), path: ['gateways', index, 'url'] })),
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
      address: targetOf(button, file.board),
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

const indicatorOf = (
  { activeLevel, ...output }: NonNullable<DeviceFile['indicator']>,
  file: DeviceFile,
): IndicatorSettings => ({ address: targetOf(output, file.board), activeLevel })
