import type { PressId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { Oracle } from '../oracle.ts'

/** A retirement in the journal is the moment of forgetting: after it a restart does not know the press any more. */
export const forgottenAfterReceipt: Oracle = {
  promise: 'S2',
  id: 'S2 forgetting',
  sentence: 'A device forgets a press only after the receipt for it, or when it yields at the bound of the outbox.',
  watch: ({ accuse }) => {
    const mayBeForgotten = new Set<PressId>()
    return {
      deviceStepped: ({ device, event, before, result }) => {
        if (event.kind === 'received' && event.message.kind === 'receipt') mayBeForgotten.add(event.message.id)
        for (const effect of result.effects) {
          if (effect.kind === 'reportYielded' && before.outbox.length >= limits.outboxMax)
            mayBeForgotten.add(effect.press)
          if (effect.kind !== 'journal' || effect.entry.kind !== 'retired') continue
          const { press } = effect.entry
          if (!mayBeForgotten.has(press)) accuse(`${device} forgets ${press}, for which it has no receipt`)
        }
      },
    }
  },
}
