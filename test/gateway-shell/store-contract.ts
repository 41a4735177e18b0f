// What every store must hold, whatever database it stands on. Each implementation runs the same suite.
import { describe, expect, test, vi } from 'vitest'
import type { GatewayRecord } from '../../gateway/core/record-types.ts'
import type { Store } from '../../gateway/shell/ports.ts'
import type { StoreEvents } from '../../gateway/shell/store/store.ts'
import type { ButtonId, DeviceId } from '../../protocol/ids.ts'
import type { Text } from '../../protocol/text.ts'
import { wallTime } from '../../protocol/time.ts'
import { alarmId, closed, raised, recordNumber, started } from './samples.ts'

/** One empty database. `open` may be called again after the store before was closed. */
export type StoreWorld = {
  readonly open: (events: StoreEvents) => Store
  /** Every commit fails until the returned function is called. */
  readonly failWrites: () => () => void
} & Disposable

const waiting = { timeout: 20_000, interval: 5 }

function listen() {
  const recorded: number[] = []
  const failed: Text[] = []
  return {
    recorded,
    failed,
    onRecorded: (through: number) => void recorded.push(through),
    onFailed: (reason: Text) => void failed.push(reason),
  }
}

const numbers = (records: Iterable<GatewayRecord>): number[] => Array.from(records, record => record.number)

async function write(store: Store, told: readonly number[], records: readonly GatewayRecord[]): Promise<void> {
  store.append(records)
  await vi.waitFor(() => expect(told.at(-1)).toBe(records.at(-1)?.number), waiting)
}

export function storeContract(name: string, createWorld: () => StoreWorld): void {
  describe(`${name} keeps the store's contract`, () => {
    test('records come back in order and unchanged after the store was closed and opened again', async () => {
      using world = createWorld()
      const alarm = alarmId(1)
      const all = [started(1), raised(2, alarm), closed(3, alarm)]
      const events = listen()
      {
        await using store = world.open(events)
        await write(store, events.recorded, all)
      }
      await using store = world.open(listen())
      expect([...store.records()]).toEqual(all)
    })

    test('nothing is called recorded in the turn that asks for it', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      store.append([started(1)])
      expect(events.recorded).toEqual([])
      await Promise.resolve()
      expect(events.recorded).toEqual([])
      await vi.waitFor(() => expect(events.recorded).toEqual([1]), waiting)
    })

    test('who collects hears of a commit within the turn, and nobody hears of it twice', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      await write(store, events.recorded, [started(1)])
      store.append([started(2)])
      for (const until = Date.now() + waiting.timeout; events.recorded.length < 2 && Date.now() < until; )
        store.collect()
      expect(events.recorded).toEqual([1, 2])
      store.append([started(3)])
      await vi.waitFor(() => expect(events.recorded).toEqual([1, 2, 3]), waiting)
    })

    test('who closes it has heard of every commit when it is closed', async () => {
      using world = createWorld()
      const events = listen()
      {
        await using store = world.open(events)
        await write(store, events.recorded, [started(1)])
        store.append([started(2)])
        store.append([started(3)])
      }
      expect(events.recorded.at(-1)).toBe(3)
    })

    test('everything asked for while a commit is under way is answered by one commit more', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      for (let number = 1; number <= 500; number++) store.append([started(number)])
      await vi.waitFor(() => expect(events.recorded).toEqual([1, 500]), waiting)
      expect(numbers(store.records())).toEqual(Array.from({ length: 500 }, (_, index) => index + 1))
    })

    test('what one alarm and one button are asked for includes what waits for the disk', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      const alarm = alarmId(1)
      await write(store, events.recorded, [raised(1, alarm)])
      store.append([raised(2, alarmId(2)), closed(3, alarm)])
      expect(numbers(store.recordsOfAlarm(alarm))).toEqual([1, 3])
      expect(store.lastPressAt('tresen-1' as DeviceId, 'knopf-1' as ButtonId)).toBe(wallTime(1_800_000_000_020))
    })

    test('what is called recorded can be read, and what is not yet committed cannot', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      await write(store, events.recorded, [started(1)])
      store.append([started(2)])
      expect(numbers(store.records())).toEqual([1])
    })

    test('what stands on a commit is heard before the next one begins', async () => {
      using world = createWorld()
      const inBetween: (readonly number[])[] = []
      const recorded: number[] = []
      await using store = world.open({
        onRecorded: through => {
          recorded.push(through)
          if (through === 1) store.append([started(3)])
          inBetween.push(numbers(store.records()))
        },
        onFailed: () => {},
      })
      store.append([started(1)])
      store.append([started(2)])
      await vi.waitFor(() => expect(recorded).toEqual([1, 3]), waiting)
      expect(inBetween).toEqual([[1], [1, 2, 3]])
    })

    test('a failed commit is told, kept, and written later in order before what came after it', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      await write(store, events.recorded, [started(1)])
      const restore = world.failWrites()
      store.append([started(2)])
      await vi.waitFor(() => expect(events.failed.length).toBeGreaterThanOrEqual(2), waiting)
      store.append([started(3), started(4)])
      expect(events.recorded).toEqual([1])
      restore()
      await vi.waitFor(() => expect(events.recorded).toEqual([1, 2, 4]), waiting)
      expect(numbers(store.records())).toEqual([1, 2, 3, 4])
      expect(events.failed[0]).toEqual({ de: expect.stringMatching(/\w/), en: expect.stringMatching(/\w/) })
    })

    test('closing the store writes what still waits', async () => {
      using world = createWorld()
      {
        await using store = world.open(listen())
        store.append([started(1)])
        store.append([started(2)])
      }
      await using store = world.open(listen())
      expect(numbers(store.records())).toEqual([1, 2])
    })

    test('the records of one alarm, the latest alarms and the closed ones can be asked for', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      const [first, second, third] = [alarmId(1), alarmId(2), alarmId(3)]
      await write(store, events.recorded, [
        raised(1, first),
        raised(2, second),
        closed(3, first),
        raised(4, third),
        closed(5, third),
      ])
      expect(numbers(store.recordsOfAlarm(first))).toEqual([1, 3])
      expect(store.recordsOfAlarm(alarmId(9))).toEqual([])
      expect(store.latestAlarms(2)).toEqual([third, second])
      expect(store.closedAlarms(null, 10)).toEqual([third, first])
      expect(store.closedAlarms(recordNumber(4), 10)).toEqual([first])
      expect(store.closedAlarms(null, 1)).toEqual([third])
    })

    test('the last press of a button is known: the proof that it works', async () => {
      using world = createWorld()
      const events = listen()
      await using store = world.open(events)
      await write(store, events.recorded, [raised(1, alarmId(1)), raised(2, alarmId(2))])
      const device = 'tresen-1' as DeviceId
      expect(store.lastPressAt(device, 'knopf-1' as ButtonId)).toBe(wallTime(1_800_000_000_020))
      expect(store.lastPressAt(device, 'knopf-2' as ButtonId)).toBeNull()
    })
  })
}
