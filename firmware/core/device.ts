// The device's step: joins all rules. One event, one step; a confirmed press leaves in the step that confirms it [D14].
import { assertNever } from '../../protocol/assert.ts'
import type { Step } from '../../protocol/step.ts'
import { earlier, type Instant } from '../../protocol/time.ts'
import { announcementsDueAt, announcementsWoken } from './announcements.ts'
import { lineMoved, timeOnButtons } from './buttons.ts'
import { type Change, each, unchanged, withButton, withEffect } from './change.ts'
import { journalDamaged, journalDueAt, journaled, journalFailed, journalWoken } from './journaling.ts'
import { connected, disconnected, linksDueAt, linksStarted, linksStopping, linksWoken } from './links.ts'
import type { Effect, Event, FromGateway, LinkId, State } from './model.ts'
import { outboxDueAt, outboxWoken, recoverPresses, retire } from './outbox.ts'
import { acknowledgementHeard, outputAnswered, retryOutputs, settleOutputs } from './outputs.ts'
import { claimed, commandHeard, progressHeard } from './press.ts'
import { auditLevels, clockRead, configHeard, supervisionDueAt, supervisionWoken } from './supervision.ts'
import { levelsAudited } from './watchdog.ts'
import { edgeOnLine, lineFailing, lineRead, linesDueAt } from './wiring.ts'

export const deviceStep: Step<State, Event, Effect> = (state, event) => {
  const change = settleOutputs(handle(unchanged(state), event))
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
      return lineMoved(change, event.line, event, (circuit, line) =>
        edgeOnLine(circuit, line, event.level, event.stampedAt, event.timeSource),
      )
    case 'levelRead':
      return lineMoved(change, event.line, event, (circuit, line) => lineRead(circuit, line, event.level, event.readAt))
    case 'lineFailed':
      return lineMoved(change, event.line, event, (circuit, line) => lineFailing(circuit, line, true))
    case 'lineRecovered':
      return recovered(change, event)
    case 'levelsAudited':
      return retryOutputs(levelsAudited(change, event.answered, event.silent))
    case 'outputAnswered':
      return outputAnswered(change, event.output, event.works)
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

/** The presses of an earlier start come first; then the levels are read, the connections made, and the outputs are at rest. */
function started(change: Change, event: Extract<Event, { kind: 'started' }>): Change {
  const owed = recoverPresses(change, event.recovered, event.at)
  const open = each(owed, event.recovered, (next, press) =>
    press.meaning.kind === 'testAlarm' ? next : withButton(next, press.button, { openAlarm: claimed(press, event.at) }),
  )
  const dark = withEffect(withEffect(open, { kind: 'indicate', state: 'off' }), { kind: 'switchRelay', state: 'open' })
  return linksStarted(auditLevels(dark, event.at), event)
}

function woken(change: Change, event: Event): Change {
  const journal = journalWoken(outboxWoken(timeOnButtons(change, event), event), event.at)
  const heard = announcementsWoken(journal, event.at)
  return supervisionWoken(linksWoken(heard, event.at), event.at)
}

/** A line that works again is read at once, because a press may have been missed. */
function recovered(change: Change, event: Extract<Event, { kind: 'lineRecovered' }>): Change {
  const well = lineMoved(change, event.line, event, (circuit, line) => lineFailing(circuit, line, false))
  return auditLevels(well, event.at)
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

function wakeAt(state: State): Instant | null {
  let due = supervisionDueAt(state)
  for (const { circuit } of state.buttons.values()) due = earlier(due, linesDueAt(circuit))
  if (state.tamper !== null) due = earlier(due, linesDueAt(state.tamper))
  for (const rule of rulesWithTime) due = earlier(due, rule(state))
  return due
}

const rulesWithTime = [outboxDueAt, journalDueAt, linksDueAt, announcementsDueAt] as const
