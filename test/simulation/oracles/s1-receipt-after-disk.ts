import type { Oracle } from '../oracle.ts'

/** The gateway may not even ask for the sending of a receipt before its disk has the press. */
export const receiptAfterDisk: Oracle = {
  promise: 'S1',
  id: 'S1 receipt',
  sentence:
    'A receipt is sent only for a press that is on the gateway’s disk, and names the alarm that the disk names.',
  watch: ({ world, accuse }) => ({
    gatewayStepped: ({ gateway, result }) => {
      for (const effect of result.effects) {
        if (effect.kind !== 'sendToDevice' || effect.message.kind !== 'receipt') continue
        const { id, alarm } = effect.message
        const onDisk = world.gateways.get(gateway)?.disk.presses.get(id)
        if (onDisk !== alarm) accuse(`${gateway} sends the receipt of ${id} for ${alarm}; its disk says ${onDisk}`)
      }
    },
  }),
}
