// “Kill at the n-th point, for every n”: the real gateway dies by SIGKILL before and after every effect of an alarm's life, and
// again while it recovers, and is started again. The oracles are outside: fingers, people, the device, the disk.
import { expect, test, vi } from 'vitest'
import { Day } from './day.ts'
import { makeTown } from './town.ts'

vi.setConfig({ testTimeout: 600_000 })

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
