// Every message of the line: one schema is the type, the check and the documentation.
// `description`s appear in protocol/README.md and in the AsyncAPI document.
import { type Static, type TProperties, Type } from 'typebox'
import { contact, lineStates } from './contact.ts'
import type { FaultCode } from './faults.ts'
import { faultCodes } from './faults.ts'
import {
  type AlarmId,
  type BootId,
  type ButtonId,
  bootPattern,
  type DeviceId,
  type GatewayId,
  type NotificationId,
  type PressId,
  type ResponderId,
} from './ids.ts'
import { limits } from './limits.ts'
import { count, duration, name, nullable, oneOf, press, text, wall } from './shapes.ts'
import type { Millis } from './time.ts'

const message = <const Kind extends string, Properties extends TProperties>(
  kind: Kind,
  description: string,
  properties: Properties,
) =>
  Type.Object(
    { v: Type.Literal(1, { description: 'Version of the protocol' }), kind: Type.Literal(kind), ...properties },
    { additionalProperties: false, description, $id: kind },
  )

const signature = Type.String({
  pattern: '^[A-Za-z0-9_-]{86}$',
  description: 'ES256 (P-256, SHA-256, r‖s, base64url) over the RFC 8785 canonical form of the message without `sig`',
})

const fromDevice = {
  device: name<DeviceId>('The device that sends'),
  boot: Type.Unsafe<BootId>(
    Type.String({ pattern: bootPattern, description: 'Random id of this start of the device program' }),
  ),
  n: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      'Counts every sending of this boot, re-sendings too: a message with a used or lower number is a replay',
  }),
  clockErrorMs: nullable(
    duration('known error'),
    'Known error of the device’s wall clock; null: the clock is not synchronised',
  ),
  sig: signature,
}

const pressed = {
  ...fromDevice,
  button: name<ButtonId>('The button that was pressed'),
  id: press<PressId>('device.boot.sequence: this press, for ever'),
  pressedAt: wall('The device’s wall clock at the press'),
  ageMs: duration('Age of the press at this sending. It, and not `pressedAt`, tells when the button was pressed'),
  ageBasis: oneOf(
    ['monotonic', 'wall'],
    'monotonic: the age is exact. wall: the machine was restarted since, the age comes from its wall clock',
  ),
  contact,
}

const faultCode = oneOf(faultCodes, 'Code in the fault table') as unknown as ReturnType<typeof Type.Unsafe<FaultCode>>
const subjectOfDevice = name<string>('What it is about: a button, `case`, `journal`, `device`')
const faultOfDevice = Type.Object({ code: faultCode, subject: subjectOfDevice }, { additionalProperties: false })
const faultForMonitors = Type.Object(
  { code: faultCode, subject: text(64, 'What it is about: as the device says it, an alarm, a policy, a channel') },
  { additionalProperties: false },
)
const activeFaults = Type.Array(faultForMonitors, {
  maxItems: limits.faultsInStateMax,
  description: 'Active faults, the most serious first, as many as fit',
})

export const outcomes = ['incident', 'noIncident', 'falseAlarm', 'test'] as const
export const alarmStates = ['raised', 'notifying', 'unanswered', 'acknowledged', 'closed'] as const
export const alarmKinds = ['alarm', 'test'] as const
export const deviceStates = ['unknown', 'online', 'silent'] as const
export const notificationReasons = [
  'first',
  'escalated',
  'repeat',
  'repeatPress',
  'takenOver',
  'closed',
  'reconnected',
  'fault',
  'faultCleared',
] as const
export const securityEventKinds = [
  'wrongCertificate',
  'revokedCertificate',
  'wrongPassword',
  'foreignTopic',
  'badSignature',
  'replay',
  'malformedMessage',
  'oversizedMessage',
  'protocolViolation',
  'foreignAlarm',
] as const

const place = Type.Object(
  {
    site: text(64, 'Site (building), in plain words'),
    zone: text(64, 'Zone, in plain words'),
    room: text(64, 'Room, in plain words'),
    button: text(64, 'Button, in plain words'),
  },
  { additionalProperties: false, description: 'Where the button is' },
)

