// The programs under test. What is planted to prove that the oracles bite takes the place of one of them.
import { deviceStep } from '../../firmware/core/device.ts'
import type * as device from '../../firmware/core/model.ts'
import { gatewayStep } from '../../gateway/core/gateway.ts'
import type * as gateway from '../../gateway/core/model.ts'
import type { DeviceMessage } from '../../protocol/messages.ts'
import type { Step } from '../../protocol/step.ts'

/** An event before its machine stamps clocks and chance on it. */
export type UnstampedDevice = device.Event extends infer Each
  ? Each extends device.Event
    ? Omit<Each, 'at' | 'wall' | 'random'>
    : never
  : never

export type Programs = {
  readonly deviceStep: Step<device.State, device.Event, device.Effect>
  readonly gatewayStep: Step<gateway.State, gateway.Event, gateway.Effect>
  /** What the device makes of the broker's PUBACK for its message: null, nothing at all. */
  readonly pubackHeard: (message: DeviceMessage) => UnstampedDevice | null
}

export const realPrograms: Programs = { deviceStep, gatewayStep, pubackHeard: () => null }
