// Only fingers raise alarms: what devices claim was a closed contact, what gateways record was claimed by its device, once.
// Everything else that was tried is a security event.
import type { GatewayRecord } from '../../../gateway/core/record-types.ts'
import { type BootId, type DeviceId, deviceOfPress, type GatewayId, type PressId } from '../../../protocol/ids.ts'
import { limits } from '../../../protocol/limits.ts'
import type { GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'
import type { Attack } from '../plan.ts'
import type { Claim, Closure } from '../truth/presses.ts'
import type { World } from '../world.ts'

/** Until a level is read, and what a stamp on arrival is late. */
const kernelToleranceMs = 30
const arrivalToleranceMs = 100

export const nobodyPressed: Oracle = {
  promise: 'S8',
  id: 'S8 nobody pressed',
  sentence:
    'Every press that a device tells of was a contact that closed for long enough, or chattered for long enough.',
  watch: court => ({ claimed: ({ claim }) => checkClosure(court, claim) }),
}

function checkClosure({ world, truth, accuse }: Court, claim: Claim): void {
  const machine = world.devices.get(claim.device)
  const contact = machine?.contacts.get(claim.button)
  if (machine === undefined || contact === undefined) return
  const toleranceMs = machine.plan.timeSource === 'kernel' ? kernelToleranceMs : arrivalToleranceMs
  const trains = trainsOf(truth.presses.closuresOf(contact), world.agenda.now())
  const leastMs = Math.min(machine.plan.confirmMs, limits.chatterMs) - toleranceMs
  const isGenuine = trains.some(
    ({ from, to }) =>
      from - toleranceMs <= claim.pressedAt && claim.pressedAt <= to + toleranceMs && to - from >= leastMs,
  )
  if (!isGenuine) accuse(`${claim.id} of ${claim.button} at ${claim.pressedAt}: nobody pressed`)
}

/** Closures so close together that they are one movement. */
function trainsOf(
  closures: readonly Closure[],
  now: number,
): readonly { readonly from: number; readonly to: number }[] {
  const trains: { from: number; to: number }[] = []
  for (const { from, to } of closures) {
    const last = trains.at(-1)
    if (last !== undefined && from - last.to < limits.confirmMsDefault) last.to = to ?? now
    else trains.push({ from, to: to ?? now })
  }
  return trains
}

export const nothingForeign: Oracle = {
  promise: 'S8',
  id: 'S8 foreign',
  sentence: 'A gateway records a press once, and only if its own device made it.',
  watch: court => {
    const recorded = new Map<GatewayId, Set<PressId>>()
    return {
      programStarted: ({ machine }) => {
        for (const { plan, disk } of court.world.gateways.values())
          if (plan.id === machine) recorded.set(plan.id, new Set(disk.presses.keys()))
      },
      recordAsked: ({ record, step }) => checkPress(court, recorded.get(step.gateway), record),
    }
  },
}

function checkPress({ truth, accuse }: Court, recorded: Set<PressId> | undefined, record: GatewayRecord): void {
  if (record.kind !== 'alarmRaised' && record.kind !== 'pressRepeated') return
  const { id, device, button } = record.message
  const claim = truth.presses.claims.get(id)
  if (claim === undefined || claim.device !== device || claim.button !== button)
    accuse(`${id} of ${device}/${button} is on record, but that device never told of it`)
  if (recorded?.has(id) === true) accuse(`${id} is on record twice`)
  recorded?.add(id)
}

export const attacksRecorded: Oracle = {
  promise: 'S8',
  id: 'S8 attacks',
  sentence: 'Everything forged, foreign, malformed or replayed becomes a security event in the step that meets it.',
  watch: ({ world, accuse }) => {
    let attack: Attack | null = null
    return {
      attacked: observation => {
        attack = observation.attack
      },
      gatewayStepped: step => {
        if (attack === null) return
        const tried = attack
        attack = null
        const isCounted = step.result.state.live.securityEvents === step.before.live.securityEvents + 1
        // What was overheard may be news to a gateway that was down when it was sent: then it is a genuine press.
        if (!isCounted && !(tried === 'replay' && isUnheard(world, step)))
          accuse(`${tried} was not recorded as a security event`)
      },
    }
  },
}

/** The gateway has heard no such number of this boot since its start, and has none on its disk. */
function isUnheard({ gateways }: World, { gateway, before, event }: GatewayStepped): boolean {
  if (event.kind !== 'received' || event.message.kind === 'status') return false
  const { sender, message } = event
  const heard = before.live.devices.get(sender)?.boots.get(message.boot) ?? 0
  return message.n > Math.max(heard, lastOnDisk(gateways.get(gateway)?.disk.records ?? [], sender, message.boot))
}

/** The highest number of this boot on record; of boots that were long ago nothing is remembered [S6]. */
function lastOnDisk(records: readonly GatewayRecord[], device: DeviceId, boot: BootId): number {
  const boots = new Map<BootId, number>()
  for (const record of records.toReversed()) {
    const sent = sendingOf(record, device)
    if (sent === null) continue
    boots.set(sent.boot, Math.max(boots.get(sent.boot) ?? 0, sent.n))
    if (boots.size > limits.bootsRememberedPerDevice) break
  }
  return boots.get(boot) ?? 0
}

function sendingOf(record: GatewayRecord, device: DeviceId): { readonly boot: BootId; readonly n: number } | null {
  switch (record.kind) {
    case 'alarmRaised':
    case 'pressRepeated':
      return record.message.device === device ? record.message : null
    case 'pressDuplicated':
    case 'pressReleased':
      return deviceOfPress(record.press) === device ? record : null
    default:
      return null
  }
}
