// The incident draft: made by a person, from a closed incident, without a word about visitors or about who pressed.
import { expect, test } from 'vitest'
import type { GatewayRecord, IncidentDraft } from '../../gateway/core/record-types.ts'
import { type DraftNames, incidentExport } from '../../gateway/zemag/draft.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { startWorld } from './harness.ts'
import { anna, guard } from './townhall.ts'

const names: DraftNames = {
  language: 'de',
  office: 'Rathaus Lindenau',
  responder: id => ({ anna: 'Anna', bert: 'Bert', wache: 'Sicherheitsdienst' })[id as string] ?? id,
  level: level => `Stufe ${level}`,
  time: at => new Date(at).toISOString(),
}

function incident(outcome: 'incident' | 'falseAlarm' = 'incident', kind: 'alarm' | 'testAlarm' = 'alarm') {
  const world = startWorld()
  world.everybodyPresent()
  const alarm = world.press({ kind }) as string as AlarmId
  world.press({ kind })
  world.fastForward(30_000)
  world.acknowledge(guard, alarm)
  world.close(guard, alarm, outcome)
  const draft: IncidentDraft = {
    alarm,
    level: 2,
    summary: 'Bedrohung am Tresen',
    measures: 'Hausverbot ausgesprochen',
    ground: 'houseBan',
    groundReference: 'HV-17',
  }
  const records: readonly GatewayRecord[] = world
    .records()
    .filter(record => 'alarm' in record && record.alarm === alarm)
  return { draft, records }
}

test('it says where, when, what happened, which level and on what ground', () => {
  const { draft, records } = incident()
  const exported = incidentExport(records, draft, names)
  expect(exported).toMatchObject({
    format: 'stillruf-incident-draft',
    version: 1,
    reference: draft.alarm,
    office: 'Rathaus Lindenau',
    place: { site: 'Altes Rathaus', room: 'Raum 012' },
    times: {
      pressed: '2027-01-15T07:59:59.960Z',
      received: '2027-01-15T08:00:00.000Z',
      taken: '2027-01-15T08:00:30.000Z',
      closed: '2027-01-15T08:00:30.000Z',
    },
    level: { number: 2, text: 'Stufe 2' },
    summary: 'Bedrohung am Tresen',
    measures: 'Hausverbot ausgesprochen',
    ground: { kind: 'houseBan', text: 'Hausverbot', reference: 'HV-17' },
    threshold: { met: false },
  })
  expect(exported?.timeline.map(({ what }) => what)).toEqual([
    'Alarm eingegangen',
    'Stufe „Nachbarn“ begonnen',
    'Gemeldet an Anna',
    'Gemeldet an Bert',
    'Taster noch einmal gedrückt',
    'Gemeldet an Anna',
    'Gemeldet an Bert',
    'Stufe „Sicherheitsdienst“ begonnen',
    'Gemeldet an Sicherheitsdienst',
    'Übernommen von Sicherheitsdienst',
    'Abgeschlossen von Sicherheitsdienst',
  ])
})

test.each([
  ['houseBan', false, 'Das Gesetz lässt ein Hausverbot als Anlass zu'],
  ['criminalComplaint', true, 'die Schwelle von ZeMAG erreicht'],
  ['applicationForProsecution', true, 'die Schwelle von ZeMAG erreicht'],
] as const)('of an incident of level 2 with the ground %s it says what ZeMAG makes of it', (ground, met, why) => {
  const { draft, records } = incident()
  const threshold = incidentExport(records, { ...draft, ground }, names)?.threshold
  expect(threshold).toEqual({ met, text: expect.stringContaining(why) })
})

test.each([
  [{ level: 1 }, 'Erfasst werden nur Vorfälle der Stufen 2 und 3.'],
  [{ ground: 'none' }, 'Es fehlt eine Strafanzeige oder ein Strafantrag.'],
] as const)('below the threshold it says plainly that the threshold is not met: %o', (change, why) => {
  const { draft, records } = incident()
  const threshold = incidentExport(records, { ...draft, ...change }, names)?.threshold
  expect(threshold?.met).toBe(false)
  expect(threshold?.text).toMatch(/^Die Schwelle von ZeMAG ist nicht erreicht\./)
  expect(threshold?.text).toContain(why)
})

test('in English it says the same', () => {
  const { draft, records } = incident()
  const exported = incidentExport(records, { ...draft, level: 0 }, { ...names, language: 'en' })
  expect(exported?.threshold.text).toMatch(/^ZeMAG’s threshold is not met\./)
  expect(exported?.timeline[0]?.what).toBe('Alarm received')
})

test('a false alarm, a test and an open alarm have none', () => {
  for (const { draft, records } of [incident('falseAlarm'), incident('incident', 'testAlarm')])
    expect(incidentExport(records, draft, names)).toBeNull()
  const { draft, records } = incident()
  expect(
    incidentExport(
      records.filter(({ kind }) => kind !== 'closed'),
      draft,
      names,
    ),
  ).toBeNull()
  expect(incidentExport(records, { ...draft, alarm: 'x' as AlarmId }, names)).toBeNull()
})

test('it holds nothing of the signed message, of how the contact moved, or of the note at the close', () => {
  const { draft, records } = incident()
  const noted = records.map(record => (record.kind === 'closed' ? { ...record, note: 'Frau Beispiel war da' } : record))
  const text = JSON.stringify(incidentExport(noted, draft, names))
  for (const secret of ['sig', 'contact', 'Beispiel', anna, 'clockErrorMs']) expect(text).not.toContain(`${secret}"`)
  expect(text).not.toContain('Beispiel')
})
