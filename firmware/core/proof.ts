// What the holds of a button's contacts prove: a press, or that a line is broken. A hold is what debouncing makes of one contact:
// from its first edge until it was back at rest for the release time.
//
// Two contacts prove a press if their holds overlap in time. One alone proves none and is a fault: told after lineFaultMs if it
// lasts, at its end if it does not. While the device cannot read one of two lines, the other one decides alone.
import { assertNever } from '../../protocol/assert.ts'
import type { ContactReport } from '../../protocol/contact.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import { limits } from '../../protocol/limits.ts'
import { after, between, type Instant, instant, millis } from '../../protocol/time.ts'
import {
  type Circuit,
  type Finding,
  type Held,
  type Hold,
  isHeld,
  type Judged,
  type Line,
  type LineId,
  lineOf,
  type Wiring,
  withLine,
} from './circuit.ts'
import type { Finding as LineFinding } from './debounce.ts'

/** What one contact did, judged with what the other one does. */
export function judge(circuit: Circuit, id: LineId, finding: LineFinding): Judged {
  const line = lineOf(circuit, id)
  if (line === undefined) return nothing(circuit)
  switch (finding.kind) {
    case 'pressed':
      return held(circuit, line, finding)
    case 'released':
      return letGo(circuit, line, finding.openedAt)
    case 'stuck':
      return stuck(circuit, line)
    case 'lookAgain':
      return { circuit, findings: [finding] }
    default:
      return assertNever(finding)
  }
}

/** Two holds that did not overlap when they were found may do so since one of them went on. */
export function judgeTogether(circuit: Circuit): Judged {
  const [one, two] = circuit.lines
  if (one === undefined || two === undefined || circuit.heldFrom !== null) return nothing(circuit)
  const isNews = (isHeld(one) || isHeld(two)) && [one, two].some(({ hold }) => hold?.isPress === false)
  return isNews && isPressOf(circuit.wiring, one, two) ? pressed(circuit, [one, two]) : nothing(circuit)
}

/** Tells of each contact that has been held alone for so long that it cannot be a press. */
export function judgeAlone(circuit: Circuit, at: Instant): Judged {
  const late = circuit.lines.filter(line => {
    const due = aloneDueAt(circuit, line)
    return due !== null && due <= at
  })
  return late.reduce<Judged>((judged, line) => {
    const next = told(judged.circuit, line, contradiction(line))
    return { circuit: next.circuit, findings: [...judged.findings, ...next.findings] }
  }, nothing(circuit))
}

/** When a contact that is held alone is told as a fault; null: it is not alone, or it was told. */
export function aloneDueAt(circuit: Circuit, line: Line): Instant | null {
  const from = aloneFrom(circuit, line)
  return from === null || line.hold === null || line.hold.toldAs !== null ? null : after(from, limits.lineFaultMs)
}

/** Since when the contact has been as pressed without the other one; after a press, since that was let go. */
function aloneFrom({ wiring, lines }: Circuit, { id, contact, hold }: Line): Instant | null {
  if (contact.phase.kind !== 'pressed' || contact.level === 'open' || hold === null) return null
  if (needsRelease(wiring)) return hold.isPress ? null : hold.found.pressedAt
  const other = lines.find(each => each.id !== id)
  if (wiring.kind !== 'antivalent' || other === undefined || other.failed || isHeld(other)) return null
  return hold.isPress ? (other.hold?.endedAt ?? hold.found.pressedAt) : hold.found.pressedAt
}

function held(circuit: Circuit, line: Line, found: Held): Judged {
  const hold: Hold = { found, endedAt: null, isPress: false, toldAs: null }
  const isDeaf = found.withoutEdge && !line.missed
  const begun: Line = { ...line, hold, deaf: line.deaf || isDeaf }
  const next = withLine(circuit, begun)
  const other = next.lines.find(each => each.id !== line.id) ?? null
  const judged = circuit.heldFrom === null ? proved(next, begun, other) : nothing(joined(next, begun))
  return isDeaf ? withFinding(judged, fault('levelMismatch', true)) : judged
}

