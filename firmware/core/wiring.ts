// What happens on the lines of a button becomes what it means for the button. Each line is debounced for itself, by its own
// stamps, so that nothing depends on whose edges are heard first; proof.ts decides what the holds of the lines mean together.
import { earlier, type Instant } from '../../protocol/time.ts'
import {
  type Circuit,
  type Finding,
  type Hold,
  type Judged,
  type Line,
  type LineId,
  lineOf,
  withLine,
} from './circuit.ts'
import type { TimeSource } from './debounce.ts'
import { type Contact, type Debounced, dueAt, edgeSeen, type Level, levelRead, timePassed } from './debounce.ts'
import { aloneDueAt, judge, judgeAlone, judgeTogether } from './proof.ts'

/** @param level of the circuit: closed or open. */
export function edgeOnLine(circuit: Circuit, line: Line, level: Level, at: Instant, timeSource: TimeSource): Judged {
  const moved = edgeSeen(line.contact, asPressed(line, level), at, timeSource, circuit.timing)
  const hearing = withLine(circuit, { ...line, deaf: false, missed: false })
  const active = hearing.lines.some(({ deaf }) => deaf)
  const heard: readonly Finding[] = line.deaf ? [{ kind: 'fault', code: 'levelMismatch', active }] : []
  return continued({ circuit: hearing, findings: heard }, next => judgeAll(next, [[line.id, moved]]))
}

/** @param readAt when the reading was asked for. */
export function lineRead(circuit: Circuit, line: Line, level: Level, readAt: Instant): Judged {
  const isAtRest = level !== line.pressed
  const seen = isAtRest && line.missed ? withLine(circuit, { ...line, missed: false }) : circuit
  return judgeAll(seen, [[line.id, levelRead(line.contact, asPressed(line, level), readAt, circuit.timing)]])
}

/** What has become true by now, if nothing else happened on the lines. */
export function timeOnLines(circuit: Circuit, at: Instant): Judged {
  const moves = circuit.lines.map(({ id, contact }) => [id, timePassed(contact, at, circuit.timing)] as const)
  return continued(judgeAll(circuit, moves), next => judgeAlone(next, at))
}

export function lineFailing(circuit: Circuit, line: Line, failed: boolean): Judged {
  const next = withLine(circuit, { ...line, failed, missed: failed || line.missed })
  const active = next.lines.some(each => each.failed)
  return { circuit: next, findings: [{ kind: 'fault', code: 'lineFailed', active }] }
}

/** When time alone changes something next. */
export function linesDueAt(circuit: Circuit): Instant | null {
  let due: Instant | null = null
  for (const line of circuit.lines)
    due = earlier(due, earlier(dueAt(line.contact, circuit.timing), aloneDueAt(circuit, line)))
  return due
}

/** Debouncing calls a contact closed while it is as a press makes it. */
const asPressed = ({ pressed }: Line, level: Level): Level => (level === pressed ? 'closed' : 'open')

/** What began is judged before what ended: two contacts of one press find each other however late both are heard. */
function judgeAll(circuit: Circuit, moves: readonly (readonly [LineId, Debounced])[]): Judged {
  const moved = moves.reduce((next, [id, debounced]) => withContact(next, id, debounced), circuit)
  const found = moves.flatMap(([id, { findings }]) => findings.map(finding => ({ id, finding })))
  const begun = found.filter(({ finding }) => finding.kind === 'pressed')
  const others = found.filter(({ finding }) => finding.kind !== 'pressed')
  const judged = [...begun, ...others].reduce<Judged>(
    (so, { id, finding }) => continued(so, next => judge(next, id, finding)),
    { circuit: moved, findings: [] },
  )
  return continued(judged, judgeTogether)
}

function withContact(circuit: Circuit, id: LineId, { contact, findings }: Debounced): Circuit {
  const line = lineOf(circuit, id)
  if (line === undefined) return circuit
  const { hold } = line
  if (contact === line.contact && findings.length === 0) return circuit
  const end = findings.find(({ kind }) => kind === 'released')
  if (hold !== null && end?.kind === 'released')
    return withLine(circuit, { ...line, contact, hold: { ...hold, endedAt: end.openedAt } })
  return hold !== null && goesOn(hold, contact)
    ? resumed(circuit, { ...line, contact }, hold)
    : withLine(circuit, { ...line, contact })
}

/** A late edge has shown that the hold goes on that was taken to be over. */
const goesOn = ({ endedAt, found }: Hold, { phase }: Contact): boolean =>
  endedAt !== null && phase.kind === 'pressed' && phase.pressedAt === found.pressedAt

function resumed(circuit: Circuit, line: Line, hold: Hold): Circuit {
  const heldFrom = hold.isPress ? (circuit.heldFrom ?? hold.found.pressedAt) : circuit.heldFrom
  return { ...withLine(circuit, { ...line, hold: { ...hold, endedAt: null } }), heldFrom }
}

function continued({ circuit, findings }: Judged, rule: (circuit: Circuit) => Judged): Judged {
  const next = rule(circuit)
  return { circuit: next.circuit, findings: [...findings, ...next.findings] }
}
