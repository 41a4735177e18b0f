import type { AlarmId } from '../../../protocol/ids.ts'
import type { DeviceStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'

/** The indicator and the relay are all that a visitor could see or hear of a device. */
export const nothingToSee: Oracle = {
  promise: 'S5',
  id: 'S5 outputs',
  sentence:
    'Indicator and relay change neither in the step of a press nor while a press waits for a person, and are on only for an alarm that a person has taken.',
  watch: court => {
    const answered = new Set<AlarmId>()
    return {
      recordAsked: ({ record }) => {
        if (record.kind === 'acknowledged' || record.kind === 'closed') answered.add(record.alarm)
      },
      deviceStepped: stepped => {
        if (stepped.event.kind === 'started') return // a machine that starts puts its outputs at rest
        for (const effect of stepped.result.effects) {
          if (effect.kind === 'indicate') check(court, answered, stepped, 'indicator', effect.state !== 'off')
          if (effect.kind === 'switchRelay') check(court, answered, stepped, 'relay', effect.state !== 'open')
        }
      },
    }
  },
}

function check(
  { truth, accuse }: Court,
  answered: ReadonlySet<AlarmId>,
  { device, event, result }: DeviceStepped,
  output: string,
  isOn: boolean,
): void {
  const isPress = result.effects.some(effect => effect.kind === 'journal' && effect.entry.kind === 'pressed')
  if (isPress || event.kind === 'edgeSeen' || event.kind === 'levelRead')
    accuse(`${device} changes its ${output} in the step of a press`)
  for (const { id, meaning, isInProgram, device: own } of truth.presses.claims.values()) {
    if (own !== device || meaning !== 'alarm' || !isInProgram) continue
    const accounts = [...truth.ledgers.values()].flatMap(ledger => ledger.accountOf(id) ?? [])
    if (!accounts.some(account => answered.has(account.id)))
      accuse(`${device} changes its ${output} while ${id} waits for a person`)
  }
  const accounts = [...truth.ledgers.values()].flatMap(ledger => [...ledger.alarms.values()])
  const isTaken = accounts.some(account => account.device === device && account.takenBy !== null)
  if (isOn && !isTaken) accuse(`${device} switches its ${output} on, but nobody has taken an alarm of it`)
}
