// Whether an alarm is on record. The state remembers the last presses of each device; of older ones only the record knows.
import type { State } from '../core/model.ts'
import { isRecordedAlarm } from '../core/records.ts'
import type { IsOnRecord, Log, Store } from './ports.ts'

/** What the state remembers needs no disk: a person may be waiting for it. */
export const createLookUp =
  (state: () => State, store: Pick<Store, 'recordsOfAlarm'>, log: Log): IsOnRecord =>
  alarm => {
    if (isRecordedAlarm(state().durable, alarm)) return true
    try {
      return store.recordsOfAlarm(alarm).some(({ kind }) => kind === 'alarmRaised')
    } catch (error) {
      log.error({ error, alarm }, 'the record of an alarm cannot be read')
      return true // nobody is taken for a stranger because of it
    }
  }
