// A device that falls silent is a fault within its bound, and no device is called silent that was heard.
import type { Configuration } from '../../../gateway/core/configuration.ts'
import type { DeviceId, GatewayId } from '../../../protocol/ids.ts'
import { silenceSlackMs } from '../bounds.ts'
import type { GatewayStepped } from '../observation.ts'
import type { Court, Oracle } from '../oracle.ts'

/** What reached one gateway of one device, in this run of the gateway. */
type Heard = {
  /** The last message that can have counted as a sign of life, and the last one that must have. */
  possiblyAt: number
  surelyAt: number
  readonly numbers: Map<string, number>
  isWatched: boolean
}
type Watch = { configuration: Configuration; since: number; readonly devices: Map<DeviceId, Heard> }

export const silentDevices: Oracle = {
  promise: 'L3',
  id: 'L3 silent devices',
  sentence:
    'A configured device of which a running gateway hears nothing for the configured time is a fault on record, and one that was heard is not.',
  watch: court => {
    const watches = new Map<GatewayId, Watch>()
    return {
      gatewayStepped: step => {
        const { gateway, event } = step
        const now = court.world.agenda.now()
        if (event.kind === 'started')
          watches.set(gateway, { configuration: event.configuration, since: now, devices: new Map() })
        const watch = watches.get(gateway)
        if (watch === undefined) return
        if (event.kind === 'configured') reconfigured(watch, event.configuration, now)
        if (event.kind === 'started' || event.kind === 'configured')
          for (const { id } of watch.configuration.devices) expectFault(court, gateway, watch, id)
        if (event.kind === 'received') heard(watch, step, now)
        checkRaised(court, watch, step)
      },
    }
  },
}

/** A device that is new here gets its grace. */
function reconfigured(watch: Watch, configuration: Configuration, now: number): void {
  const before = new Set(watch.configuration.devices.map(({ id }) => id))
  for (const { id } of configuration.devices) if (!before.has(id)) heardOf(watch, id).possiblyAt = now
  watch.configuration = configuration
}

function heardOf(watch: Watch, device: DeviceId): Heard {
  const known = watch.devices.get(device)
  if (known !== undefined) return known
  const heard = { possiblyAt: watch.since, surelyAt: Number.NEGATIVE_INFINITY, numbers: new Map(), isWatched: false }
  watch.devices.set(device, heard)
  return heard
}

function heard(watch: Watch, { event }: GatewayStepped, now: number): void {
  if (event.kind !== 'received' || !event.authentic || event.message.device !== event.sender) return
  const { message } = event
  const own = heardOf(watch, event.sender)
  if (message.kind !== 'status' || message.state === 'online') own.possiblyAt = now
  if (message.kind === 'status' || message.n <= (own.numbers.get(message.boot) ?? 0)) return
  own.numbers.set(message.boot, message.n)
  own.surelyAt = now
}

/** Looks again and again, each time when the silence could have become too long. */
function expectFault(court: Court, gateway: GatewayId, watch: Watch, device: DeviceId): void {
  const { world, truth, accuse } = court
  const own = heardOf(watch, device)
  if (own.isWatched) return
  own.isWatched = true
  const { silentMs } = watch.configuration
  world.agenda.at(own.possiblyAt + silentMs + silenceSlackMs(silentMs), () => {
    own.isWatched = false
    const ledger = truth.ledgers.get(gateway)
    const isOver = ledger?.runningSince !== watch.since || !watch.configuration.devices.some(({ id }) => id === device)
    if (isOver) return
    const silentForMs = world.agenda.now() - own.possiblyAt
    const limitMs = watch.configuration.silentMs + silenceSlackMs(watch.configuration.silentMs)
    const isFault = ledger.faults.has(`${device}/deviceSilent/device`)
    if (silentForMs >= limitMs - 1 && !isFault)
      accuse(`${gateway} has heard nothing of ${device} for ${Math.round(silentForMs)} ms and calls it no fault`)
    expectLater(court, gateway, watch, device)
  })
}

function expectLater(court: Court, gateway: GatewayId, watch: Watch, device: DeviceId): void {
  const own = heardOf(watch, device)
  const dueAt = own.possiblyAt + watch.configuration.silentMs
  if (dueAt > court.world.agenda.now()) expectFault(court, gateway, watch, device)
  else
    court.world.agenda.after(watch.configuration.silentMs, () => {
      if (court.truth.ledgers.get(gateway)?.runningSince === watch.since) expectFault(court, gateway, watch, device)
    })
}

function checkRaised({ world, accuse }: Court, watch: Watch, { gateway, result }: GatewayStepped): void {
  const { silentMs } = watch.configuration
  for (const effect of result.effects) {
    if (effect.kind !== 'record') continue
    for (const record of effect.records) {
      if (record.kind !== 'faultRaised' || record.code !== 'deviceSilent' || record.source === 'gateway') continue
      const { surelyAt } = heardOf(watch, record.source)
      const silentForMs = world.agenda.now() - surelyAt
      if (silentForMs < silentMs - silenceSlackMs(silentMs))
        accuse(`${gateway} calls ${record.source} silent, which it heard ${Math.round(silentForMs)} ms ago`)
    }
  }
}
