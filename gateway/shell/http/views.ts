// What the console is shown of the whole installation: open alarms, devices, faults; places as they are configured.
import type { DeviceView, FaultView, Overview } from '../../../protocol/console.ts'
import { faults } from '../../../protocol/faults.ts'
import type { DeviceId } from '../../../protocol/ids.ts'
import type { WallTime } from '../../../protocol/time.ts'
import { pressedAtNow } from '../../core/age.ts'
import type { Configuration, DeviceEntry } from '../../core/configuration.ts'
import { directoryOf, placeOf, siteOf } from '../../core/directory.ts'
import type { ActiveFault } from '../../core/durable.ts'
import type { State } from '../../core/model.ts'
import { silentSince } from '../../core/supervision.ts'
import { namesOf } from '../names.ts'
import { openAlarmView } from './alarm-views.ts'
import type { Presses } from './presses.ts'

/** Everything that a page needs when it opens. Open alarms, newest first. */
export function overview(state: State, presses: Presses, now: WallTime): Overview {
  const { configuration } = state
  const names = namesOf(configuration)
  return {
    now,
    alarms: [...state.durable.alarms.values()]
      .map(alarm => openAlarmView(alarm, names, pressedAtNow(state.live, alarm)))
      .sort((a, b) => b.record - a.record),
    devices:
      configuration === null ? [] : configuration.devices.map(entry => viewOf(entry, configuration, state, presses)),
    faults: faultViews(state),
    incidentLevels: configuration?.incidentLevels ?? [],
  }
}

/** The device, or null if it is not configured. */
export function deviceView(state: State, presses: Presses, id: DeviceId): DeviceView | null {
  const { configuration } = state
  if (configuration === null) return null
  const entry = directoryOf(configuration).devices.get(id)
  return entry === undefined ? null : viewOf(entry, configuration, state, presses)
}

function viewOf(
  { id, buttons }: DeviceEntry,
  configuration: Configuration,
  state: State,
  presses: Presses,
): DeviceView {
  const supervised = state.live.devices.get(id)
  return {
    id,
    site: siteOf(configuration, id),
    state: supervised?.state ?? 'unknown',
    lastHeardAt: silentSince(supervised),
    boot: supervised?.boot ?? null,
    buttons: buttons.map(button => ({
      id: button.id,
      place: placeOf(configuration, id, button.id),
      lastPressAt: presses.lastPressAt(id, button.id),
    })),
  }
}

/** Active faults, the grave and the old ones first. Source and subject are ids: the page knows their places. */
export function faultViews(state: State): readonly FaultView[] {
  const rank = { critical: 0, warning: 1 } as const
  return [...state.durable.faults.values()]
    .map(faultView)
    .sort((a, b) => rank[a.severity] - rank[b.severity] || a.since - b.since)
}

const faultView = ({ code, source, subject, detail, since }: ActiveFault): FaultView => ({
  code,
  severity: faults[code].severity,
  source,
  subject,
  detail,
  since,
})
