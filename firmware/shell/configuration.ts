// device.yaml → checked settings with absolute paths; or every mistake in it: file and line, field, found, expected.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Compile } from 'typebox/schema'
import type { LineAddress } from '../../hardware/lines.ts'
import { type FieldPath, foundTwice, type Problem, unreadableText } from '../../protocol/command-line/problems.ts'
import { schemaProblems } from '../../protocol/command-line/schema-problems.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import type { ButtonId, DeviceId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { lines, quoted, same, type Text, text } from '../../protocol/text.ts'
import { type Millis, millis } from '../../protocol/time.ts'
import { DeviceFile } from './configuration-schema.ts'
import { readYaml } from './configuration-source.ts'

export type Configuration = {
  readonly device: DeviceId
  readonly data: string
  readonly gateways: readonly string[]
  readonly identity: IdentityFiles
  readonly lines: { readonly backend: 'simulated'; readonly socket: string } | { readonly backend: 'onoff' }
  readonly buttons: readonly ButtonSettings[]
  readonly indicator: IndicatorSettings | null
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
export function parseConfiguration(content: string, path: string): Configuration {
  const { value, problems, told } = readYaml(content, path)
  refuseIf(problems)
  if (!shape.Check(value)) throw refusal(schemaProblems(shape.Errors(value)[1], DeviceFile, value).map(told))
  refuseIf([...doubled(value), ...useless(value)].map(told))
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

type Entry = { readonly key: string; readonly what: Text; readonly path: FieldPath }

/** What may stand only once: ids, gateways, and a line for one thing. */
function doubled(file: DeviceFile): readonly Problem[] {
  const line = ({ chip, offset }: LineAddress, path: FieldPath): Entry => ({
    key: `line ${offset} ${chip}`,
    what: text(`Leitung ${offset} von ${chip}`, `line ${offset} of ${chip}`),
    path,
  })
  const entries: Entry[] = [
    ...file.gateways.map(({ url }, index) => ({ key: url, what: same(url), path: ['gateways', index, 'url'] })),
    ...file.buttons.map(({ id }, index) => ({ key: `id ${id}`, what: quoted(id), path: ['buttons', index, 'id'] })),
    ...file.buttons.map((button, index) => line(button, ['buttons', index, 'offset'])),
    ...(file.indicator === undefined ? [] : [line(file.indicator, ['indicator', 'offset'])]),
  ]
  return entries
    .filter(({ key }, index) => entries.findIndex(other => other.key === key) < index)
    .map(({ what, path }) => ({
      path,
      ...foundTwice(what),
      whatToDo: text('Eines der beiden ändern.', 'Change one of the two.'),
    }))
}

function useless(file: DeviceFile): readonly Problem[] {
  if (file.lines.socket === undefined || file.lines.backend === 'simulated') return []
  const { backend } = file.lines
  return [
    {
      path: ['lines', 'socket'],
      found: text(`ein Socket für das Backend ${backend}`, `a socket for the backend ${backend}`),
      expected: text('ein solcher nur für nachgebildete Leitungen', 'one for simulated lines only'),
      whatToDo: text('Das Feld entfernen.', 'Remove it.'),
    },
  ]
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
  }
}

const indicatorOf = ({ chip, offset, activeLevel }: NonNullable<DeviceFile['indicator']>): IndicatorSettings => ({
  address: { chip, offset },
  activeLevel,
})
