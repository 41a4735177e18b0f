// The discreet indicator: dark at the press, whatever happens [S5]; lit only if the gateway allows it, and only from the moment
// that a person has taken an alarm until that alarm is closed.
import type { ProgressMessage } from '../../protocol/messages.ts'
import type { Instant } from '../../protocol/time.ts'
import { type Change, withButton, withEffect } from './change.ts'
import type { LinkId, State } from './model.ts'

const isLit = ({ config, buttons }: State): boolean =>
  config.indicator === 'afterAcknowledgement' && [...buttons.values()].some(({ acknowledged }) => acknowledged !== null)

/** Asks for a change of the indicator if the rules run since `before` made one. */
export function indicate(before: State, change: Change): Change {
  const lit = isLit(change.state)
  if (lit === isLit(before)) return change
  return withEffect(change, { kind: 'indicate', state: lit ? 'acknowledged' : 'off' })
}

/** Anything but the acknowledgement takes it back: the alarm is closed, or its gateway failed before that was on record. */
export function acknowledgementHeard(change: Change, progress: ProgressMessage, by: LinkId, at: Instant): Change {
  const { button, alarm, state } = progress
  if (state === 'acknowledged') return withButton(change, button, { acknowledged: { alarm, by, at } })
  const over = change.state.buttons.get(button)?.acknowledged?.alarm === alarm
  return over ? withButton(change, button, { acknowledged: null }) : change
}