function proved(circuit: Circuit, line: Line, other: Line | null): Judged {
  const by = proof(circuit.wiring, line, other)
  return by === null ? { circuit, findings: lookAt(other) } : pressed(circuit, by)
}

/** The contact belongs to the press that the button is held in. */
const joined = (circuit: Circuit, line: Line): Circuit =>
  line.hold === null ? circuit : withLine(circuit, { ...line, hold: { ...line.hold, isPress: true } })

/** The lines that show this press, the one that completes it first; null: it is not proved, or not yet. */
function proof(wiring: Wiring, line: Line, other: Line | null): readonly Line[] | null {
  if (needsRelease(wiring)) return null
  if (other === null || other.failed) return [line]
  return isPressOf(wiring, line, other) ? [line, other] : null
}

const isPressOf = (wiring: Wiring, one: Line, two: Line): boolean =>
  overlap(one, two) && (wiring.kind !== 'twoHand' || areTogether(one, two))

/** Nothing but its end tells a press from a cut wire. */
const needsRelease = (wiring: Wiring): boolean => wiring.kind === 'normallyClosed' && wiring.cutWireIs === 'fault'

function overlap(one: Line, two: Line): boolean {
  if (one.hold === null || two.hold === null) return false
  return one.hold.found.pressedAt < endOf(two) && two.hold.found.pressedAt < endOf(one)
}

function endOf({ contact, hold }: Line): number {
  if (contact.phase.kind !== 'pressed') return hold?.endedAt ?? Number.NEGATIVE_INFINITY
  return contact.level === 'open' ? contact.since : Number.POSITIVE_INFINITY
}

/** Closed within twoHandMs, and neither in a press before: both hands must have let go of the last one [ISO 13851]. */
function areTogether(one: Line, two: Line): boolean {
  if (one.hold === null || two.hold === null || one.hold.isPress || two.hold.isPress) return false
  return Math.abs(between(one.hold.found.pressedAt, two.hold.found.pressedAt)) <= limits.twoHandMs
}

/** The other contact should have moved too. If its edges are lost, its level shows it, and the press is not missed. */
function lookAt(other: Line | null): readonly Finding[] {
  return other === null || other.contact.level === 'closed' ? [] : [{ kind: 'lookAgain' }]
}

function pressed(circuit: Circuit, by: readonly Line[]): Judged {
  const holds = by.flatMap(({ hold }) => hold ?? [])
  const pressedAt = instant(Math.max(...holds.map(({ found }) => found.pressedAt)))
  const contact = reportOf(circuit.wiring, holds, pressedAt)
  const judged: Judged = {
    circuit: { ...by.reduce(joined, circuit), heldFrom: pressedAt },
    findings: [{ kind: 'pressed', pressedAt, contact }],
  }
  const isClean =
    circuit.wiring.kind === 'antivalent' && by.length === 2 && holds.every(({ toldAs }) => toldAs === null)
  return isClean ? withFinding(judged, fault('lineDiscrepancy', false)) : judged
}

function reportOf({ kind: wiring }: Wiring, holds: readonly Hold[], pressedAt: Instant): ContactReport {
  const movements = holds.map(({ found }) => found.movement)
  const confirmedAt = Math.max(...holds.map(({ found }) => found.pressedAt + found.movement.heldMs))
  return {
    wiring,
    edges: movements.reduce((sum, { edges }) => sum + edges, 0),
    heldMs: millis(Math.round(confirmedAt - pressedAt)),
    confirmedBy: confirmationOf(movements.map(({ confirmedBy }) => confirmedBy)),
    timeSource: movements.every(({ timeSource }) => timeSource === 'kernel') ? 'kernel' : 'arrival',
  }
}

/** Of two contacts: what is worth knowing of either, else what completed the press. */
function confirmationOf(confirmations: readonly ContactReport['confirmedBy'][]): ContactReport['confirmedBy'] {
  if (confirmations.includes('chatter')) return 'chatter'
  return confirmations.find(each => each !== 'heldAtStart') ?? 'heldAtStart'
}

