// A closed alarm and the words of a person become an incident draft for ZeMAG [D10]. It is written for a person to take
// along: it goes nowhere by itself, and holds nothing about visitors or about who pressed. Places and times come from
// the record; level, summary, measures and ground come from the person, and no other text of the record is passed on.

import type { ResponderId } from '../../protocol/ids.ts'
import type { Place } from '../../protocol/messages.ts'
import type { Language } from '../../protocol/text.ts'
import type { WallTime } from '../../protocol/time.ts'
import { type ZemagThreshold, zemagThreshold } from '../../protocol/zemag.ts'
import type { Policy } from '../core/configuration.ts'
import type { GatewayRecord, IncidentDraft } from '../core/record-types.ts'

/** How the export says things: names as in the configuration, moments as text. */
export type DraftNames = {
  readonly language: Language
  /** The office that hands the draft over. */
  readonly office: string
  readonly responder: (id: ResponderId) => string
  readonly level: (level: IncidentDraft['level']) => string
  readonly time: (at: WallTime) => string
}

export type IncidentExport = {
  readonly format: 'stillruf-incident-draft'
  readonly version: 1
  /** The alarm's id: the reference under which the record can be found. */
  readonly reference: string
  readonly notice: string
  readonly office: string
  readonly place: Place
  readonly times: {
    readonly pressed: string
    readonly received: string
    readonly taken: string | null
    readonly closed: string
  }
  readonly timeline: readonly TimelineLine[]
  readonly level: { readonly number: IncidentDraft['level']; readonly text: string }
  readonly summary: string
  readonly measures: string
  readonly ground: { readonly kind: IncidentDraft['ground']; readonly text: string; readonly reference: string }
  readonly threshold: { readonly met: boolean; readonly text: string }
}
export type TimelineLine = { readonly at: string; readonly what: string }

/**
 * The draft as a value for JSON.
 * @param records all records of one alarm, in order.
 * @returns null if they are not those of a genuine alarm that a person closed as an incident.
 */
export function incidentExport(
  records: readonly GatewayRecord[],
  draft: IncidentDraft,
  names: DraftNames,
): IncidentExport | null {
  const raised = records.find(record => record.kind === 'alarmRaised')
  const closed = records.find(record => record.kind === 'closed')
  const taken = records.find(record => record.kind === 'acknowledged')
  if (raised === undefined || raised.alarmKind !== 'alarm' || raised.alarm !== draft.alarm) return null
  if (closed === undefined || closed.outcome !== 'incident') return null
  const words = texts[names.language]
  return {
    format: 'stillruf-incident-draft',
    version: 1,
    reference: raised.alarm,
    notice: words.notice,
    office: names.office,
    place: raised.place,
    times: {
      pressed: names.time(raised.pressedAt),
      received: names.time(raised.at),
      taken: taken === undefined ? null : names.time(taken.at),
      closed: names.time(closed.at),
    },
    timeline: timelineOf(records, raised.policy, names),
    level: { number: draft.level, text: names.level(draft.level) },
    summary: draft.summary,
    measures: draft.measures,
    ground: { kind: draft.ground, text: words.ground[draft.ground], reference: draft.groundReference },
    threshold: thresholdOf(draft, names.language),
  }
}

/** ZeMAG's own threshold; what is missing for it is said plainly. */
function thresholdOf(draft: IncidentDraft, language: Language): IncidentExport['threshold'] {
  const threshold = zemagThreshold(draft)
  return { met: threshold === 'reportable', text: texts[language].threshold[threshold] }
}

function timelineOf(records: readonly GatewayRecord[], policy: Policy, names: DraftNames): readonly TimelineLine[] {
  const lines: TimelineLine[] = []
  for (const record of records) {
    const what = lineOf(record, policy, names)
    const at = names.time(record.at)
    const last = lines.at(-1)
    if (what !== null && (last?.what !== what || last.at !== at)) lines.push({ at, what })
  }
  return lines
}

