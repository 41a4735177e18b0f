// A restart, a changed configuration and a device that comes back change nothing about an open alarm: monitors and devices are
// told of it anew, it keeps its policy, and only a person ends it.
import type { GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'

export const toldAnew: Oracle = {
  promise: 'L4',
  id: 'L4 told anew',
  sentence:
    'A gateway that starts tells monitors of every alarm that its disk calls open, and a device that connects of every one of its own.',
  watch: court => ({
    gatewayStepped: step => {
      if (step.event.kind === 'started') checkMonitors(court, step)
      if (step.event.kind === 'deviceConnected') checkDevice(court, step, step.event.device)
    },
  }),
}

function checkMonitors({ truth, accuse }: Court, { gateway, result }: GatewayStepped): void {
  const told = new Set(
    result.effects.flatMap(effect =>
      effect.kind === 'tellMonitors' && effect.retain && effect.message.kind === 'alarmState'
        ? [effect.message.alarm]
        : [],
    ),
  )
  for (const { id } of truth.ledgers.get(gateway)?.openAlarms ?? [])
    if (!told.has(id)) accuse(`${gateway} starts and does not tell monitors of ${id}`)
}

function checkDevice({ truth, accuse }: Court, { gateway, result }: GatewayStepped, device: string): void {
  const told = new Set(
    result.effects.flatMap(effect =>
      effect.kind === 'sendToDevice' && effect.message.kind === 'progress' ? [effect.message.alarm] : [],
    ),
  )
  for (const alarm of truth.ledgers.get(gateway)?.openAlarms ?? [])
    if (alarm.device === device && !told.has(alarm.id)) accuse(`${gateway} does not tell ${device} of ${alarm.id}`)
}

export const nothingEndsByItself: Oracle = {
  promise: 'L4',
  id: 'L4 nothing ends by itself',
  sentence:
    'No alarm ends in the step of a changed configuration or of a start, and none is open that was closed on disk.',
  watch: ({ accuse }) => ({
    gatewayStepped: ({ gateway, event, before, result }) => {
      if (event.kind !== 'configured' && event.kind !== 'started') return
      const lost = [...before.durable.alarms.keys()].filter(id => !result.state.durable.alarms.has(id))
      if (lost.length > 0) accuse(`${gateway} has lost ${lost.join(', ')} in the step of “${event.kind}”`)
    },
  }),
}
