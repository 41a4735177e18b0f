// “Fail the n-th call, for every n”: the disk under the real gateway fails, fills up, turns read-only or is slow. Alarms are told
// all the same; nothing is called recorded that is not; and when the disk is back, everything is.
import { expect, test, vi } from 'vitest'
import { monotonicMs } from '../integration/console-client.ts'
import { allCalls, canCompile, diskErrors, FaultyDisk } from './faulty-disk.ts'
import { live } from './lives.ts'
import { expectFoldIsLive, expectPressesKept, expectSound, ofKind, reported } from './oracles.ts'
import { pressUntilTold } from './story.ts'
import { buttons, insist, makeTown, type Town } from './town.ts'

vi.setConfig({ testTimeout: 600_000 })

async function startTown(): Promise<{ town: Town; disk: FaultyDisk } & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const town = opened.use(await makeTown())
  const disk = opened.use(new FaultyDisk(town.database))
  opened.use(await live(town, 'gateway', { disk }))
  opened.use(await live(town, 'device'))
  await insist(async () => {
    const { devices } = await town.people.empfang.overview()
    expect(devices.find(({ id }) => id === 'rathaus-1')?.state).toBe('online')
  })
  const everything = opened.move()
  return { town, disk, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

/** An alarm that waited for the disk would take at least this long. */
const diskDelayMs = 2000
const isStoreFailing = async (town: Town): Promise<boolean> =>
  (await town.people.empfang.overview()).faults.some(({ code }) => code === 'storeFailed')
const expectReceipt = (town: Town, press: string): void =>
  expect([...reported(town.report('device'), 'receipt')]).toContain(press)

test.skipIf(!canCompile).each(
  diskErrors.flatMap(error => [
    { error, until: 'once' as const },
    { error, until: 'mended' as const },
  ]),
)(
  'whichever call of the gateway’s disk fails with $error ($until), alarms are told, receipts wait, and nothing is lost',
  async ({ error, until }) => {
    await using opened = await startTown()
    const { town, disk } = opened
    let failures = 0
    for (let n = 1; ; n += 1) {
      const before = disk.calls()
      disk.break({ from: n, until, error })
      const alarm = await pressUntilTold(town, buttons[n % buttons.length] ?? 'tresen')
      // Broken for good it fails at the latest with the first retry, unless nothing more is asked of it.
      if (until === 'mended' && disk.calls() >= before + n) {
        await insist(async () => expect(await isStoreFailing(town)).toBe(true))
        failures += 1
        if (n === 1) expect(reported(town.report('device'), 'receipt')).not.toContain(alarm.id)
      }
      disk.mend()
      await insist(() => expectReceipt(town, alarm.id))
      await insist(() => town.people.empfang.close(alarm.id, 'falseAlarm'))
      await insist(async () => expect(await isStoreFailing(town)).toBe(false))
      if (disk.calls() < before + n) break
    }
    if (until === 'mended') expect(failures).toBeGreaterThan(8)
    await expectPressesKept(town, 'lives')
    await expectFoldIsLive(town)
    expectSound(town.records())
    const raised = ofKind(town.records(), 'faultRaised').filter(({ code }) => code === 'storeFailed')
    const told = ofKind(town.records(), 'faultNotified').filter(({ code }) => code === 'storeFailed')
    expect(raised.length).toBeGreaterThan(2)
    expect(told.length).toBeGreaterThanOrEqual(raised.length)
  },
)

test.skipIf(!canCompile)('a disk that takes two seconds for every sync delays no alarm', async () => {
  await using opened = await startTown()
  const { town, disk } = opened
  disk.break({ from: 1, until: 'mended', delayMs: diskDelayMs, calls: ['sync'] })
  for (const button of buttons) {
    const pressedAt = monotonicMs()
    await pressUntilTold(town, button)
    expect(monotonicMs() - pressedAt).toBeLessThan(diskDelayMs)
  }
  await expectPressesKept(town, 'lives')
  disk.mend()
  expectSound(town.records())
})

test.skipIf(!canCompile)('a disk that does not answer at all is a fault, and alarms are told', async () => {
  await using opened = await startTown()
  const { town, disk } = opened
  disk.break({ from: 1, until: 'once', delayMs: 12_000, calls: ['sync'] })
  const first = await pressUntilTold(town, 'tresen')
  const answer = await town.people.empfang.post(`/api/alarms/${first.id}/acknowledgement`, {})
  expect(answer.status).toBe(503)
  await insist(async () => expect(await isStoreFailing(town)).toBe(true))
  await pressUntilTold(town, 'kasse')
  await insist(async () => expect(await isStoreFailing(town)).toBe(false))
  await expectPressesKept(town, 'lives')
  await expectFoldIsLive(town)
  expectSound(town.records())
})

test.skipIf(!canCompile)(
  'a sync that fails may have lost what was written before it: a receipt after it survives a power cut all the same',
  async () => {
    await using town = await makeTown()
    using disk = new FaultyDisk(town.database)
    {
      await using _gateway = await live(town, 'gateway', { disk })
      await using _device = await live(town, 'device')
      await pressUntilTold(town, 'tresen')
      await expectPressesKept(town, 'lives')
      using _login = await town.world.openConsole() // written beside the record, and synced with the next one
      disk.break({ from: 1, until: 'once', error: 'EIO', forgets: true, calls: ['sync'] })
      await pressUntilTold(town, 'kasse')
      await expectPressesKept(town, 'lives')
    }
    disk.cutPower()
    await using _gateway = await live(town, 'gateway', { disk })
    await expectPressesKept(town, 'lives')
    expectSound(town.records())
  },
)

test.skipIf(!canCompile)(
  'a disk that can be neither read nor written ends no gateway: alarms are told and taken, and are on record when it is back',
  async () => {
    await using opened = await startTown()
    const { town, disk } = opened
    const { empfang } = town.people
    const first = await pressUntilTold(town, 'tresen')
    await expectPressesKept(town, 'lives')
    disk.break({ from: 1, until: 'mended', error: 'EIO', calls: allCalls })
    const second = await pressUntilTold(town, 'kasse')
    await insist(async () => expect(await isStoreFailing(town)).toBe(true))
    for (const { id } of [first, second]) {
      const answer = await empfang.post(`/api/alarms/${id}/close`, { outcome: 'falseAlarm', note: '' })
      expect(answer.status).toBe(503)
    }
    const failed = disk.calls()
    await insist(() => expect(disk.calls()).toBeGreaterThan(failed)) // it goes on trying
    expect((await empfang.overview()).alarms).toEqual([])
    disk.mend()
    await insist(() => expectReceipt(town, second.id))
    await expectPressesKept(town, 'lives')
    await expectFoldIsLive(town)
    expectSound(town.records())
  },
)
