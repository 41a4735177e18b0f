// What must hold between the fields of gateway.yaml: names are unique, references lead somewhere, times ascend.

import { nearest, type Problem } from './problems.ts'
import type { GatewayFile } from './schema.ts'
import type { FieldPath } from './yaml-source.ts'

/** Everything that is wrong with a file whose shape is right. */
export function ruleProblems(file: GatewayFile): readonly Problem[] {
  return [
    ...uniqueNames(file),
    ...references(file),
    ...file.policies.flatMap((policy, index) => stepTimes(policy, ['policies', index])),
    ...consoleIsPrivate(file),
    ...silenceIsLonger(file),
  ]
}

function uniqueNames(file: GatewayFile): readonly Problem[] {
  const ids = (list: readonly { readonly id: string }[], path: FieldPath) =>
    repeated(
      list.map(({ id }) => id),
      index => [...path, index, 'id'],
    )
  const list = (values: readonly string[], path: FieldPath) => repeated(values, index => [...path, index])
  return [
    ...ids(file.sites, ['sites']),
    ...file.sites.flatMap((site, index) => ids(site.zones, ['sites', index, 'zones'])),
    ...ids(file.devices, ['devices']),
    ...file.devices.flatMap((device, index) => ids(device.buttons, ['devices', index, 'buttons'])),
    ...ids(file.responders, ['responders']),
    ...ids(file.policies, ['policies']),
    ...file.policies.flatMap((policy, index) =>
      policy.steps.flatMap((step, number) => list(step.notify, ['policies', index, 'steps', number, 'notify'])),
    ),
    ...list(file.faults.notify, ['faults', 'notify']),
    ...repeated(
      (file.incidentLevels ?? []).map(({ level }) => String(level)),
      index => ['incidentLevels', index, 'level'],
    ),
  ]
}

function repeated(values: readonly string[], pathOf: (index: number) => FieldPath): readonly Problem[] {
  const seen = new Set<string>()
  return values.flatMap((value, index) => {
    if (!seen.has(value)) {
      seen.add(value)
      return []
    }
    const found = `“${value}” a second time`
    return [{ path: pathOf(index), found, expected: 'each one once', whatToDo: 'Rename or remove one of the two.' }]
  })
}

function references(file: GatewayFile): readonly Problem[] {
  const policies = file.policies.map(({ id }) => id)
  const responders = file.responders.map(({ id }) => id)
  const people = (notify: readonly string[], path: FieldPath) =>
    notify.flatMap((name, index) => unknownName(name, responders, 'responders', [...path, index]))
  return [
    ...file.devices.flatMap((device, index) => placeReferences(file, device, policies, ['devices', index])),
    ...file.policies.flatMap((policy, index) =>
      policy.steps.flatMap((step, number) => people(step.notify, ['policies', index, 'steps', number, 'notify'])),
    ),
    ...unknownName(file.defaultPolicy, policies, 'policies', ['defaultPolicy']),
    ...people(file.faults.notify, ['faults', 'notify']),
  ]
}

function placeReferences(
  file: GatewayFile,
  device: GatewayFile['devices'][number],
  policies: readonly string[],
  path: FieldPath,
): readonly Problem[] {
  const sites = file.sites.map(({ id }) => id)
  const zones = file.sites.find(({ id }) => id === device.site)?.zones.map(({ id }) => id)
  const ofButton = (button: (typeof device.buttons)[number], buttonPath: FieldPath) => [
    ...(zones === undefined ? [] : unknownName(button.zone, zones, `zones of ${device.site}`, [...buttonPath, 'zone'])),
    ...(button.policy === undefined ? [] : unknownName(button.policy, policies, 'policies', [...buttonPath, 'policy'])),
  ]
  return [
    ...unknownName(device.site, sites, 'sites', [...path, 'site']),
    ...device.buttons.flatMap((button, index) => ofButton(button, [...path, 'buttons', index])),
  ]
}

const namesShown = 8

function unknownName(name: string, known: readonly string[], what: string, path: FieldPath): readonly Problem[] {
  if (known.includes(name)) return []
  const meant = nearest(name, known)
  const shown = known.slice(0, namesShown).join(', ') + (known.length > namesShown ? ', …' : '')
  const whatToDo = meant === null ? 'Correct the name, or add an entry for it.' : `Did you mean “${meant}”?`
  return [{ path, found: `“${name}”`, expected: `one of the ${what} (${shown})`, whatToDo }]
}

function stepTimes({ steps }: GatewayFile['policies'][number], path: FieldPath): readonly Problem[] {
  return steps.flatMap(({ afterSeconds }, index) => {
    const before = steps[index - 1]?.afterSeconds ?? null
    if (before === null ? afterSeconds === 0 : afterSeconds > before) return []
    const expected =
      before === null
        ? '0, because the first step begins with the alarm'
        : `more than ${before}, the time of the step before`
    const field = [...path, 'steps', index, 'afterSeconds']
    return [{ path: field, found: String(afterSeconds), expected, whatToDo: 'Correct the time.' }]
  })
}

function consoleIsPrivate({ console }: GatewayFile): readonly Problem[] {
  if (console?.address === undefined || console.tls !== undefined || isLoopback(console.address)) return []
  return [
    {
      path: ['console', 'address'],
      found: `“${console.address}” without tls`,
      expected: '127.0.0.1, or tls, because passwords may not cross a network in the clear',
      whatToDo: 'Add “tls: gateway” under console for https with the gateway’s own certificate.',
    },
  ]
}

const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address)

export const usualHeartbeatSeconds = 10
export const usualSilentSeconds = 30

function silenceIsLonger(file: GatewayFile): readonly Problem[] {
  const longest = Math.max(...file.devices.map(device => device.heartbeatSeconds ?? usualHeartbeatSeconds))
  const silent = file.supervision?.silentAfterSeconds ?? usualSilentSeconds
  if (silent >= 2 * longest) return []
  const expected = `at least ${2 * longest}, twice the longest heartbeatSeconds, because one lost heartbeat is not silence`
  const whatToDo = 'Raise it, or let the devices send heartbeats more often.'
  return [{ path: ['supervision', 'silentAfterSeconds'], found: String(silent), expected, whatToDo }]
}
