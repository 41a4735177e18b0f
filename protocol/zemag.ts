// Which incidents ZeMAG takes, for the console and the exported draft alike, so that nobody expects a report that the
// register will not take [D10].
import type { IncidentRequest } from './console.ts'

/** `houseBan`: the law accepts it as a ground [BSchG NRW § 3(2)], ZeMAG has so far asked for a criminal complaint. */
export type ZemagThreshold = 'levelTooLow' | 'noGround' | 'houseBan' | 'reportable'

export function zemagThreshold({ level, ground }: Pick<IncidentRequest, 'level' | 'ground'>): ZemagThreshold {
  if (level < 2) return 'levelTooLow'
  if (ground === 'none') return 'noGround'
  return ground === 'houseBan' ? 'houseBan' : 'reportable'
}
