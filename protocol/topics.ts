// One table of topics: builder, parser, MQTT filter and the permissions of each role all follow from it.
import { assert } from './assert.ts'
import { isName, parseAlarmId } from './ids.ts'
import { type MessageKind, securityEventKinds } from './messages.ts'

export const roles = ['device', 'responder', 'monitor'] as const
/** Who may hold a connection. The gateway itself holds none: it is the other end of each. */
export type Role = (typeof roles)[number]
export type Party = Role | 'gateway'

type Topic = {
  /** Below `stillruf/v1/`. A parameter fills one level. */
  readonly pattern: string
  readonly messages: readonly MessageKind[]
  readonly from: Party
  readonly to: readonly Party[]
  readonly retained: boolean
  readonly description: string
}

export const prefix = 'stillruf/v1/'

const table = {
  deviceAlarm: {
    pattern: 'device/{device}/alarm',
    messages: ['alarm', 'repeatPress', 'testAlarm', 'released'],
    from: 'device',
    to: ['gateway'],
    retained: false,
    description: 'Presses of buttons, and their ends.',
  },
  deviceFault: {
    pattern: 'device/{device}/fault',
    messages: ['fault'],
    from: 'device',
    to: ['gateway'],
    retained: false,
    description: 'Technical conditions of the device, raised and cleared.',
  },
  deviceHeartbeat: {
    pattern: 'device/{device}/heartbeat',
    messages: ['heartbeat'],
    from: 'device',
    to: ['gateway'],
    retained: false,
    description: 'Sign of life of the device.',
  },
  deviceStatus: {
    pattern: 'device/{device}/status',
    messages: ['status'],
    from: 'device',
    to: ['gateway', 'monitor'],
    retained: true,
    description: 'Birth and will of the device’s connection.',
  },
  deviceReceipt: {
    pattern: 'device/{device}/receipt',
    messages: ['receipt'],
    from: 'gateway',
    to: ['device'],
    retained: false,
    description: 'The press is on record.',
  },
  deviceProgress: {
    pattern: 'device/{device}/progress',
    messages: ['progress'],
    from: 'gateway',
    to: ['device'],
    retained: false,
    description: 'How far the alarm has come.',
  },
  deviceCommand: {
    pattern: 'device/{device}/command',
    messages: ['command'],
    from: 'gateway',
    to: ['device'],
    retained: false,
    description: 'Commands to the device.',
  },
  deviceConfig: {
    pattern: 'device/{device}/config',
    messages: ['config'],
    from: 'gateway',
    to: ['device'],
    retained: true,
    description: 'Configuration of the device.',
  },
  responderNotification: {
    pattern: 'responder/{responder}/notification',
    messages: ['notification'],
    from: 'gateway',
    to: ['responder'],
    retained: false,
    description: 'Alarms and faults that the responder is told.',
  },
  responderAcknowledgement: {
    pattern: 'responder/{responder}/acknowledgement',
    messages: ['acknowledgement', 'close'],
    from: 'responder',
    to: ['gateway'],
    retained: false,
    description: 'The responder takes or closes an alarm.',
  },
  monitorAlarm: {
    pattern: 'monitor/alarm/{alarm}',
    messages: ['alarmState'],
    from: 'gateway',
    to: ['monitor'],
    retained: true,
    description: 'State of an alarm, retained until it is closed.',
  },
  monitorDevice: {
    pattern: 'monitor/device/{device}',
    messages: ['deviceState'],
    from: 'gateway',
    to: ['monitor'],
    retained: true,
    description: 'State of a device.',
  },
  monitorGateway: {
    pattern: 'monitor/gateway/{gateway}',
    messages: ['gatewayState'],
    from: 'gateway',
    to: ['monitor'],
    retained: true,
    description: 'The gateway’s own heartbeat, every 10 s.',
  },
  monitorSecurity: {
    pattern: 'monitor/security/{event}',
    messages: ['securityEvent'],
    from: 'gateway',
    to: ['monitor'],
    retained: false,
    description: 'Security events.',
  },
} as const satisfies Record<string, Topic>

export type TopicName = keyof typeof table
export const topicNames = Object.keys(table) as readonly TopicName[]
export const topics: Readonly<Record<TopicName, Topic>> = table

