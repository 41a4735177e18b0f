import { expect, test, vi } from 'vitest'
import { OutputSwitch } from '../../firmware/shell/output-switch.ts'
import type { LineBackend } from '../../hardware/lines.ts'

/** A board with one output whose line can be broken and mended. */
function board() {
  const done: string[] = []
  const state = { broken: false }
  const touch = (what: string): void => {
    if (state.broken) throw new Error('the line is taken')
    done.push(what)
  }
  const backend: LineBackend = {
    name: 'board',
    openInput: () => Promise.reject(new Error('no inputs here')),
    openOutput: async () => {
      touch('opened')
      return { set: async active => touch(active ? 'on' : 'off'), [Symbol.asyncDispose]: async () => touch('closed') }
    },
    [Symbol.asyncDispose]: async () => {},
  }
  return { backend, done, state }
}
const settings = {
  name: 'relay',
  address: { chip: 'board', offset: 3 },
  activeLevel: 'high',
  pattern: 'steady',
} as const

test('one that blinks is not tried again by itself: it could come back at a press [S5]', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() }
  const { backend, done, state } = board()
  const light = new OutputSwitch({ ...settings, pattern: 'slowBlink' }, backend, () => {})
  light.set(true)
  await expect.poll(() => done).toEqual(['opened', 'on'])
  expect(vi.getTimerCount()).toBe(1)
  state.broken = true
  vi.advanceTimersByTime(1000)
  await expect.poll(() => light.state).toBe('failed')
  expect(vi.getTimerCount()).toBe(0)
  await light[Symbol.asyncDispose]()
})

test('a failure is told once, and once that it is over; the line is opened anew, and the last change asked for is made', async () => {
  const { backend, done, state } = board()
  const told: (string | null)[] = []
  const relay = new OutputSwitch(settings, backend, failure => told.push(failure))
  relay.set(false)
  await expect.poll(() => done).toEqual(['opened', 'off'])
  state.broken = true
  relay.set(true)
  relay.set(true)
  await expect.poll(() => relay.state).toBe('failed')
  state.broken = false
  relay.set(true)
  await expect.poll(() => done).toEqual(['opened', 'off', 'opened', 'on'])
  expect(told).toEqual([null, 'the line is taken', null])
  await relay[Symbol.asyncDispose]()
  expect(done.slice(4)).toEqual(['off', 'closed'])
})
