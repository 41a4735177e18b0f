// Whoever is told of an alarm is told its true age. The network's own time is known to nobody: it counts as tolerance, and so
// does what clocks may be wrong by.
import { limits } from '../../../protocol/limits.ts'
import type { NotificationMessage } from '../../../protocol/messages.ts'
import type { GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { AlarmAccount } from '../truth/ledger.ts'

/** Two clocks, each at most 200 ppm wrong, and whole milliseconds. */
const driftShare = 0.0005
const roundingMs = 5

export const trueAge: Oracle = {
  promise: 'S9',
  id: 'S9 age',
  sentence: 'A notification tells the true age of its alarm, but for what the network took and clocks are wrong by.',
  watch: court => ({
    gatewayStepped: stepped => {
      for (const effect of stepped.result.effects)
        if (effect.kind === 'notify' && effect.message.alarm !== null) checkTelling(court, stepped, effect.message)
    },
  }),
}

function checkTelling(court: Court, { gateway }: GatewayStepped, message: NotificationMessage): void {
  const { world, truth, accuse } = court
  const account = message.alarm === null ? undefined : truth.ledgers.get(gateway)?.alarms.get(message.alarm)
  if (account === undefined) return
  const claim = truth.presses.claims.get(account.message.id)
  if (claim === undefined || account.raisedAt === null) return // after a restart only the wall clock knows
  const trueAgeMs = world.agenda.now() - claim.pressedAt
  const sentAt = claim.sentAt.get(account.message.n) ?? account.raisedAt
  checkLate(court, account, sentAt - claim.pressedAt)
  if (account.message.ageBasis === 'wall') return
  const toleranceMs = trueAgeMs * driftShare + roundingMs
  const transitMs = account.raisedAt - sentAt
  if (message.ageMs > trueAgeMs + toleranceMs || message.ageMs < trueAgeMs - transitMs - toleranceMs)
    accuse(`${message.id} says ${message.ageMs} ms, the press is ${Math.round(trueAgeMs)} ms old`)
}

/** @param sentAgeMs how old the press was when it was sent */
function checkLate({ accuse }: Court, { id, late, message }: AlarmAccount, sentAgeMs: number): void {
  const toleranceMs = sentAgeMs * driftShare + roundingMs
  if (!late && sentAgeMs > limits.lateMs + toleranceMs)
    accuse(`${id} was sent ${Math.round(sentAgeMs)} ms after its press and is shown as fresh`)
  if (late && message.ageBasis === 'monotonic' && sentAgeMs < limits.lateMs - toleranceMs)
    accuse(`${id} was sent ${Math.round(sentAgeMs)} ms after its press and is shown as late`)
}
