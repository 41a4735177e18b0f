// What must hold between the fields of gateway.yaml: names are unique, references lead somewhere, times ascend.
import { didYouMean, type FieldPath, foundTwice, type Problem } from '../../../protocol/command-line/problems.ts'
import { reservedNames } from '../../../protocol/command-line/value-problems.ts'
import { quoted, same, type Text, text } from '../../../protocol/text.ts'
import type { GatewayFile } from './schema.ts'

/** Everything that is wrong with a file whose shape is right. */
export function ruleProblems(file: GatewayFile): readonly Problem[] {
  return [
    ...uniqueNames(file),
    ...file.devices.flatMap(({ id }, index) => reservedNames(id, ['devices', index, 'id'])),
    ...references(file),
    ...file.policies.flatMap((policy, index) => stepTimes(policy, ['policies', index])),
    ...consoleIsPrivate(file),
    ...portsDiffer(file),
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
    const whatToDo = text('Eines der beiden umbenennen oder entfernen.', 'Rename or remove one of the two.')
    return [{ path: pathOf(index), ...foundTwice(quoted(value)), whatToDo }]
  })
}

function references(file: GatewayFile): readonly Problem[] {
  const policies = file.policies.map(({ id }) => id)
  const responders = file.responders.map(({ id }) => id)
  const people = (notify: readonly string[], path: FieldPath) =>
    notify.flatMap((name, index) => unknownName(name, responders, kinds.responders, [...path, index]))
  return [
    ...file.devices.flatMap((device, index) => placeReferences(file, device, policies, ['devices', index])),
    ...file.policies.flatMap((policy, index) =>
      policy.steps.flatMap((step, number) => people(step.notify, ['policies', index, 'steps', number, 'notify'])),
    ),
    ...unknownName(file.defaultPolicy, policies, kinds.policies, ['defaultPolicy']),
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
    ...(zones === undefined ? [] : unknownName(button.zone, zones, zonesOf(device.site), [...buttonPath, 'zone'])),
    ...(button.policy === undefined
      ? []
      : unknownName(button.policy, policies, kinds.policies, [...buttonPath, 'policy'])),
  ]
  return [
    ...unknownName(device.site, sites, kinds.sites, [...path, 'site']),
    ...device.buttons.flatMap((button, index) => ofButton(button, [...path, 'buttons', index])),
  ]
}

/** After “one of the”. */
const kinds = {
  sites: text('Standorte', 'sites'),
  responders: text('Helfer', 'responders'),
  policies: text('Alarmpläne', 'policies'),
} as const
const zonesOf = (site: string): Text => text(`Bereiche von ${site}`, `zones of ${site}`)

const namesShown = 8

function unknownName(name: string, known: readonly string[], kind: Text, path: FieldPath): readonly Problem[] {
  if (known.includes(name)) return []
  const shown = known.slice(0, namesShown).join(', ') + (known.length > namesShown ? ', …' : '')
  const expected = text(`einer der ${kind.de} (${shown})`, `one of the ${kind.en} (${shown})`)
  const otherwise = text(
    'Den Namen berichtigen oder einen Eintrag dafür ergänzen.',
    'Correct the name, or add an entry for it.',
  )
  return [{ path, found: quoted(name), expected, whatToDo: didYouMean(name, known, otherwise) }]
}

function stepTimes({ steps }: GatewayFile['policies'][number], path: FieldPath): readonly Problem[] {
  return steps.flatMap(({ afterSeconds }, index) => {
    const before = steps[index - 1]?.afterSeconds ?? null
    if (before === null ? afterSeconds === 0 : afterSeconds > before) return []
    const expected =
      before === null
        ? text('0, weil die erste Stufe mit dem Alarm beginnt', '0, because the first step begins with the alarm')
        : text(`mehr als ${before}, die Zeit der Stufe davor`, `more than ${before}, the time of the step before`)
    const field = [...path, 'steps', index, 'afterSeconds']
    const whatToDo = text('Die Zeit berichtigen.', 'Correct the time.')
    return [{ path: field, found: same(String(afterSeconds)), expected, whatToDo }]
  })
}

function consoleIsPrivate({ console }: GatewayFile): readonly Problem[] {
  if (console?.address === undefined || console.tls !== undefined || isLoopback(console.address)) return []
  return [
    {
      path: ['console', 'address'],
      found: text(`„${console.address}“ ohne tls`, `“${console.address}” without tls`),
      expected: text(
        '127.0.0.1 oder tls, weil Passwörter nicht unverschlüsselt durch ein Netz gehen dürfen',
        '127.0.0.1, or tls, because passwords may not cross a network in the clear',
      ),
      whatToDo: text(
        'Unter console „tls: gateway“ ergänzen: https mit dem eigenen Zertifikat der Zentrale.',
        'Add “tls: gateway” under console for https with the gateway’s own certificate.',
      ),
    },
  ]
}

const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address)

export const usualMqtt = { address: '0.0.0.0', port: 8883 } as const
export const usualConsole = { address: '127.0.0.1', port: 8080 } as const

function portsDiffer(file: GatewayFile): readonly Problem[] {
  const mqtt = { ...usualMqtt, ...file.mqtt }
  const console = { ...usualConsole, ...file.console }
  if (mqtt.port === 0 || mqtt.port !== console.port || !overlap(mqtt.address, console.address)) return []
  const [path, other] =
    file.console?.port === undefined ? [['mqtt', 'port'], 'console.port'] : [['console', 'port'], 'mqtt.port']
  return [
    {
      path,
      found: text(`${mqtt.port} wie ${other}`, `${mqtt.port} as ${other}`),
      expected: text(
        'ein anderer Port, weil MQTT und Konsole sich keinen teilen können',
        'another port, because MQTT and the console cannot share one',
      ),
      whatToDo: text('Einen der beiden Ports ändern.', 'Change one of the two ports.'),
    },
  ]
}

/** Whether listening at one address takes the port at the other: at :: it does at all, at 0.0.0.0 at all of IPv4. */
function overlap(...addresses: readonly [string, string]): boolean {
  const [a, b] = addresses.map(address => (address === 'localhost' ? '127.0.0.1' : address))
  if (a === b || addresses.includes('::')) return true
  return addresses.includes('0.0.0.0') && addresses.every(address => !address.includes(':'))
}

export const usualHeartbeatSeconds = 10
export const usualSilentSeconds = 30

function silenceIsLonger(file: GatewayFile): readonly Problem[] {
  const longest = Math.max(...file.devices.map(device => device.heartbeatSeconds ?? usualHeartbeatSeconds))
  const silent = file.supervision?.silentAfterSeconds ?? usualSilentSeconds
  if (silent >= 2 * longest) return []
  const expected = text(
    `mindestens ${2 * longest}, das Doppelte des längsten heartbeatSeconds, weil ein verlorenes Lebenszeichen noch kein Ausfall ist`,
    `at least ${2 * longest}, twice the longest heartbeatSeconds, because one lost heartbeat is not silence`,
  )
  const whatToDo = text(
    'Den Wert erhöhen oder heartbeatSeconds der Geräte verkleinern.',
    'Raise it, or let the devices send heartbeats more often.',
  )
  return [{ path: ['supervision', 'silentAfterSeconds'], found: same(String(silent)), expected, whatToDo }]
}
