// Every alarm that nobody takes goes on to the last step of its policy and repeats there: no step is left out, none comes too
// late, none too early. A test stays where it is.
import type { GatewayRecord } from '../../../gateway/core/record-types.ts'
import type { AlarmId, GatewayId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import { escalationSlackMs } from '../bounds.ts'
import type { GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { AlarmAccount, Ledger } from '../truth/ledger.ts'

export const everyStep: Oracle = {
  promise: 'L2',
  id: 'L2 steps in time',
  sentence:
    'The next step of an alarm that nobody has taken comes within its delay of the one before, or of the start of the gateway; the last one repeats.',
  watch: court => ({
    gatewayStepped: ({ gateway, event, result }) => {
      if (event.kind === 'started')
        for (const { id } of court.truth.ledgers.get(gateway)?.openAlarms ?? []) expectNext(court, gateway, id)
      for (const id of unrecordedRepeats(result.effects)) expectNext(court, gateway, id)
    },
    recordAsked: ({ record, step }) => {
      if (record.kind === 'stepEntered') expectNext(court, step.gateway, record.alarm)
    },
  }),
}

/** Alarms whose last step is told again in this step while its record yields to the bound. */
function unrecordedRepeats(effects: GatewayStepped['result']['effects']): ReadonlySet<AlarmId> {
  const repeated = new Set<AlarmId>()
  for (const effect of effects) {
    if (effect.kind === 'notify' && effect.message.reason === 'repeat' && effect.message.alarm !== null)
      repeated.add(effect.message.alarm)
    if (repeated.size > 0 && effect.kind === 'record')
      for (const record of effect.records) if (record.kind === 'stepEntered') repeated.delete(record.alarm)
  }
  return repeated
}

function expectNext({ world, truth, accuse }: Court, gateway: GatewayId, id: AlarmId): void {
  const ledger = truth.ledgers.get(gateway)
  const account = ledger?.alarms.get(id)
  if (ledger === undefined || account === undefined || account.kind === 'test') return
  const { steppedAt, step } = account
  const { runningSince } = ledger
  const delayMs = delayOf(account)
  world.agenda.at(steppedAt + delayMs + escalationSlackMs(delayMs), () => {
    const now = ledger.alarms.get(id)
    if (now === undefined || now.isClosed || now.takenBy !== null || ledger.runningSince !== runningSince) return
    if (now.steppedAt === steppedAt && now.step === step)
      accuse(`${gateway}: nothing has followed step ${now.step} of ${id} for ${delayMs} ms`)
  })
}

/** From the present step to the next one, or to its repetition. */
function delayOf({ policy: { steps, repeatMs }, step }: AlarmAccount): number {
  const next = steps[step]
  return next === undefined ? repeatMs : next.afterMs - (steps[step - 1]?.afterMs ?? 0)
}

export const noStepLeftOut: Oracle = {
  promise: 'L2',
  id: 'L2 order of steps',
  sentence:
    'Steps come one after the other, each not before its time unless the one before reached nobody, a test goes no further than the first, and past the last one the alarm is unanswered.',
  watch: court => {
    const steps = new Map<string, Step>()
    return {
      programStarted: ({ machine }) => {
        for (const ledger of court.truth.ledgers.values())
          if (ledger.gateway === machine) findOnDisk(steps, ledger, court.world.agenda.now())
      },
      recordAsked: ({ record, step }) => follow(court, step, steps, record),
    }
  },
}

/** The last step of one alarm at one gateway. Of one that was found on the disk only the number is known. */
type Step = {
  readonly number: number
  readonly at: number
  readonly isTimed: boolean
  readonly isFromDisk: boolean
  hasReached: boolean
}

/** A gateway that starts goes on from where its disk says that each alarm has come. */
function findOnDisk(steps: Map<string, Step>, { gateway, openAlarms }: Ledger, at: number): void {
  for (const key of [...steps.keys()]) if (key.startsWith(`${gateway} `)) steps.delete(key)
  for (const { id, step: number } of openAlarms)
    steps.set(`${gateway} ${id}`, { number, at, isTimed: false, isFromDisk: true, hasReached: false })
}

function follow(
  court: Court,
  { gateway, event }: GatewayStepped,
  steps: Map<string, Step>,
  record: GatewayRecord,
): void {
  if (record.kind !== 'notified' && record.kind !== 'stepEntered' && record.kind !== 'unanswered') return
  const key = `${gateway} ${record.alarm}`
  const before = steps.get(key)
  const alarm = court.truth.ledgers.get(gateway)?.alarms.get(record.alarm)
  const isOfStep = (of: Step): boolean =>
    record.kind === 'notified' && alarm?.policy.steps[of.number - 1]?.notify.includes(record.responder) === true
  if (before !== undefined && isOfStep(before)) before.hasReached = true
  if (record.kind !== 'stepEntered' || alarm === undefined) return
  if (before !== undefined) checkStep(court, alarm, before, record)
  if (alarm.kind === 'test' && record.step > 1) court.accuse(`${alarm.id} is a test and goes on to step ${record.step}`)
  if (record.reason === 'unreached') checkPatience(court, gateway, record.alarm)
  // A step that fell due while the gateway was down is late, and the next one follows the time at which it was due.
  const isTimed = event.kind !== 'started' && (before?.isFromDisk === false || alarm.raisedAt !== null)
  steps.set(key, { number: record.step, at: court.world.agenda.now(), isTimed, isFromDisk: false, hasReached: false })
}

/** After a start people are still coming back: nobody is called before their turn because of that. */
function checkPatience({ world, truth, accuse }: Court, gateway: GatewayId, id: AlarmId): void {
  const sinceMs = world.agenda.now() - (truth.ledgers.get(gateway)?.runningSince ?? 0)
  if (sinceMs < limits.returnMs - escalationSlackMs(limits.returnMs))
    accuse(`${gateway} takes a step of ${id} for unreached ${Math.round(sinceMs)} ms after its start`)
}

function checkStep(
  { world, accuse }: Court,
  alarm: AlarmAccount,
  before: Step,
  { step, reason }: Extract<GatewayRecord, { kind: 'stepEntered' }>,
): void {
  const { steps } = alarm.policy
  const isRepeat = step === steps.length && before.number === step
  if (step !== before.number + 1 && !isRepeat) accuse(`${alarm.id} goes from step ${before.number} to step ${step}`)
  if ((reason === 'repeat') !== isRepeat) accuse(`${alarm.id} enters step ${step} as ${reason}`)
  if (isRepeat && !alarm.isUnanswered) accuse(`${alarm.id} repeats its last step and is not unanswered`)
  if (reason === 'unreached' && before.hasReached)
    accuse(`${alarm.id} leaves step ${before.number}, which reached somebody`)
  const delayMs = delayOf({ ...alarm, step: before.number })
  const early = world.agenda.now() < before.at + delayMs - escalationSlackMs(delayMs)
  if (reason !== 'unreached' && before.isTimed && early)
    accuse(`${alarm.id} enters step ${step} as ${reason} too early`)
}
