// Who comes back is told what was missed: alarms that wait for somebody, and for those who are responsible the faults.
import type { AlarmId, GatewayId, ResponderId } from '../../../protocol/ids.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { ActKind } from '../plan.ts'
import type { AlarmAccount, Ledger } from '../truth/ledger.ts'

const toldMs = 15_000
/** What can keep a telling from somebody who is connected. */
const hindering: ReadonlySet<ActKind> = new Set<ActKind>([
  ...(['partition', 'isolation', 'unruly', 'slowPath', 'slowReader'] as const),
  ...(['powerCut', 'crash', 'crashMidway', 'disk', 'building', 'storm'] as const),
])
const hinders = (kind: ActKind): boolean => hindering.has(kind)

export const toldOnReturn: Oracle = {
  promise: 'L1',
  id: 'L1 told on return',
  sentence: `Who can be reached again is told within ${toldMs / 1000} s of every press of an alarm that nobody has taken and whose steps have come to this person, or that this person has taken, unless this person knows of it.`,
  watch: court => {
    const { ledgers } = court.truth
    /** By gateway, person and alarm: of how many presses this person knows. */
    const known = new Map<string, number>()
    const learn = (gateway: GatewayId, person: ResponderId, alarm: AlarmId, presses: number): void => {
      const key = `${gateway} ${person} ${alarm}`
      known.set(key, Math.max(presses, known.get(key) ?? 0))
    }
    const isOwed = ({ gateway }: Ledger, alarm: AlarmAccount, person: ResponderId): boolean => {
      const presses = known.get(`${gateway} ${person} ${alarm.id}`) ?? 0
      if (alarm.isClosed || presses >= alarm.presses.length) return false
      return alarm.takenBy === person ? presses > 0 : isCalledFor(alarm, person)
    }
    return {
      notificationSeen: ({ gateway, person, message }) => {
        if (message.alarm !== null) learn(gateway, person, message.alarm, message.presses)
      },
      // Who takes an alarm knows it, and what comes after is news.
      recordAsked: ({ record, step: { gateway } }) => {
        const alarm = record.kind === 'acknowledged' ? ledgers.get(gateway)?.alarms.get(record.alarm) : undefined
        if (record.kind === 'acknowledged' && alarm !== undefined)
          learn(gateway, record.responder, alarm.id, alarm.presses.length)
      },
      ...afterReturn(court, (ledger, person) => {
        const owed = ledger.openAlarms.find(alarm => isOwed(ledger, alarm, person))
        if (owed === undefined) return null
        return () => {
          if (isOwed(ledger, owed, person))
            court.accuse(`${person} came back to ${ledger.gateway} and is not told of ${owed.id}`)
        }
      }),
    }
  },
}

const isCalledFor = ({ takenBy, policy, step }: AlarmAccount, person: ResponderId): boolean =>
  takenBy === null && policy.steps.slice(0, step).some(({ notify }) => notify.includes(person))

export const faultsToldOnReturn: Oracle = {
  promise: 'L3',
  id: 'L3 told on return',
  sentence: `Who is responsible for faults and can be reached again is told within ${toldMs / 1000} s of every active fault, unless this person has seen it.`,
  watch: court =>
    afterReturn(court, (ledger, person) => {
      const { world, truth, accuse } = court
      const { gateway, faults } = ledger
      if (world.gateways.get(gateway)?.configuration.faultResponders.includes(person) !== true) return null
      const active = [...faults.values()]
      const isUnseen = ({ told }: (typeof active)[number]): boolean =>
        !told.some(each => each.responder === person && truth.telling.hasSeen(gateway, person, each.notification))
      const unseen = active.filter(isUnseen)
      if (unseen.length === 0) return null
      return () => {
        const fault = unseen.find(each => faults.get(each.key) === each && isUnseen(each)) // some may have ended
        if (fault !== undefined) accuse(`${person} came back to ${gateway} and is not told of the fault ${fault.key}`)
      }
    }),
}

/** @param owed what has to be true a little later; null: nothing is owed. */
function afterReturn(court: Court, owed: (ledger: Ledger, person: ResponderId) => (() => void) | null) {
  const { world, truth } = court
  let hinderedAt = Number.NEGATIVE_INFINITY
  const returned = (gateway: GatewayId, person: ResponderId): void => {
    const ledger = truth.ledgers.get(gateway)
    const at = world.agenda.now()
    const check = ledger?.runningSince == null || world.isUnderWay(hinders) ? null : owed(ledger, person)
    if (check === null || ledger === undefined) return
    const { runningSince } = ledger
    world.agenda.after(toldMs, () => {
      const isSame = truth.telling.listeningSince(gateway, person) === at && ledger.runningSince === runningSince
      if (isSame && hinderedAt < at && !world.isUnderWay(hinders)) check()
    })
  }
  return {
    actBegan: ({ act }: { readonly act: { readonly kind: ActKind } }) => {
      if (hinders(act.kind)) hinderedAt = world.agenda.now()
    },
    personListens: ({ gateway, person, listens }: { gateway: GatewayId; person: ResponderId; listens: boolean }) => {
      if (listens) returned(gateway, person)
    },
  }
}
