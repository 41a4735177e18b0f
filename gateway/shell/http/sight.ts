// What leaves for a session. A monitor sees no person, neither told nor taking nor closing, and no word that one wrote [D11].
import type { AccountRole, AlarmView, ConsoleEvents, FaultView, TimelineEntry } from '../../../protocol/console.ts'
import { same, text } from '../../../protocol/text.ts'
import { impersonal } from '../../core/monitor.ts'
import type { GatewayRecord } from '../../core/record-types.ts'
import type { Names } from '../names.ts'
import { timelineText } from '../timeline.ts'

/** The view, or the change of one, as an account of this role may see it. */
export const seenBy = <Name extends keyof ConsoleEvents>(
  role: AccountRole,
  name: Name,
  view: ConsoleEvents[Name],
): ConsoleEvents[Name] => (role === 'monitor' ? withoutPersons[name](view) : view)

/** What happened to an alarm, one sentence a record. */
export const timelineFor = (
  role: AccountRole,
  records: readonly GatewayRecord[],
  names: Names,
): readonly TimelineEntry[] =>
  records.map(record => ({
    record: record.number,
    at: record.at,
    text: role === 'monitor' ? textWithoutPersons(record) : timelineText(record, names),
  }))

const withoutPersons: { readonly [Name in keyof ConsoleEvents]: (view: ConsoleEvents[Name]) => ConsoleEvents[Name] } = {
  overview: view => ({
    ...view,
    alarms: view.alarms.map(alarmWithoutPersons),
    faults: faultsWithoutPersons(view.faults),
  }),
  alarm: alarmWithoutPersons,
  faults: faultsWithoutPersons,
  device: view => view,
  notification: view => view, // a monitor is told of nothing
  heartbeat: view => view,
  displaced: view => view,
  refused: view => view,
}

function alarmWithoutPersons(alarm: AlarmView): AlarmView {
  return { ...alarm, acknowledgedBy: null, closedBy: null, told: [] }
}

/** Their details name responders: whose channel failed, or whom a refused configuration speaks of. */
const ofPersons: readonly FaultView['code'][] = ['channelFailed', 'configurationRefused']

function faultsWithoutPersons(faults: readonly FaultView[]): readonly FaultView[] {
  return impersonal(faults).map(fault => (ofPersons.includes(fault.code) ? { ...fault, detail: same('') } : fault))
}

function textWithoutPersons(record: GatewayRecord): TimelineEntry['text'] {
  const told = record.kind === 'closed' ? { ...record, note: '' } : record
  return text(sentence(timelineText(told, () => 'jemand').de), sentence(timelineText(told, () => 'somebody').en))
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
