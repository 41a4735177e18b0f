// The one clock of this folder: CLOCK_MONOTONIC, which the kernel uses for its time stamps too.

/** Now, in milliseconds with fraction. Comparable with the kernel's stamps on this machine since its last start. */
export const monotonicNow = (): number => Number(process.hrtime.bigint()) / 1e6
