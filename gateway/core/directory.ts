// Looks things up in the configuration: where a button is, which policy it follows, what a responder is called.
// An alarm of a button that is not in the configuration is still an alarm: its place says so in plain words.
import { assert } from '../../protocol/assert.ts'
import type { ButtonId, DeviceId, PolicyId, ResponderId, SiteId } from '../../protocol/ids.ts'
import type { Place } from '../../protocol/messages.ts'
import { clipped } from '../../protocol/text.ts'
import type { ButtonEntry, Configuration, DeviceEntry, Policy, Responder, Site } from './configuration.ts'

export type Directory = {
  readonly devices: ReadonlyMap<DeviceId, DeviceEntry>
  readonly responders: ReadonlyMap<ResponderId, Responder>
  readonly policies: ReadonlyMap<PolicyId, Policy>
  readonly sites: ReadonlyMap<SiteId, Site>
  /** Policies that a press can follow today. */
  readonly policiesInUse: readonly Policy[]
}

const directories = new WeakMap<Configuration, Directory>()

/** The indexes of this configuration; built once for each. */
export function directoryOf(configuration: Configuration): Directory {
  const known = directories.get(configuration)
  if (known !== undefined) return known
  const built = build(configuration)
  directories.set(configuration, built)
  return built
}

/** Where the button is, in words, as a snapshot for the record. */
export function placeOf(configuration: Configuration, device: DeviceId, button: ButtonId): Place {
  const words = unknownWords[configuration.language]
  const entry = directoryOf(configuration).devices.get(device)
  const site = entry === undefined ? undefined : directoryOf(configuration).sites.get(entry.site)
  const found = entry === undefined ? undefined : buttonOf(entry, button)
  const zone = site?.zones.find(candidate => candidate.id === found?.zone)
  return shortPlace({
    site: site?.name ?? words.site,
    zone: zone?.name ?? words.zone,
    room: found?.room ?? words.device(device),
    button: found?.name ?? words.button(button),
  })
}

/** The site of a device in words. */
export function siteOf(configuration: Configuration, device: DeviceId): string {
  const directory = directoryOf(configuration)
  const entry = directory.devices.get(device)
  const site = entry === undefined ? undefined : directory.sites.get(entry.site)
  return site?.name ?? unknownWords[configuration.language].site
}

/** The policy of the button; the default one for a button that is not in the configuration. */
export function policyOf(configuration: Configuration, device: DeviceId, button: ButtonId): Policy {
  const directory = directoryOf(configuration)
  const entry = directory.devices.get(device)
  const own = entry === undefined ? undefined : buttonOf(entry, button)?.policy
  const policy = directory.policies.get(own ?? configuration.defaultPolicy)
  assert(policy !== undefined, 'a checked configuration has every policy that it names')
  return policy
}

/** The responder's name; an account that is not among the responders, like an administrator's, goes by its id. */
export const nameOf = (configuration: Configuration, responder: ResponderId): string =>
  directoryOf(configuration).responders.get(responder)?.name ?? responder

/** True if a press of some button can call this account: a policy that is followed names it. */
export const isInPolicy = (configuration: Configuration, account: ResponderId): boolean =>
  directoryOf(configuration).policiesInUse.some(({ steps }) => steps.some(({ notify }) => notify.includes(account)))

export const buttonOf = (entry: DeviceEntry, button: string): ButtonEntry | undefined =>
  entry.buttons.find(candidate => candidate.id === button)

const placeTextMax = 64

/** As a message can carry it, whatever the configuration or the record calls it. */
export const shortPlace = ({ site, zone, room, button }: Place): Place => ({
  site: clipped(site, placeTextMax),
  zone: clipped(zone, placeTextMax),
  room: clipped(room, placeTextMax),
  button: clipped(button, placeTextMax),
})

const unknownWords = {
  de: {
    site: 'Unbekannter Standort',
    zone: 'Unbekannter Bereich',
    device: (device: string) => `Raum unbekannt, Gerät ${device}`,
    button: (button: string) => `Taster ${button}, nicht in der Konfiguration`,
  },
  en: {
    site: 'Unknown site',
    zone: 'Unknown zone',
    device: (device: string) => `Room unknown, device ${device}`,
    button: (button: string) => `Button ${button}, not in the configuration`,
  },
} as const

function build(configuration: Configuration): Directory {
  const policies = new Map(configuration.policies.map(policy => [policy.id, policy]))
  const buttons = configuration.devices.flatMap(device => device.buttons)
  const used = new Set([configuration.defaultPolicy, ...buttons.map(button => button.policy)])
  return {
    devices: new Map(configuration.devices.map(device => [device.id, device])),
    responders: new Map(configuration.responders.map(responder => [responder.id, responder])),
    sites: new Map(configuration.sites.map(site => [site.id, site])),
    policies,
    policiesInUse: configuration.policies.filter(policy => used.has(policy.id)),
  }
}
