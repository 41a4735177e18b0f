import type { Effect } from '../../../firmware/core/model.ts'
import type { AlarmId, PressId } from '../../../protocol/ids.ts'
import type { DeviceStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'
import { endOf } from '../plan.ts'
import type { Claim } from '../truth/presses.ts'

/** A network that loses single packets of a connection that stands may keep from a device what it was told, until it is told again. */
const toldAgainMs = 60_000

/** The indicator and the relay are all that a visitor could see or hear of a device. */
export const nothingToSee: Oracle = {
  promise: 'S5',
  id: 'S5 outputs',
  sentence:
    'Indicator and relay change neither in the step of a press nor while a press waits for a person, and are on only for an alarm that a person has taken.',
  watch: court => {
    const answered = new Set<AlarmId>()
    let doubtfulUntil = Number.NEGATIVE_INFINITY
    return {
      actBegan: ({ act }) => {
        if (act.kind === 'unruly') doubtfulUntil = Math.max(doubtfulUntil, endOf(act) + toldAgainMs)
      },
      recordAsked: ({ record }) => {
        if (record.kind === 'acknowledged' || record.kind === 'closed') answered.add(record.alarm)
      },
      deviceStepped: stepped => {
        if (stepped.event.kind === 'started') return // a machine that starts puts its outputs at rest
        for (const effect of stepped.result.effects) {
          const [output, isOn] = changeOf(effect)
          if (output === null) continue
          checkTaken(court, stepped, output, isOn)
          if (court.world.agenda.now() > doubtfulUntil) checkNobodyWaits(court, answered, stepped, output)
        }
      },
    }
  },
}

type Output = 'indicator' | 'relay'

function changeOf(effect: Effect): readonly [output: Output | null, isOn: boolean] {
  if (effect.kind === 'indicate') return ['indicator', effect.state !== 'off']
  return effect.kind === 'switchRelay' ? ['relay', effect.state !== 'open'] : [null, false]
}

function checkTaken({ truth, accuse }: Court, { device, event, result }: DeviceStepped, output: Output, isOn: boolean) {
  const isPress = result.effects.some(effect => effect.kind === 'journal' && effect.entry.kind === 'pressed')
  if (isPress || event.kind === 'edgeSeen' || event.kind === 'levelRead')
    accuse(`${device} changes its ${output} in the step of a press`)
  const accounts = [...truth.ledgers.values()].flatMap(ledger => [...ledger.alarms.values()])
  const isTaken = accounts.some(account => account.device === device && account.takenBy !== null)
  if (isOn && !isTaken) accuse(`${device} switches its ${output} on, but nobody has taken an alarm of it`)
}

function checkNobodyWaits(
  { truth, accuse }: Court,
  answered: ReadonlySet<AlarmId>,
  { device }: DeviceStepped,
  output: Output,
): void {
  for (const claim of truth.presses.claims.values())
    if (claim.device === device && isWaiting(truth, answered, claim))
      accuse(`${device} changes its ${output} while ${claim.id} waits for a person`)
}

/** Nobody has taken or closed an alarm of its button that knows of this press, or of a later one. */
function isWaiting(truth: Court['truth'], answered: ReadonlySet<AlarmId>, claim: Claim): boolean {
  if (claim.meaning !== 'alarm' || !claim.isInProgram) return false
  const accounts = [...truth.ledgers.values()].flatMap(({ alarms }) => [...alarms.values()])
  return !accounts.some(
    ({ id, device, button, presses }) =>
      answered.has(id) && device === claim.device && button === claim.button && isKnown(truth, presses, claim),
  )
}

const isKnown = ({ presses }: Court['truth'], known: readonly PressId[], { pressedAt }: Claim): boolean =>
  known.some(id => (presses.claims.get(id)?.pressedAt ?? Number.NEGATIVE_INFINITY) >= pressedAt)
