// `stillruf-gateway records`: what happened, read beside the running gateway.
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { parseAlarmId } from '../../../protocol/ids.ts'
import { text } from '../../../protocol/text.ts'
import type { GatewayRecord } from '../../core/record-types.ts'
import { databaseIn } from '../data-folder.ts'
import { recordedAlarmView } from '../http/alarm-views.ts'
import type { RecordReader } from '../ports.ts'
import { openRecordReader } from '../store/record-reader.ts'
import { outcomeText, timelineText } from '../timeline.ts'
import { alarmStateText } from './alarm-words.ts'
import { type Place, type PlaceOptions, placeOf } from './place.ts'
import { printLine, timeText } from './terminal.ts'

export type RecordsOptions = PlaceOptions & {
  readonly alarm?: string
  readonly all?: boolean
  readonly limit: number
  readonly json?: boolean
}

export function records(options: RecordsOptions): void {
  const place = placeOf(options)
  using reader = openRecordReader(databaseIn(place.data))
  const print = options.json === true ? printJson : (record: GatewayRecord) => printRecord(record, place)
  if (options.alarm !== undefined) for (const record of recordsOf(options.alarm, reader)) print(record)
  else if (options.all === true) for (const record of reader.records()) print(record)
  else for (const alarm of reader.latestAlarms(options.limit)) printAlarm(reader.recordsOfAlarm(alarm), options, place)
}

function recordsOf(id: string, reader: RecordReader): readonly GatewayRecord[] {
  const alarm = parseAlarmId(id)
  const found = alarm === null ? [] : reader.recordsOfAlarm(alarm)
  if (found.length === 0)
    throw new StartError(
      text(
        `Im Protokoll gibt es keinen Alarm „${id}“. „stillruf-gateway records“ zeigt die letzten Alarme mit ihren Kennungen.`,
        `There is no alarm “${id}” on record. “stillruf-gateway records” lists the latest alarms with their ids.`,
      ),
    )
  return found
}

/** A line of JSON for each record, as it stands in the database: for other programs. */
function printJson(record: GatewayRecord): void {
  process.stdout.write(`${JSON.stringify(record)}\n`)
}

function printRecord(record: GatewayRecord, { language, names }: Place): void {
  printLine(`${timeText(record.at, language)}  ${timelineText(record, names)[language]}`)
}

function printAlarm(ofAlarm: readonly GatewayRecord[], { json }: RecordsOptions, { language, names }: Place): void {
  const view = recordedAlarmView(ofAlarm, names)
  const raised = ofAlarm[0]
  if (view === null || raised === undefined) return
  if (json === true) {
    printJson(raised)
    return
  }
  const { site, zone, room, button } = view.place
  const state = view.outcome === null ? alarmStateText[view.state][language] : outcomeText[view.outcome][language]
  const kind = view.kind === 'test' ? text('Probealarm', 'test alarm')[language] : 'Alarm'
  printLine(`${timeText(view.receivedAt, language)}  ${kind}  ${site}, ${zone}, ${room}, ${button}  –  ${state}`)
  printLine(`    ${view.id}`)
}
