// A run as a story: when, who, what, in the words of the glossary. Heartbeats and other signs of life are left out.
import type * as device from '../../firmware/core/model.ts'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import { describeAct } from './describe.ts'
import type { DeviceStepped, GatewayStepped, Observation } from './observation.ts'
import type { World } from './world.ts'

type Line = { readonly who: string; readonly what: string }

const whoWidth = 13

/** @param print is given each line as it happens, without its end. */
export function tellStory(world: World, print: (line: string) => void): void {
  const tell = (observation: Observation): void => {
    for (const { who, what } of linesOf(observation))
      print(`${timeText(world.agenda.now())}  ${who.padEnd(whoWidth)}${what}`)
  }
  world.observeWith(Object.fromEntries(told.map(kind => [kind, tell])))
}

/** Hours, minutes, seconds and milliseconds since the beginning. */
export function timeText(worldMs: number): string {
  const ms = Math.floor(worldMs)
  const part = (value: number, width: number): string => String(value).padStart(width, '0')
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
  ]
  return `${part(hours, 2)}:${part(minutes, 2)}:${part(seconds, 2)}.${part(ms % 1000, 3)}`
}

const told = [
  ...(['actBegan', 'actEnded', 'programStarted', 'programEnded', 'deviceStepped', 'gatewayStepped'] as const),
  ...(['notificationSeen', 'personSpoke', 'personListens', 'attacked'] as const),
] satisfies readonly Observation['kind'][]

function linesOf(observation: Observation): readonly Line[] {
  switch (observation.kind) {
    case 'actBegan':
      return [{ who: '', what: `· ${describeAct(observation.act)}` }]
    case 'actEnded':
      return 'durationMs' in observation.act ? [{ who: '', what: `· over: ${observation.act.kind}` }] : []
    case 'programStarted':
      return [{ who: observation.machine, what: 'starts' }]
    case 'programEnded':
      return [{ who: observation.machine, what: endings[observation.how] }]
    case 'deviceStepped':
      return deviceLines(observation)
    case 'gatewayStepped':
      return gatewayLines(observation)
    case 'notificationSeen':
      return [{ who: observation.person, what: `sees “${observation.message.text}”` }]
    case 'personSpoke': {
      const { kind, alarm } = observation.said
      const what = kind === 'close' ? `closes ${short(alarm)}: ${observation.said.outcome}` : `takes ${short(alarm)}`
      return [{ who: observation.person, what: `${what} at ${observation.gateway}` }]
    }
    case 'personListens':
      return [
        {
          who: observation.person,
          what: `${observation.listens ? 'is' : 'is not'} connected to ${observation.gateway}`,
        },
      ]
    case 'attacked':
      return [{ who: 'attacker', what: `tries ${observation.attack} at ${observation.gateway}` }]
    default:
      return []
  }
}

const endings = { crash: 'crashes', powerCut: 'loses its power', stop: 'is stopped' } as const

function deviceLines({ device: who, event, result }: DeviceStepped): readonly Line[] {
  const lines = result.effects.flatMap(effect => effectOfDevice(effect))
  return [...eventOfDevice(event), ...lines].map(what => ({ who, what }))
}

function eventOfDevice(event: device.Event): readonly string[] {
  switch (event.kind) {
    case 'connected':
    case 'disconnected':
      return [`${event.kind === 'connected' ? 'is connected to' : 'has no connection to'} ${event.link}`]
    case 'received':
      return event.message.kind === 'receipt'
        ? [`has the receipt of ${short(event.message.id)}, alarm ${short(event.message.alarm)}`]
        : []
    case 'journalFailed':
      return [`cannot write “${event.entry.kind}” to its journal`]
    case 'started':
      return event.recovered.map(press => `finds ${short(press.id)} in its journal`)
    default:
      return []
  }
}

function effectOfDevice(effect: device.Effect): readonly string[] {
  switch (effect.kind) {
    case 'publish':
      return 'button' in effect.message
        ? [
            `sends ${effect.message.kind} ${short(effect.message.id)} of ${effect.message.button}, ${effect.message.ageMs} ms old, to ${effect.link}`,
          ]
        : []
    case 'journal':
      return effect.entry.kind === 'checked'
        ? []
        : [`writes “${effect.entry.kind}” ${short(pressOf(effect.entry))} to its journal`]
    case 'reportFault':
      return [`fault ${effect.state}: ${effect.code} ${effect.subject}`]
    case 'reportYielded':
      return [`lets ${short(effect.press)} yield: the outbox is full`]
    case 'indicate':
      return [`indicator: ${effect.state}`]
    default:
      return []
  }
}

const pressOf = (entry: Exclude<device.JournalEntry, { kind: 'checked' }>): string =>
  entry.kind === 'pressed' ? entry.press.id : entry.press

function gatewayLines({ gateway: who, event, result }: GatewayStepped): readonly Line[] {
  const records = result.effects.flatMap(effect => (effect.kind === 'record' ? effect.records.map(recordText) : []))
  const receipts = result.effects.flatMap(effect =>
    effect.kind === 'sendToDevice' && effect.message.kind === 'receipt'
      ? [`sends the receipt of ${short(effect.message.id)}`]
      : [],
  )
  const failed = event.kind === 'recordFailed' ? ['cannot write its record'] : []
  return [...failed, ...records, ...receipts].map(what => ({ who, what }))
}

/** `alarmRaised rathaus-1.6e0b.1: step 1, first`: the kind, the alarm, and what tells it from others of its kind. */
function recordText(record: GatewayRecord): string {
  const alarm = 'alarm' in record ? ` ${short(record.alarm)}` : ''
  const facts = [
    'press',
    'responder',
    'channel',
    'step',
    'reason',
    'outcome',
    'code',
    'source',
    'subject',
    'event',
    'version',
  ]
    .filter(name => name in record)
    .map(name => String(record[name as keyof GatewayRecord]))
    .map(short)
  return `records ${record.kind}${alarm}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`
}

/** Ids of presses with the first digits of their boot only. */
const short = (text: string): string => text.replace(/\.([0-9a-f]{4})[0-9a-f]{12}\./g, '.$1.')
