// A fault that is on record is told: whoever is responsible for faults and can be reached has seen it. And once everything
// works again, nothing is called faulty any more.
import { faults as faultTable } from '../../../protocol/faults.ts'
import type { GatewayId, ResponderId } from '../../../protocol/ids.ts'
import { seenAfterFaultsMs, settledMs } from '../bounds.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { AlarmAccount, FaultAccount, Ledger } from '../truth/ledger.ts'

export const faultsTold: Oracle = {
  promise: 'L3',
  id: 'L3 faults told',
  sentence: `Once the world is calm, every active fault has been seen within ${seenAfterFaultsMs / 1000} s by each person responsible for faults who can be reached.`,
  watch: court => {
    const { world, truth } = court
    const check = (): void => {
      for (const ledger of truth.ledgers.values())
        for (const fault of ledger.faults.values()) checkTold(court, ledger, fault)
    }
    whenCalmFor(court, seenAfterFaultsMs, check)
    court.atEnd(() => {
      if ((world.calmSince ?? world.agenda.now()) + seenAfterFaultsMs <= world.agenda.now()) check()
    })
    return {}
  },
}

function checkTold({ world, truth, accuse }: Court, { gateway }: Ledger, fault: FaultAccount): void {
  const responsible = world.gateways.get(gateway)?.configuration.faultResponders ?? []
  const patient = world.agenda.now() - seenAfterFaultsMs
  for (const person of responsible) {
    const since = truth.telling.listeningSince(gateway, person)
    if (since === null || since > patient || fault.raisedAt > patient) continue
    const own = fault.told.filter(({ responder }) => responder === person)
    if (!own.some(({ notification }) => truth.telling.hasSeen(gateway, person, notification)))
      accuse(`${person} can be reached since ${since} and has not seen the fault ${fault.key} of ${gateway}`)
  }
}

/** What remains by design: a contact is only believed again after a sound press, a disk only after a quick write. */
const remaining = new Set(['levelMismatch', 'lineDiscrepancy', 'contactChatter', 'journalSlow'])

export const faultsEnd: Oracle = {
  promise: 'L3',
  id: 'L3 faults end',
  sentence: `Once the world was calm for ${settledMs / 1000} s, no device and no gateway is called faulty; and a gateway calls faulty what its devices call faulty.`,
  watch: court => {
    const check = (): void => {
      for (const ledger of court.truth.ledgers.values())
        for (const fault of ledger.faults.values()) checkEnded(court, ledger, fault)
    }
    whenCalmFor(court, settledMs, check)
    return {}
  },
}

function checkEnded(court: Court, { gateway, openAlarms }: Ledger, { code, key, source, subject }: FaultAccount): void {
  const isMistakeThere = code === 'configurationRefused' && court.world.isUnderWay(kind => kind === 'reload')
  if (remaining.has(code) || isMistakeThere) return
  const alarm = openAlarms.find(({ id }) => id === subject)
  const isOfPeople = code === 'channelFailed' || (code === 'alarmUnanswered' && alarm !== undefined)
  if (isOfPeople || (code === 'responderUnreachable' && !canBeReached(court, gateway, alarm))) return
  if (code === 'stepUnreachable' && !isStepReached(court, gateway, subject)) return
  court.accuse(`${gateway} still calls it a fault that ${faultTable[code].text.en} (${key}, ${source})`)
}

/** Of each step so far somebody, or of any policy if it is no matter of one alarm. */
function canBeReached({ world, truth }: Court, gateway: GatewayId, alarm: AlarmAccount | undefined): boolean {
  const listens = (person: ResponderId): boolean => truth.telling.listeningSince(gateway, person) !== null
  if (alarm !== undefined) return alarm.policy.steps.slice(0, alarm.step).every(({ notify }) => notify.some(listens))
  const policies = world.gateways.get(gateway)?.configuration.policies ?? []
  return policies.some(({ steps }) => steps.some(({ notify }) => notify.some(listens)))
}

/** @param subject the policy and the number of its step. */
function isStepReached({ world, truth }: Court, gateway: GatewayId, subject: string): boolean {
  const policies = world.gateways.get(gateway)?.configuration.policies ?? []
  const steps = policies.flatMap(({ id, steps }) => steps.filter((_, index) => subject === `${id}/${index + 1}`))
  return steps.every(({ notify }) => notify.some(person => truth.telling.listeningSince(gateway, person) !== null))
}

export function whenCalmFor({ world }: Court, durationMs: number, check: () => void): void {
  world.onCalm(() => {
    const since = world.agenda.now()
    world.agenda.after(durationMs, () => {
      if (world.calmSince === since) check()
    })
  })
}
