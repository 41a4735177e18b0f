// The clocks of this machine as the device needs them: how wrong the wall clock may be, and which start of the machine this is.
import { existsSync, readFileSync } from 'node:fs'
import { type Millis, millis } from '../../protocol/time.ts'

export type ClockQuality = { readonly clockErrorMs: Millis | null; readonly synchronised: boolean | null }

/** systemd-timesyncd takes no server whose distance to the reference is greater (timesyncd.conf(5), RootDistanceMaxSec=). */
const rootDistanceMax = millis(5000)

/** Known only where systemd-timesyncd sets the clock; elsewhere the machine does not say, and nothing is claimed. */
export function readClockQuality(runRoot = '/run'): ClockQuality {
  const timesyncd = `${runRoot}/systemd/timesync`
  if (!existsSync(timesyncd)) return { clockErrorMs: null, synchronised: null }
  const synchronised = existsSync(`${timesyncd}/synchronized`)
  return { clockErrorMs: synchronised ? rootDistanceMax : null, synchronised }
}

/** New at every start of the machine; empty if the machine does not say, and then no stamp of an earlier program is trusted. */
export function readMachineBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return '' // ages are then told by the wall clock, which is said in the message
  }
}
