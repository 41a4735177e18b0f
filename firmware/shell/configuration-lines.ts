// What the lines of device.yaml must be for their backend: how a line is addressed, which resistors exist, which fields mean anything.

import { linePin } from './configuration-pins.ts'
import { type DeviceFile, expected as expectedFields } from './configuration-schema.ts'
import type { FieldPath, YamlFile } from './configuration-source.ts'

/** Of a button or of the indicator. */
export type LineInFile = {
  readonly chip?: string
  readonly offset?: number
  readonly line?: string
  readonly pin?: number
}

type Backend = NonNullable<NonNullable<DeviceFile['lines']>['backend']>
type Bias = NonNullable<DeviceFile['buttons'][number]['bias']>

/** Why a backend cannot do what is asked, or null. */
const biasRefusals: Readonly<Record<Backend, (bias: Bias) => string | null>> = {
  gpiochip: () => null,
  firmata: bias => (bias === 'pull-down' ? 'pull-up or disabled, for Firmata knows no other' : null),
  onoff: () => 'none, for sysfs cannot set one',
  simulated: () => 'none, for a simulated line needs none',
}

/** One sentence for each field that is missing for this backend, or would do nothing with it. */
export function misfits(file: DeviceFile, source: YamlFile): readonly string[] {
  const backend = file.lines?.backend ?? 'gpiochip'
  return [
    ...fieldMisfits(file, backend, source),
    ...file.buttons.flatMap((button, index) => [
      ...addressMisfits(button, ['buttons', index], file, backend, source),
      ...biasMisfits(button.bias, ['buttons', index, 'bias'], backend, source),
    ]),
    ...(file.indicator === undefined ? [] : addressMisfits(file.indicator, ['indicator'], file, backend, source)),
  ]
}

function fieldMisfits({ lines }: DeviceFile, backend: Backend, source: YamlFile): readonly string[] {
  const found = (what: string): string => `${what} for the backend ${backend}`
  const useless = (field: 'socket' | 'boards', what: string, expected: string): readonly string[] =>
    lines?.[field] === undefined ? [] : [source.problem(['lines', field], found(what), expected, 'Remove it.')]
  if (backend === 'simulated') return useless('boards', 'boards', 'boards for firmata only')
  const socket = useless('socket', 'a socket', 'one for simulated lines only')
  if (backend !== 'firmata') return [...socket, ...useless('boards', 'boards', 'boards for firmata only')]
  if (lines?.boards !== undefined) return socket
  return [...socket, source.problem(['lines', 'boards'], 'nothing', expectedFields.boards, 'Add it.')]
}

function addressMisfits(
  { chip, offset, line, pin }: LineInFile,
  path: FieldPath,
  { lines, board }: DeviceFile,
  backend: Backend,
  source: YamlFile,
): readonly string[] {
  const at = (field: 'chip' | 'offset' | 'line' | 'pin', found: string, expected: string, whatToDo: string): string =>
    source.problem([...path, field], found, expected, whatToDo)
  if (pin !== undefined) {
    if (backend === 'firmata' || backend === 'simulated')
      return [at('pin', `a pin of the header for the backend ${backend}`, 'chip and offset', 'Give these two.')]
    if (chip !== undefined || offset !== undefined || line !== undefined)
      return [at('pin', 'a pin beside chip, offset or line', 'either the one or the other', 'Remove one.')]
    const found = linePin(pin, board)
    return 'found' in found ? [at('pin', found.found.en, found.expected.en, found.whatToDo.en)] : []
  }
  if (line !== undefined) {
    if (backend !== 'gpiochip')
      return [at('line', `a line’s name for the backend ${backend}`, 'chip and offset', 'Give these two.')]
    const both = chip !== undefined || offset !== undefined
    return both ? [at('line', 'a name beside chip or offset', 'either the one or the other', 'Remove one.')] : []
  }
  const missing = (['chip', 'offset'] as const).filter(field => (field === 'chip' ? chip : offset) === undefined)
  const problems = missing.map(field => at(field, 'nothing', expectedFields[field], 'Add it.'))
  const boards = lines?.boards?.map(board => board.name) ?? []
  if (backend !== 'firmata' || chip === undefined || boards.length === 0 || boards.includes(chip)) return problems
  return [...problems, at('chip', `“${chip}”`, `one of the boards ${boards.join(', ')}`, 'Correct it.')]
}

function biasMisfits(bias: Bias | undefined, path: FieldPath, backend: Backend, source: YamlFile): readonly string[] {
  const expected = bias === undefined ? null : biasRefusals[backend](bias)
  return expected === null ? [] : [source.problem(path, `${bias} for the backend ${backend}`, expected, 'Correct it.')]
}
