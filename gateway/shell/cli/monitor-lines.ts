// Turns what monitors are sent into lines for a terminal: each change once, nothing that stayed the same.
import { assertNever } from '../../../protocol/assert.ts'
import { faults } from '../../../protocol/faults.ts'
import type { AlarmId } from '../../../protocol/ids.ts'
import type {
  AlarmStateMessage,
  DeviceStateMessage,
  GatewayStateMessage,
  SecurityEventMessage,
} from '../../../protocol/messages.ts'
import type { Language, Text } from '../../../protocol/text.ts'
import type { RecordNumber } from '../../core/record-types.ts'
import { timelineText } from '../timeline.ts'
import { alarmStateText, deviceStateText } from './alarm-words.ts'

export type MonitorMessage = AlarmStateMessage | DeviceStateMessage | GatewayStateMessage | SecurityEventMessage

export type MonitorLines = {
  /** A connection begins, and what is retained comes again. */
  readonly connected: () => void
  /** The lines for a message; none if nothing changed since the last one about the same. @param live not a retained one. */
  readonly of: (message: MonitorMessage, live: boolean) => readonly string[]
}

export function createMonitorLines(language: Language): MonitorLines {
  const last = new Map<string, string>()
  const open = createOpenAlarms()

  function changed(message: MonitorMessage): readonly string[] {
    const { about, text } = lineOf(message)
    const line = text[language]
    if (about !== null && last.get(about) === line) return []
    if (about !== null) last.set(about, line)
    return [line]
  }

  return {
    connected: open.connected,
    of: (message, live) => [...open.closedMeanwhile(message, live), message].flatMap(changed),
  }
}

/** Who was away while an alarm was closed hears nothing of it: its topic just does not come again. */
function createOpenAlarms() {
  const open = new Map<AlarmId, AlarmStateMessage>()
  const seen = new Set<AlarmId>()
  return {
    connected: () => seen.clear(),
    closedMeanwhile: (message: MonitorMessage, live: boolean): readonly AlarmStateMessage[] => {
      if (message.kind === 'alarmState') {
        open.set(message.alarm, message)
        seen.add(message.alarm)
      }
      if (message.kind === 'alarmState' && message.state === 'closed') {
        open.delete(message.alarm)
        seen.delete(message.alarm)
      }
      // A retained count may be older than the alarms, and before all of them have come it does not fit.
      if (message.kind !== 'gatewayState' || !live || message.openAlarms !== seen.size) return []
      const missing = [...open.values()].filter(({ alarm }) => !seen.has(alarm))
      for (const { alarm } of missing) open.delete(alarm)
      return missing.map(alarm => ({ ...alarm, state: 'closed' }))
    },
  }
}

type Line = { readonly about: string | null; readonly text: Text }

function lineOf(message: MonitorMessage): Line {
  switch (message.kind) {
    case 'alarmState':
      return alarmLine(message)
    case 'deviceState':
      return deviceLine(message)
    case 'gatewayState':
      return gatewayLine(message)
    case 'securityEvent':
      return {
        about: null,
        text: timelineText({ ...message, number: 0 as RecordNumber }, id => id),
      }
    default:
      return assertNever(message)
  }
}

function alarmLine(message: AlarmStateMessage): Line {
  const { alarm, alarmKind, place, state, step, presses } = message
  const where = [place.site, place.zone, place.room, place.button].join(', ')
  const kind = alarmKind === 'test' ? { de: 'Probealarm', en: 'Test alarm' } : { de: 'ALARM', en: 'ALARM' }
  const more = (words: Text) => (presses > 1 ? words : { de: '', en: '' })
  const pressed = more({ de: `, ${presses}-mal gedrückt`, en: `, pressed ${presses} times` })
  return {
    about: alarm,
    text: {
      de: `${kind.de}  ${where}: ${alarmStateText[state].de} (Stufe ${step}${pressed.de})`,
      en: `${kind.en}  ${where}: ${alarmStateText[state].en} (step ${step}${pressed.en})`,
    },
  }
}

type FaultList = DeviceStateMessage['faults']

function faultList(list: FaultList, language: Language): string {
  return list.map(({ code, subject }) => ` – ${subject}: ${faults[code].text[language]}`).join('')
}

function deviceLine({ device, place, state, faults: active }: DeviceStateMessage): Line {
  const where = place === '' ? '' : ` (${place})`
  return {
    about: device,
    text: {
      de: `Gerät  ${device}${where}: ${deviceStateText[state].de}${faultList(active, 'de')}`,
      en: `Device  ${device}${where}: ${deviceStateText[state].en}${faultList(active, 'en')}`,
    },
  }
}

function gatewayLine(message: GatewayStateMessage): Line {
  const { gateway, openAlarms, unacknowledgedAlarms, devicesOnline, devicesSilent, faults: active } = message
  return {
    about: gateway,
    text: {
      de: `Zentrale  ${gateway}: offene Alarme ${openAlarms}, nicht übernommen ${unacknowledgedAlarms}; Geräte verbunden ${devicesOnline}, ohne Lebenszeichen ${devicesSilent}${faultList(active, 'de')}`,
      en: `Gateway  ${gateway}: open alarms ${openAlarms}, not acknowledged ${unacknowledgedAlarms}; devices online ${devicesOnline}, without sign of life ${devicesSilent}${faultList(active, 'en')}`,
    },
  }
}
