// The two clocks of a machine, as wrong as real ones: the monotonic one drifts and begins anew at every start of the machine,
// the wall clock is stepped in both directions and may be wrong after a start.
import { type Instant, instant, type WallTime, wallTime } from '../../protocol/time.ts'

/** The true wall time at the beginning of a run. */
export const morning = 1_800_000_000_000

export type Clock = {
  readonly now: () => Instant
  readonly wall: () => WallTime
  /** World time at which the monotonic clock has reached the moment. */
  readonly worldAt: (moment: Instant) => number
  /** How far the wall clock is from the truth, in ms. */
  readonly error: () => number
  readonly step: (byMs: number) => void
  /** The monotonic clock begins again. */
  readonly restart: () => void
}

/** So that a timer never fires before its moment, however the division was rounded. */
const roundingMs = 1e-6

/** @param driftPpm how much too fast the monotonic clock runs, in millionths; the wall clock is kept right by others. */
export function createClock(world: () => number, driftPpm: number): Clock {
  const rate = 1 + driftPpm / 1e6
  let startedAt = world()
  let errorMs = 0
  return {
    now: () => instant((world() - startedAt) * rate),
    wall: () => wallTime(Math.max(0, Math.floor(morning + world() + errorMs))),
    worldAt: moment => startedAt + moment / rate + roundingMs,
    error: () => errorMs,
    step: byMs => {
      errorMs += byMs
    },
    restart: () => {
      startedAt = world()
    },
  }
}
