// What a person is told is on disk: a store that answers late, one that fails, one that never answers, and a gateway that stops.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { RecordNumber } from '../../gateway/core/record-types.ts'
import { createCommits } from '../../gateway/shell/store/commits.ts'
import { createDatabase, openDatabase } from '../../gateway/shell/store/database.ts'
import { openStore } from '../../gateway/shell/store/store.ts'
import { instant, millis, seconds } from '../../protocol/time.ts'
import { acknowledged, alarmId, boot, button, closed, device, drafted, numbered, raised, responder } from './samples.ts'
import { type Browser, startWorld, type World } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const alarm = alarmId(1)
const record = (number: number) => number as RecordNumber
const draft = { level: 2, summary: 'Text', measures: '', ground: 'houseBan', groundReference: 'Az. 1' }
const online = {
  state: 'online',
  since: instant(0),
  lastHeardAt: null,
  lastHeardWall: null,
  boot,
  session: 1,
  boots: new Map(),
  configVersion: '',
} as const

/** Each action: what was before, what it puts on record, and how it is asked for. */
const actions = {
  acknowledgement: {
    before: [raised(1, alarm)],
    decided: acknowledged(2, alarm, 'anna'),
    ask: (anna: Browser) => anna.post(`/api/alarms/${alarm}/acknowledgement`),
  },
  close: {
    before: [raised(1, alarm)],
    decided: closed(2, alarm, 'anna', 'noIncident'),
    ask: (anna: Browser) => anna.post(`/api/alarms/${alarm}/close`, { outcome: 'noIncident', note: '' }),
  },
  incident: {
    before: [raised(1, alarm), closed(2, alarm, 'anna', 'incident')],
    decided: drafted(3, alarm, 'anna'),
    ask: (anna: Browser) => anna.post(`/api/alarms/${alarm}/incident`, draft),
  },
  test: {
    before: [raised(1, alarm)],
    decided: numbered(2, {
      kind: 'testRequested',
      responder: responder('anna'),
      device,
      button,
      durationMs: millis(60_000),
    }),
    ask: (anna: Browser) => anna.post(`/api/devices/${device}/buttons/${button}/test`, { durationMs: 60_000 }),
  },
} as const
const names = Object.keys(actions) as (keyof typeof actions)[]

/** A console whose disk has nothing yet, and whose step decides what the action asks for. */
async function startWith(name: keyof typeof actions, patience = seconds(30)) {
  const { before, decided, ask } = actions[name]
  const commits = createCommits(patience)
  const world = await startWorld({ whenRecorded: commits.whenRecorded })
  world.live = { devices: new Map([[device, online]]) }
  world.records.push(...before)
  world.onEvent = () => world.records.push(decided)
  const anna = await world.logIn('anna')
  const answers: Response[] = []
  const asked = () => ask(anna).then(answer => void answers.push(answer))
  return { world, commits, decided, answers, asked, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

const decidedIn = (world: World) => vi.waitFor(() => expect(world.emitted).not.toEqual([]), { timeout: 20_000 })

test.each(names)('is told "done" only when the record is on disk, however late: %s', async name => {
  await using line = await startWith(name)
  const answered = line.asked()
  await decidedIn(line.world)
  line.commits.recorded(record(line.decided.number - 1))
  // Another answer of the same gateway has come and gone meanwhile.
  expect((await fetch(`${line.world.base}/api/session`)).status).toBe(401)
  expect(line.answers).toEqual([])
  line.commits.recorded(line.decided.number)
  await answered
  expect(line.answers[0]?.status).toBe(200)
  expect(await line.answers[0]?.json()).toMatchObject({ result: 'done' })
})

test.each(names)('a store that fails is told, and so is that it is in force all the same: %s', async name => {
  await using line = await startWith(name)
  const answered = line.asked()
  await decidedIn(line.world)
  line.commits.failed()
  await answered
  expect(line.answers[0]?.status).toBe(503)
  expect(await line.answers[0]?.json()).toEqual({
    error: {
      de: 'Das gilt bereits, steht aber noch nicht auf dem Datenträger der Zentrale; fällt sie jetzt aus, ist es verloren.',
      en: 'This is in force, but not yet on the gateway’s disk; if the gateway fails now, it is lost.',
    },
  })
})

test('a store that says nothing is not waited for without end', async () => {
  await using line = await startWith('acknowledgement', millis(1))
  await line.asked()
  expect(line.answers[0]?.status).toBe(503)
})

test('a gateway that stops leaves nobody waiting', async () => {
  const line = await startWith('close')
  const answered = line.asked().catch(() => null)
  await decidedIn(line.world)
  line.commits[Symbol.dispose]()
  await line.world[Symbol.asyncDispose]()
  await answered
  expect(line.answers.map(({ status }) => status)).not.toContain(200)
  expect(await line.commits.whenRecorded(line.decided.number)).toBe('notYet')
})

test('a database that another program holds is a store that fails; what was asked for is on record when it has ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-commit-'))
  const path = join(folder, 'stillruf.db')
  createDatabase(path)
  const commits = createCommits(seconds(30))
  {
    await using store = openStore(path, { onRecorded: commits.recorded, onFailed: commits.failed })
    store.append([raised(1, alarm)])
    expect(await commits.whenRecorded(record(1))).toBe('recorded')
    {
      using other = openDatabase(path, 'visitor')
      other.exec('BEGIN IMMEDIATE')
      store.append([acknowledged(2, alarm, 'anna')])
      expect(await commits.whenRecorded(record(2))).toBe('notYet')
      expect([...store.records()]).toHaveLength(1)
    }
    await vi.waitFor(() => expect([...store.records()]).toHaveLength(2), { timeout: 20_000 })
    expect(await commits.whenRecorded(record(2))).toBe('recorded')
  }
  rmSync(folder, { recursive: true, force: true })
})
