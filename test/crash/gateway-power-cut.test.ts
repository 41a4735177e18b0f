// The gateway's machine loses its power at points of an alarm's life, and again while the gateway recovers: of its files only
// what a sync had saved is left.
import { expect, test, vi } from 'vitest'
import { Day } from './day.ts'
import { canCompile, FaultyDisk } from './faulty-disk.ts'
import { makeTown } from './town.ts'

vi.setConfig({ testTimeout: 600_000 })

test.skipIf(!canCompile)(
  'a gateway whose machine loses its power, and loses it again while it recovers, loses nothing and doubles nothing',
  async () => {
    await using town = await makeTown()
    using disk = new FaultyDisk(town.database)
    await using day = await Day.begin(town, { disk })
    for (const [index, first] of [2, 7, 12, 17, 22, 27].entries())
      for (const second of [1, 4 + index, 11 + index, 20 + 3 * index]) {
        day.gateway.kill([first, second])
        await day.alarm()
      }
    expect(day.gateway.deaths()).toBeGreaterThan(36)
  },
)
