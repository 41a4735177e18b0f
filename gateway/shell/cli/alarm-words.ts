// How states are called in a terminal.
import type { Language } from '../../../protocol/faults.ts'
import type { AlarmState, DeviceState } from '../../../protocol/messages.ts'

export type Text = Readonly<Record<Language, string>>

export const alarmStateText: Readonly<Record<AlarmState, Text>> = {
  raised: { de: 'ausgelöst', en: 'raised' },
  notifying: { de: 'wird gemeldet', en: 'notifying' },
  unanswered: { de: 'unbeantwortet', en: 'unanswered' },
  acknowledged: { de: 'übernommen', en: 'acknowledged' },
  closed: { de: 'abgeschlossen', en: 'closed' },
}

export const deviceStateText: Readonly<Record<DeviceState, Text>> = {
  unknown: { de: 'noch nicht gehört', en: 'not heard yet' },
  online: { de: 'verbunden', en: 'online' },
  silent: { de: 'meldet sich nicht', en: 'silent' },
}
