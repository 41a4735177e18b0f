// The oracles, outside of the programs: what fingers did, people saw and devices heard, against what the disk says.
import { expect } from 'vitest'
import { initialState } from '../../gateway/core/gateway.ts'
import type { State } from '../../gateway/core/model.ts'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import { fold } from '../../gateway/core/records.ts'
import { readConfiguration } from '../../gateway/shell/configuration/configuration.ts'
import { openAlarmView } from '../../gateway/shell/http/alarm-views.ts'
import { faultViews } from '../../gateway/shell/http/views.ts'
import { namesOf } from '../../gateway/shell/names.ts'
import type { AlarmId, PressId, ResponderId } from '../../protocol/ids.ts'
import type { NotificationReason } from '../../protocol/messages.ts'
import type { Taken } from './story.ts'
import { insist, people, type Town } from './town.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>
export const ofKind = <Kind extends GatewayRecord['kind']>(
  records: readonly GatewayRecord[],
  kind: Kind,
): readonly RecordOf<Kind>[] => records.filter((record): record is RecordOf<Kind> => record.kind === kind)

/** Presses of fingers, first and repeated, in order. */
export const pressesOn = (records: readonly GatewayRecord[]): readonly PressId[] =>
  records.flatMap(record =>
    record.kind === 'alarmRaised' || record.kind === 'pressRepeated' ? [record.message.id] : [],
  )

/** The press ids that a program reported with this word. */
export const reported = (report: readonly string[], word: string): ReadonlySet<string> =>
  new Set(report.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1)))

/** What holds of every record, whatever was killed when: without gap, nothing twice, nobody called for a taken alarm [S3]. */
export function expectSound(records: readonly GatewayRecord[]): void {
  const numbers = records.map(({ number }) => number)
  expect(numbers, 'S4: a gap in the record').toEqual(records.map((_, index) => index + 1))
  expectOnce('S4: a press on record', pressesOn(records))
  for (const kind of ['alarmRaised', 'acknowledged', 'closed'] as const)
    expectOnce(
      `S4: ${kind}`,
      ofKind(records, kind).map(({ alarm }) => alarm),
    )
  expectNobodyCalledForTaken(records)
}

function expectOnce(what: string, values: readonly string[]): void {
  const twice = values.filter((value, index) => values.indexOf(value) !== index)
  expect(twice, `${what}, twice`).toEqual([])
}

const sayingSo: readonly NotificationReason[] = ['takenOver', 'closed', 'repeatPress']

function expectNobodyCalledForTaken(records: readonly GatewayRecord[]): void {
  const taken = new Set<AlarmId>()
  const told = new Map<AlarmId, Set<ResponderId>>()
  for (const record of records) {
    if (record.kind === 'acknowledged') taken.add(record.alarm)
    if (record.kind !== 'notified') continue
    const known = told.get(record.alarm) ?? new Set()
    if (taken.has(record.alarm)) {
      expect(sayingSo, `S3: record ${record.number} calls for a taken alarm`).toContain(record.reason)
      expect(known, `S3: record ${record.number} tells somebody new of a taken alarm`).toContain(record.responder)
    }
    told.set(record.alarm, known.add(record.responder))
  }
}

/** Nobody's screen calls for this alarm after the person who took it was answered “done” [S3]. */
export function expectNobodyCalledSince(town: Town, { alarm, answeredAt }: Taken): void {
  for (const person of people) {
    const calls = town.people[person].events.filter(
      event =>
        event.name === 'notification' &&
        event.data.alarm === alarm &&
        event.at > answeredAt &&
        !sayingSo.includes(event.data.reason),
    )
    expect(calls, `S3: ${person} is called for an alarm that is taken`).toEqual([])
  }
}

/**
 * Every press that a device had sent or written down is on record and receipted [L1]; a device forgot none before it heard the
 * receipt, and the gateway had sent that [S2]; and every receipt that was ever sent stands on the disk [S1].
 * @param device dies: what it had only sent may have died in its memory.
 */
export async function expectPressesKept(town: Town, device: 'lives' | 'dies'): Promise<void> {
  const report = town.report('device')
  const sent = device === 'lives' ? reported(report, 'published') : []
  const made = new Set([...sent, ...reported(report, 'journaled')])
  await insist(() => {
    expect(missingFrom(new Set(pressesOn(town.records())), made), 'L1: pressed and never on record').toEqual([])
    expect(missingFrom(reported(town.report('device'), 'receipt'), made), 'L1: pressed and never receipted').toEqual([])
  })
  expect(forgottenTooSoon(town.report('device')), 'S2: forgotten before its receipt').toEqual([])
  // In the order in which each follows from the one after it.
  const forgotten = reported(town.report('device'), 'retired')
  const promised = reported(town.report('gateway'), 'receipt')
  const onRecord = new Set<string>(pressesOn(town.records()))
  expect(missingFrom(promised, forgotten), 'S2: forgotten without a receipt').toEqual([])
  expect(missingFrom(onRecord, promised), 'S1: receipted and not on the disk').toEqual([])
}

function forgottenTooSoon(report: readonly string[]): readonly string[] {
  const firstReceipt = new Map([...report.entries()].reverse().map(([index, line]) => [line, index]))
  return report.flatMap((line, index) => {
    const [word, press] = line.split(' ')
    if (word !== 'retired' || press === undefined) return []
    return (firstReceipt.get(`receipt ${press}`) ?? Number.POSITIVE_INFINITY) < index ? [] : [press]
  })
}

const missingFrom = (all: ReadonlySet<string>, wanted: ReadonlySet<string>): readonly string[] =>
  [...wanted].filter(each => !all.has(each))

/** What the console shows is what the records on the disk say, and nothing else [S4]. */
export async function expectFoldIsLive(town: Town): Promise<void> {
  const read = readConfiguration(town.world.configurationFile, null)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const names = namesOf(read.configuration)
  await insist(async () => {
    const { alarms, faults } = await town.people.empfang.overview()
    const durable = fold(town.records())
    const state: State = { ...initialState(durable), configuration: read.configuration }
    const folded = [...durable.alarms.values()].sort((a, b) => b.record - a.record)
    expect(alarms, 'S4: alarms that the records do not tell').toEqual(folded.map(alarm => openAlarmView(alarm, names)))
    expect(faults, 'S4: faults that the records do not tell').toEqual(faultViews(state))
  })
}
