// The few numbers a bench prints, and the figure of merit F.

/** The value below which the share `p` of the samples lies; NaN without samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5)

export type Merit =
  | { readonly judged: true; readonly figure: number; readonly addedMs: number; readonly peerMs: number }
  | { readonly judged: false; readonly why: string }

/**
 * F = 1 + median over slices of (p50 ours − p50 peer) / quietest p50 of the peer. A ratio of two noisy numbers misleads (a busy
 * disk pulls it towards 1); the paired difference of neighbouring slices does not. Refuses to judge when the peer itself
 * varies more than twofold between slices: then the machine was measured, not the program.
 */
export function meritOf(ours: readonly number[], peer: readonly number[]): Merit {
  const quietest = Math.min(...peer)
  const loudest = Math.max(...peer)
  if (loudest > 2 * quietest)
    return {
      judged: false,
      why: `its p50 varied from ${quietest.toFixed(2)} to ${loudest.toFixed(2)} ms between slices, more than twofold`,
    }
  const addedMs = median(ours.map((value, slice) => value - (peer[slice] ?? Number.NaN)))
  return { judged: true, figure: 1 + addedMs / quietest, addedMs, peerMs: quietest }
}
