// The incident draft as a file for a person to take along [D10]. It goes nowhere by itself.
import type { AlarmId } from '../../protocol/ids.ts'
import type { Configuration, GatewayRecord } from '../core/model.ts'

export const draftFileName = (alarm: AlarmId): string => `vorfallsentwurf-${alarm}.json`

/** The latest draft of this alarm, or null if nobody wrote one. */
export function draftOf(records: readonly GatewayRecord[], _configuration: Configuration | null): object | null {
  return records.findLast(record => record.kind === 'incidentDrafted')?.draft ?? null
}
