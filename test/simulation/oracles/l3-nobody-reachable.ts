// A policy of which nobody can be reached is a fault before anybody presses, and so is a single step that nobody would hear; and so
// is a disk that refuses the records.
import type { GatewayId } from '../../../protocol/ids.ts'
import { silenceSlackMs } from '../bounds.ts'
import type { Court, Oracle } from '../oracle.ts'

/** `since`: by the key of its fault, when a policy began to reach nobody, or a single step of one that reaches somebody. */
type Watch = { readonly present: Set<string>; readonly startedAt: number; readonly since: Map<string, number> }

export const nobodyReachable: Oracle = {
  promise: 'L3',
  id: 'L3 nobody reachable',
  sentence:
    'A policy of which nobody could be reached for as long as a device may be silent is a fault on record; so is a step of one that reaches others.',
  watch: court => {
    const watches = new Map<GatewayId, Watch>()
    return {
      gatewayStepped: ({ gateway, event }) => {
        if (event.kind === 'started')
          watches.set(gateway, { present: new Set(), startedAt: court.world.agenda.now(), since: new Map() })
        const watch = watches.get(gateway)
        if (watch === undefined) return
        if (event.kind === 'responderPresent') {
          const key = `${event.responder} ${event.channel}`
          if (event.present) watch.present.add(key)
          else watch.present.delete(key)
        }
        if (['started', 'configured', 'responderPresent'].includes(event.kind)) look(court, gateway, watch)
      },
    }
  },
}

function look(court: Court, gateway: GatewayId, watch: Watch): void {
  const now = court.world.agenda.now()
  const unreached = new Set(unreachedOf(court, gateway, watch))
  for (const key of [...watch.since.keys()]) if (!unreached.has(key)) watch.since.delete(key)
  for (const key of unreached) {
    if (watch.since.has(key)) continue
    watch.since.set(key, now)
    expectFault(court, gateway, watch, key, now)
  }
}

function unreachedOf({ world }: Court, gateway: GatewayId, { present }: Watch): readonly string[] {
  const people = new Set([...present].map(key => key.split(' ')[0] ?? ''))
  const { policies } = world.gateways.get(gateway)?.configuration ?? { policies: [] }
  return policies.flatMap(({ id, steps }) => {
    const numbers = steps.flatMap(({ notify }, index) => (notify.some(each => people.has(each)) ? [] : [index + 1]))
    if (numbers.length === steps.length) return [`gateway/responderUnreachable/${id}`]
    return numbers.map(number => `gateway/stepUnreachable/${id}/${number}`)
  })
}

function expectFault({ world, truth, accuse }: Court, gateway: GatewayId, watch: Watch, key: string, since: number) {
  const { silentMs } = world.gateways.get(gateway)?.configuration ?? { silentMs: 0 }
  world.agenda.after(2 * silentMs + silenceSlackMs(silentMs), () => {
    const ledger = truth.ledgers.get(gateway)
    if (ledger?.runningSince !== watch.startedAt || watch.since.get(key) !== since) return
    if (!ledger.faults.has(key)) accuse(`${gateway} reaches nobody since ${since} and calls it no fault (${key})`)
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
