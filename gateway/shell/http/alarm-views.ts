// How an alarm is shown. An open one is in the state; a closed one has left it, and is made again from its records [S4].
import type { AlarmView } from '../../../protocol/console.ts'
import type { AlarmId } from '../../../protocol/ids.ts'
import { pressedAtNow } from '../../core/age.ts'
import type { Alarm } from '../../core/durable.ts'
import type { State } from '../../core/model.ts'
import type { GatewayRecord } from '../../core/record-types.ts'
import { fold } from '../../core/records.ts'
import { type Names, namesOf, person } from '../names.ts'
import type { Store } from '../ports.ts'

/** The alarm as it is now, open or closed; null if there is no such alarm. */
export function alarmView(state: State, store: Store, id: AlarmId): AlarmView | null {
  const names = namesOf(state.configuration)
  const open = state.durable.alarms.get(id)
  return open === undefined
    ? recordedAlarmView(store.recordsOfAlarm(id), names)
    : openAlarmView(open, names, pressedAtNow(state.live, open))
}

/** @param pressedAt by the clock as it is set now, so that a page counts the true age [S9] */
export function openAlarmView(alarm: Alarm, names: Names, pressedAt = alarm.pressedAt): AlarmView {
  return {
    id: alarm.id,
    record: alarm.record,
    kind: alarm.kind,
    device: alarm.device,
    button: alarm.button,
    place: alarm.place,
    state: alarm.state,
    step: alarm.step,
    stepName: alarm.policy.steps[alarm.step - 1]?.name ?? '',
    presses: alarm.presses,
    pressedAt,
    isAgeKnown: alarm.isAgeKnown,
    receivedAt: alarm.raisedAt,
    late: alarm.late,
    acknowledgedBy: alarm.acknowledgedBy === null ? null : person(alarm.acknowledgedBy, names),
    acknowledgedAt: alarm.acknowledgedAt,
    closedBy: null,
    closedAt: null,
    outcome: null,
    incident: false,
    told: [...alarm.told.keys()].map(responder => person(responder, names)),
  }
}

/** @param records of one alarm, in order. Null if none of them raised it. */
export function recordedAlarmView(records: readonly GatewayRecord[], names: Names): AlarmView | null {
  const [raised] = records
  if (raised?.kind !== 'alarmRaised') return null
  const closed = records.find(record => record.kind === 'closed')
  const alarm = fold(records.filter(({ number }) => closed === undefined || number < closed.number)).alarms.get(
    raised.alarm,
  )
  if (alarm === undefined) return null
  const view = openAlarmView(alarm, names)
  if (closed === undefined) return view
  return {
    ...view,
    state: 'closed',
    closedBy: closed.responder === null ? null : person(closed.responder, names),
    closedAt: closed.at,
    outcome: closed.outcome,
    incident: records.some(record => record.kind === 'incidentDrafted'),
  }
}