export const messages = {
  alarm: message('alarm', 'A press that the device takes for a new alarm. Sent again until its receipt.', pressed),
  repeatPress: message(
    'repeatPress',
    'A further press of a button whose alarm the device takes to be open. If the gateway has closed it meanwhile, it raises a new one.',
    { ...pressed, alarm: press<AlarmId>('The alarm that this press repeats') },
  ),
  testAlarm: message('testAlarm', 'A press in test mode: the same way, marked, never escalates.', pressed),
  released: message(
    'released',
    'The press is over: its contact is back at rest. Said once and not kept: an alarm is complete without it.',
    {
      ...fromDevice,
      id: press<PressId>('The press'),
      heldMs: duration('From the first edge of the press until its contact went back'),
    },
  ),
  fault: message('fault', 'A technical condition, raised or cleared. The heartbeat repeats what is active.', {
    ...fromDevice,
    code: faultCode,
    subject: subjectOfDevice,
    state: oneOf(['raised', 'cleared'], 'Whether the condition began or ended'),
    ageMs: duration('Age of the change at this sending'),
  }),
  heartbeat: message('heartbeat', 'The device lives. Its silence is a fault.', {
    ...fromDevice,
    session: count('Number of this connection, as in the status message'),
    uptimeMs: duration('Since the start of the device program'),
    waiting: count('Presses without a receipt'),
    configVersion: text(64, 'Version of the configuration in force; empty: none received yet'),
    program: text(32, 'Version of the device program'),
    lines: Type.Array(
      Type.Object(
        {
          button: name<ButtonId>('Button'),
          state: oneOf(
            lineStates,
            'latched: pressed, until its key resets it. disputed: its two contacts contradict each other. failed: a line of it cannot be read',
          ),
        },
        { additionalProperties: false },
      ),
      { maxItems: 32, description: 'What each button is now; one whose lines were not read yet is left out' },
    ),
    faults: Type.Array(faultOfDevice, {
      maxItems: limits.faultsInHeartbeatMax,
      description:
        'Active faults, the most serious first. What a list that is not full leaves out is over; a full one may leave some out, which are said singly after each birth',
    }),
  }),
  status: message(
    'status',
    'Birth, and as the connection’s will: death. An old death (other boot or session) is ignored.',
    {
      device: fromDevice.device,
      boot: fromDevice.boot,
      session: count('Counts the connections of this boot'),
      state: oneOf(['online', 'offline'], 'online: birth. offline: will'),
      sig: signature,
    },
  ),
  receipt: message(
    'receipt',
    'This press is durably on the gateway’s disk. Only now may the device forget it [S1, S2].',
    {
      device: name<DeviceId>('The device that pressed'),
      id: press<PressId>('The press'),
      alarm: press<AlarmId>('The alarm it belongs to: its own, or the open one that it repeats'),
      recordedAt: wall('The time of its record; the receipt comes after the disk has it'),
      sig: signature,
    },
  ),
  progress: message('progress', 'How far an alarm of this device has come, for its discreet indicator.', {
    device: name<DeviceId>('The device'),
    button: name<ButtonId>('The button'),
    alarm: press<AlarmId>('The alarm'),
    state: oneOf(alarmStates, 'State of the alarm'),
    sig: signature,
  }),
  command: message('command', 'Asks a device for something, once.', {
    device: name<DeviceId>('The device'),
    boot: fromDevice.boot,
    n: Type.Integer({ minimum: 1, description: 'Counts the commands to this boot; a used number is ignored' }),
    command: oneOf(['startTest', 'endTest'], 'startTest: presses of this button are test alarms for `durationMs`'),
    button: name<ButtonId>('The button'),
    durationMs: Type.Unsafe<Millis>(
      Type.Integer({ minimum: 0, maximum: limits.testModeMsMax, description: 'How long (ms)' }),
    ),
    sig: signature,
  }),
  config: message('config', 'How the device shall behave. Wiring is not in it: that is known where the wires are.', {
    device: name<DeviceId>('The device'),
    version: text(64, 'Version; the heartbeat says which one is in force'),
    heartbeatMs: Type.Unsafe<Millis>(
      Type.Integer({
        minimum: limits.heartbeatMsMin,
        maximum: limits.heartbeatMsMax,
        description: 'Time between heartbeats (ms)',
      }),
    ),
    indicator: oneOf(
      ['off', 'afterAcknowledgement'],
      'What the discreet indicator may show. Never anything at the press [S5]',
    ),
    sig: signature,
  }),
  notification: message('notification', 'Tells one responder of one alarm or fault.', {
    id: Type.Unsafe<NotificationId>(Type.String({ maxLength: 96, description: 'This telling' })),
    gateway: name<GatewayId>('The gateway that tells'),
    responder: name<ResponderId>('Who is told'),
    reason: oneOf(notificationReasons, 'Why now'),
    alarm: nullable(press<AlarmId>('alarm'), 'The alarm to acknowledge; null for a fault'),
    alarmKind: oneOf([...alarmKinds, 'fault'] as const, 'Genuine, test, or a technical fault'),
    state: oneOf([...alarmStates, 'fault'] as const, 'State at the telling'),
    place,
    presses: count('How often the button was pressed: more than once means more urgent'),
    ageMs: duration('Age of the press at the telling'),
    late: Type.Boolean({ description: 'The alarm reached the gateway late: look at its age' }),
    step: count('Step of the policy, from 1; 0 for a fault'),
    text: text(400, 'The same in one sentence, in the language of the site'),
    fault: Type.Optional(
      text(200, 'Names one fault, in the same words when it is raised and when it is over; absent for several at once'),
    ),
  }),
  acknowledgement: message('acknowledgement', 'A person takes the alarm: escalation stops, the others are told.', {
    alarm: press<AlarmId>('The alarm taken'),
  }),
  close: message('close', 'Ends an alarm with its outcome.', {
    alarm: press<AlarmId>('The alarm closed'),
    outcome: oneOf(outcomes, 'Outcome'),
    note: Type.Optional(text(limits.noteLengthMax, 'What happened, without data about visitors')),
  }),
  alarmState: message(
    'alarmState',
    'State of an alarm for security monitoring; retained until it is closed. No personal data.',
    {
      alarm: press<AlarmId>('The alarm'),
      alarmKind: oneOf(alarmKinds, 'Genuine or test'),
      device: name<DeviceId>('The device'),
      button: name<ButtonId>('The button'),
      place,
      state: oneOf(alarmStates, 'State'),
      step: count('Step of the policy, from 1'),
      presses: count('How often the button was pressed'),
      pressedAt: wall('The press, by the gateway’s clock'),
      receivedAt: wall('When it reached the gateway'),
      late: Type.Boolean({ description: 'It reached the gateway late' }),
      acknowledgedAt: nullable(wall('acknowledged'), 'When a person took it'),
      closedAt: nullable(wall('closed'), 'When it was closed'),
      outcome: nullable(oneOf(outcomes, 'outcome'), 'Outcome'),
    },
  ),
  deviceState: message('deviceState', 'State of a device for security monitoring; retained.', {
    device: name<DeviceId>('The device'),
    place: text(200, 'Site, in plain words'),
    state: oneOf(deviceStates, 'silent: not heard within the bound, a fault'),
    lastHeardAt: nullable(
      wall('heard'),
      'Last sign of life of a device that is not online; null while it is, and if there was none',
    ),
    faults: activeFaults,
  }),
  gatewayState: message(
    'gatewayState',
    'The gateway’s own heartbeat, with the faults of the gateway itself; retained.',
    {
      gateway: name<GatewayId>('The gateway'),
      at: wall('Now'),
      startedAt: wall('Start of the gateway program'),
      openAlarms: count('Alarms not closed'),
      unacknowledgedAlarms: count('Alarms that nobody has taken'),
      devicesOnline: count('Devices heard'),
      devicesSilent: count('Devices silent or never heard'),
      securityEvents: count('Security events since the start'),
      faults: activeFaults,
    },
  ),
  securityEvent: message('securityEvent', 'Something tried what it may not.', {
    event: oneOf(securityEventKinds, 'What was tried'),
    source: text(128, 'Who: the name of a proved device, otherwise the network address; never the name of an account'),
    detail: text(300, 'What exactly, in the language of the site, without the content of the message'),
    at: wall('When'),
    count: count('How often since the last such event of this source'),
  }),
} as const

