// When the next step of an alarm comes. Deadlines run on the monotonic clock: a jump of the wall clock changes nothing.
// A step of which nobody can be reached does not wait for its time: the next one is entered at once, because waiting for
// people who cannot hear helps nobody. The times of the steps after it move forward with it.
// After a start everybody is still coming back. For a few seconds such a step waits for its people: who is there is told at once,
// who comes is told on coming, and nobody is called before their turn because others were a second late. Then it moves on.
import type { AlarmId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { same } from '../../protocol/text.ts'
import { after, earlier, type Instant, instant, type Millis, wallBetween } from '../../protocol/time.ts'
import type { PolicyStep } from './configuration.ts'
import { channelsOf, tell } from './dispatch.ts'
import type { Alarm } from './durable.ts'
import { raiseFault } from './fault.ts'
import type { Live } from './live.ts'
import { put, remove } from './persistent-map.ts'
import { stepReachedNobody } from './reachability.ts'
import type { StepReason } from './record-types.ts'
import { record, setLive, type Turn } from './turn.ts'

/** The alarm was raised: its first step is entered now. A test alarm stays there: it never escalates. */
export function startEscalation(turn: Turn, id: AlarmId): void {
  escalate(turn, id, turn.at)
}

/** A person took or closed the alarm: no further step. */
export function stopEscalation(turn: Turn, id: AlarmId): void {
  setLive(turn, { deadlines: remove(turn.live.deadlines, id) })
}

/**
 * After a restart only the wall clock knows how long the gateway was away. A clock that was set back counts as no time
 * at all, so no step waits longer than its whole delay; each step whose time has passed is entered, none is left out.
 */
export function resumeEscalation(turn: Turn): void {
  for (const alarm of turn.durable.alarms.values()) {
    if (!isEscalating(alarm)) continue
    const away = Math.max(0, wallBetween(alarm.steppedAt, turn.wall))
    setDeadline(turn, alarm, instant(turn.at - away))
  }
}

/** The gateway starts: people may need as long as `limits.returnMs` to come back. A step that had reached nobody is judged then. */
export function awaitReturn(turn: Turn): void {
  const alarms = [...turn.durable.alarms.values()].filter(hasReachedNobody).map(({ id }) => id)
  setLive(turn, { returning: { until: after(turn.at, limits.returnMs), alarms: new Set(alarms) } })
}

const hasReachedNobody = ({ policy, step, told }: Alarm): boolean =>
  policy.steps[step - 1]?.notify.some(responder => told.has(responder)) === false

/** Enters every step whose time has come. */
export function passDeadlines(turn: Turn): void {
  passReturn(turn)
  const { deadlineCheckAt } = turn.live
  if (deadlineCheckAt === null || turn.at < deadlineCheckAt) return
  const due = [...turn.live.deadlines].filter(([, deadline]) => deadline <= turn.at)
  for (const [id] of due.sort(([, a], [, b]) => a - b)) passDeadlinesOf(turn, id)
  const next = [...turn.live.deadlines.values()].reduce<Instant | null>(earlier, null)
  setLive(turn, { deadlineCheckAt: next })
}

function passDeadlinesOf(turn: Turn, id: AlarmId): void {
  for (;;) {
    const alarm = turn.durable.alarms.get(id)
    const deadline = turn.live.deadlines.get(id)
    if (alarm === undefined || deadline === undefined || deadline > turn.at) return
    if (alarm.step < alarm.policy.steps.length) escalate(turn, id, deadline)
    else repeatLastStep(turn, alarm, deadline)
  }
}

/** Those who were coming back had their time: a step that still reaches nobody waits no longer. */
function passReturn(turn: Turn): void {
  const { returning } = turn.live
  if (returning === null || turn.at < returning.until) return
  setLive(turn, { returning: null })
  for (const id of returning.alarms) {
    const alarm = turn.durable.alarms.get(id)
    const step = alarm?.policy.steps[alarm.step - 1]
    if (alarm === undefined || step === undefined || alarm.state === 'acknowledged') continue
    if (step.notify.some(responder => channelsOf(turn, responder).length > 0)) continue
    if (isEscalating(alarm) && alarm.step < alarm.policy.steps.length) {
      stepReachedNobody(turn, alarm.policy.id, alarm.step)
      escalate(turn, id, turn.at, 'unreached')
    } else raiseFault(turn, 'responderUnreachable', 'gateway', id, same(step.name))
  }
}

/** The step of this alarm reached nobody, perhaps only because nobody has come back yet: it is judged later. */
function judgeLater(turn: Turn, { until, alarms }: NonNullable<Live['returning']>, id: AlarmId): void {
  setLive(turn, { returning: { until, alarms: new Set([...alarms, id]) } })
}

/** Enters the next step, and at once the one after it while nobody can be reached; that not even the last one reaches anybody is a fault. */
function escalate(turn: Turn, id: AlarmId, base: Instant, why?: 'unreached'): void {
  let reason: StepReason | null = null
  for (;;) {
    const alarm = turn.durable.alarms.get(id)
    const step = alarm?.policy.steps[alarm.step]
    if (alarm === undefined || step === undefined) return
    reason = reason !== null ? 'unreached' : (why ?? (alarm.step === 0 ? 'first' : 'escalated'))
    const reached = enterStep(turn, alarm, alarm.step + 1, step, reason)
    const { returning } = turn.live
    if (reached === 0 && returning !== null) judgeLater(turn, returning, id)
    if (reached > 0 || returning !== null) break
    const isLast = alarm.step + 1 === alarm.policy.steps.length
    if (isLast || !isEscalating(alarm)) {
      raiseFault(turn, 'responderUnreachable', 'gateway', id, same(step.name))
      break
    }
    stepReachedNobody(turn, alarm.policy.id, alarm.step + 1)
  }
  const entered = turn.durable.alarms.get(id)
  if (entered !== undefined && isEscalating(entered)) setDeadline(turn, entered, base)
}

/** Past the last step the alarm is unanswered: it never ends by itself, and the last step hears of it again and again. */
function repeatLastStep(turn: Turn, alarm: Alarm, deadline: Instant): void {
  const last = alarm.policy.steps.at(-1)
  if (last === undefined) return
  if (alarm.state !== 'unanswered') {
    record(turn, { kind: 'unanswered', alarm: alarm.id })
    raiseFault(turn, 'alarmUnanswered', 'gateway', alarm.id, same(`${alarm.place.room}, ${alarm.place.site}`))
  }
  enterStep(turn, alarm, alarm.step, last, 'repeat')
  const next = after(deadline, alarm.policy.repeatMs)
  setDeadlineAt(turn, alarm.id, next > turn.at ? next : after(turn.at, alarm.policy.repeatMs))
}

function enterStep(turn: Turn, alarm: Alarm, step: number, to: PolicyStep, reason: StepReason): number {
  record(turn, { kind: 'stepEntered', alarm: alarm.id, step, reason })
  const entered = turn.durable.alarms.get(alarm.id) ?? alarm
  const why = reason === 'unreached' ? 'escalated' : reason
  return tell(turn, { alarm: entered, state: entered.state, reason: why, by: null }, to.notify)
}

const isEscalating = (alarm: Alarm): boolean => alarm.kind === 'alarm' && alarm.state !== 'acknowledged'

/** @param base when the present step was due or entered; the next one follows the policy's distance behind it. */
function setDeadline(turn: Turn, alarm: Alarm, base: Instant): void {
  setDeadlineAt(turn, alarm.id, after(base, delayOf(alarm)))
}

function setDeadlineAt(turn: Turn, id: AlarmId, deadline: Instant): void {
  const { deadlines, deadlineCheckAt } = turn.live
  setLive(turn, { deadlines: put(deadlines, id, deadline), deadlineCheckAt: earlier(deadlineCheckAt, deadline) })
}

function delayOf(alarm: Alarm): Millis {
  const { steps, repeatMs } = alarm.policy
  const present = steps[alarm.step - 1]
  const next = steps[alarm.step]
  if (next === undefined) return repeatMs
  return (next.afterMs - (present?.afterMs ?? 0)) as Millis
}
