import type { Oracle } from '../oracle.ts'

/** The indicator is all that a visitor could see of a device. */
export const nothingToSee: Oracle = {
  promise: 'S5',
  id: 'S5 indicator',
  sentence:
    'The indicator does not change in the step of a press, and lights up only for an alarm that a person has taken.',
  watch: ({ truth, accuse }) => ({
    deviceStepped: ({ device, event, result }) => {
      const change = result.effects.find(effect => effect.kind === 'indicate')
      if (change === undefined) return
      const isPress = result.effects.some(effect => effect.kind === 'journal' && effect.entry.kind === 'pressed')
      if (isPress || event.kind === 'edgeSeen' || event.kind === 'levelRead')
        accuse(`${device} changes its indicator in the step of a press`)
      if (change.state === 'off') return
      const accounts = [...truth.ledgers.values()].flatMap(ledger => [...ledger.alarms.values()])
      const isTaken = accounts.some(account => account.device === device && account.takenBy !== null)
      if (!isTaken) accuse(`${device} lights its indicator, but nobody has taken an alarm of it`)
    },
  }),
}
