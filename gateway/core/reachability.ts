// Proves that a press would reach somebody: a policy of which nobody can be reached is a fault before anybody presses, and so is
// a single step that nobody would hear [L3].

import { faultKey } from '../../protocol/faults.ts'
import type { PolicyId, ResponderId } from '../../protocol/ids.ts'
import { same } from '../../protocol/text.ts'
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

/** Looks at every policy in use and at its steps; for what reaches nobody the time begins to run, for the others it ends. */
export function watchPolicies(turn: Turn): void {
  const unreachable = new Map<string, Instant>()
  for (const { code, subject, isReached, isNews } of reachesOf(turn)) {
    if (isReached) clearFault(turn, code, 'gateway', subject)
    else if (!turn.durable.faults.has(faultKey(code, 'gateway', subject))) {
      const bound = turn.live.unreachable.get(subject) ?? (isNews ? after(turn.at, turn.configuration.silentMs) : null)
      if (bound !== null) unreachable.set(subject, bound)
    }
  }
  setLive(turn, { unreachable })
}

/** Raises the fault of each policy and step that reached nobody for as long as a device may be silent. */
export function passReachability(turn: Turn): void {
  const waiting = [...turn.live.unreachable].filter(([, bound]) => bound > turn.at)
  if (waiting.length === turn.live.unreachable.size) return
  const left = new Map(waiting)
  for (const { code, subject, detail, isNews } of reachesOf(turn)) {
    const isDue = turn.live.unreachable.has(subject) && !left.has(subject)
    if (isDue && isNews) raiseFault(turn, code, 'gateway', subject, same(detail))
  }
  setLive(turn, { unreachable: left })
}

/** A step of an alarm has just reached nobody: if that is so by the configuration in force too, it is a fault without waiting. */
export function stepReachedNobody(turn: Turn, policy: PolicyId, step: number): void {
  const subject = subjectOfStep(policy, step)
  const reach = reachesOf(turn).find(candidate => candidate.subject === subject)
  if (reach === undefined || reach.isReached || !reach.isNews) return
  raiseFault(turn, reach.code, 'gateway', subject, same(reach.detail))
}

/** True for a policy in use, and for a step of one, by the subject of their faults. */
export const isWatched = (turn: Turn, subject: string): boolean =>
  reachesOf(turn).some(reach => reach.subject === subject)

type Reach = {
  readonly code: 'responderUnreachable' | 'stepUnreachable'
  readonly subject: string
  readonly detail: string
  readonly isReached: boolean
  /** False: that it reaches nobody is said already by the fault of the whole policy. */
  readonly isNews: boolean
}

const subjectOfStep = (policy: PolicyId, step: number): string => `${policy}/${step}`

const reachesOf = (turn: Turn): readonly Reach[] =>
  directoryOf(turn.configuration).policiesInUse.flatMap(policy => reachesOfPolicy(turn, policy))

function reachesOfPolicy(turn: Turn, { id, steps }: Policy): readonly Reach[] {
  const reached = steps.map(({ notify }) => notify.some(responder => turn.live.present.has(responder)))
  const isReached = reached.includes(true)
  return [
    { code: 'responderUnreachable', subject: id, detail: id, isReached, isNews: true },
    ...steps.map(({ name }, index) => ({
      code: 'stepUnreachable' as const,
      subject: subjectOfStep(id, index + 1),
      detail: `${id}, ${index + 1}: ${name}`,
      isReached: reached[index] === true,
      isNews: isReached,
    })),
  ]
}
