// The real device dies by SIGKILL before and after every effect of a press's life, with or without the machine's power, and
// again while it recovers. What it had on its disk reaches the gateway, once.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canCompile, FaultyDisk } from './faulty-disk.ts'
import { live } from './lives.ts'
import { expectFoldIsLive, expectPressesKept, expectSound, reported } from './oracles.ts'
import { close, pressAndTake } from './story.ts'
import { buttons, makeTown, type Town } from './town.ts'

type Plan = { readonly killAtPoints: readonly number[]; readonly disk?: FaultyDisk }

/** One alarm from its press to its close. Returns the device's deaths. */
async function run(town: Town, index: number, plan: Plan): Promise<number> {
  await using device = await live(town, 'device', plan)
  const taken = await pressAndTake(town, buttons[index % buttons.length] ?? 'tresen', 'untilSeen')
  await close(town, taken)
  await expectPressesKept(town, 'dies')
  await expectFoldIsLive(town)
  expectSound(town.records())
  return device.deaths()
}

test('a device killed at any point of a press sends what it had written down, and forgets nothing without a receipt', {
  timeout: 600_000,
}, async () => {
  await using town = await makeTown()
  await using _gateway = await live(town, 'gateway', { killAtPoints: [] })
  for (let n = 1; ; n += 1) {
    if ((await run(town, n, { killAtPoints: [n] })) > 0) continue
    expect(n).toBeGreaterThan(20)
    break
  }
  expect(reported(town.report('device'), 'journaled').size).toBeGreaterThan(20)
})

test.skipIf(!canCompile)(
  'nor does one that loses its power, and loses it again while it recovers',
  { timeout: 600_000 },
  async () => {
    await using town = await makeTown()
    await using _gateway = await live(town, 'gateway', { killAtPoints: [] })
    using disk = new FaultyDisk(join(town.world.deviceFolder('rathaus-1'), 'data/journal'))
    let deaths = 0
    for (const [index, first] of [8, 14, 17, 20, 23, 26].entries())
      for (const second of [1, 4 + index, 10 + index, 16 + index])
        deaths += await run(town, index + second, { killAtPoints: [first, second], disk })
    expect(deaths).toBeGreaterThan(36)
  },
)
