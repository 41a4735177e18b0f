// Faults of the device: raised once, cleared once, repeated by every heartbeat in between.
import { type FaultCode, faults } from '../../protocol/faults.ts'
import { limits } from '../../protocol/limits.ts'
import { millis } from '../../protocol/time.ts'
import { type Change, sendToAll, withEffect, withState } from './change.ts'
import type { ActiveFault, State } from './model.ts'

const keyOf = (code: FaultCode, subject: string): string => `${code} ${subject}`

/** Makes the fault active or not. Saying again what is so already does nothing. */
export function withFault(change: Change, code: FaultCode, subject: string, active: boolean): Change {
  const key = keyOf(code, subject)
  if (change.state.faults.has(key) === active) return change
  const faultsNow = new Map(change.state.faults)
  if (active) faultsNow.set(key, { code, subject })
  else faultsNow.delete(key)
  const state = active ? 'raised' : 'cleared'
  const told = withEffect(withState(change, { faults: faultsNow }), { kind: 'reportFault', code, subject, state })
  return sendToAll(told, { kind: 'fault', code, subject, state, ageMs: millis(0) })
}

export const hasFault = (state: State, code: FaultCode, subject: string): boolean =>
  state.faults.has(keyOf(code, subject))

/** Active faults for a heartbeat; if they do not fit, the critical ones stay. */
export const faultsToRepeat = (state: State): ActiveFault[] => ordered(state).slice(0, limits.faultsInHeartbeatMax)

/** Those that do not fit. */
export const faultsBeyond = (state: State): ActiveFault[] => ordered(state).slice(limits.faultsInHeartbeatMax)

function ordered(state: State): ActiveFault[] {
  const active = [...state.faults.values()]
  const critical = active.filter(fault => faults[fault.code].severity === 'critical')
  const others = active.filter(fault => faults[fault.code].severity !== 'critical')
  return [...critical, ...others]
}
