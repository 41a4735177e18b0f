// What can be seen of a run from outside of the programs' code: the truth about fingers, machines, disks, people and attacks,
// and what the programs were told and asked for. Oracles, coverage and transcripts are made of nothing else.
import type * as device from '../../firmware/core/model.ts'
import type * as gateway from '../../gateway/core/model.ts'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import type { DeviceId, GatewayId, PressId, ResponderId } from '../../protocol/ids.ts'
import type { NotificationMessage } from '../../protocol/messages.ts'
import type { Result } from '../../protocol/step.ts'
import type { Contact } from './contact.ts'
import type { Said } from './packet.ts'
import type { Act, Attack } from './plan.ts'
import type { Claim } from './truth/presses.ts'

export type DeviceStepped = {
  readonly kind: 'deviceStepped'
  readonly device: DeviceId
  readonly before: device.State
  readonly event: device.Event
  readonly result: Result<device.State, device.Effect>
}
export type GatewayStepped = {
  readonly kind: 'gatewayStepped'
  readonly gateway: GatewayId
  readonly before: gateway.State
  readonly event: gateway.Event
  readonly result: Result<gateway.State, gateway.Effect>
}

export type Observation =
  | { readonly kind: 'actBegan' | 'actEnded'; readonly act: Act }
  | { readonly kind: 'contactMoved'; readonly contact: Contact }
  | { readonly kind: 'programStarted'; readonly machine: string }
  /** How the program ended. At a power cut the machine is off. */
  | { readonly kind: 'programEnded'; readonly machine: string; readonly how: 'crash' | 'powerCut' | 'stop' }
  | DeviceStepped
  | GatewayStepped
  /** These are on the gateway's disk, whatever comes. */
  | { readonly kind: 'committed'; readonly gateway: GatewayId; readonly records: readonly GatewayRecord[] }
  | {
      readonly kind: 'notificationSeen'
      readonly person: ResponderId
      readonly gateway: GatewayId
      readonly message: NotificationMessage
    }
  /** A person can be reached from now on, or not any more. */
  | {
      readonly kind: 'personListens'
      readonly person: ResponderId
      readonly gateway: GatewayId
      readonly listens: boolean
    }
  | { readonly kind: 'personSpoke'; readonly person: ResponderId; readonly gateway: GatewayId; readonly said: Said }
  | { readonly kind: 'monitorTold'; readonly gateway: GatewayId; readonly message: gateway.ToMonitor }
  /** A receipt that the gateway at the other end signed has reached the device. */
  | { readonly kind: 'receiptArrived'; readonly device: DeviceId; readonly press: PressId }
  | { readonly kind: 'attacked'; readonly gateway: GatewayId; readonly attack: Attack }
  /** Derived: a device tells of a press for the first time. */
  | { readonly kind: 'claimed'; readonly claim: Claim }
  /** Derived: in this step a gateway asked for this record. */
  | { readonly kind: 'recordAsked'; readonly record: GatewayRecord; readonly step: GatewayStepped }

export type ObservationOf<Kind extends Observation['kind']> = Observation extends infer Each
  ? Each extends Observation
    ? Kind extends Each['kind']
      ? Each
      : never
    : never
  : never

export type Observe = (observation: Observation) => void

/** What somebody looks at, and what follows from it. */
export type Watch = { readonly [Kind in Observation['kind']]?: (observation: ObservationOf<Kind>) => void }
