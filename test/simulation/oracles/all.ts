// All oracles, in the order of the promises.
import type { Oracle } from '../oracle.ts'
import { genuineIsTold, neverLost, seenAtOnce } from './l1-every-press.ts'
import { noticed } from './l1-noticed.ts'
import { faultsToldOnReturn, toldOnReturn } from './l1-told-on-return.ts'
import { everyStep, noStepLeftOut } from './l2-every-step.ts'
import { faultsKnown } from './l3-faults-known.ts'
import { faultsEnd, faultsTold } from './l3-faults-told.ts'
import { linesReported } from './l3-lines.ts'
import { monitorsTrue } from './l3-monitors.ts'
import { diskFaults, nobodyReachable } from './l3-nobody-reachable.ts'
import { silentDevices } from './l3-silent-devices.ts'
import { nothingEndsByItself, toldAnew } from './l4-nothing-lost-on-the-way.ts'
import { receiptAfterDisk } from './s1-receipt-after-disk.ts'
import { forgottenAfterReceipt } from './s2-forgotten-after-receipt.ts'
import { nobodyCalled, takenByPeople } from './s3-nobody-called.ts'
import { recordsTellState } from './s4-records-tell-state.ts'
import { nothingToSee } from './s5-nothing-to-see.ts'
import { bounded } from './s6-bounds.ts'
import { attacksRecorded, nobodyPressed, nothingForeign } from './s8-nothing-foreign.ts'
import { trueAge } from './s9-true-age.ts'

/** S7, the same seed twice, is no matter of one run: the command and the tests compare two. */
export const oracles: readonly Oracle[] = [
  ...[receiptAfterDisk, forgottenAfterReceipt, nobodyCalled, takenByPeople, recordsTellState, nothingToSee, bounded],
  ...[nobodyPressed, nothingForeign, attacksRecorded, trueAge],
  ...[noticed, seenAtOnce, neverLost, genuineIsTold, toldOnReturn, everyStep, noStepLeftOut],
  ...[
    silentDevices,
    faultsTold,
    faultsEnd,
    faultsKnown,
    faultsToldOnReturn,
    nobodyReachable,
    diskFaults,
    linesReported,
    monitorsTrue,
  ],
  ...[toldAnew, nothingEndsByItself],
]
