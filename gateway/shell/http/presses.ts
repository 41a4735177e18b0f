// When each button was last pressed. Asking the record for every button of an installation takes seconds, and an alarm may
// not wait for a page that opens: so what was asked is remembered, and what is missing is asked a few buttons a turn [D12].
import { setImmediate } from 'node:timers/promises'
import type { ButtonId, DeviceId } from '../../../protocol/ids.ts'
import type { WallTime } from '../../../protocol/time.ts'
import type { DeviceEntry } from '../../core/configuration.ts'
import type { Log, Store } from '../ports.ts'

export type Presses = {
  readonly lastPressAt: (device: DeviceId, button: ButtonId) => WallTime | null
  /** Asks for what is not remembered yet, without holding up what happens meanwhile. */
  readonly prepare: (devices: readonly DeviceEntry[]) => Promise<void>
  /** A button of this device was pressed. */
  readonly forget: (device: DeviceId) => void
}

/** Devices whose buttons are asked for in one turn of the event loop: a few milliseconds. */
const devicesPerTurn = 16

export function createPresses(store: Pick<Store, 'lastPressAt'>, log: Log): Presses {
  const remembered = new Map<DeviceId, Map<ButtonId, WallTime | null>>()

  function lastPressAt(device: DeviceId, button: ButtonId): WallTime | null {
    const own = remembered.get(device) ?? new Map<ButtonId, WallTime | null>()
    const known = own.get(button)
    if (known !== undefined) return known
    try {
      const asked = store.lastPressAt(device, button)
      remembered.set(device, own.set(button, asked))
      return asked
    } catch (error) {
      log.error({ error, device, button }, 'the last press of a button cannot be read')
      return null // no press is known now; nobody is kept from the open alarms for it, and it is asked for again
    }
  }

  return {
    lastPressAt,
    prepare: async devices => {
      const missing = devices.filter(({ id }) => !remembered.has(id))
      for (const [index, { id, buttons }] of missing.entries()) {
        if (index % devicesPerTurn === devicesPerTurn - 1) await setImmediate()
        for (const button of buttons) lastPressAt(id, button.id)
      }
    },
    forget: device => void remembered.delete(device),
  }
}
