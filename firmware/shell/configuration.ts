// device.yaml → checked settings with absolute paths; or every mistake in it: file and line, field, found, expected.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Compile } from 'typebox/schema'
import type { LineAddress } from '../../hardware/lines.ts'
import type { ButtonId, DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { type Millis, millis } from '../../protocol/time.ts'
import { DeviceFile } from './configuration-schema.ts'
import { type FieldPath, readYaml, schemaProblems, type YamlFile } from './configuration-source.ts'
import { reasonOf, StartError } from './start-error.ts'

export type Configuration = {
  readonly device: DeviceId
  readonly data: string
  readonly gateways: readonly string[]
  readonly identity: IdentityFiles
  readonly lines: { readonly backend: 'simulated'; readonly socket: string } | { readonly backend: 'onoff' }
  readonly buttons: readonly ButtonSettings[]
  readonly indicator: IndicatorSettings | null
  /** The file of the board’s watchdog; null: it is left alone. */
  readonly watchdog: string | null
}
export type IdentityFiles = { readonly key: string; readonly certificate: string; readonly authority: string }
export type ButtonSettings = {
  readonly id: ButtonId
  readonly address: LineAddress
  readonly closedLevel: 'low' | 'high'
  readonly confirmMs: Millis
}
export type IndicatorSettings = { readonly address: LineAddress; readonly activeLevel: 'low' | 'high' }

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
  refuseIf([...doubled(value, source), ...useless(value, source)])
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
    ...file.buttons.map((button, index) => line(button, ['buttons', index, 'offset'])),
    ...(file.indicator === undefined ? [] : [line(file.indicator, ['indicator', 'offset'])]),
  ]
  return entries
    .filter(({ key }, index) => entries.findIndex(other => other.key === key) < index)
    .map(({ what, path }) => source.problem(path, `${what} a second time`, 'each one once', 'Change one of the two.'))
}

function useless(file: DeviceFile, source: YamlFile): string[] {
  if (file.lines.socket === undefined || file.lines.backend === 'simulated') return []
  const found = `a socket for the backend ${file.lines.backend}`
  return [source.problem(['lines', 'socket'], found, 'one for simulated lines only', 'Remove it.')]
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
    buttons: file.buttons.map(({ id, chip, offset, closedLevel, confirmMs }) => ({
      id,
      address: { chip, offset },
      closedLevel,
      confirmMs: millis(confirmMs ?? limits.confirmMsDefault),
    })),
    indicator: file.indicator === undefined ? null : indicatorOf(file.indicator),
    watchdog: file.watchdog ?? null,
  }
}

const indicatorOf = ({ chip, offset, activeLevel }: NonNullable<DeviceFile['indicator']>): IndicatorSettings => ({
  address: { chip, offset },
  activeLevel,
})
