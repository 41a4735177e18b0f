// Every genuine press is noticed, recorded, receipted and seen by a person. Physics alone excuses: the device was off, nobody
// could read the line, or all that knew of the press lost their power before any disk had it; and the bound of the outbox, for
// repetitions.
import { calmMs, receiptedMs, seenAfterFaultsMs, seenMs } from '../bounds.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { AlarmAccount, Ledger } from '../truth/ledger.ts'
import type { Claim } from '../truth/presses.ts'

/** In a calm world: at once. */
export const seenAtOnce: Oracle = {
  promise: 'L1',
  id: 'L1 at once',
  sentence: `A press in a world that was calm for ${calmMs / 1000} s is seen by a person within ${seenMs / 1000} s, if one of those who are asked first can be reached.`,
  watch: court => ({
    claimed: ({ claim }) => void court.world.agenda.at(claim.pressedAt + seenMs, () => checkSeenAtOnce(court, claim)),
  }),
}

function checkSeenAtOnce({ world, truth, accuse }: Court, claim: Claim): void {
  const { calmSince } = world
  if (calmSince === null || calmSince > claim.pressedAt - calmMs) return
  const accounts = [...truth.ledgers.values()].map(ledger => ({ ledger, alarm: ledger.accountOf(claim.id) }))
  if (accounts.every(({ alarm }) => alarm === undefined))
    accuse(`${claim.id} has reached no gateway after ${seenMs} ms`)
  const expected = accounts.filter(
    ({ ledger, alarm }) => alarm !== undefined && somebodyListens(truth, ledger, alarm, claim),
  )
  const seen = expected.some(({ ledger, alarm }) => alarm !== undefined && isSeen(truth, ledger, alarm, claim))
  if (expected.length > 0 && !seen) accuse(`${claim.id} was seen by nobody after ${seenMs} ms`)
}

/** Of those who have to be told first, somebody could be reached all the time. */
function somebodyListens({ telling }: Court['truth'], { gateway }: Ledger, alarm: AlarmAccount, claim: Claim): boolean {
  const isFirst = alarm.presses[0] === claim.id
  const asked = isFirst
    ? (alarm.policy.steps[0]?.notify ?? [])
    : alarm.takenBy === null
      ? [...alarm.told]
      : [alarm.takenBy]
  return asked.some(
    person => (telling.listeningSince(gateway, person) ?? Number.POSITIVE_INFINITY) < claim.pressedAt - seenMs,
  )
}

function isSeen({ telling }: Court['truth'], { gateway }: Ledger, alarm: AlarmAccount, claim: Claim): boolean {
  if (alarm.isClosed) return true
  return (telling.sightOf(gateway, alarm.id)?.presses ?? 0) > alarm.presses.indexOf(claim.id)
}

/** Once faults stop: within the bounds of recovery. */
export const neverLost: Oracle = {
  promise: 'L1',
  id: 'L1 never lost',
  sentence: `Once the world is calm, every press is on record and its device has the receipt within ${receiptedMs / 1000} s, and a person has seen it within ${seenAfterFaultsMs / 1000} s.`,
  watch: court => {
    const { world, atEnd } = court
    const open = new Set<Claim>()
    const check = (before: number, isRecorded: boolean, isTold: boolean): void => {
      for (const claim of open) {
        if (claim.pressedAt > before) continue
        if (isRecorded) checkReceipted(court, claim)
        if (isTold && isSettled(court, claim)) open.delete(claim)
        else if (isTold) court.accuse(`${claim.id}, pressed at ${claim.pressedAt}, was seen by nobody`)
      }
    }
    world.onCalm(() => {
      const since = world.agenda.now()
      const later = (delayMs: number, run: () => void): void =>
        void world.agenda.after(delayMs, () => {
          if (world.calmSince === since) run()
        })
      later(receiptedMs, () => check(since, true, false))
      later(seenAfterFaultsMs, () => check(since, true, true))
    })
    atEnd(() => check(world.agenda.now() - seenAfterFaultsMs, true, true))
    return { claimed: ({ claim }) => void open.add(claim) }
  },
}

function checkReceipted({ world, truth, accuse }: Court, claim: Claim): void {
  const isInDevice = truth.presses.isInDevice(claim)
  const isOnDisk = [...world.gateways.values()].some(({ disk }) => disk.presses.has(claim.id))
  const isHeld = isInDevice || [...truth.ledgers.values()].some(({ alarmOfPress }) => alarmOfPress.has(claim.id))
  if (!isOnDisk && isHeld) accuse(`${claim.id}, pressed at ${claim.pressedAt}, is on no disk`)
  if (isInDevice && claim.receiptedAt === null) accuse(`${claim.device} has no receipt of ${claim.id}`)
}

/** Seen, closed, or lost with everything that knew it. */
function isSettled({ truth }: Court, claim: Claim): boolean {
  const holders = [...truth.ledgers.values()].flatMap(ledger => {
    const alarm = ledger.accountOf(claim.id)
    return alarm === undefined ? [] : [{ ledger, alarm }]
  })
  return holders.length === 0 || holders.some(({ ledger, alarm }) => isSeen(truth, ledger, alarm, claim))
}

/** A test is told as a test; whoever presses in earnest beside it must not be taken for one. */
export const genuineIsTold: Oracle = {
  promise: 'L1',
  id: 'L1 genuine',
  sentence: 'A genuine press is never counted to a test alarm: it raises an alarm of its own.',
  watch: ({ truth, accuse }) => ({
    recordAsked: ({ record, step }) => {
      if (record.kind !== 'pressRepeated' || record.message.kind === 'testAlarm') return
      if (truth.ledgers.get(step.gateway)?.alarms.get(record.alarm)?.kind === 'test')
        accuse(`${record.press} is meant, and ${step.gateway} counts it to the test ${record.alarm}`)
    },
  }),
}