type Schemas = typeof messages
export type MessageKind = keyof Schemas
export type MessageOf<Kind extends MessageKind> = Static<Schemas[Kind]>
export type Message = { [Kind in MessageKind]: MessageOf<Kind> }[MessageKind]

export type AlarmMessage = MessageOf<'alarm'>
export type RepeatPressMessage = MessageOf<'repeatPress'>
export type TestAlarmMessage = MessageOf<'testAlarm'>
/** The three messages that a finger causes. */
export type PressMessage = AlarmMessage | RepeatPressMessage | TestAlarmMessage
export type ReleasedMessage = MessageOf<'released'>
export type FaultMessage = MessageOf<'fault'>
export type HeartbeatMessage = MessageOf<'heartbeat'>
export type StatusMessage = MessageOf<'status'>
export type ReceiptMessage = MessageOf<'receipt'>
export type ProgressMessage = MessageOf<'progress'>
export type CommandMessage = MessageOf<'command'>
export type ConfigMessage = MessageOf<'config'>
export type NotificationMessage = MessageOf<'notification'>
export type AcknowledgementMessage = MessageOf<'acknowledgement'>
export type CloseMessage = MessageOf<'close'>
export type AlarmStateMessage = MessageOf<'alarmState'>
export type DeviceStateMessage = MessageOf<'deviceState'>
export type GatewayStateMessage = MessageOf<'gatewayState'>
export type SecurityEventMessage = MessageOf<'securityEvent'>
export type DeviceMessage = PressMessage | ReleasedMessage | FaultMessage | HeartbeatMessage | StatusMessage
export type SignedMessage = DeviceMessage | ReceiptMessage | ProgressMessage | CommandMessage | ConfigMessage

export type Outcome = (typeof outcomes)[number]
export type AlarmState = (typeof alarmStates)[number]
export type AlarmKind = (typeof alarmKinds)[number]
export type DeviceState = (typeof deviceStates)[number]
export type NotificationReason = (typeof notificationReasons)[number]
export type SecurityEventKind = (typeof securityEventKinds)[number]
export type Place = NotificationMessage['place']