type ParametersIn<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never
export type TopicParameters<Name extends TopicName> = {
  readonly [Key in ParametersIn<(typeof table)[Name]['pattern']>]: string
}
export type ParsedTopic = {
  [Name in TopicName]: { readonly name: Name; readonly parameters: TopicParameters<Name> }
}[TopicName]

const parameterOf = (level: string): string | null => (level.startsWith('{') ? level.slice(1, -1) : null)
const levelsOf = (name: TopicName): readonly string[] => topics[name].pattern.split('/')

const isSecurityEvent = (value: string): boolean => securityEventKinds.some(kind => kind === value)
const isParameter = (parameter: string, value: string): boolean =>
  parameter === 'alarm' ? parseAlarmId(value) !== null : parameter === 'event' ? isSecurityEvent(value) : isName(value)

/** The full topic. @throws if a parameter is not a valid id. */
export function topicOf<Name extends TopicName>(name: Name, parameters: TopicParameters<Name>): string {
  const values: Readonly<Record<string, string>> = parameters
  const levels = levelsOf(name).map(level => {
    const parameter = parameterOf(level)
    if (parameter === null) return level
    const value = values[parameter]
    assert(value !== undefined && isParameter(parameter, value), `topic ${name}: bad ${parameter}`)
    return value
  })
  return prefix + levels.join('/')
}

/** The topic's name and parameters, or null if it is none of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (!topic.startsWith(prefix)) return null
  const levels = topic.slice(prefix.length).split('/')
  for (const name of topicNames) {
    const parameters = match(levelsOf(name), levels)
    if (parameters !== null) return { name, parameters } as ParsedTopic
  }
  return null
}

function match(pattern: readonly string[], levels: readonly string[]): Record<string, string> | null {
  if (pattern.length !== levels.length) return null
  const parameters: Record<string, string> = {}
  for (const [index, level] of pattern.entries()) {
    const value = levels[index] ?? ''
    const parameter = parameterOf(level)
    if (parameter === null ? level !== value : !isParameter(parameter, value)) return null
    if (parameter !== null) parameters[parameter] = value
  }
  return parameters
}

/** The MQTT filter that matches every topic of this name. */
export const filterOf = (name: TopicName): string =>
  prefix +
  levelsOf(name)
    .map(level => (parameterOf(level) === null ? level : '+'))
    .join('/')

/** MQTT 3.1.1 section 4.7: `+` is one level, a last `#` is every level below and the one above. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}

/** Well-formed by [MQTT-4.7.1]: wildcards stand alone in their level, `#` only at the end. */
export function isFilter(filter: string): boolean {
  const levels = filter.split('/')
  return (
    filter.length > 0 &&
    levels.every((level, index) =>
      level.includes('#') ? level === '#' && index === levels.length - 1 : !level.includes('+') || level === '+',
    )
  )
}

/** A party may publish only what the table says comes from its role, and only under its own id. */
export function mayPublish(role: Role, id: string, topic: string): boolean {
  const parsed = parseTopic(topic)
  if (parsed === null || topics[parsed.name].from !== role) return false
  const own: Readonly<Record<string, string>> = parsed.parameters
  return own[role] === id
}

/** A filter is allowed if it can match some topic of the table, and none that the role, under this id, may not read. */
export function maySubscribe(role: Role, id: string, filter: string): boolean {
  if (!isFilter(filter) || !filter.startsWith(prefix)) return false
  const levels = filter.slice(prefix.length).split('/')
  const reached = topicNames.filter(name => overlaps(levels, levelsOf(name)))
  return reached.length > 0 && reached.every(name => mayRead(role, id, name, levels))
}

function overlaps(filter: readonly string[], pattern: readonly string[]): boolean {
  for (const [index, level] of filter.entries()) {
    if (level === '#') return true
    const wanted = pattern[index]
    if (wanted === undefined) return false
    const parameter = parameterOf(wanted)
    if (level !== '+' && (parameter === null ? level !== wanted : !isParameter(parameter, level))) return false
  }
  return filter.length === pattern.length
}

function mayRead(role: Role, id: string, name: TopicName, filter: readonly string[]): boolean {
  if (!topics[name].to.includes(role)) return false
  const ownLevel = levelsOf(name).indexOf(`{${role}}`)
  return ownLevel === -1 || filter[ownLevel] === id
}
