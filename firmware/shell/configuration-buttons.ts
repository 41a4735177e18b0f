// Buttons as device.yaml describes them → lines for the board and rules for the device's core; or what contradicts itself in one.
import type { BoardId } from '../../hardware/boards.ts'
import type { Bias, LineTarget } from '../../hardware/lines.ts'
import type { FieldPath, Problem } from '../../protocol/command-line/problems.ts'
import type { ButtonId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { text } from '../../protocol/text.ts'
import { millis } from '../../protocol/time.ts'
import type { CircuitSettings, LineId, Wiring } from '../core/circuit.ts'
import type { Level } from '../core/debounce.ts'
import { targetOf } from './configuration-lines.ts'
import type { InputFile } from './configuration-schema.ts'
import type { ButtonFile } from './configuration-wirings.ts'

/** One input of the board. */
export type InputSettings = {
  readonly line: LineId
  readonly address: LineTarget
  readonly closedLevel: 'low' | 'high'
  /** Left out: the resistor stays as it is. */
  readonly bias?: Bias
  /** What its circuit is while nobody touches it. */
  readonly atRest: Level
}
/** Contacts that mean one thing together. */
export type ContactSettings = CircuitSettings & { readonly inputs: readonly InputSettings[] }
export type ButtonSettings = ContactSettings & { readonly id: ButtonId }

/** @param board whose pins the file names */
export function buttonOf(file: ButtonFile, board: BoardId | undefined): ButtonSettings {
  const { id, confirmMs, pattern } = file
  return {
    id,
    wiring: wiringOf(file),
    timing: {
      confirmMs: millis(confirmMs ?? limits.confirmMsDefault),
      releaseMs: pattern === 'doublePress' ? limits.quickReleaseMs : limits.releaseMs,
    },
    latching: isLatching(file),
    inputs: contactsOf(file).map(({ name, input, atRest }) => inputOf(lineId(file, name), input, board, atRest)),
  }
}

/** The contact of the case is closed while the case is; a wire that somebody cut looks like a case that somebody opened. */
export function tamperOf(file: InputFile, board: BoardId | undefined): ContactSettings {
  const line = 'device/tamper' as LineId
  return {
    wiring: { kind: 'normallyClosed', line, cutWireIs: 'alarm' },
    timing: { confirmMs: limits.confirmMsDefault, releaseMs: limits.releaseMs },
    latching: false,
    inputs: [inputOf(line, file, board, 'closed')],
  }
}

/** As people know a contact: by its button, and by its own name where the button has two. */
export const contactName = ({ id, inputs }: ButtonSettings, { line }: InputSettings): string =>
  inputs.length === 1 ? id : line

type ContactFile = {
  readonly name: 'normallyOpen' | 'normallyClosed' | 'first' | 'second'
  readonly input: InputFile
  readonly atRest: Level
  /** Where its line stands in the button's entry. */
  readonly path: FieldPath
}

/** The contacts of a button, in the order in which a press moves them. */
export function contactsOf(file: ButtonFile): readonly ContactFile[] {
  switch (file.wiring) {
    case 'normallyClosed':
      return [{ name: 'normallyClosed', input: file, atRest: 'closed', path: [] }]
    case 'antivalent':
      return [
        { name: 'normallyClosed', input: file.normallyClosed, atRest: 'closed', path: ['normallyClosed'] },
        { name: 'normallyOpen', input: file.normallyOpen, atRest: 'open', path: ['normallyOpen'] },
      ]
    case 'twoHand':
      return [
        { name: 'first', input: file.first, atRest: 'open', path: ['first'] },
        { name: 'second', input: file.second, atRest: 'open', path: ['second'] },
      ]
    default:
      return [{ name: 'normallyOpen', input: file, atRest: 'open', path: [] }]
  }
}

/** Of a button that stays pressed, neither its end nor a second press tells anything. */
export function contradictions(file: ButtonFile, at: FieldPath): readonly Problem[] {
  if (!isLatching(file)) return []
  const needsRelease = file.wiring === 'normallyClosed' && file.cutWireIs === 'fault'
  return [
    ...(file.pattern === 'doublePress' ? [latched([...at, 'pattern'], 'doublePress', 'single')] : []),
    ...(needsRelease ? [latched([...at, 'cutWireIs'], 'fault', 'alarm')] : []),
  ]
}

const latched = (path: FieldPath, found: string, expected: string): Problem => ({
  path,
  found: text(`${found} bei einem Taster, der eingerastet bleibt`, `${found} for a button that stays pressed`),
  expected: text(`${expected}, oder latching: false`, `${expected}, or latching: false`),
  whatToDo: text('Eines der beiden ändern.', 'Change one of the two.'),
})

function wiringOf(file: ButtonFile): Wiring {
  switch (file.wiring) {
    case 'normallyClosed':
      return { kind: 'normallyClosed', line: lineId(file, 'normallyClosed'), cutWireIs: file.cutWireIs ?? 'alarm' }
    case 'antivalent':
      return {
        kind: 'antivalent',
        normallyOpen: lineId(file, 'normallyOpen'),
        normallyClosed: lineId(file, 'normallyClosed'),
      }
    case 'twoHand':
      return { kind: 'twoHand', first: lineId(file, 'first'), second: lineId(file, 'second') }
    default:
      return { kind: 'normallyOpen', line: lineId(file, 'normallyOpen') }
  }
}

const isLatching = (file: ButtonFile): boolean => 'latching' in file && file.latching === true

/** No name of a button has a slash. */
const lineId = ({ id }: ButtonFile, contact: ContactFile['name']): LineId => `${id}/${contact}` as LineId

function inputOf(line: LineId, file: InputFile, board: BoardId | undefined, atRest: Level): InputSettings {
  const { closedLevel, bias } = file
  return { line, address: targetOf(file, board), closedLevel, ...(bias === undefined ? {} : { bias }), atRest }
}
