// “Kill at the n-th point, for every n”: the real gateway dies by SIGKILL before and after every effect of an alarm's life, and
// again while it recovers, and is started again. The oracles are outside: fingers, people, the device, the disk.
import { expect, test, vi } from 'vitest'
import { canCompile, FaultyDisk } from './faulty-disk.ts'
import { type Lives, type LivesOptions, live } from './lives.ts'
import { expectFoldIsLive, expectNobodyCalledSince, expectPressesKept, expectSound } from './oracles.ts'
import { close, pressAndTake, type Taken } from './story.ts'
import { buttons, makeTown, type Town } from './town.ts'

vi.setConfig({ testTimeout: 600_000 })

/** The alarms of one town, one after the other; each is closed in the life of the next one. */
class Day implements AsyncDisposable {
  readonly #town: Town
  readonly gateway: Lives
  readonly #device: Lives
  #alarms = 0
  #before: Taken | null = null

  static async begin(town: Town, options: LivesOptions = {}): Promise<Day> {
    const [gateway, device] = await Promise.all([live(town, 'gateway', options), live(town, 'device')])
    return new Day(town, gateway, device)
  }

  private constructor(town: Town, gateway: Lives, device: Lives) {
    this.#town = town
    this.gateway = gateway
    this.#device = device
  }

  /** One alarm from its first press until it is taken, and the close of the one before. */
  async alarm(): Promise<void> {
    const town = this.#town
    this.#alarms += 1
    const taken = await pressAndTake(town, buttons[this.#alarms % buttons.length] ?? 'tresen', 'once')
    if (this.#before !== null) {
      await close(town, this.#before)
      expectNobodyCalledSince(town, this.#before)
    }
    this.#before = taken
    await expectPressesKept(town, 'lives')
    await expectFoldIsLive(town)
    expectSound(town.records())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device[Symbol.asyncDispose]()
    await this.gateway[Symbol.asyncDispose]()
  }
}

test('a gateway killed at any point of an alarm loses nothing, doubles nothing and calls nobody in vain', async () => {
  await using town = await makeTown()
  await using day = await Day.begin(town)
  let n = 1
  for (; day.gateway.deaths() === n - 1; n += 1) {
    day.gateway.kill([n])
    await day.alarm()
  }
  expect(n).toBeGreaterThan(20)
})

test('nor does one that is killed at any point of its start, again and again', async () => {
  await using town = await makeTown()
  await using day = await Day.begin(town)
  for (let first = 1; first <= 24; first += 6) {
    day.gateway.kill([1, first, first + 1, first + 2, first + 3, first + 4, first + 5])
    await day.alarm()
    await day.gateway.allDied()
  }
  expect(day.gateway.deaths()).toBe(28)
})

test.skipIf(!canCompile)(
  'nor does one whose machine loses its power, and loses it again while the gateway recovers',
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
