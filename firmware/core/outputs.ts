// The discreet indicator and the relay: at rest at the press, whatever happens [S5]. They show only that a person has taken an
// alarm, until that alarm is closed; and nothing of them changes while a press waits for a person, not even what they show of an
// earlier alarm. So the first thing that can be seen or heard after a press is that somebody has taken it.
import { assertNever } from '../../protocol/assert.ts'
import type { ProgressMessage } from '../../protocol/messages.ts'
import type { Instant } from '../../protocol/time.ts'
import { type Change, withButton, withEffect, withState } from './change.ts'
import { hasFault, withFault } from './faults.ts'
import type { Button, LinkId, Output, Press, State } from './model.ts'
import { claimedAlarm } from './press.ts'

/** Asks for what the outputs should show by now, if that is not what they show. */
export function settleOutputs(change: Change): Change {
  const { outputs, buttons, config } = change.state
  if (isWaiting(change.state)) return change
  const isTaken = [...buttons.values()].some(({ acknowledged }) => acknowledged !== null)
  const indicator = isTaken && config.indicator === 'afterAcknowledgement' ? 'acknowledged' : 'off'
  const relay = isTaken ? 'closed' : 'open'
  if (indicator === outputs.indicator && relay === outputs.relay) return change
  const settled = withState(change, { outputs: { indicator, relay } })
  const shown = indicator === outputs.indicator ? settled : withEffect(settled, { kind: 'indicate', state: indicator })
  return relay === outputs.relay ? shown : withEffect(shown, { kind: 'switchRelay', state: relay })
}

const faultOf = { indicator: 'indicatorFailed', relay: 'relayFailed' } as const

export const outputAnswered = (change: Change, output: Output, works: boolean): Change =>
  withFault(change, faultOf[output], 'device', !works)

/** Asks once more for what could not be done. An output that comes back to life at a press could be seen or heard [S5]. */
export function retryOutputs(change: Change): Change {
  const { state } = change
  const hasFailed = (output: Output): boolean => hasFault(state, faultOf[output], 'device')
  if (isWaiting(state)) return change
  const { indicator, relay } = state.outputs
  const shown = hasFailed('indicator') ? withEffect(change, { kind: 'indicate', state: indicator }) : change
  return hasFailed('relay') ? withEffect(shown, { kind: 'switchRelay', state: relay }) : shown
}

/** Anything but the acknowledgement takes it back: the alarm is closed, or its gateway failed before that was on record. */
export function acknowledgementHeard(change: Change, progress: ProgressMessage, by: LinkId, at: Instant): Change {
  const { button, alarm, state } = progress
  if (state === 'acknowledged') return withButton(change, button, { acknowledged: { alarm, by, at }, answered: alarm })
  const over = change.state.buttons.get(button)?.acknowledged?.alarm === alarm
  return over ? withButton(change, button, { acknowledged: null }) : change
}

/** Somebody pressed, and nobody was said to have taken that alarm. A test waits for nobody. */
const isWaiting = ({ buttons, outbox }: State): boolean =>
  [...buttons.values()].some(({ openAlarm, answered }) => openAlarm !== null && openAlarm.alarm !== answered) ||
  outbox.some(({ press }) => isUnanswered(press, buttons.get(press.button)))

/** Of a press that is owed. A repeat may raise another alarm, if its own was closed meanwhile: only its receipt tells. */
function isUnanswered(press: Press, button: Button | undefined): boolean {
  switch (press.meaning.kind) {
    case 'alarm':
      return button?.answered !== claimedAlarm(press)
    case 'repeatPress':
      return true
    case 'testAlarm':
      return false
    default:
      return assertNever(press.meaning)
  }
}
