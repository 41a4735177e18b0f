// Which states and transitions of the programs a run has visited. A promise that holds where nothing happens proves nothing: over
// a whole simulation every transition of the tables below has to have been seen.
import type * as device from '../../firmware/core/model.ts'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import type { AlarmId, PressId } from '../../protocol/ids.ts'
import type { DeviceStepped, GatewayStepped } from './observation.ts'
import type { World } from './world.ts'

/** A press on its device, the sending of it, a connection, an alarm at its gateway, a device as its gateway sees it. */
const machines: Readonly<Record<string, readonly string[]>> = {
  press: [
    ...['pressed → journaling', 'restarted → journaled', 'journaling → journaled', 'journaling → volatile'],
    ...['volatile → journaling', 'journaling → receipted', 'journaled → receipted', 'volatile → receipted'],
    'journaled → yielded',
  ],
  sending: ['unsent → sent', 'sent → sent again', 'sent → unsent'],
  connection: ['down → connecting', 'connecting → up', 'connecting → down', 'up → down'],
  alarm: [
    ...['raised → notifying: first', 'notifying → notifying: escalated', 'notifying → notifying: unreached'],
    ...['notifying → unanswered', 'unanswered → unanswered: repeat'],
    ...['notifying → acknowledged', 'unanswered → acknowledged'],
    ...['notifying → closed', 'acknowledged → closed'],
    ...['notifying → notifying: pressed again', 'unanswered → unanswered: pressed again'],
    ...['acknowledged → acknowledged: pressed again', 'acknowledged → acknowledged: taken again'],
    ...['notifying → notifying: restart', 'unanswered → unanswered: restart', 'acknowledged → acknowledged: restart'],
  ],
  supervision: ['unknown → online', 'unknown → silent', 'online → silent', 'silent → online'],
}

/** Every transition that there is, as `machine: from → to`. */
export const transitions: readonly string[] = Object.entries(machines).flatMap(([machine, edges]) =>
  edges.map(edge => `${machine}: ${edge}`),
)

/** @returns what was visited so far; it grows while the run goes on. */
export function coverageOf(world: World): ReadonlySet<string> {
  const visited = new Set<string>()
  const visit = (transition: string): void => void visited.add(transition)
  const alarms = new Map<string, string>()
  world.observeWith({
    deviceStepped: step => {
      if (step.before.outbox !== step.result.state.outbox) visitPresses(step, visit)
      if (step.before.links !== step.result.state.links) visitLinks(step, visit)
    },
    gatewayStepped: step => {
      if (step.before.live.devices !== step.result.state.live.devices) visitDevices(step, visit)
      if (step.event.kind === 'started')
        for (const { kind, state } of step.before.durable.alarms.values())
          if (kind === 'alarm') visit(`alarm: ${state} → ${state}: restart`)
    },
    programEnded: () => alarms.clear(),
    recordAsked: ({ record, step }) => visitAlarm(step, record, alarms, visit),
  })
  return visited
}

type Visit = (transition: string) => void

function visitPresses({ before, event, result }: DeviceStepped, visit: Visit): void {
  const known = new Map(before.outbox.map(pending => [pending.press.id, pending]))
  for (const now of result.state.outbox) {
    const was = known.get(now.press.id)
    known.delete(now.press.id)
    if (was === now) continue
    const from = was?.durability ?? (event.kind === 'started' ? 'restarted' : 'pressed')
    if (from !== now.durability) visit(`press: ${from} → ${now.durability}`)
    visitSending(was, now, visit)
  }
  for (const { durability, press } of known.values())
    visit(`press: ${durability} → ${hasYielded(result, press.id) ? 'yielded' : 'receipted'}`)
}

function visitSending(was: device.Pending | undefined, now: device.Pending, visit: Visit): void {
  const isSent = now.resendAt !== null
  const wasSent = was !== undefined && was.resendAt !== null
  if (isSent && wasSent && was.rounds !== now.rounds) visit('sending: sent → sent again')
  else if (isSent !== wasSent) visit(isSent ? 'sending: unsent → sent' : 'sending: sent → unsent')
}

const hasYielded = ({ effects }: DeviceStepped['result'], press: PressId): boolean =>
  effects.some(effect => effect.kind === 'reportYielded' && effect.press === press)

function visitLinks({ before, result }: DeviceStepped, visit: Visit): void {
  for (const [id, { state }] of result.state.links) {
    const was = before.links.get(id)?.state
    if (was !== undefined && was !== state) visit(`connection: ${was} → ${state}`)
  }
}

/** What a device says concerns itself; all others are looked at when time passes. */
function visitDevices({ before, event, result }: GatewayStepped, visit: Visit): void {
  const { devices } = result.state.live
  for (const id of event.kind === 'received' ? [event.sender] : devices.keys()) {
    const was = before.live.devices.get(id)?.state
    const is = devices.get(id)?.state
    if (was !== undefined && is !== undefined && was !== is) visit(`supervision: ${was} → ${is}`)
  }
}

/** @param states of the alarms at each gateway, as far as this run of its program has shown them. */
function visitAlarm(step: GatewayStepped, record: GatewayRecord, states: Map<string, string>, visit: Visit): void {
  if (!('alarm' in record)) return
  const key = `${step.gateway} ${record.alarm}`
  const from = record.kind === 'alarmRaised' ? 'raised' : (states.get(key) ?? stateBefore(step, record.alarm))
  const next = from === undefined ? null : nextState(record, from)
  if (next === null) return
  states.set(key, next.to)
  if (record.kind !== 'alarmRaised') visit(`alarm: ${from} → ${next.to}${next.why === null ? '' : `: ${next.why}`}`)
}

const stateBefore = ({ before }: GatewayStepped, alarm: AlarmId): string | undefined =>
  before.durable.alarms.get(alarm)?.state

type Next = { readonly to: string; readonly why: string | null }

function nextState(record: GatewayRecord, from: string): Next | null {
  switch (record.kind) {
    case 'alarmRaised':
      return { to: 'raised', why: null }
    case 'stepEntered':
      return { to: record.reason === 'repeat' ? from : 'notifying', why: record.reason }
    case 'pressRepeated':
      return { to: from, why: 'pressed again' }
    case 'acknowledgedLate':
      return record.reason === 'closed' ? null : { to: from, why: 'taken again' }
    case 'unanswered':
    case 'acknowledged':
    case 'closed':
      return { to: record.kind, why: null }
    default:
      return null
  }
}
