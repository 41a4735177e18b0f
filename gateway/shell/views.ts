// What the console is shown of the whole installation: open alarms, devices, faults; names as they are configured.
import type { DeviceView, FaultView, Overview } from '../../protocol/console.ts'
import { faults } from '../../protocol/faults.ts'
import type { DeviceId } from '../../protocol/ids.ts'
import type { Place } from '../../protocol/messages.ts'
import type { WallTime } from '../../protocol/time.ts'
import type { ActiveFault, ButtonEntry, Configuration, DeviceEntry, State } from '../core/model.ts'
import { openAlarmView } from './alarm-views.ts'
import { namesOf } from './names.ts'
import type { Store } from './ports.ts'

/** Everything that a page needs when it opens. Open alarms, newest first. */
export function overview(state: State, store: Store, now: WallTime): Overview {
  const names = namesOf(state.configuration)
  return {
    now,
    alarms: [...state.durable.alarms.values()]
      .map(alarm => openAlarmView(alarm, names))
      .sort((a, b) => b.record - a.record),
    devices: (state.configuration?.devices ?? []).map(entry => deviceEntryView(entry, state, store)),
    faults: faultViews(state),
    incidentLevels: state.configuration?.incidentLevels ?? [],
  }
}

/** The device, or null if it is not configured. */
export function deviceView(state: State, store: Store, id: DeviceId): DeviceView | null {
  const entry = state.configuration?.devices.find(device => device.id === id)
  return entry === undefined ? null : deviceEntryView(entry, state, store)
}

function deviceEntryView(entry: DeviceEntry, state: State, store: Store): DeviceView {
  const supervised = state.live.devices.get(entry.id)
  return {
    id: entry.id,
    site: state.configuration?.sites.find(site => site.id === entry.site)?.name ?? entry.site,
    state: supervised?.state ?? 'unknown',
    lastHeardAt: supervised?.lastHeardWall ?? null,
    buttons: entry.buttons.map(button => ({
      id: button.id,
      place: placeOf(entry, button, state.configuration),
      lastPressAt: store.lastPressAt(entry.id, button.id),
    })),
  }
}

function placeOf(device: DeviceEntry, button: ButtonEntry, configuration: Configuration | null): Place {
  const site = configuration?.sites.find(candidate => candidate.id === device.site)
  const zone = site?.zones.find(candidate => candidate.id === button.zone)
  return {
    site: site?.name ?? device.site,
    zone: zone?.name ?? button.zone,
    room: button.room,
    button: button.name,
  }
}

/** Active faults, the grave and the old ones first. */
export function faultViews(state: State): readonly FaultView[] {
  const rank = { critical: 0, warning: 1 } as const
  return [...state.durable.faults.values()]
    .map(fault => faultView(fault, state.configuration))
    .sort((a, b) => rank[a.severity] - rank[b.severity] || a.since - b.since)
}

function faultView(fault: ActiveFault, configuration: Configuration | null): FaultView {
  return {
    code: fault.code,
    severity: faults[fault.code].severity,
    source: fault.source === 'gateway' ? (configuration?.gateway.name ?? fault.source) : fault.source,
    subject: subjectName(fault, configuration),
    detail: fault.detail,
    since: fault.since,
  }
}

/** A fault of a button is shown with its room, one of a responder with the name, anything else as it is. */
function subjectName({ source, subject }: ActiveFault, configuration: Configuration | null): string {
  const device = configuration?.devices.find(candidate => candidate.id === source)
  const button = device?.buttons.find(candidate => candidate.id === subject)
  return button === undefined ? namesOf(configuration)(subject) : `${button.room}, ${button.name}`
}
