// The lines of one button as the step sees them: how they are wired, what each contact does, and what was made of it.
import { assertNever } from '../../protocol/assert.ts'
import type { ContactReport, LineState } from '../../protocol/contact.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import type { Brand } from '../../protocol/ids.ts'
import type { Instant, Millis } from '../../protocol/time.ts'
import { type Contact, type Level, type Finding as LineFinding, type Timing, unseenContact } from './debounce.ts'

/** One input of the board. */
export type LineId = Brand<string, 'LineId'>

export type Wiring =
  | { readonly kind: 'normallyOpen'; readonly line: LineId }
  /** cutWireIs: what an open circuit is taken for, as a press and a cut wire look the same. */
  | { readonly kind: 'normallyClosed'; readonly line: LineId; readonly cutWireIs: 'alarm' | 'fault' }
  | { readonly kind: 'antivalent'; readonly normallyOpen: LineId; readonly normallyClosed: LineId }
  | { readonly kind: 'twoHand'; readonly first: LineId; readonly second: LineId }

export type CircuitSettings = {
  readonly wiring: Wiring
  readonly timing: Timing
  /** A press stays until the button is reset with its key. */
  readonly latching: boolean
}

export type Circuit = CircuitSettings & {
  /** One, or two that a press moves together. */
  readonly lines: readonly Line[]
  /** When the press began that the button is held in; null: it is not. */
  readonly heldFrom: Instant | null
}

export type Line = {
  readonly id: LineId
  /** What a press does to the circuit of this line. */
  readonly pressed: Level
  readonly contact: Contact
  /** The last one of this contact. */
  readonly hold: Hold | null
  /** It cannot be opened or read, or its edges do not come. */
  readonly failed: boolean
  /** A reading found it pressed, and no edge has come since. */
  readonly deaf: boolean
  /** It failed, and was not heard or read at rest since: whatever moved it meanwhile gave no edge. */
  readonly missed: boolean
}

export type Hold = {
  readonly found: Held
  /** Null: it goes on. */
  readonly endedAt: Instant | null
  /** It belongs to a press of the button. */
  readonly isPress: boolean
  /** The fault that it was told as; that ends with the hold. */
  readonly toldAs: FaultCode | null
}
export type Held = Extract<LineFinding, { kind: 'pressed' }>

/** What the lines mean for the button, in the order in which it became known. */
export type Finding =
  | { readonly kind: 'pressed'; readonly pressedAt: Instant; readonly contact: ContactReport }
  | { readonly kind: 'released'; readonly heldMs: Millis }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly active: boolean }
  /** Read the levels of all lines now. */
  | { readonly kind: 'lookAgain' }
export type Judged = { readonly circuit: Circuit; readonly findings: readonly Finding[] }

export function unseenCircuit(settings: CircuitSettings, at: Instant): Circuit {
  const lines = linesOf(settings.wiring).map(
    ([id, pressed]): Line => ({
      ...{ id, pressed, contact: unseenContact(at), hold: null },
      ...{ failed: false, deaf: false, missed: false },
    }),
  )
  return { ...settings, lines, heldFrom: null }
}

/** The lines with what a press does to the circuit of each. */
function linesOf(wiring: Wiring): readonly (readonly [LineId, Level])[] {
  switch (wiring.kind) {
    case 'normallyOpen':
      return [[wiring.line, 'closed']]
    case 'normallyClosed':
      return [[wiring.line, 'open']]
    case 'antivalent':
      return [
        [wiring.normallyOpen, 'closed'],
        [wiring.normallyClosed, 'open'],
      ]
    case 'twoHand':
      return [
        [wiring.first, 'closed'],
        [wiring.second, 'closed'],
      ]
    default:
      return assertNever(wiring)
  }
}

export const lineOf = (circuit: Circuit, id: LineId): Line | undefined => circuit.lines.find(line => line.id === id)

export const withLine = (circuit: Circuit, line: Line): Circuit => ({
  ...circuit,
  lines: circuit.lines.map(each => (each.id === line.id ? line : each)),
})

/** Closed or open: what the circuit of the line is, whatever a press does to it. */
export const levelOf = ({ contact, pressed }: Line): Level =>
  contact.level === 'closed' ? pressed : pressed === 'closed' ? 'open' : 'closed'

export const isHeld = ({ contact }: Line): boolean => contact.phase.kind === 'pressed'

/** For the heartbeat; null: its lines were not all read yet. */
export function stateOf({ lines, latching, heldFrom }: Circuit): LineState | null {
  if (lines.some(({ failed }) => failed)) return 'failed'
  if (lines.some(({ contact }) => contact.phase.kind === 'unseen')) return null
  if (heldFrom !== null) return latching ? 'latched' : 'pressed'
  if (lines.every(({ contact }) => contact.level === 'open')) return 'atRest'
  return lines.length === 1 ? 'pressed' : 'disputed'
}
