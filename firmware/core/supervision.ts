// Proving that the device and its lines live: heartbeats, audits of the levels, the clock. Silence is for others to notice.
import type { ButtonId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { ConfigMessage, HeartbeatMessage } from '../../protocol/messages.ts'
import { after, between, earlier, type Instant, type Millis, millis } from '../../protocol/time.ts'
import { type Change, each, linksUp, send, withEffect, withState } from './change.ts'
import { faultsToRepeat, hasFault, withFault } from './faults.ts'
import type { Button, Link, State } from './model.ts'

export function supervisionWoken(change: Change, at: Instant): Change {
  const audited = change.state.nextAuditAt <= at ? auditLevels(change, at) : change
  return audited.state.nextHeartbeatAt <= at ? heartbeat(audited, at) : audited
}

export function auditLevels(change: Change, at: Instant): Change {
  return withEffect(withState(change, { nextAuditAt: after(at, limits.levelAuditMs) }), { kind: 'auditLevels' })
}

export const supervisionDueAt = (state: State): Instant | null => earlier(state.nextHeartbeatAt, state.nextAuditAt)

/** Also the first thing said after a birth: it repeats every fault that was raised while nobody listened. */
export function sendHeartbeat(change: Change, link: Link, at: Instant): Change {
  const { state } = change
  return send(change, link, {
    kind: 'heartbeat',
    session: link.session,
    uptimeMs: millis(Math.round(between(state.startedAt, at))),
    waiting: state.outbox.length,
    configVersion: state.config.version,
    program: state.settings.program,
    lines: [...state.buttons.values()]
      .filter(wasSeen)
      .map(button => ({ button: button.id, state: lineState(state, button) })),
    faults: faultsToRepeat(state),
  })
}

/** A line that fails is a fault; once it works again, it is read at once, because a press may have been missed. */
export const lineFailed = (change: Change, button: ButtonId): Change => withFault(change, 'lineFailed', button, true)

export const lineRecovered = (change: Change, button: ButtonId, at: Instant): Change =>
  auditLevels(withFault(change, 'lineFailed', button, false), at)

export function clockRead(change: Change, clockErrorMs: Millis | null, synchronised: boolean | null): Change {
  return withFault(withState(change, { clockErrorMs }), 'clockUnsynchronised', 'device', synchronised === false)
}

/** The heartbeat says at once which configuration is in force. */
export function configHeard(change: Change, { version, heartbeatMs, indicator }: ConfigMessage, at: Instant): Change {
  return heartbeat(withState(change, { config: { version, heartbeatMs, indicator } }), at)
}

function heartbeat(change: Change, at: Instant): Change {
  const sent = each(change, linksUp(change.state), (next, link) => sendHeartbeat(next, link, at))
  const next = withState(sent, { nextHeartbeatAt: after(at, sent.state.config.heartbeatMs) })
  return withEffect(next, { kind: 'readClock' })
}

const wasSeen = ({ contact }: Button): boolean => contact.phase.kind !== 'unseen'

export const lineState = (state: State, { id, contact }: Button): HeartbeatMessage['lines'][number]['state'] =>
  hasFault(state, 'lineFailed', id) ? 'failed' : contact.level
