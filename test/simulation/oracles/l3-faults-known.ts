// What a device calls faulty its gateways call faulty too, even if nobody listened when it began.
import type { DeviceId } from '../../../protocol/ids.ts'
import { settledMs } from '../bounds.ts'
import type { Court, Oracle } from '../oracle.ts'
import { whenCalmFor } from './l3-faults-told.ts'

/** From the device to its gateways, in a calm world. */
const transitMs = 5000

export const faultsKnown: Oracle = {
  promise: 'L3',
  id: 'L3 faults known',
  sentence: `Once the world was calm for ${settledMs / 1000} s, a gateway calls faulty what its devices call faulty.`,
  watch: court => {
    const { agenda } = court.world
    /** Per device what it calls faulty, since when. */
    const called = new Map<DeviceId, Map<string, number>>()
    whenCalmFor(court, settledMs, () => {
      for (const [device, faults] of called) checkKnown(court, device, faults)
    })
    return {
      programEnded: ({ machine }) => void called.delete(machine as DeviceId),
      deviceStepped: ({ device, result }) => {
        for (const effect of result.effects) {
          if (effect.kind !== 'reportFault') continue
          const own = called.get(device) ?? new Map<string, number>()
          called.set(device, own)
          if (effect.state === 'raised') own.set(`${effect.code}/${effect.subject}`, agenda.now())
          else own.delete(`${effect.code}/${effect.subject}`)
        }
      },
    }
  },
}

function checkKnown({ world, truth, accuse }: Court, device: DeviceId, faults: ReadonlyMap<string, number>): void {
  if (!world.devices.has(device)) return
  for (const [fault, since] of faults)
    for (const ledger of truth.ledgers.values())
      if (since < world.agenda.now() - transitMs && !ledger.faults.has(`${device}/${fault}`))
        accuse(`${device} says ${fault} since ${since}, and ${ledger.gateway} does not know it`)
}
