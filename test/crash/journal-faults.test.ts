// “Fail the n-th call, for every n”: the disk under the real device fails, fills up, turns read-only or is slow. Presses go out
// all the same, the fault is told, and what was called safe is there after a power cut at any moment.
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readEntries } from '../../firmware/shell/journal-format.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import { monotonicMs } from '../integration/console-client.ts'
import { allCalls, canCompile, diskErrors, FaultyDisk } from './faulty-disk.ts'
import { live } from './lives.ts'
import { expectPressesKept, expectSound, reported } from './oracles.ts'
import { always, never, type Platter, seeded } from './platter.ts'
import { close, pressUntilTold } from './story.ts'
import { buttons, insist, makeTown, type Town } from './town.ts'

vi.setConfig({ testTimeout: 600_000 })

/** A press that waited for the disk would take at least this long. */
const diskDelayMs = 2000
const journalOf = (town: Town): string => join(town.world.deviceFolder('rathaus-1'), 'data/journal')

async function startTown(prepare: (disk: FaultyDisk) => void = () => {}) {
  await using opened = new AsyncDisposableStack()
  const town = opened.use(await makeTown())
  const disk = opened.use(new FaultyDisk(journalOf(town)))
  opened.use(await live(town, 'gateway'))
  prepare(disk)
  opened.use(await live(town, 'device', { disk }))
  await insist(async () => {
    const { devices } = await town.people.empfang.overview()
    expect(devices.find(({ id }) => id === 'rathaus-1')?.state).toBe('online')
  })
  const everything = opened.move()
  return { town, disk, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

const faults = async (town: Town): Promise<readonly FaultCode[]> =>
  (await town.people.empfang.overview()).faults.map(({ code }) => code)
/** One alarm from its press to its close. */
async function press(town: Town, index: number): Promise<void> {
  const alarm = await pressUntilTold(town, buttons[index % buttons.length] ?? 'tresen')
  await close(town, { alarm: alarm.id, answeredAt: monotonicMs() })
}

test.skipIf(!canCompile).each(diskErrors)(
  'whichever call of the device’s disk fails with %s, the press is told, and so is the fault until it is over',
  async error => {
    await using opened = await startTown()
    const { town, disk } = opened
    for (let n = 1; ; n += 1) {
      const before = disk.calls()
      disk.break({ from: n, until: 'mended', error })
      await press(town, 2 * n)
      const isReached = disk.calls() >= before + n
      if (isReached) await insist(async () => expect(await faults(town)).toContain('journalFailed'))
      disk.mend()
      await press(town, 2 * n + 1)
      await insist(async () => expect(await faults(town)).toEqual([]))
      if (!isReached) break
      expect(n).toBeLessThan(40)
    }
    await expectPressesKept(town, 'lives')
    expectSound(town.records())
    expectJournalSafe(town, disk)
  },
)

test.skipIf(!canCompile)('a call that fails once is made good by the next write', async () => {
  await using opened = await startTown()
  const { town, disk } = opened
  for (let n = 1; ; n += 1) {
    const before = disk.calls()
    disk.break({ from: n, until: 'once', error: diskErrors[n % diskErrors.length] ?? 'EIO', forgets: true })
    await press(town, 2 * n)
    if (disk.calls() < before + n) break
    await press(town, 2 * n + 1)
    await insist(async () => expect(await faults(town)).toEqual([]))
    expect(n).toBeLessThan(40)
  }
  await expectPressesKept(town, 'lives')
  expectJournalSafe(town, disk)
})

test.skipIf(!canCompile)(
  'a disk that takes two seconds for every call delays no press, and is a fault until it is quick again',
  async () => {
    await using opened = await startTown()
    const { town, disk } = opened
    disk.break({ from: 1, until: 'mended', delayMs: diskDelayMs })
    for (const index of buttons.keys()) {
      const pressedAt = monotonicMs()
      await pressUntilTold(town, buttons[index] ?? 'tresen')
      expect(monotonicMs() - pressedAt).toBeLessThan(diskDelayMs)
    }
    await insist(async () => expect(await faults(town)).toContain('journalSlow'))
    await expectPressesKept(town, 'lives')
    disk.mend()
    await insist(async () => {
      await town.press('tresen')
      await vi.waitFor(async () => expect(await faults(town)).not.toContain('journalSlow'), { timeout: 1000 })
    })
  },
)

test.skipIf(!canCompile).each([
  ['read-only', 'EROFS', allCalls.filter(kind => kind !== 'read'), []],
  ['full', 'ENOSPC', ['write', 'size'] as const, []],
  ['unreadable', 'EACCES', allCalls, ['journalDamaged']], // what was owed before is lost, although the disk is back
] as const)(
  'a device whose disk is %s at its start runs, says so, and tells presses',
  async (_, error, calls, stays) => {
    await using opened = await startTown(disk => disk.break({ from: 1, until: 'mended', error, calls }))
    const { town, disk } = opened
    await insist(async () => expect(await faults(town)).toContain('journalFailed'))
    await press(town, 0)
    disk.mend()
    await press(town, 1)
    await insist(async () => expect(await faults(town)).toEqual(stays))
    await expectPressesKept(town, 'lives')
  },
)

/** Whenever the power had been cut: the journal can be read, and holds every press called safe that was not to be forgotten. */
function expectJournalSafe(town: Town, disk: FaultyDisk): void {
  const platter = disk.platter()
  for (const [index, entry] of disk.entries().entries()) {
    platter.take(entry)
    for (const luck of [never, always, seeded(index), seeded(-index)]) expectSafe(town, platter, luck)
  }
}

function expectSafe(town: Town, platter: Platter, luck: () => boolean): void {
  const report =
    platter
      .current(`${journalOf(town)}.marks`)
      ?.toString()
      .split('\n')
      .slice(0, -1) ?? []
  const bytes = platter.afterCut(luck).get(journalOf(town)) ?? Buffer.alloc(0)
  const { entries, damagedBytes } = readEntries(bytes)
  expect(damagedBytes, 'S2: damaged by a power cut').toBe(0)
  const retired = reported(report, 'retired')
  const present = new Set(entries.flatMap(entry => (entry.kind === 'pressed' ? [entry.press.id as string] : [])))
  const safe = [...reported(report, 'journaled')].filter(press => !retired.has(press))
  expect(
    safe.filter(press => !present.has(press)),
    'S2: called safe and not on the disk',
  ).toEqual([])
}
