// The configuration: a checked value, made by the shell from gateway.yaml. Types only.
import type { ButtonId, DeviceId, GatewayId, PolicyId, ResponderId, SiteId, ZoneId } from '../../protocol/ids.ts'
import type { Language, Text } from '../../protocol/text.ts'
import type { Millis } from '../../protocol/time.ts'

export type Configuration = {
  /** Hash of the file's content. */
  readonly version: string
  readonly gateway: { readonly id: GatewayId; readonly name: string }
  /** Language of texts that go to people without a screen of their own. */
  readonly language: Language
  readonly sites: readonly Site[]
  readonly devices: readonly DeviceEntry[]
  readonly responders: readonly Responder[]
  readonly policies: readonly Policy[]
  /** For buttons that name no policy, and for alarms of buttons that are not in the directory. */
  readonly defaultPolicy: PolicyId
  /** Who is told of faults. */
  readonly faultResponders: readonly ResponderId[]
  readonly silentMs: Millis
  readonly incidentLevels: readonly IncidentLevel[]
}
export type Site = {
  readonly id: SiteId
  readonly name: string
  readonly zones: readonly { readonly id: ZoneId; readonly name: string }[]
}
export type DeviceEntry = {
  readonly id: DeviceId
  readonly site: SiteId
  readonly heartbeatMs: Millis
  readonly indicator: 'off' | 'afterAcknowledgement'
  readonly buttons: readonly ButtonEntry[]
}
export type ButtonEntry = {
  readonly id: ButtonId
  readonly name: string
  readonly room: string
  readonly zone: ZoneId
  readonly policy: PolicyId
}
export type Responder = { readonly id: ResponderId; readonly name: string }
export type Policy = {
  readonly id: PolicyId
  readonly steps: readonly PolicyStep[] /** The last step repeats this often until a person takes the alarm. */
  readonly repeatMs: Millis
}
export type PolicyStep = {
  readonly name: string
  /** Since the alarm was raised; the first step has 0, each next one more than the one before. */
  readonly afterMs: Millis
  readonly notify: readonly ResponderId[]
}
export type IncidentLevel = { readonly level: 0 | 1 | 2 | 3; readonly text: Text }
