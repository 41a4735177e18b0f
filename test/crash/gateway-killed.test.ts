// “Kill at the n-th point, for every n”: the real gateway dies by SIGKILL before and after every effect of an alarm's life, and
// again while it recovers, and is started again. The oracles are outside: fingers, people, the device, the disk.
import { expect, test } from 'vitest'
import { canCompile, FaultyDisk } from './faulty-disk.ts'
import { live } from './lives.ts'
import { expectFoldIsLive, expectNobodyCalledSince, expectPressesKept, expectSound } from './oracles.ts'
import { close, pressAndTake, type Taken } from './story.ts'
import { buttons, makeTown, type Town } from './town.ts'

type Plan = { readonly killAtPoints: readonly number[]; readonly disk?: FaultyDisk }

/** One alarm from its first press until it is taken; the one taken in the run before is closed. Returns the gateway's deaths. */
async function run(town: Town, index: number, plan: Plan, before: Taken | null): Promise<[number, Taken]> {
  const [gateway, device] = await Promise.all([live(town, 'gateway', plan), live(town, 'device', { killAtPoints: [] })])
  await using _gateway = gateway
  await using _device = device
  const taken = await pressAndTake(town, buttons[index % buttons.length] ?? 'tresen', 'once')
  if (before !== null) {
    await close(town, before)
    expectNobodyCalledSince(town, before)
  }
  await expectPressesKept(town, 'lives')
  await expectFoldIsLive(town)
  expectSound(town.records())
  return [gateway.deaths(), taken]
}

test('a gateway killed at any point of an alarm loses nothing, doubles nothing and calls nobody in vain', {
  timeout: 600_000,
}, async () => {
  await using town = await makeTown()
  let before: Taken | null = null
  for (let n = 1; ; n += 1) {
    const [deaths, taken] = await run(town, n, { killAtPoints: [n] }, before)
    before = taken
    if (deaths > 0) continue
    expect(n).toBeGreaterThan(30)
    break
  }
})

test.skipIf(!canCompile)(
  'nor does one whose machine loses its power, and loses it again while the gateway recovers',
  { timeout: 600_000 },
  async () => {
    await using town = await makeTown()
    using disk = new FaultyDisk(town.database)
    let before: Taken | null = null
    let deaths = 0
    for (const [index, first] of [10, 20, 27, 34, 41, 48].entries())
      for (const second of [1, 4 + index, 11 + index, 20 + 3 * index]) {
        const [died, taken] = await run(town, index + second, { killAtPoints: [first, second], disk }, before)
        before = taken
        deaths += died
      }
    expect(deaths).toBeGreaterThan(36)
  },
)