function letGo(circuit: Circuit, line: Line, openedAt: Instant): Judged {
  if (line.hold === null) return nothing(circuit)
  const cleared = untold(circuit, line)
  const { found, isPress } = line.hold
  if (isPress) return released(cleared, openedAt)
  return between(found.pressedAt, openedAt) < limits.stuckMs ? unproved(cleared, line, openedAt) : cleared
}

/** The button is at rest again with the first of its contacts. */
function released({ circuit, findings }: Judged, openedAt: Instant): Judged {
  if (circuit.heldFrom === null) return { circuit, findings }
  const heldMs = millis(Math.max(0, Math.round(between(circuit.heldFrom, openedAt))))
  return { circuit: { ...circuit, heldFrom: null }, findings: [...findings, { kind: 'released', heldMs }] }
}

/** A contact moved alone for as long as a finger may press. The fault stays until a press moves both. */
function unproved(judged: Judged, line: Line, openedAt: Instant): Judged {
  const { wiring } = judged.circuit
  if (wiring.kind === 'antivalent') return withFinding(judged, fault('lineDiscrepancy', true))
  if (!needsRelease(wiring) || line.hold === null) return judged
  const press = pressed(judged.circuit, [byRelease(line, line.hold, openedAt)])
  return released({ circuit: press.circuit, findings: [...judged.findings, ...press.findings] }, openedAt)
}

/** A wire that is cut does not close its circuit again: it was a press, and its whole length is known. */
function byRelease(line: Line, hold: Hold, openedAt: Instant): Line {
  const { found } = hold
  const confirmedBy = found.movement.confirmedBy === 'heldAtStart' ? 'heldAtStart' : 'release'
  const movement = { ...found.movement, confirmedBy, heldMs: between(found.pressedAt, openedAt) } as const
  return { ...line, hold: { ...hold, found: { ...found, movement } } }
}

/** Held for longer than a finger presses: by a thing, by its latch, or because its wire is cut. */
function stuck(circuit: Circuit, line: Line): Judged {
  const { wiring, latching, lines, heldFrom } = circuit
  if (needsRelease(wiring)) return nothing(circuit) // told long ago
  if (wiring.kind === 'twoHand' && heldFrom === null) return told(circuit, line, 'handMissing')
  if (wiring.kind === 'normallyClosed' && !latching) return told(circuit, line, contradiction(line))
  const isStuck = lines.every(({ failed, contact: { phase } }) => failed || (phase.kind === 'pressed' && phase.stuck))
  return isStuck ? { circuit, findings: [{ kind: 'stuck' }] } : nothing(circuit)
}

/** What it looks like if a contact is as pressed and the other one is not. */
const contradiction = ({ pressed }: Line): FaultCode => (pressed === 'open' ? 'lineCut' : 'lineShort')

function told(circuit: Circuit, line: Line, code: FaultCode): Judged {
  if (line.hold === null) return nothing(circuit)
  const next = withLine(circuit, { ...line, hold: { ...line.hold, toldAs: code } })
  return { circuit: next, findings: [fault(code, true)] }
}

/** The fault that this hold was told as is over, unless the other contact is held as well. */
function untold(circuit: Circuit, line: Line): Judged {
  const code = line.hold?.toldAs ?? null
  if (code === null) return nothing(circuit)
  const goesOn = circuit.lines.some(each => each.id !== line.id && isHeld(each) && each.hold?.toldAs === code)
  return { circuit, findings: goesOn ? [] : [fault(code, false)] }
}

const nothing = (circuit: Circuit): Judged => ({ circuit, findings: [] })
const fault = (code: FaultCode, active: boolean): Finding => ({ kind: 'fault', code, active })
const withFinding = ({ circuit, findings }: Judged, finding: Finding): Judged => ({
  circuit,
  findings: [...findings, finding],
})
