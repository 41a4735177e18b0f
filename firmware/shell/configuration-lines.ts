// What the lines of device.yaml must be for their backend: how a line is addressed, which resistors exist, which fields mean anything.
import type { BoardId } from '../../hardware/boards.ts'
import { addressKey } from '../../hardware/line-address.ts'
import type { Bias, LineTarget } from '../../hardware/lines.ts'
import type { FieldPath, Problem } from '../../protocol/command-line/problems.ts'
import { missingField } from '../../protocol/command-line/schema-problems.ts'
import { quoted, same, type Text, text } from '../../protocol/text.ts'
import { addressFields } from './configuration-fields.ts'
import { linePin } from './configuration-pins.ts'
import { boardList, type DeviceFile } from './configuration-schema.ts'

/** As much of a contact or an output as says where its line is. */
export type AddressFile = {
  readonly chip?: string
  readonly offset?: number
  readonly line?: string
  readonly pin?: number
}
/** A line with its place in the file. */
export type LineInFile = { readonly path: FieldPath; readonly line: AddressFile & { readonly bias?: Bias } }

type Backend = NonNullable<NonNullable<DeviceFile['lines']>['backend']>

/** That it is whole is checked elsewhere. */
export function targetOf({ chip = '', offset = 0, line, pin }: AddressFile, board: BoardId | undefined): LineTarget {
  if (line !== undefined) return { name: line }
  if (pin === undefined) return { chip, offset }
  const found = linePin(pin, board)
  return 'found' in found ? { chip: 'pin', offset: pin } : found
}

/** What of it must not stand for two things. */
export function lineEntry({ line, path }: LineInFile, board: BoardId | undefined) {
  const target = targetOf(line, board)
  const field = (['pin', 'line', 'offset'] as const).find(each => line[each] !== undefined) ?? 'offset'
  const what =
    'name' in target
      ? text(`Leitung ${target.name}`, `the line ${target.name}`)
      : text(`Leitung ${target.offset} von ${target.chip}`, `line ${target.offset} of ${target.chip}`)
  return { key: `line ${addressKey(target)}`, what, path: [...path, field] }
}

/** A problem for each field that is missing for this backend, or would do nothing with it. */
export function misfits({ lines, board }: DeviceFile, named: readonly LineInFile[]): readonly Problem[] {
  const backend = lines?.backend ?? 'gpiochip'
  const boards = lines?.boards?.map(({ name }) => name) ?? []
  return [
    ...backendMisfits(lines, backend),
    ...named.flatMap(({ line, path }) => [
      ...addressMisfits(line, path, backend, board),
      ...(backend === 'firmata' ? boardMisfits(line, path, boards) : []),
      ...biasMisfits(line.bias, path, backend),
    ]),
  ]
}

function backendMisfits(lines: DeviceFile['lines'], backend: Backend): readonly Problem[] {
  const missing = backend === 'firmata' && lines?.boards === undefined
  return [
    ...(lines?.socket === undefined || backend === 'simulated' ? [] : [uselessSocket(backend)]),
    ...(lines?.boards === undefined || backend === 'firmata' ? [] : [uselessBoards(backend)]),
    ...(missing ? [missingField(['lines', 'boards'], boardList)] : []),
  ]
}

const remove = text('Das Feld entfernen.', 'Remove it.')
const forBackend = (what: Text, backend: Backend): Text =>
  text(`${what.de} für das Backend ${backend}`, `${what.en} for the backend ${backend}`)
const uselessSocket = (backend: Backend): Problem => ({
  path: ['lines', 'socket'],
  found: forBackend(text('ein Socket', 'a socket'), backend),
  expected: text('ein solcher nur für nachgebildete Leitungen', 'one for simulated lines only'),
  whatToDo: remove,
})
const uselessBoards = (backend: Backend): Problem => ({
  path: ['lines', 'boards'],
  found: forBackend(text('Boards', 'boards'), backend),
  expected: text('solche nur für firmata', 'boards for firmata only'),
  whatToDo: remove,
})

function addressMisfits(
  line: AddressFile,
  path: FieldPath,
  backend: Backend,
  board: BoardId | undefined,
): readonly Problem[] {
  const { chip, offset } = line
  if (line.pin !== undefined) return pinMisfits(line, line.pin, [...path, 'pin'], backend, board)
  if (line.line === undefined)
    return [
      ...(chip === undefined ? [missingField([...path, 'chip'], addressFields.chip)] : []),
      ...(offset === undefined ? [missingField([...path, 'offset'], addressFields.offset)] : []),
    ]
  if (backend !== 'gpiochip')
    return [notKnown([...path, 'line'], text('der Name einer Leitung', 'a line’s name'), backend)]
  const isDouble = chip !== undefined || offset !== undefined
  return isDouble
    ? [eitherOr([...path, 'line'], text('ein Name neben chip oder offset', 'a name beside chip or offset'))]
    : []
}

function pinMisfits(
  { chip, offset, line }: AddressFile,
  pin: number,
  path: FieldPath,
  backend: Backend,
  board: BoardId | undefined,
): readonly Problem[] {
  if (backend === 'firmata' || backend === 'simulated')
    return [notKnown(path, text('ein Stift der Leiste', 'a pin of the header'), backend)]
  if (chip !== undefined || offset !== undefined || line !== undefined)
    return [eitherOr(path, text('ein Stift neben chip, offset oder line', 'a pin beside chip, offset or line'))]
  const found = linePin(pin, board)
  return 'found' in found ? [{ path, ...found }] : []
}

const notKnown = (path: FieldPath, what: Text, backend: Backend): Problem => ({
  path,
  found: forBackend(what, backend),
  expected: text('chip und offset', 'chip and offset'),
  whatToDo: text('Diese beiden angeben.', 'Give these two.'),
})

const eitherOr = (path: FieldPath, found: Text): Problem => ({
  path,
  found,
  expected: text('entweder das eine oder das andere', 'either the one or the other'),
  whatToDo: text('Eines davon entfernen.', 'Remove one.'),
})

function boardMisfits({ chip }: AddressFile, path: FieldPath, boards: readonly string[]): readonly Problem[] {
  if (chip === undefined || boards.length === 0 || boards.includes(chip)) return []
  const known = boards.join(', ')
  return [
    {
      path: [...path, 'chip'],
      found: quoted(chip),
      expected: text(`eines der Boards ${known}`, `one of the boards ${known}`),
      whatToDo: correct,
    },
  ]
}

/** Why a backend cannot do what is asked, or null. */
const biasRefusals: Readonly<Record<Backend, (bias: Bias) => Text | null>> = {
  gpiochip: () => null,
  firmata: bias => (bias === 'pull-down' ? ofFirmata : null),
  onoff: () => text('keiner, denn sysfs kann keinen setzen', 'none, for sysfs cannot set one'),
  simulated: () =>
    text('keiner, denn eine nachgebildete Leitung braucht keinen', 'none, for a simulated line needs none'),
}
const ofFirmata = text(
  'pull-up oder disabled, denn Firmata kennt keinen anderen',
  'pull-up or disabled, for Firmata knows no other',
)
const correct = text('Den Wert berichtigen.', 'Correct it.')

function biasMisfits(bias: Bias | undefined, path: FieldPath, backend: Backend): readonly Problem[] {
  const expected = bias === undefined ? null : biasRefusals[backend](bias)
  if (bias === undefined || expected === null) return []
  return [{ path: [...path, 'bias'], found: forBackend(same(bias), backend), expected, whatToDo: correct }]
}
