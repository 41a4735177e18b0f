// Programs that break a promise: the real cores, and around one of them something that spoils what it says. Each is the smallest
// thing that one oracle has to notice.
import type * as device from '../../firmware/core/model.ts'
import type * as gateway from '../../gateway/core/model.ts'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import { type Programs, realPrograms } from './programs.ts'

type DeviceResult = ReturnType<Programs['deviceStep']>
type GatewayResult = ReturnType<Programs['gatewayStep']>

/** @param spoil is given what the real step said, and says something else. */
export const deviceThat = (
  spoil: (result: DeviceResult, event: device.Event, before: device.State) => DeviceResult,
): Programs => ({
  ...realPrograms,
  deviceStep: (state, event) => spoil(realPrograms.deviceStep(state, event), event, state),
})

export const gatewayThat = (
  spoil: (result: GatewayResult, event: gateway.Event, before: gateway.State) => GatewayResult,
): Programs => ({
  ...realPrograms,
  gatewayStep: (state, event) => spoil(realPrograms.gatewayStep(state, event), event, state),
})

/** A gateway that does not do this. */
export const gatewayWithout = (omitted: (effect: gateway.Effect, event: gateway.Event) => boolean): Programs =>
  gatewayThat((result, event) => ({ ...result, effects: result.effects.filter(effect => !omitted(effect, event)) }))

/** A device that does not do this. */
export const deviceWithout = (omitted: (effect: device.Effect, event: device.Event) => boolean): Programs =>
  deviceThat((result, event) => ({ ...result, effects: result.effects.filter(effect => !omitted(effect, event)) }))

/** A gateway whose disk never hears of such records, although it lives as if they were kept. */
export const gatewayWithoutRecord = (omitted: (record: GatewayRecord) => boolean): Programs =>
  gatewayThat(result => ({
    ...result,
    effects: result.effects.map(effect => withRecords(effect, all => all.filter(record => !omitted(record)))),
  }))

/** A gateway that writes something else. */
export const gatewayWriting = (change: (record: GatewayRecord) => GatewayRecord): Programs =>
  gatewayThat(result => ({
    ...result,
    effects: result.effects.map(effect => withRecords(effect, all => all.map(change))),
  }))

const withRecords = (
  effect: gateway.Effect,
  change: (records: readonly GatewayRecord[]) => readonly GatewayRecord[],
): gateway.Effect => (effect.kind === 'record' ? { ...effect, records: change(effect.records) } : effect)

export const withEffects = <State, Effect>(
  result: { readonly state: State; readonly effects: readonly Effect[]; readonly wakeAt: GatewayResult['wakeAt'] },
  effects: readonly Effect[],
) => ({ ...result, effects: [...result.effects, ...effects] })
