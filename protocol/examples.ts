// One example of every message, as it could be seen in the fictitious town hall. The documents show them, tests check them.
// Device and gateway sign here with the P-256 key that RFC 6979 publishes in A.2.5: never use it for anything else.
import type { AlarmId, BootId, ButtonId, DeviceId, GatewayId, NotificationId, PressId, ResponderId } from './ids.ts'
import { alarmOfPress, notificationId, pressId } from './ids.ts'
import type { MessageKind, MessageOf } from './messages.ts'
import { millis, seconds, wallTime } from './time.ts'

/** PEM. Every signature in `examples` verifies with it. */
export const examplePublicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END PUBLIC KEY-----
`
/** The private number of that key (RFC 6979, A.2.5, `x`), hexadecimal. */
export const examplePrivateNumber = 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721'

const device = 'rathaus-1' as DeviceId
const button = 'tresen' as ButtonId
const boot = '0f1e2d3c4b5a6978' as BootId
const first: PressId = pressId(device, boot, 1)
const alarm: AlarmId = alarmOfPress(first)
const wache = 'wache' as ResponderId
const gateway = 'lindenau' as GatewayId
const pressedAt = wallTime(1_767_605_400_000)
const place = {
  site: 'Altes Rathaus',
  zone: 'Erdgeschoss',
  room: 'Bürgerbüro, Raum 012',
  button: 'Tresen',
}
const contact = {
  wiring: 'antivalent',
  edges: 4,
  heldMs: millis(32),
  confirmedBy: 'held',
  timeSource: 'kernel',
} as const
const told: NotificationId = notificationId(alarm, 1)

export const examples: { readonly [Kind in MessageKind]: MessageOf<Kind> } = {
  alarm: {
    v: 1,
    kind: 'alarm',
    device,
    boot,
    n: 7,
    clockErrorMs: millis(12),
    button,
    id: first,
    pressedAt,
    ageMs: millis(34),
    ageBasis: 'monotonic',
    contact,
    sig: 'L3cOzLmPVAAo0nvkR9NODGjYPLb3BJbtUiiCqs11FKi46Ehp6Zu7oX1tLroAKMVlj_UIoLgNDOXRgb2Z9ORPbA',
  },
  repeatPress: {
    v: 1,
    kind: 'repeatPress',
    device,
    boot,
    n: 9,
    clockErrorMs: millis(12),
    button,
    id: pressId(device, boot, 2),
    pressedAt: wallTime(pressedAt + 4000),
    ageMs: millis(36),
    ageBasis: 'monotonic',
    contact: { ...contact, edges: 2, heldMs: millis(30) },
    alarm,
    sig: 'g65GHx4HofiuUyokE2U6DQ72ePUv3DoNL6qatUw_yF3QLBd-MvfWuqt9ThFJEvbt9DZ98UCSwxxUaKImSp3N0w',
  },
  testAlarm: {
    v: 1,
    kind: 'testAlarm',
    device,
    boot,
    n: 20,
    clockErrorMs: null,
    button,
    id: pressId(device, boot, 3),
    pressedAt: wallTime(pressedAt + 600_000),
    ageMs: millis(33),
    ageBasis: 'monotonic',
    contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'pulse', timeSource: 'arrival' },
    sig: 'cdZXiwnN65hgMrGMwBX0ta60ziwoeC7WkMx49FFWfAL6es1W5w772rauhSMxpaGl80MXXSLIr90FVN_DCfxj0w',
  },
  released: {
    v: 1,
    kind: 'released',
    device,
    boot,
    n: 8,
    clockErrorMs: millis(12),
    id: first,
    heldMs: millis(840),
    sig: 'jGSw0Y1f9XqdV2ntlCg_cDfDUjGAjl-DUcAK3JpqAh5mYsCrduA-jACK8LlccHEpx8Re1i8SoI7qNt8app0B8g',
  },
  fault: {
    v: 1,
    kind: 'fault',
    device,
    boot,
    n: 12,
    clockErrorMs: millis(12),
    code: 'buttonStuck',
    subject: button,
    state: 'raised',
    ageMs: millis(5),
    sig: 'B7LPor18C-mGN2TASPuDJ8y68YQgVjvRHDLWylx65KtpxZadXCJoLdS3hI7msvLBOnJP_eI8VYU7dRw3HK6Xdw',
  },
  heartbeat: {
    v: 1,
    kind: 'heartbeat',
    device,
    boot,
    n: 13,
    clockErrorMs: millis(12),
    session: 1,
    uptimeMs: seconds(3600),
    waiting: 0,
    configVersion: 'c41f0d7a',
    program: '0.1.0',
    lines: [
      { button, state: 'atRest' },
      { button: 'kasse' as ButtonId, state: 'pressed' },
    ],
    faults: [{ code: 'buttonStuck', subject: 'kasse' }],
    sig: 'KZYTLi2hSXmaAbi4sXnkhKRC8ZFb22AKOzroAutBSrT-Q3aZzC202SSeNxrmZO5iZdXuLKUq876O5ym4FtYXKg',
  },
  status: {
    v: 1,
    kind: 'status',
    device,
    boot,
    session: 1,
    state: 'online',
    sig: 'x9L7c_Nlzv7BFBvWroyiuq0ea_d7Me5cpx7sn46NmyIXd38q5XBsoLjp6Ngd0BVOsNwXPr7kMBLgUjzj1O4sXA',
  },
  receipt: {
    v: 1,
    kind: 'receipt',
    device,
    id: first,
    alarm,
    recordedAt: wallTime(pressedAt + 41),
    sig: 'rNzMuKGxubUv-XCLmu-PbfAWUgV000et4_vGNsX-IvVTWwWBccIE6kVWncW5PySPUstFxNUJ8_ejdQ_mVeZz1g',
  },
  progress: {
    v: 1,
    kind: 'progress',
    device,
    button,
    alarm,
    state: 'acknowledged',
    sig: 'iQeY5CL4dxrD92tVC3q8SkQ5NsqspK_yTikXPRO7zTqgogMkAmZOUqGfU7BoMc7SLwYOjRJb-Y8Qgchv5BlhWA',
  },
  command: {
    v: 1,
    kind: 'command',
    device,
    boot,
    n: 1,
    command: 'startTest',
    button,
    durationMs: seconds(60),
    sig: 'GUkDsrk7Fv_ABiivO6UBiWwHoHP_YSLoPXOvVZoiK9iKhNF-rmbKDd4DpOl3sOMQ-RoDzAxRCyJ0DotTn2JoDg',
  },
  config: {
    v: 1,
    kind: 'config',
    device,
    version: 'c41f0d7a',
    heartbeatMs: seconds(10),
    indicator: 'off',
    sig: 'g8N0bqMRH0f0UsIFIwquPvS4SrejsYyE-QxpLbtud4_0fxwNIL54Wr_TXddrkkjExU0rP4eGcSqcHzm2SM5axA',
  },
  notification: {
    v: 1,
    kind: 'notification',
    id: told,
    gateway,
    responder: wache,
    reason: 'first',
    alarm,
    alarmKind: 'alarm',
    state: 'notifying',
    place,
    presses: 1,
    ageMs: millis(38),
    late: false,
    step: 1,
    text: 'Stiller Alarm: Bürgerbüro, Raum 012 (Tresen), Erdgeschoss, Altes Rathaus.',
  },
  acknowledgement: { v: 1, kind: 'acknowledgement', alarm },
  close: { v: 1, kind: 'close', alarm, outcome: 'noIncident', note: 'Lage beruhigt, niemand verletzt.' },
  alarmState: {
    v: 1,
    kind: 'alarmState',
    alarm,
    alarmKind: 'alarm',
    device,
    button,
    place,
    state: 'acknowledged',
    step: 1,
    presses: 1,
    pressedAt,
    receivedAt: wallTime(pressedAt + 36),
    late: false,
    acknowledgedAt: wallTime(pressedAt + 8200),
    closedAt: null,
    outcome: null,
  },
  deviceState: {
    v: 1,
    kind: 'deviceState',
    device,
    place: 'Altes Rathaus',
    state: 'silent',
    lastHeardAt: wallTime(pressedAt - 45_000),
    faults: [{ code: 'deviceSilent', subject: 'device' }],
  },
  gatewayState: {
    v: 1,
    kind: 'gatewayState',
    gateway,
    at: wallTime(pressedAt + 10_000),
    startedAt: wallTime(pressedAt - 86_400_000),
    openAlarms: 1,
    unacknowledgedAlarms: 0,
    devicesOnline: 2,
    devicesSilent: 0,
    securityEvents: 0,
    faults: [],
  },
  securityEvent: {
    v: 1,
    kind: 'securityEvent',
    event: 'foreignTopic',
    source: 'buergerhaus-1',
    detail: 'Nachricht an stillruf/v1/device/rathaus-1/alarm',
    at: wallTime(pressedAt + 60_000),
    count: 1,
  },
}
