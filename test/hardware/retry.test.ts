// When what failed is tried again, on a clock that the test moves.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { monotonicNow } from '../../hardware/clock.ts'
import { Retry } from '../../hardware/retry.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] }))
afterEach(() => vi.useRealTimers())

/** An attempt that fails so many times, and how long after a failure each was made. */
function observe(failures: number) {
  const delaysMs: number[] = []
  let failedAt = 0
  const retry = new Retry(async () => {
    const now = monotonicNow()
    delaysMs.push(Math.round(now - failedAt))
    failedAt = now
    if (delaysMs.length <= failures) throw new Error('still gone')
  })
  const fail = (): void => {
    failedAt = monotonicNow()
    retry.start()
  }
  return { retry, fail, delaysMs }
}

test('what fails is tried again at doubling distances, at most 30 s apart, until it succeeds', async () => {
  const { fail, delaysMs } = observe(9)
  fail()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(delaysMs).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

test('a success that does not last goes on where it was; one that lasts begins anew', async () => {
  const { fail, delaysMs } = observe(0)
  for (const goodMs of [2000, 2000, 60_000, 2000]) {
    fail()
    await vi.advanceTimersByTimeAsync(goodMs)
  }
  expect(delaysMs).toEqual([250, 500, 1000, 250])
})

test('once closed nothing is tried any more', async () => {
  const { retry, fail, delaysMs } = observe(9)
  fail()
  await vi.advanceTimersByTimeAsync(300)
  await retry[Symbol.asyncDispose]()
  fail()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(delaysMs).toEqual([250])
})
