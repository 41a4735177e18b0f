// From a line to the alarm: finds whose line moved, and does what that means. The contact of the case is no button: what a press is
// there is an open case, told as a fault, and never an alarm.
import { assertNever } from '../../protocol/assert.ts'
import { type ButtonId, pressId } from '../../protocol/ids.ts'
import type { Millis } from '../../protocol/time.ts'
import { type Instant, type WallTime, wallTime } from '../../protocol/time.ts'
import { type Change, each, sendToAll, withButton, withState } from './change.ts'
import { type Circuit, type Finding, type Judged, type Line, type LineId, lineOf } from './circuit.ts'
import { withFault } from './faults.ts'
import { hasten } from './links.ts'
import type { Button, Press } from './model.ts'
import { owePress } from './outbox.ts'
import { meaningOf, remembered } from './press.ts'
import { auditLevels } from './supervision.ts'
import { linesDueAt, timeOnLines } from './wiring.ts'

type Moment = { readonly at: Instant; readonly wall: WallTime; readonly random: number }

/** Something happened on this line. */
export function lineMoved(
  change: Change,
  id: LineId,
  moment: Moment,
  move: (circuit: Circuit, line: Line) => Judged,
): Change {
  const { buttons, tamper } = change.state
  const judged = (circuit: Circuit | null): Judged | null => {
    const line = circuit === null ? undefined : lineOf(circuit, id)
    return circuit === null || line === undefined ? null : move(circuit, line)
  }
  const moved = each(change, buttons.values(), (next, button) =>
    buttonMoved(next, button, judged(button.circuit), moment),
  )
  return caseMoved(moved, judged(tamper), moment)
}

/** What has become true of every line by now. Most buttons are at rest, and a press waits for what is done here. */
export function timeOnButtons(change: Change, moment: Moment): Change {
  const { buttons, tamper } = change.state
  const passed = (circuit: Circuit | null): Judged | null => {
    const due = circuit === null ? null : linesDueAt(circuit)
    return circuit === null || due === null || due > moment.at ? null : timeOnLines(circuit, moment.at)
  }
  const moved = each(change, buttons.values(), (next, button) =>
    buttonMoved(next, button, passed(button.circuit), moment),
  )
  return caseMoved(moved, passed(tamper), moment)
}

function buttonMoved(change: Change, { id }: Button, judged: Judged | null, moment: Moment): Change {
  if (judged === null) return change
  const moved = withButton(change, id, { circuit: judged.circuit })
  return each(moved, judged.findings, (next, finding) => found(next, id, finding, moment))
}

function found(change: Change, id: ButtonId, finding: Finding, moment: Moment): Change {
  const button = change.state.buttons.get(id)
  if (button === undefined) return change
  switch (finding.kind) {
    case 'pressed':
      return pressConfirmed(change, button, finding, moment)
    case 'released':
      return released(change, button, finding.heldMs)
    case 'stuck':
      return withFault(change, button.circuit.latching ? 'waitingForReset' : 'buttonStuck', id, true)
    case 'fault':
      return withFault(change, finding.code, id, finding.active)
    case 'lookAgain':
      return auditLevels(change, moment.at)
    default:
      return assertNever(finding)
  }
}

function pressConfirmed(
  change: Change,
  button: Button,
  { pressedAt, contact }: Extract<Finding, { kind: 'pressed' }>,
  moment: Moment,
): Change {
  const { id } = button
  const { device, boot } = change.state.settings
  const sequence = change.state.presses + 1
  const press: Press = {
    id: pressId(device, boot, sequence),
    button: id,
    meaning: meaningOf(button, pressedAt),
    age: { basis: 'monotonic', pressedAt },
    pressedWall: wallAt(pressedAt, moment),
    contact,
  }
  const known = { ...remembered(press, pressedAt), heldPress: press.id }
  const counted = withButton(withState(change, { presses: sequence }), id, known)
  const owed = hasten(owePress(counted, press, moment), moment)
  const chatter = withFault(owed, 'contactChatter', id, contact.confirmedBy === 'chatter')
  return contact.confirmedBy === 'heldAtStart' ? withFault(chatter, 'heldAtStart', id, true) : chatter
}

/** Told once to whoever is connected: how long it was held is worth knowing afterwards, and not worth a place in the journal. */
function released(change: Change, { id, heldPress }: Button, heldMs: Millis): Change {
  const over = (['buttonStuck', 'waitingForReset', 'heldAtStart'] as const).reduce(
    (next, code) => withFault(next, code, id, false),
    withButton(change, id, { heldPress: null }),
  )
  return heldPress === null ? over : sendToAll(over, { kind: 'released', id: heldPress, heldMs })
}

function caseMoved(change: Change, judged: Judged | null, { at }: Moment): Change {
  if (judged === null) return change
  return each(withState(change, { tamper: judged.circuit }), judged.findings, (next, finding) => {
    if (finding.kind === 'pressed') return withFault(next, 'caseOpened', 'device', true)
    if (finding.kind === 'released') return withFault(next, 'caseOpened', 'device', false)
    if (finding.kind === 'lookAgain') return auditLevels(next, at)
    const isFailure = finding.kind === 'fault' && finding.code === 'lineFailed'
    return isFailure ? withFault(next, 'lineFailed', 'case', finding.active) : next
  })
}

const wallAt = (moment: Instant, { at, wall }: Moment): WallTime =>
  wallTime(Math.max(0, Math.floor(wall - (at - moment))))