/** Null for what tells nothing of the incident: transport, repetitions, late attempts. */
function lineOf(record: GatewayRecord, policy: Policy, names: DraftNames): string | null {
  const words = texts[names.language].timeline
  switch (record.kind) {
    case 'alarmRaised':
      return words.raised
    case 'pressRepeated':
      return words.repeated
    case 'stepEntered':
      return record.reason === 'repeat' ? null : words.step(policy.steps[record.step - 1]?.name ?? String(record.step))
    case 'notified':
      return record.reason === 'takenOver' || record.reason === 'closed'
        ? null
        : words.told(names.responder(record.responder))
    case 'unanswered':
      return words.unanswered
    case 'acknowledged':
      return words.taken(names.responder(record.responder))
    case 'closed':
      return record.responder === null ? null : words.closed(names.responder(record.responder))
    default:
      return null
  }
}

const texts = {
  de: {
    notice:
      'Entwurf, von einem Menschen erstellt. Er enthält keine Angaben über Besucher oder darüber, wer den Taster gedrückt hat, und wurde nirgendwohin übermittelt.',
    threshold: {
      reportable:
        'Nach den Angaben dieses Entwurfs ist die Schwelle von ZeMAG erreicht. Ob eingetragen wird, entscheidet ein Mensch.',
      houseBan:
        'Das Gesetz lässt ein Hausverbot als Anlass zu (BSchG NRW § 3 Abs. 2), ZeMAG verlangt bisher eine Strafanzeige. Bitte mit der Meldestelle klären.',
      levelTooLow: 'Die Schwelle von ZeMAG ist nicht erreicht. Erfasst werden nur Vorfälle der Stufen 2 und 3.',
      noGround: 'Die Schwelle von ZeMAG ist nicht erreicht. Es fehlt eine Strafanzeige oder ein Strafantrag.',
    } satisfies Record<ZemagThreshold, string>,
    ground: {
      none: 'Keiner',
      houseBan: 'Hausverbot',
      criminalComplaint: 'Strafanzeige',
      applicationForProsecution: 'Strafantrag',
    },
    timeline: {
      raised: 'Alarm eingegangen',
      repeated: 'Taster noch einmal gedrückt',
      step: (name: string) => `Stufe „${name}“ begonnen`,
      told: (name: string) => `Gemeldet an ${name}`,
      unanswered: 'Von niemandem übernommen, wird wiederholt',
      taken: (name: string) => `Übernommen von ${name}`,
      closed: (name: string) => `Abgeschlossen von ${name}`,
    },
  },
  en: {
    notice:
      'A draft made by a person. It holds nothing about visitors or about who pressed the button, and was sent nowhere.',
    threshold: {
      reportable:
        'By what this draft says, ZeMAG’s threshold is met. Whether anything is entered is decided by a person.',
      houseBan:
        'The law accepts a house ban as a ground (BSchG NRW § 3(2)); ZeMAG has so far asked for a criminal complaint. Please check with the reporting office.',
      levelTooLow: 'ZeMAG’s threshold is not met. Only incidents of levels 2 and 3 are registered.',
      noGround: 'ZeMAG’s threshold is not met. A criminal complaint or an application for prosecution is missing.',
    } satisfies Record<ZemagThreshold, string>,
    ground: {
      none: 'None',
      houseBan: 'House ban',
      criminalComplaint: 'Criminal complaint',
      applicationForProsecution: 'Application for prosecution',
    },
    timeline: {
      raised: 'Alarm received',
      repeated: 'Button pressed again',
      step: (name: string) => `Step “${name}” began`,
      told: (name: string) => `Notified ${name}`,
      unanswered: 'Taken by nobody, is being repeated',
      taken: (name: string) => `Taken by ${name}`,
      closed: (name: string) => `Closed by ${name}`,
    },
  },
} as const
