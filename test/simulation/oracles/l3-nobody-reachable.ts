// A policy of which nobody can be reached is a fault before anybody presses, and so is a disk that refuses the records.
import type { GatewayId } from '../../../protocol/ids.ts'
import { silenceSlackMs } from '../bounds.ts'
import type { Court, Oracle } from '../oracle.ts'

type Watch = { readonly present: Set<string>; readonly startedAt: number; nobodySince: number | null }

export const nobodyReachable: Oracle = {
  promise: 'L3',
  id: 'L3 nobody reachable',
  sentence: 'A policy of which nobody could be reached for as long as a device may be silent is a fault on record.',
  watch: court => {
    const watches = new Map<GatewayId, Watch>()
    return {
      gatewayStepped: ({ gateway, event }) => {
        const now = court.world.agenda.now()
        if (event.kind === 'started') {
          const watch: Watch = { present: new Set(), startedAt: now, nobodySince: now }
          watches.set(gateway, watch)
          expectFault(court, gateway, watch)
        }
        const watch = watches.get(gateway)
        if (watch === undefined || event.kind !== 'responderPresent') return
        const key = `${event.responder} ${event.channel}`
        if (event.present) watch.present.add(key)
        else watch.present.delete(key)
        if (watch.present.size > 0) watch.nobodySince = null
        else if (watch.nobodySince === null) {
          watch.nobodySince = now
          expectFault(court, gateway, watch)
        }
      },
    }
  },
}

function expectFault({ world, truth, accuse }: Court, gateway: GatewayId, watch: Watch): void {
  const { nobodySince } = watch
  const { silentMs, policies } = world.gateways.get(gateway)?.configuration ?? { silentMs: 0, policies: [] }
  world.agenda.after(2 * silentMs + silenceSlackMs(silentMs), () => {
    const ledger = truth.ledgers.get(gateway)
    if (ledger?.runningSince !== watch.startedAt || watch.nobodySince !== nobodySince || nobodySince === null) return
    for (const { id } of policies)
      if (!ledger.faults.has(`gateway/responderUnreachable/${id}`))
        accuse(`${gateway} can reach nobody since ${nobodySince} and calls it no fault`)
  })
}

export const diskFaults: Oracle = {
  promise: 'L3',
  id: 'L3 disks',
  sentence: 'A disk that refuses what it is asked to keep is a fault at once, of the gateway and of the device.',
  watch: ({ truth, accuse }) => ({
    gatewayStepped: ({ gateway, event }) => {
      if (event.kind !== 'recordFailed') return
      const isFault = truth.ledgers.get(gateway)?.faults.has('gateway/storeFailed/records') === true
      if (!isFault) accuse(`${gateway} could not write its record and calls it no fault`)
    },
    deviceStepped: ({ device, event, result }) => {
      if (event.kind !== 'journalFailed') return
      const isReported = [...result.state.faults.values()].some(({ code }) => code === 'journalFailed')
      if (!isReported) accuse(`${device} could not write its journal and calls it no fault`)
    },
  }),
}
