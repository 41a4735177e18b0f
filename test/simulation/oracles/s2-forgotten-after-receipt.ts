import type { PressId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { DeviceStepped } from '../observation.ts'
import type { Oracle } from '../oracle.ts'

/**
 * A retirement in the journal is the moment of forgetting: after it a restart does not know the press any more. A press that
 * is no longer owed is forgotten until then. What counts is the receipt that came from a gateway, not what the
 * device was told of it.
 */
export const forgottenAfterReceipt: Oracle = {
  promise: 'S2',
  id: 'S2 forgetting',
  sentence:
    'A device forgets a press only after the gateway’s receipt for it has come, or when it yields at the bound of the outbox.',
  watch: ({ accuse }) => {
    const mayBeForgotten = new Set<PressId>()
    return {
      receiptArrived: ({ press }) => void mayBeForgotten.add(press),
      deviceStepped: stepped => {
        const { device, before, result } = stepped
        for (const effect of result.effects)
          if (effect.kind === 'reportYielded' && before.outbox.length >= limits.outboxMax)
            mayBeForgotten.add(effect.press)
        for (const press of forgotten(stepped))
          if (!mayBeForgotten.has(press)) accuse(`${device} forgets ${press}, for which it has no receipt`)
      },
    }
  },
}

function forgotten({ before, result: { state, effects } }: DeviceStepped): readonly PressId[] {
  const retired = effects.flatMap(effect =>
    effect.kind === 'journal' && effect.entry.kind === 'retired' ? [effect.entry.press] : [],
  )
  if (before.outbox === state.outbox) return retired
  const owed = new Set(state.outbox.map(({ press }) => press.id))
  return [...retired, ...before.outbox.flatMap(({ press: { id } }) => (owed.has(id) ? [] : [id]))]
}
