// Proves that a press would reach somebody: a policy of which nobody can be reached is a fault, before anybody presses [L3].

import { faultKey } from '../../protocol/faults.ts'
import type { PolicyId, ResponderId } from '../../protocol/ids.ts'
import { after, type Instant } from '../../protocol/time.ts'
import type { Policy } from './configuration.ts'
import { directoryOf } from './directory.ts'
import { clearFault, raiseFault } from './fault.ts'
import type { Channel } from './record-types.ts'
import { setLive, type Turn } from './turn.ts'

/** Notes by which channels the responder can be reached now. */
export function setPresence(turn: Turn, responder: ResponderId, channel: Channel, present: boolean): void {
  const channels = new Set(turn.live.present.get(responder))
  if (present) channels.add(channel)
  else channels.delete(channel)
  const all = new Map(turn.live.present)
  if (channels.size > 0) all.set(responder, channels)
  else all.delete(responder)
  setLive(turn, { present: all })
  if (present) clearFault(turn, 'channelFailed', 'gateway', `${responder}/${channel}`)
}

/** Looks at every policy in use; for those of which nobody is reachable the time begins to run, for the others it ends. */
export function watchPolicies(turn: Turn): void {
  const unreachable = new Map<PolicyId, Instant>()
  for (const policy of directoryOf(turn.configuration).policiesInUse) {
    if (isReachable(turn, policy)) clearFault(turn, 'responderUnreachable', 'gateway', policy.id)
    else if (!turn.durable.faults.has(faultKey('responderUnreachable', 'gateway', policy.id)))
      unreachable.set(policy.id, turn.live.unreachable.get(policy.id) ?? after(turn.at, turn.configuration.silentMs))
  }
  setLive(turn, { unreachable })
}

/** Raises the fault of each policy of which nobody was reachable for as long as a device may be silent. */
export function passReachability(turn: Turn): void {
  if (turn.live.unreachable.size === 0) return
  const due = [...turn.live.unreachable].filter(([, bound]) => bound <= turn.at)
  if (due.length === 0) return
  for (const [policy] of due) raiseFault(turn, 'responderUnreachable', 'gateway', policy, policy)
  setLive(turn, { unreachable: new Map([...turn.live.unreachable].filter(([, bound]) => bound > turn.at)) })
}

const isReachable = (turn: Turn, policy: Policy): boolean =>
  policy.steps.some(step => step.notify.some(responder => turn.live.present.has(responder)))
