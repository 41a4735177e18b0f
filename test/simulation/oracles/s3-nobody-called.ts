// Who takes an alarm has it: nobody is called for it any more, and only a person who said so has taken or closed it.
import type { GatewayRecord } from '../../../gateway/core/record-types.ts'
import type { ResponderId } from '../../../protocol/ids.ts'
import type { NotificationReason } from '../../../protocol/messages.ts'
import type { GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'

const sayingSo: ReadonlySet<NotificationReason> = new Set<NotificationReason>(['takenOver', 'closed', 'repeatPress'])

export const nobodyCalled: Oracle = {
  promise: 'S3',
  id: 'S3 nobody called',
  sentence: 'Nobody is notified of an alarm that a person has taken, except to say so or that it was pressed again.',
  watch: ({ truth, accuse }) => ({
    gatewayStepped: ({ gateway, result }) => {
      const ledger = truth.ledgers.get(gateway)
      for (const effect of result.effects) {
        if (effect.kind !== 'notify' || effect.message.alarm === null || sayingSo.has(effect.message.reason)) continue
        const account = ledger?.alarms.get(effect.message.alarm)
        const isOver = account?.isClosed === true || account?.takenBy !== null
        if (isOver)
          accuse(`${effect.message.responder} is called (${effect.message.reason}) for ${effect.message.alarm}`)
      }
    },
  }),
}

export const takenByPeople: Oracle = {
  promise: 'S3',
  id: 'S3 taken',
  sentence:
    'An alarm is taken and closed by a person who said so, at that moment, once, and by nobody and nothing else.',
  watch: court => {
    /** By gateway and alarm; what a crash leaves of it is asked again at the start. */
    const takers = new Map<string, ResponderId>()
    return {
      programStarted: () => takers.clear(),
      gatewayStepped: stepped => {
        for (const effect of stepped.result.effects)
          if (effect.kind === 'record') for (const record of effect.records) checkPerson(court, stepped, record)
        checkHeard(court, stepped)
      },
      recordAsked: ({ record, step: { gateway } }) => {
        if (record.kind !== 'acknowledged') return
        const first = takers.get(`${gateway} ${record.alarm}`)
        if (first !== undefined) court.accuse(`${record.responder} takes ${record.alarm}, which ${first} has taken`)
        takers.set(`${gateway} ${record.alarm}`, record.responder)
      },
    }
  },
}

function checkPerson({ truth, accuse }: Court, { event, gateway }: GatewayStepped, record: GatewayRecord): void {
  if (record.kind !== 'acknowledged' && record.kind !== 'closed') return
  if (event.kind === 'responderSaid' && event.responder === record.responder && event.message.alarm === record.alarm)
    return
  const isEndedTest = record.kind === 'closed' && record.responder === null && event.kind === 'received'
  if (isEndedTest && truth.ledgers.get(gateway)?.alarms.get(record.alarm)?.kind === 'test') return
  accuse(`${record.alarm} is ${record.kind} by ${record.responder}, who said nothing of the kind`)
}

/** What was said of an open alarm has its effect in the very step that hears it. */
function checkHeard({ truth, accuse }: Court, { event, gateway }: GatewayStepped): void {
  if (event.kind !== 'responderSaid') return
  const account = truth.ledgers.get(gateway)?.alarms.get(event.message.alarm)
  if (account === undefined) return
  const hasEffect = event.message.kind === 'close' ? account.isClosed : account.takenBy !== null || account.isClosed
  if (!hasEffect) accuse(`${event.responder} said ${event.message.kind} of ${account.id}, and nothing came of it`)
}
