// What a confirmed press means: a new alarm, a further press of an open one, or a test. The gateway has the last word.
import { assertNever } from '../../protocol/assert.ts'
import { type AlarmId, alarmOfPress } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { CommandMessage, ProgressMessage, ReceiptMessage } from '../../protocol/messages.ts'
import { after, type Instant, millis, type WallTime, wallBetween } from '../../protocol/time.ts'
import { type Body, type Change, withButton, withLink } from './change.ts'
import type { Button, Link, LinkId, Meaning, Press, Said } from './model.ts'

/** The meaning of a press at this moment. A test never hides an open alarm, and a second press soon after a test is meant. */
export function meaningOf(button: Button, pressedAt: Instant): Meaning {
  if (button.openAlarm !== null) return { kind: 'repeatPress', alarm: button.openAlarm.alarm }
  const { test, lastTestAt } = button
  const testing = test !== null && test.from <= pressedAt && pressedAt < test.until
  const meant = lastTestAt !== null && pressedAt < after(lastTestAt, limits.testToRealMs)
  return { kind: testing && !meant ? 'testAlarm' : 'alarm' }
}

/** What the button remembers of the press. A repeat press adds nothing to what was said of its alarm. */
export function remembered(press: Press, at: Instant): Partial<Button> {
  switch (press.meaning.kind) {
    case 'alarm':
      return { openAlarm: claimed(press, at) }
    case 'repeatPress':
      return {}
    case 'testAlarm':
      return { lastTestAt: at }
    default:
      return assertNever(press.meaning)
  }
}

/** The device's own word: nobody has confirmed the press yet. */
export const claimed = (press: Press, at: Instant): Said => ({ alarm: claimedAlarm(press), by: null, at })

/** The alarm that the device takes the press to belong to. */
export const claimedAlarm = (press: Press): AlarmId =>
  press.meaning.kind === 'repeatPress' ? press.meaning.alarm : alarmOfPress(press.id)

/** The press on the wire, with its age at this sending [S9]. */
export function bodyOf(press: Press, at: Instant, wall: WallTime): Body {
  const { id, button, contact, age, pressedWall: pressedAt, meaning } = press
  const ageMs = millis(Math.max(0, Math.round(ageOf(press, at, wall))))
  return { ...meaning, id, button, contact, pressedAt, ageMs, ageBasis: age.basis }
}

function ageOf({ age, pressedWall }: Press, at: Instant, wall: WallTime): number {
  if (age.basis === 'monotonic') return at - age.pressedAt
  // A board without a clock of its own may have started in the past: the press is at least as old as its recovery.
  return Math.max(wallBetween(pressedWall, wall), at - age.recoveredAt)
}

/**
 * The gateway says to which alarm the press belongs: its own, or the open one that it repeats. One that it repeats no more,
 * because it was closed at the same moment, has raised a new one.
 */
export function receiptHeard(change: Change, press: Press, receipt: ReceiptMessage, by: LinkId, at: Instant): Change {
  const open = change.state.buttons.get(press.button)?.openAlarm?.alarm ?? null
  const claimed = claimedAlarm(press)
  const isNews = open === null ? receipt.alarm !== claimed : open === claimed
  if (!isNews || press.meaning.kind === 'testAlarm') return change
  return withButton(change, press.button, { openAlarm: { alarm: receipt.alarm, by, at } })
}

/** The alarm is closed, or still open. One that is unknown to this device is not adopted: it may be a test. */
export function progressHeard(change: Change, progress: ProgressMessage, by: LinkId, at: Instant): Change {
  const { button, alarm, state } = progress
  if (change.state.buttons.get(button)?.openAlarm?.alarm !== alarm) return change
  return withButton(change, button, { openAlarm: state === 'closed' ? null : { alarm, by, at } })
}

/** Test mode on or off. A command to another boot, or one with a used number, is an echo. */
export function commandHeard(change: Change, link: Link, command: CommandMessage, at: Instant): Change {
  if (command.boot !== change.state.settings.boot || command.n <= link.lastCommand) return change
  const test = command.command === 'startTest' ? { from: at, until: after(at, command.durationMs) } : null
  return withButton(withLink(change, link.id, { lastCommand: command.n }), command.button, { test })
}
