// Whether a press arrived late, and whether anybody knows how late [S9].
import { limits } from '../../protocol/limits.ts'
import type { PressMessage } from '../../protocol/messages.ts'

/** A press that outlived a restart of its machine is late for certain, whatever a clock says that may have stood still. */
export const isLate = ({ ageMs, ageBasis }: PressMessage): boolean => ageMs > limits.lateMs || ageBasis === 'wall'

/** False: pressed before its machine was started again, by a clock of which nobody knows how wrong it is. */
export const isAgeKnown = ({ ageBasis, clockErrorMs }: PressMessage): boolean =>
  ageBasis === 'monotonic' || clockErrorMs !== null
