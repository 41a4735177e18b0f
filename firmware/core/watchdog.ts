// When the watchdogs are fed [D22]: at the end of every audit of the levels in which each line gave an answer. A bare timer would go on
// feeding in a program that has lost its lines or no longer runs its step.
//
// A level is an answer, and so is a failure: no restart mends a cut cable or a dead interrupt, people are told of it as a fault, and
// the other buttons go on protecting. No answer at all means that something inside hangs, and a restart may cure that. It is
// tried once: a line that has not answered since the program started is not waited for, so that nothing restarts without end.
import { type Change, withEffect, withState } from './change.ts'
import type { LineId } from './circuit.ts'

/** @param silent lines that gave no answer within `limits.lineAnswerMs`, which is told as a failure of the line as well. */
export function levelsAudited(change: Change, answered: readonly LineId[], silent: readonly LineId[]): Change {
  const { answering } = change.state
  const known = withState(change, { answering: new Set([...answering, ...answered]) })
  return silent.some(line => answering.has(line)) ? known : withEffect(known, { kind: 'feedWatchdogs' })
}
