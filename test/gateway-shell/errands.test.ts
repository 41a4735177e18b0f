import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import type { Effect } from '../../gateway/core/model.ts'
import { createErrands, withOutcomesBehind } from '../../gateway/shell/errands.ts'
import { type Parts, perform } from '../../gateway/shell/perform.ts'
import type { Unstamped } from '../../gateway/shell/ports.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('an errand runs in the next turn of the event loop when no commit is under way', async () => {
  const done: string[] = []
  const errands = createErrands()
  errands.run(() => done.push('told'))
  expect(done).toEqual([])
  await turn()
  expect(done).toEqual(['told'])
})

test('errands wait for the commit under way, and keep their order', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const done: number[] = []
  const errands = createErrands()
  errands.run(() => done.push(1))
  errands.hold()
  for (const number of [2, 3]) errands.run(() => done.push(number))
  await turn()
  expect(done).toEqual([1])
  errands.release()
  errands.run(() => done.push(4))
  expect(done).toEqual([1])
  await turn()
  expect(done).toEqual([1, 2, 3, 4])
  expect(vi.getTimerCount()).toBe(0)
})

test('what runs behind a commit runs at once without one, and never overtakes', async () => {
  const done: number[] = []
  const errands = createErrands()
  errands.runBehind(() => done.push(1))
  expect(done).toEqual([1])
  errands.hold()
  errands.runBehind(() => {
    done.push(2)
    errands.runBehind(() => done.push(4))
  })
  errands.runBehind(() => done.push(3))
  errands.release()
  errands.runBehind(() => done.push(5)) // what waited has not run yet
  expect(done).toEqual([1])
  await turn()
  await turn()
  expect(done).toEqual([1, 2, 3, 5, 4])
})

test('what waits when the gateway stops is done before it stops', () => {
  const done: number[] = []
  const errands = createErrands()
  errands.run(() => done.push(1))
  errands.hold()
  errands.run(() => {
    done.push(2)
    errands.hold()
    errands.run(() => done.push(3))
  })
  errands[Symbol.dispose]()
  expect(done).toEqual([1, 2, 3])
})

test('what became of a notification waits for the commit under way, a press for nothing', async () => {
  const emitted: string[] = []
  const errands = createErrands()
  const emit = withOutcomesBehind(errands, ({ kind }) => emitted.push(kind))
  errands.hold()
  for (const kind of ['notificationEnded', 'received']) emit({ kind } as Unstamped)
  expect(emitted).toEqual(['received'])
  errands.release()
  await turn()
  expect(emitted).toEqual(['received', 'notificationEnded'])
})

test('a disk that is slow or hangs holds nothing up for longer than some milliseconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const done: string[] = []
  const errands = createErrands()
  errands.hold()
  errands.run(() => done.push('told'))
  vi.advanceTimersByTime(15)
  errands.hold() // a second commit does not prolong it
  vi.advanceTimersByTime(5)
  await turn()
  expect(done).toEqual(['told'])
})

test('what the console shows and monitors hear leaves behind the commit, a receipt at once', async () => {
  const left: string[] = []
  const errands = createErrands()
  const parts = {
    store: { append: () => left.push('record') },
    broker: { sendToDevice: () => left.push('receipt'), tellMonitors: () => left.push('monitors') },
    http: { show: () => left.push('show') },
    errands,
  } as unknown as Parts
  const kinds = [{ kind: 'record', records: [] }, { kind: 'show' }, { kind: 'tellMonitors' }]
  const receipt = { kind: 'sendToDevice', message: { kind: 'receipt' } }
  for (const effect of [...kinds, receipt]) perform(effect as unknown as Effect, parts)
  await turn()
  expect(left).toEqual(['record', 'receipt'])
  errands.release()
  await turn()
  expect(left).toEqual(['record', 'receipt', 'show', 'monitors'])
})
