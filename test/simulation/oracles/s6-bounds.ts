// Every queue and every memory has its bound, and at the bound lesser traffic yields.
import { limits } from '../../../protocol/limits.ts'
import { securityEventKinds } from '../../../protocol/messages.ts'
import type { DeviceStepped, GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'

/** A source is forgotten within 70 s: the parts of three minutes. What comes beyond their bounds is one for each kind. */
const sourcesMax = 3 * limits.securityEventsPerMinuteOfAll + securityEventKinds.length

export const bounded: Oracle = {
  promise: 'S6',
  id: 'S6 bounds',
  sentence: 'No queue and no memory grows beyond its bound; what yields is never the first press of an alarm.',
  watch: court => ({
    deviceStepped: stepped => checkDevice(court, stepped),
    gatewayStepped: stepped => checkGateway(court, stepped),
  }),
}

function checkDevice({ truth, accuse }: Court, { device, result: { state, effects } }: DeviceStepped): void {
  const over = (what: string, size: number, most: number): void => {
    if (size > most) accuse(`${device}: ${what} holds ${size}, at most ${most}`)
  }
  over('outbox', state.outbox.length, limits.outboxMax)
  over('retirements owed', state.journal.retirementsOwed.size, limits.outboxMax)
  for (const effect of effects)
    if (effect.kind === 'reportYielded' && truth.presses.claims.get(effect.press)?.meaning === 'alarm')
      accuse(`${device} lets ${effect.press} yield, the first press of an alarm`)
}

function checkGateway({ accuse }: Court, { gateway, event, result: { state } }: GatewayStepped): void {
  const over = (what: string, size: number, most: number): void => {
    if (size > most) accuse(`${gateway}: ${what} holds ${size}, at most ${most}`)
  }
  over('security counts', state.live.securityCounts.size, sourcesMax)
  if (event.kind !== 'received') return
  const faults = state.durable.faultKeys.get(event.sender) ?? []
  over('faults', faults.length, limits.faultsPerDeviceMax + 1) // and that it is silent, which no device says itself
  const memory = state.durable.devices.get(event.sender)
  over('presses remembered', memory?.presses.size ?? 0, limits.pressesRememberedPerDevice)
  over('boots remembered', memory?.boots.size ?? 0, limits.bootsRememberedPerDevice)
  over('boots heard', state.live.devices.get(event.sender)?.boots.size ?? 0, limits.bootsRememberedPerDevice)
}
