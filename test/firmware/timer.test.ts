// The timer that a press waits for: never early, prepared once, and behind every edge that came before.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { setTimer } from '../../firmware/shell/timer.ts'
import { monotonicNow } from '../../hardware/clock.ts'
import { type Instant, instant } from '../../protocol/time.ts'

const soon = { timeout: 20_000, interval: 1 }
const inMs = (delayMs: number): Instant => instant(monotonicNow() + delayMs)

for (const urgent of [true, false])
  test(`fires once, not before its moment, and has it prepared once before (${urgent ? 'a press' : 'nothing urgent'})`, async () => {
    const at = inMs(30)
    const happened: { readonly what: string; readonly when: number }[] = []
    const note = (what: string): void => void happened.push({ what, when: monotonicNow() })
    setTimer(
      at,
      () => note('fired'),
      () => {
        note('prepared')
        return urgent
      },
    )
    await vi.waitFor(() => expect(happened.map(({ what }) => what)).toEqual(['prepared', 'fired']), soon)
    const [prepared, fired] = happened
    // Node may let a timer fire a fraction of a millisecond early; only what is urgent is exact, the rest asks again.
    expect(fired?.when).toBeGreaterThanOrEqual(urgent ? at : at - 1)
    expect(prepared?.when).toBeLessThanOrEqual(fired?.when ?? 0)
  })

test('a moment that is over already fires in the next turns, after what waits to be heard', async () => {
  const happened: string[] = []
  setTimer(
    inMs(-5),
    () => happened.push('fired'),
    () => true,
  )
  setImmediate(() => happened.push('edge'))
  await vi.waitFor(() => expect(happened).toEqual(['edge', 'fired']), soon)
})

test('cancelled, it does not fire, whether it sleeps or looks at the clock already', async () => {
  const fire = vi.fn()
  setTimer(inMs(10), fire, () => true)()
  const awake = Promise.withResolvers<void>()
  const cancel = setTimer(inMs(50), fire, () => {
    awake.resolve()
    return true
  })
  await awake.promise
  await nextTurn()
  cancel()
  const later = Promise.withResolvers<void>()
  setTimer(inMs(80), later.resolve, () => false)
  await later.promise
  expect(fire).not.toHaveBeenCalled()
})
