// The incident draft as a file for a person to take along [D10]: the names and moments of this gateway put into the draft.
// It goes nowhere by itself.
import type { AlarmId } from '../../protocol/ids.ts'
import type { WallTime } from '../../protocol/time.ts'
import type { Configuration } from '../core/configuration.ts'
import { nameOf } from '../core/directory.ts'
import type { GatewayRecord, IncidentDraft } from '../core/record-types.ts'
import { incidentExport } from './draft.ts'

export type DraftFile = { readonly name: string; readonly json: string }

/**
 * The draft that was written last, as a JSON file.
 * @param records all records of one alarm, in order.
 * @returns null if nobody wrote a draft for it.
 */
export function draftFile(
  alarm: AlarmId,
  records: readonly GatewayRecord[],
  configuration: Configuration,
): DraftFile | null {
  const last = records.findLast(record => record.kind === 'incidentDrafted')
  if (last === undefined) return null
  const content = incidentExport(records, last.draft, {
    language: configuration.language,
    office: configuration.gateway.name,
    responder: id => nameOf(configuration, id),
    level: level => levelText(configuration, level),
    time: localTime,
  })
  return content === null
    ? null
    : { name: `vorfallsentwurf-${alarm}.json`, json: `${JSON.stringify(content, null, 2)}\n` }
}

function levelText({ incidentLevels, language }: Configuration, level: IncidentDraft['level']): string {
  return incidentLevels.find(entry => entry.level === level)?.text[language] ?? String(level)
}

/** ISO 8601 to the second in the gateway's own time zone, with its offset: people and programs read the same moment. */
export function localTime(at: WallTime): string {
  const offset = -new Date(at).getTimezoneOffset()
  const local = new Date(at + offset * 60_000).toISOString().slice(0, 19)
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${local}${offset < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
