// A small town hall, and records and notifications of it, for the tests of the console.
import type { Configuration } from '../../gateway/core/configuration.ts'
import type { GatewayRecord, RecordBody, RecordNumber } from '../../gateway/core/record-types.ts'
import type {
  AlarmId,
  BootId,
  ButtonId,
  DeviceId,
  GatewayId,
  NotificationId,
  PolicyId,
  PressId,
  ResponderId,
  SiteId,
  ZoneId,
} from '../../protocol/ids.ts'
import type { NotificationMessage, Outcome, PressMessage } from '../../protocol/messages.ts'
import { millis, type WallTime, wallTime } from '../../protocol/time.ts'

export const device = 'rathaus-1' as DeviceId
export const button = 'tresen' as ButtonId
export const boot = '00000000000000aa' as BootId
export const alarmId = (sequence: number): AlarmId => `${device}.${boot}.${sequence}` as AlarmId
export const responder = (id: string): ResponderId => id as ResponderId
export const place = { site: 'Rathaus', zone: 'Bürgerbüro', room: 'Raum 012', button: 'Tresen' }
const policyId = 'alle' as PolicyId

export const policy = {
  id: policyId,
  steps: [
    { name: 'Kolleginnen nebenan', afterMs: millis(0), notify: [responder('anna'), responder('responder')] },
    { name: 'Sicherheitsdienst', afterMs: millis(30_000), notify: [responder('responder')] },
  ],
  repeatMs: millis(60_000),
}

export const configuration: Configuration = {
  version: 'stand-1',
  gateway: { id: 'zentrale' as GatewayId, name: 'Zentrale Rathaus' },
  language: 'de',
  sites: [{ id: 'rathaus' as SiteId, name: 'Rathaus', zones: [{ id: 'eg' as ZoneId, name: 'Bürgerbüro' }] }],
  devices: [
    {
      id: device,
      site: 'rathaus' as SiteId,
      heartbeatMs: millis(10_000),
      indicator: 'off',
      buttons: [{ id: button, name: 'Tresen', room: 'Raum 012', zone: 'eg' as ZoneId, policy: policyId }],
    },
  ],
  responders: [
    { id: responder('anna'), name: 'Anna Beispiel' },
    { id: responder('responder'), name: 'Wache' },
  ],
  policies: [policy],
  defaultPolicy: policyId,
  faultResponders: [responder('anna')],
  silentMs: millis(30_000),
  incidentLevels: [
    { level: 0, text: { de: 'Gespräch', en: 'conversation' } },
    { level: 2, text: { de: 'Übergriff', en: 'assault' } },
  ],
}

/** The moment of record 0. */
export const epoch = 1_800_000_000_000
export const atRecord = (number: number): WallTime => wallTime(epoch + 1000 * number)

export const numbered = (number: number, body: RecordBody): GatewayRecord => ({
  number: number as RecordNumber,
  at: atRecord(number),
  ...body,
})

export function pressMessage(alarm: AlarmId): PressMessage {
  return {
    v: 1,
    kind: 'alarm',
    device,
    boot,
    n: 1,
    clockErrorMs: null,
    button,
    id: alarm as string as PressId,
    pressedAt: wallTime(epoch),
    ageMs: millis(3),
    ageBasis: 'monotonic',
    contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
    sig: 'A'.repeat(86),
  }
}

export function raised(number: number, alarm: AlarmId, late = false): GatewayRecord {
  const message = pressMessage(alarm)
  return numbered(number, {
    kind: 'alarmRaised',
    alarm,
    alarmKind: 'alarm',
    device,
    button,
    place,
    pressedAt: wallTime(atRecord(number) - 3),
    late,
    policy,
    contact: message.contact,
    message,
  })
}

export const told = (number: number, alarm: AlarmId, to: string): GatewayRecord =>
  numbered(number, {
    kind: 'notified',
    alarm,
    notification: `${alarm}/${number}` as NotificationId,
    responder: responder(to),
    channel: 'console',
    step: 1,
    reason: 'first',
  })

export const acknowledged = (number: number, alarm: AlarmId, by: string): GatewayRecord =>
  numbered(number, { kind: 'acknowledged', alarm, responder: responder(by), channel: 'console' })

export const closed = (number: number, alarm: AlarmId, by: string, outcome: Outcome, note = ''): GatewayRecord =>
  numbered(number, { kind: 'closed', alarm, responder: responder(by), channel: 'console', outcome, note })

export const drafted = (number: number, alarm: AlarmId, by: string): GatewayRecord =>
  numbered(number, {
    kind: 'incidentDrafted',
    alarm,
    responder: responder(by),
    draft: { alarm, level: 2, summary: 'Text', measures: '', ground: 'houseBan', groundReference: 'Az. 1' },
  })

export function notification(to: string, number: number, more: Partial<NotificationMessage> = {}): NotificationMessage {
  return {
    v: 1,
    kind: 'notification',
    id: `${alarmId(1)}/${number}` as NotificationId,
    gateway: configuration.gateway.id,
    responder: responder(to),
    reason: 'first',
    alarm: alarmId(1),
    alarmKind: 'alarm',
    state: 'notifying',
    place,
    presses: 1,
    ageMs: millis(40),
    late: false,
    step: 1,
    text: 'Alarm: Raum 012 (Tresen), Bürgerbüro, Rathaus.',
    ...more,
  }
}
