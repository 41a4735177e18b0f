// The configuration of the simulated town, as gateway.yaml would say it, and the ways in which its administrators change it.
import type { Configuration, DeviceEntry } from '../../gateway/core/configuration.ts'
import type { DeviceId, GatewayId, PolicyId, SiteId, ZoneId } from '../../protocol/ids.ts'
import { millis } from '../../protocol/time.ts'
import type { DevicePlan, Plan } from './plan.ts'

/** What has been changed since the beginning. */
export type Changes = {
  /** Counts the versions of the file. */
  readonly version: number
  readonly steps: boolean
  readonly names: boolean
  readonly silence: boolean
  readonly removed: ReadonlySet<DeviceId>
  readonly added: readonly DevicePlan[]
}

export const noChanges: Changes = {
  version: 1,
  steps: false,
  names: false,
  silence: false,
  removed: new Set(),
  added: [],
}

const policy = 'rathaus' as PolicyId
const site = 'rathaus' as SiteId
const zone = 'eg' as ZoneId

export function configurationOf(plan: Plan, gateway: GatewayId, changes: Changes): Configuration {
  const { rules, devices, people } = plan
  const configured = [...devices, ...changes.added].filter(({ id }) => !changes.removed.has(id))
  return {
    version: `stand-${changes.version}`,
    gateway: { id: gateway, name: 'Rathaus Lindenau' },
    language: 'de',
    sites: [{ id: site, name: 'Altes Rathaus', zones: [{ id: zone, name: 'Erdgeschoss' }] }],
    devices: configured.map(device => deviceEntry(device, plan, changes)),
    responders: people.map(({ id }) => ({ id, name: id })),
    policies: [
      {
        id: policy,
        steps: stepsOf(plan, changes).map(({ afterMs, notify }, index) => ({
          name: `Stufe ${index + 1}`,
          afterMs: millis(afterMs),
          notify,
        })),
        repeatMs: millis(rules.repeatMs),
      },
    ],
    defaultPolicy: policy,
    faultResponders: rules.faultResponders,
    silentMs: millis(changes.silence ? 2 * rules.silentMs : rules.silentMs),
    incidentLevels: [],
  }
}

/** The changed plan asks other people first, sooner, and one step less. */
const stepsOf = ({ rules }: Plan, { steps }: Changes): Plan['rules']['steps'] =>
  steps
    ? rules.steps
        .slice(1)
        .map(({ afterMs, notify }, index) => ({ afterMs: index === 0 ? 0 : Math.floor(afterMs / 2), notify }))
    : rules.steps

const deviceEntry = ({ id, buttons }: DevicePlan, { rules }: Plan, { names }: Changes): DeviceEntry => ({
  id,
  site,
  heartbeatMs: millis(rules.heartbeatMs),
  indicator: rules.indicator,
  buttons: buttons.map(button => ({
    id: button,
    name: names ? `${button}, umbenannt` : button,
    room: `Raum von ${id}`,
    zone,
    policy,
  })),
})
