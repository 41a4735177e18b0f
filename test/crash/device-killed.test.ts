// The real device dies by SIGKILL before and after every effect of a press's life, with or without the machine's power, and
// again while it recovers. What it had on its disk reaches the gateway, once.
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ensureAuthority } from '../../gateway/shell/cli/certificates.ts'
import { TestGateway } from '../firmware/test-gateway.ts'
import { canCompile, FaultyDisk } from './faulty-disk.ts'
import { type Lives, live } from './lives.ts'
import { expectFoldIsLive, expectPressesKept, expectSound, reported } from './oracles.ts'
import { close, pressAndTake } from './story.ts'
import { buttons, insist, makeTown, type Town } from './town.ts'

vi.setConfig({ testTimeout: 600_000 })

/** One alarm from its press to its close, in which the device dies at these points. */
async function alarm(town: Town, device: Lives, points: readonly [number, ...number[]]): Promise<void> {
  device.kill(points)
  const taken = await pressAndTake(town, buttons[points[0] % buttons.length] ?? 'tresen', 'untilSeen')
  await close(town, taken)
  await expectPressesKept(town, 'dies')
  await expectFoldIsLive(town)
  expectSound(town.records())
}

test('a device killed at any point of a press sends what it had written down, and forgets nothing without a receipt', async () => {
  await using town = await makeTown()
  await using _gateway = await live(town, 'gateway')
  await using device = await live(town, 'device')
  let n = 1
  for (; device.deaths() === n - 1; n += 1) await alarm(town, device, [n])
  expect(n).toBeGreaterThan(10)
  expect(reported(town.report('device'), 'journaled').size).toBeGreaterThan(n)
})

test('nor does one that is killed at any point of its start, again and again', async () => {
  await using town = await makeTown()
  await using _gateway = await live(town, 'gateway')
  await using device = await live(town, 'device')
  for (let first = 1; first <= 20; first += 5) {
    await alarm(town, device, [6, first, first + 1, first + 2, first + 3, first + 4])
    await device.allDied()
  }
  expect(device.deaths()).toBe(24)
})

test.skipIf(!canCompile)('nor does one that loses its power, and loses it again while it recovers', async () => {
  await using town = await makeTown()
  await using _gateway = await live(town, 'gateway')
  using disk = new FaultyDisk(join(town.world.deviceFolder('rathaus-1'), 'data/journal'))
  await using device = await live(town, 'device', { disk })
  for (const [index, first] of [1, 3, 5, 7, 9, 11].entries())
    for (const second of [1, 4 + index, 10 + index, 16 + index]) await alarm(town, device, [first, second])
  expect(device.deaths()).toBeGreaterThan(36)
})

test.skipIf(!canCompile)(
  'nor does one whose sendings a broker took over [PUBACK] and no gateway receipted: the press outlives a power cut',
  async () => {
    await using town = await makeTown()
    const { world } = town
    using disk = new FaultyDisk(join(world.deviceFolder('rathaus-1'), 'data/journal'))
    {
      const { authority } = await ensureAuthority(join(world.folder, 'gateway'), 'Rathaus Lindenau')
      await using broker = await TestGateway.start(authority, world.mqttPort)
      broker.receipts = false
      await using _device = await live(town, 'device', { disk })
      await town.press('tresen')
      await insist(() => expect(broker.of('alarm').length, 'S2: it goes on sending').toBeGreaterThan(1))
      expect(reported(town.report('device'), 'journaled').size).toBe(1)
    }
    disk.cutPower()
    await using _gateway = await live(town, 'gateway')
    await using _device = await live(town, 'device', { disk })
    await expectPressesKept(town, 'dies')
    expectSound(town.records())
  },
)
