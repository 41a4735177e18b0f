// The names of things on the wire. Each kind is a branded string, so that a device cannot be passed for a button.

declare const brand: unique symbol
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }

export type DeviceId = Brand<string, 'DeviceId'>
export type ButtonId = Brand<string, 'ButtonId'>
export type GatewayId = Brand<string, 'GatewayId'>
export type ResponderId = Brand<string, 'ResponderId'>
export type SiteId = Brand<string, 'SiteId'>
export type ZoneId = Brand<string, 'ZoneId'>
export type PolicyId = Brand<string, 'PolicyId'>
/** Random, new at every start of a device program: with a sequence number it makes ids that no restart can repeat. */
export type BootId = Brand<string, 'BootId'>
/** `device.boot.sequence`: one press that a finger made, for ever. */
export type PressId = Brand<string, 'PressId'>
/** The PressId of the press that raised the alarm. */
export type AlarmId = Brand<string, 'AlarmId'>
/** `alarm/number` in the order of telling: one notification to one responder. */
export type NotificationId = Brand<string, 'NotificationId'>

/** Lower-case letters, digits and inner hyphens, 1 to 32 characters: valid in a topic, a certificate name and a file name. */
export const namePattern = '^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$'
export const bootPattern = '^[0-9a-f]{16}$'
export const pressPattern = '^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\\.[0-9a-f]{16}\\.[1-9][0-9]{0,9}$'

const nameExpression = new RegExp(namePattern)
const bootExpression = new RegExp(bootPattern)
const pressExpression = new RegExp(pressPattern)

export const isName = (text: string): boolean => nameExpression.test(text)

const parsed = <Id extends string>(expression: RegExp, text: string): Id | null =>
  expression.test(text) ? (text as Id) : null

/** How the gateway is called as the source of its own faults. A device of this name could end them: there is none. */
export const gatewaySource = 'gateway'

/** Each parser returns null for a text that is not such an id. */
export const parseDeviceId = (text: string): DeviceId | null =>
  text === gatewaySource ? null : parsed(nameExpression, text)
export const parseButtonId = (text: string): ButtonId | null => parsed(nameExpression, text)
export const parseGatewayId = (text: string): GatewayId | null => parsed(nameExpression, text)
export const parseResponderId = (text: string): ResponderId | null => parsed(nameExpression, text)
export const parseSiteId = (text: string): SiteId | null => parsed(nameExpression, text)
export const parseZoneId = (text: string): ZoneId | null => parsed(nameExpression, text)
export const parsePolicyId = (text: string): PolicyId | null => parsed(nameExpression, text)
export const parseBootId = (text: string): BootId | null => parsed(bootExpression, text)
export const parseAlarmId = (text: string): AlarmId | null => parsed(pressExpression, text)
export const parsePressId = (text: string): PressId | null => parsed(pressExpression, text)

/** @param sequence counts the presses of one boot of the device, from 1. */
export const pressId = (device: DeviceId, boot: BootId, sequence: number): PressId =>
  `${device}.${boot}.${sequence}` as PressId

/** The alarm that this press raises, if it raises one. */
export const alarmOfPress = (press: PressId): AlarmId => press as string as AlarmId

export const notificationId = (alarm: string, number: number): NotificationId => `${alarm}/${number}` as NotificationId

export function deviceOfPress(id: PressId | AlarmId): DeviceId {
  return id.slice(0, id.indexOf('.')) as DeviceId
}
