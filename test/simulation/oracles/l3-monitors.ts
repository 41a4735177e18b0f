// What security monitoring shows is true: which alarms are open and how far, which devices are there, and that the gateway lives.
import { seconds } from '../../../protocol/time.ts'
import { settledMs } from '../bounds.ts'
import type { Monitor } from '../monitor.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { AlarmAccount, Ledger } from '../truth/ledger.ts'
import { whenCalmFor } from './l3-faults-told.ts'

/** The gateway tells monitors every ten seconds that it lives. */
const heartbeatMs = seconds(10) + 1000
const transitMs = 2000

export const monitorsTrue: Oracle = {
  promise: 'L3',
  id: 'L3 monitors',
  sentence: `Once the world was calm for ${settledMs / 1000} s, monitors show every open alarm in its state, every device as heard, and a gateway that lives.`,
  watch: court => {
    whenCalmFor(court, settledMs, () => {
      for (const [gateway, monitor] of court.world.monitors) {
        const ledger = court.truth.ledgers.get(gateway)
        if (ledger !== undefined) check(court, ledger, monitor)
      }
    })
    return {}
  },
}

function check(court: Court, ledger: Ledger, monitor: Monitor): void {
  const { world, accuse } = court
  const { gateway } = ledger
  if (!monitor.isConnected) accuse(`the monitor of ${gateway} is not connected`)
  if (world.agenda.now() - monitor.heardAt > heartbeatMs)
    accuse(`${gateway} has told its monitor nothing since ${monitor.heardAt}`)
  checkAlarms(court, ledger, monitor)
  for (const { id } of world.gateways.get(gateway)?.configuration.devices ?? []) {
    const shown = monitor.devices.get(id)?.state
    if (shown !== 'online') accuse(`the monitor of ${gateway} shows ${id} as ${shown}`)
  }
}

/** What a step does reaches the monitor a little later: only what has been so for a while is compared. */
function checkAlarms({ world, accuse }: Court, { gateway, alarms }: Ledger, monitor: Monitor): void {
  for (const alarm of alarms.values()) {
    if (alarm.changedAt > world.agenda.now() - transitMs) continue
    const shown = monitor.alarms.get(alarm.id)?.state
    if (shown !== stateOf(alarm))
      accuse(`the monitor of ${gateway} shows ${alarm.id} as ${shown}, it is ${stateOf(alarm)}`)
  }
}

/** Undefined: it is closed, and not shown any more. */
function stateOf({ isClosed, takenBy, isUnanswered }: AlarmAccount): string | undefined {
  if (isClosed) return undefined
  if (takenBy !== null) return 'acknowledged'
  return isUnanswered ? 'unanswered' : 'notifying'
}
