// Alarms, devices and people as the gateway shows them to its console.
import type { AlarmView, DeviceView, Overview, Session } from '../../protocol/console.ts'
import {
  type AlarmId,
  type BootId,
  type ButtonId,
  type DeviceId,
  type GatewayId,
  type NotificationId,
  parseAlarmId,
  parseButtonId,
  parseDeviceId,
  parseGatewayId,
  parseResponderId,
  type ResponderId,
} from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { NotificationMessage, NotificationReason, Place } from '../../protocol/messages.ts'
import { millis, type WallTime, wallTime } from '../../protocol/time.ts'

function known<Id>(id: Id | null): Id {
  if (id === null) throw new Error('a sample names an id that is none')
  return id
}
export const alarmId = (sequence: number): AlarmId => known(parseAlarmId(`rathaus-1.00112233445566aa.${sequence}`))
export const device = (name: string): DeviceId => known(parseDeviceId(name))
export const button = (name: string): ButtonId => known(parseButtonId(name))
export const responder = (name: string): ResponderId => known(parseResponderId(name))
const gateway: GatewayId = known(parseGatewayId('lindenau'))

export const places = {
  tresen: { site: 'Altes Rathaus', zone: 'Bürgerbüro, Erdgeschoss', room: 'Bürgerbüro, Raum 012', button: 'Tresen' },
  kasse: {
    site: 'Altes Rathaus',
    zone: 'Stadtkasse, Erdgeschoss',
    room: 'Stadtkasse, Raum 018',
    button: 'Kassenschalter',
  },
  sozialamt: {
    site: 'Bürgerhaus am Markt',
    zone: 'Sozialamt, 2. Obergeschoss',
    room: 'Sozialamt, Raum 201',
    button: 'Schreibtisch',
  },
} as const satisfies Record<string, Place>

export const people = {
  wache: { id: responder('wache'), name: 'Sicherheitsdienst' },
  empfang: { id: responder('empfang'), name: 'Empfang' },
  leitstand: { id: responder('leitstand'), name: 'Leitstand' },
} as const

/** 21 November 2025, noon in Germany */
export const noon = wallTime(1763722800000)
export const later = (at: WallTime, ms: number): WallTime => wallTime(at + ms)

export const sessionOf = (account: keyof typeof people, endsAt = later(noon, limits.sessionMs)): Session => ({
  account: people[account].id,
  name: people[account].name,
  role: account === 'leitstand' ? 'monitor' : 'responder',
  language: 'de',
  gateway: 'Rathaus Lindenau',
  inPolicy: true,
  endsAt,
})

/** An alarm that was raised at `noon` and is being notified. */
export const alarmView = (sequence: number, part: Partial<AlarmView> = {}): AlarmView => ({
  id: alarmId(sequence),
  record: sequence * 10,
  kind: 'alarm',
  device: device('rathaus-1'),
  button: button('tresen'),
  place: places.tresen,
  state: 'notifying',
  step: 1,
  stepName: 'Nachbarn',
  presses: 1,
  pressedAt: noon,
  receivedAt: noon,
  isAgeKnown: true,
  late: false,
  acknowledgedBy: null,
  acknowledgedAt: null,
  closedBy: null,
  closedAt: null,
  outcome: null,
  incident: false,
  told: [],
  ...part,
})

export const takenBy = (alarm: AlarmView, who: keyof typeof people, at: WallTime = noon): AlarmView => ({
  ...alarm,
  state: 'acknowledged',
  acknowledgedBy: people[who],
  acknowledgedAt: at,
})

export const notificationOf = (
  alarm: AlarmView,
  who: keyof typeof people,
  reason: NotificationReason,
  number = 1,
  ageMs = 0,
): NotificationMessage => ({
  v: 1,
  kind: 'notification',
  id: `${alarm.id}/${number}` as NotificationId,
  gateway,
  responder: people[who].id,
  reason,
  alarm: alarm.id,
  alarmKind: alarm.kind,
  state: alarm.state,
  place: alarm.place,
  presses: alarm.presses,
  ageMs: millis(ageMs),
  late: alarm.late,
  step: alarm.step,
  text: `Alarm ${alarm.place.room}`,
})

/** @param fault its key; null: several at once. Its text is in the language of the site, whatever the page speaks. */
export const faultNotification = (
  who: keyof typeof people,
  fault: string | null,
  reason: 'fault' | 'faultCleared' = 'fault',
  number = 7,
): NotificationMessage => ({
  ...notificationOf(alarmView(1), who, reason),
  id: `gateway/${number}` as NotificationId,
  alarm: null,
  alarmKind: 'fault',
  state: 'fault',
  text: 'Störung. Bitte die Konsole öffnen.',
  ...(fault === null ? {} : { fault }),
})

export const boot = '0123456789abcdef' as BootId
export const devices = (now: WallTime): readonly DeviceView[] => [
  {
    id: device('rathaus-1'),
    site: 'Altes Rathaus',
    state: 'online',
    lastHeardAt: null,
    boot,
    buttons: [
      { id: button('tresen'), place: places.tresen, lastPressAt: later(now, -3 * 86_400_000) },
      { id: button('kasse'), place: places.kasse, lastPressAt: null },
    ],
  },
  {
    id: device('buergerhaus-1'),
    site: 'Bürgerhaus am Markt',
    state: 'silent',
    lastHeardAt: later(now, -25 * 60_000),
    boot,
    buttons: [{ id: button('sozialamt-1'), place: places.sozialamt, lastPressAt: later(now, -40 * 86_400_000) }],
  },
  {
    id: device('buergerhaus-2'),
    site: 'Bürgerhaus am Markt',
    state: 'unknown',
    lastHeardAt: null,
    boot: null,
    buttons: [
      {
        id: button('jugendamt'),
        place: { ...places.sozialamt, room: 'Jugendamt, Raum 210', button: 'Besprechungstisch' },
        lastPressAt: null,
      },
    ],
  },
]

export const incidentLevels: Overview['incidentLevels'] = [
  { level: 0, text: { de: 'Kontroverses Gespräch', en: 'Controversial conversation' } },
  {
    level: 1,
    text: { de: 'Verbale Aggression, unangemessenes Verhalten', en: 'Verbal aggression, inappropriate behaviour' },
  },
  {
    level: 2,
    text: {
      de: 'Körperliche Gewalt, Bedrohung, Nötigung, Sachbeschädigung',
      en: 'Physical violence, threat, coercion, damage to property',
    },
  },
  {
    level: 3,
    text: {
      de: 'Waffen oder Werkzeuge, Überfall, Geiselnahme, Amok',
      en: 'Weapons or tools, robbery, hostage taking, rampage',
    },
  },
]

export const overviewOf = (alarms: readonly AlarmView[], now: WallTime = noon): Overview => ({
  now,
  alarms,
  devices: devices(now),
  faults: [],
  incidentLevels,
})
