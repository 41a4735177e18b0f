// Messages as devices, the core and responders make them.
import { encode, type Sign, signed } from '../../protocol/codec.ts'
import {
  alarmOfPress,
  type DeviceId,
  notificationId,
  parseBootId,
  parseButtonId,
  parseDeviceId,
  parseGatewayId,
  parseResponderId,
  pressId,
  type ResponderId,
} from '../../protocol/ids.ts'
import type { AlarmMessage, DeviceStateMessage, NotificationMessage, StatusMessage } from '../../protocol/messages.ts'
import { millis, wallTime } from '../../protocol/time.ts'

const sure = <Value>(value: Value | null): Value => {
  if (value === null) throw new Error('a test uses an invalid id')
  return value
}
export const deviceId = (id: string): DeviceId => sure(parseDeviceId(id))
export const responderId = (id: string): ResponderId => sure(parseResponderId(id))
export const gatewayId = sure(parseGatewayId('rathaus'))
export const boot = sure(parseBootId('00112233aabbccdd'))

export const alarm = (device: string, sequence: number, sign: Sign): Buffer =>
  Buffer.from(encode(alarmMessage(device, sequence, sign)))

export const alarmMessage = (device: string, sequence: number, sign: Sign): AlarmMessage =>
  signed<AlarmMessage>(
    {
      v: 1,
      kind: 'alarm',
      device: deviceId(device),
      boot,
      n: sequence,
      clockErrorMs: null,
      button: sure(parseButtonId('counter')),
      id: pressId(deviceId(device), boot, sequence),
      pressedAt: wallTime(1_700_000_000_000),
      ageMs: millis(5),
      ageBasis: 'monotonic',
      contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
    },
    sign,
  )

export const status = (device: string, session: number, state: 'online' | 'offline', sign: Sign): Buffer =>
  Buffer.from(
    encode(signed<StatusMessage>({ v: 1, kind: 'status', device: deviceId(device), boot, session, state }, sign)),
  )

export const alarmOf = (device: string) => `${device}.${boot}.1`

export const notification = (responder: string, number: number, text = 'Alarm in room 12'): NotificationMessage => ({
  v: 1,
  kind: 'notification',
  id: notificationId(`${alarmOf('dev-1')}`, number),
  gateway: gatewayId,
  responder: responderId(responder),
  reason: 'first',
  alarm: null,
  alarmKind: 'alarm',
  state: 'notifying',
  place: { site: 'Rathaus', zone: 'EG', room: '12', button: 'Tresen' },
  presses: 1,
  ageMs: millis(20),
  late: false,
  step: 1,
  text,
})

const press = pressId(deviceId('dev-1'), boot, 1)
/** For the first press of dev-1, not signed yet. */
export const receipt = {
  v: 1,
  kind: 'receipt',
  device: deviceId('dev-1'),
  id: press,
  alarm: alarmOfPress(press),
  recordedAt: wallTime(1_700_000_000_000),
} as const

export const deviceState = (id: string): DeviceStateMessage => ({
  v: 1,
  kind: 'deviceState',
  device: deviceId(id),
  place: 'Rathaus',
  state: 'online',
  lastHeardAt: null,
  faults: [],
})
