// The device's step: joins all rules. One event, one step; a confirmed press leaves in the step that confirms it [D14].
import { assertNever } from '../../protocol/assert.ts'
import { type ButtonId, pressId } from '../../protocol/ids.ts'
import type { Step } from '../../protocol/step.ts'
import { earlier, type Instant, type WallTime, wallTime } from '../../protocol/time.ts'
import { announcementsDueAt, announcementsWoken } from './announcements.ts'
import { type Change, each, unchanged, withButton, withEffect, withState } from './change.ts'
import { type Debounced, dueAt, edgeSeen, type Finding, levelRead, timePassed } from './debounce.ts'
import { withFault } from './faults.ts'
import { acknowledgementHeard, indicate } from './indicator.ts'
import { journalDamaged, journalDueAt, journaled, journalFailed, journalWoken } from './journaling.ts'
import { connected, disconnected, hasten, linksDueAt, linksStarted, linksStopping, linksWoken } from './links.ts'
import type { Button, Effect, Event, FromGateway, LinkId, Press, State } from './model.ts'
import { outboxDueAt, outboxWoken, owePress, recoverPresses, retire } from './outbox.ts'
import { claimed, commandHeard, meaningOf, progressHeard, remembered } from './press.ts'
import {
  auditLevels,
  clockRead,
  configHeard,
  lineFailed,
  lineRecovered,
  supervisionDueAt,
  supervisionWoken,
} from './supervision.ts'
import { levelsAudited } from './watchdog.ts'

export const deviceStep: Step<State, Event, Effect> = (state, event) => {
  const change = indicate(state, handle(unchanged(state), event))
  return { state: change.state, effects: change.effects, wakeAt: wakeAt(change.state) }
}

function handle(change: Change, event: Event): Change {
  switch (event.kind) {
    case 'started':
      return started(change, event)
    case 'woken':
      return woken(change, event)
    case 'stopping':
      return linksStopping(change)
    case 'edgeSeen':
      return edge(change, event)
    case 'levelRead':
      return contactMoved(change, event.button, event, ({ contact, confirmMs }) =>
        levelRead(contact, event.level, event.readAt, confirmMs),
      )
    case 'lineFailed':
      return lineFailed(change, event.button)
    case 'lineRecovered':
      return lineRecovered(change, event.button, event.at)
    case 'levelsAudited':
      return levelsAudited(change, event.answered, event.silent)
    case 'journaled':
      return journaled(change, event.entry, event.at)
    case 'journalFailed':
      return journalFailed(change, event.entry, event.at)
    case 'journalDamaged':
      return journalDamaged(change)
    case 'connected':
      return connected(change, event.link, event.session, event)
    case 'disconnected':
      return disconnected(change, event.link, event.session, event)
    case 'received':
      return received(change, event.link, event.message, event.at)
    case 'clockRead':
      return clockRead(change, event.clockErrorMs, event.synchronised)
    default:
      return assertNever(event)
  }
}

/** The presses of an earlier start come first; then the levels are read, the connections made, and the indicator is dark. */
function started(change: Change, event: Extract<Event, { kind: 'started' }>): Change {
  const owed = recoverPresses(change, event.recovered, event.at)
  const open = each(owed, event.recovered, (next, press) =>
    press.meaning.kind === 'testAlarm' ? next : withButton(next, press.button, { openAlarm: claimed(press, event.at) }),
  )
  const dark = withEffect(open, { kind: 'indicate', state: 'off' })
  return linksStarted(auditLevels(dark, event.at), event)
}

function woken(change: Change, event: Event): Change {
  const timed = each(change, change.state.buttons.keys(), (next, button) =>
    contactMoved(next, button, event, ({ contact, confirmMs }) => timePassed(contact, event.at, confirmMs)),
  )
  const journal = journalWoken(outboxWoken(timed, event), event.at)
  const heard = announcementsWoken(journal, event.at)
  return supervisionWoken(linksWoken(heard, event.at), event.at)
}

function edge(change: Change, event: Extract<Event, { kind: 'edgeSeen' }>): Change {
  const { button, level, stampedAt, timeSource } = event
  const alive = withFault(change, 'levelMismatch', button, false)
  return contactMoved(alive, button, event, ({ contact, confirmMs }) =>
    edgeSeen(contact, level, stampedAt, timeSource, confirmMs),
  )
}

function received(change: Change, id: LinkId, message: FromGateway, at: Instant): Change {
  const link = change.state.links.get(id)
  if (link === undefined || message.device !== change.state.settings.device) return change
  switch (message.kind) {
    case 'receipt':
      return retire(change, message, id, at)
    case 'progress':
      return acknowledgementHeard(progressHeard(change, message, id, at), message, id, at)
    case 'command':
      return commandHeard(change, link, message, at)
    case 'config':
      return configHeard(change, message, at)
    default:
      return assertNever(message)
  }
}

function contactMoved(change: Change, id: ButtonId, event: Event, move: (button: Button) => Debounced): Change {
  const button = change.state.buttons.get(id)
  if (button === undefined) return change
  const { contact, findings } = move(button)
  return each(withButton(change, id, { contact }), findings, (next, finding) => found(next, id, finding, event))
}

function found(change: Change, button: ButtonId, finding: Finding, event: Event): Change {
  switch (finding.kind) {
    case 'pressed':
      return pressConfirmed(change, button, finding, event)
    case 'stuck':
      return withFault(change, 'buttonStuck', button, true)
    case 'released':
      return withFault(withFault(change, 'buttonStuck', button, false), 'heldAtStart', button, false)
    case 'lookAgain':
      return auditLevels(change, event.at)
    default:
      return assertNever(finding)
  }
}

function pressConfirmed(
  change: Change,
  id: ButtonId,
  { pressedAt, contact, withoutEdge }: Extract<Finding, { kind: 'pressed' }>,
  event: Event,
): Change {
  const button = change.state.buttons.get(id)
  if (button === undefined) return change
  const { device, boot } = change.state.settings
  const sequence = change.state.presses + 1
  const press: Press = {
    id: pressId(device, boot, sequence),
    button: id,
    meaning: meaningOf(button, pressedAt),
    age: { basis: 'monotonic', pressedAt },
    pressedWall: wallAt(pressedAt, event),
    contact,
  }
  const counted = withButton(withState(change, { presses: sequence }), id, remembered(press, pressedAt))
  const owed = hasten(owePress(counted, press, event), event)
  const chatter = withFault(owed, 'contactChatter', id, contact.confirmedBy === 'chatter')
  const held = contact.confirmedBy === 'heldAtStart' ? withFault(chatter, 'heldAtStart', id, true) : chatter
  return withoutEdge ? withFault(held, 'levelMismatch', id, true) : held
}

const wallAt = (moment: Instant, { at, wall }: { readonly at: Instant; readonly wall: WallTime }): WallTime =>
  wallTime(Math.max(0, Math.floor(wall - (at - moment))))

function wakeAt(state: State): Instant | null {
  const contacts = [...state.buttons.values()].map(({ contact, confirmMs }) => dueAt(contact, confirmMs))
  const due = [...contacts, outboxDueAt(state), journalDueAt(state), linksDueAt(state), announcementsDueAt(state)]
  return due.reduce(earlier, supervisionDueAt(state))
}
