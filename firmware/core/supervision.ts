// Proving that the device and its lines live: heartbeats, audits of the levels, the clock. Silence is for others to notice.
import { limits } from '../../protocol/limits.ts'
import type { ConfigMessage, HeartbeatMessage } from '../../protocol/messages.ts'
import { after, between, earlier, type Instant, type Millis, millis } from '../../protocol/time.ts'
import { type Change, each, linksUp, send, withEffect, withState } from './change.ts'
import { stateOf } from './circuit.ts'
import { faultsBeyond, faultsToRepeat, withFault } from './faults.ts'
import type { Link, State } from './model.ts'

export function supervisionWoken(change: Change, at: Instant): Change {
  const audited = change.state.nextAuditAt <= at ? auditLevels(change, at) : change
  return audited.state.nextHeartbeatAt <= at ? heartbeat(audited, at) : audited
}

export function auditLevels(change: Change, at: Instant): Change {
  return withEffect(withState(change, { nextAuditAt: after(at, limits.levelAuditMs) }), { kind: 'auditLevels' })
}

export const supervisionDueAt = (state: State): Instant | null => earlier(state.nextHeartbeatAt, state.nextAuditAt)

/** Also the first thing said after a birth: it repeats the faults that were raised while nobody listened, as many as it can hold. */
export function sendHeartbeat(change: Change, link: Link, at: Instant): Change {
  const { state } = change
  return send(change, link, {
    kind: 'heartbeat',
    session: link.session,
    uptimeMs: millis(Math.round(between(state.startedAt, at))),
    waiting: state.outbox.length,
    configVersion: state.config.version,
    program: state.settings.program,
    lines: linesOf(state),
    faults: faultsToRepeat(state),
  })
}

/** Said singly after the first heartbeat of a connection: faults for which a heartbeat has no room. */
export const sendFaultsBeyond = (change: Change, link: Link): Change =>
  each(change, faultsBeyond(change.state), (next, { code, subject }) =>
    send(next, link, { kind: 'fault', code, subject, state: 'raised', ageMs: millis(0) }),
  )

export function clockRead(change: Change, clockErrorMs: Millis | null, synchronised: boolean | null): Change {
  const read = clockErrorMs === change.state.clockErrorMs ? change : withState(change, { clockErrorMs })
  return withFault(read, 'clockUnsynchronised', 'device', synchronised === false)
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

/** Of each button whose lines were read. */
const linesOf = ({ buttons }: State): HeartbeatMessage['lines'] =>
  [...buttons.values()].flatMap(({ id, circuit }) => {
    const state = stateOf(circuit)
    return state === null ? [] : [{ button: id, state }]
  })
