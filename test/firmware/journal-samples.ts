// A journal in a test: made-up presses, and answers as promises.
import type { JournalEntry, Press } from '../../firmware/core/model.ts'
import type { Files } from '../../firmware/shell/files.ts'
import { type Journal, openJournal, type Recovery } from '../../firmware/shell/journal.ts'
import { type BootId, pressId } from '../../protocol/ids.ts'
import { instant, millis, wallTime } from '../../protocol/time.ts'
import { device, tresen } from './world.ts'

export const boot = 'fedcba9876543210' as BootId
export const samplePress = (sequence: number): Press => ({
  id: pressId(device, boot, sequence),
  button: tresen,
  meaning: { kind: 'alarm' },
  age: { basis: 'monotonic', pressedAt: instant(1000.25 + sequence) },
  pressedWall: wallTime(1_795_400_000_000 + sequence),
  contact: { wiring: 'normallyOpen', edges: 1, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
})
export const pressed = (sequence: number): JournalEntry => ({ kind: 'pressed', press: samplePress(sequence) })
export const retired = (sequence: number): JournalEntry => ({ kind: 'retired', press: samplePress(sequence).id })

export type OpenJournal = {
  readonly journal: Journal
  readonly recovery: Recovery
  /** Null once it is safe; the reason if it is not. */
  readonly write: (entry: JournalEntry) => Promise<string | null>
} & AsyncDisposable

export async function openSample(
  folder: string,
  options: { readonly files?: Files; readonly machineBoot?: string } = {},
): Promise<OpenJournal> {
  const waiting: ((answer: string | null) => void)[] = []
  const { journal, recovery } = await openJournal({
    folder,
    machineBoot: options.machineBoot ?? 'this-start',
    now: () => instant(9000),
    onWritten: () => waiting.shift()?.(null),
    onFailed: (_entry, reason) => waiting.shift()?.(reason),
    ...(options.files === undefined ? {} : { files: options.files }),
  })
  return {
    journal,
    recovery,
    write: entry => {
      const { promise, resolve } = Promise.withResolvers<string | null>()
      waiting.push(resolve)
      journal.write(entry)
      return promise
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
}

/** What a program that starts now would owe. */
export async function owedIn(folder: string): Promise<number[]> {
  await using opened = await openSample(folder)
  return sequencesOf(opened.recovery)
}

export const sequencesOf = ({ presses }: Recovery): number[] => presses.map(({ id }) => Number(id.split('.')[2]))

/** The n-th call of any operation fails, from 1; a failing append writes half of its bytes first. */
export function failing(files: Files, shouldFail: (call: number) => boolean): { readonly files: Files; calls: number } {
  const count = { calls: 0 }
  const maybe = async (work: () => Promise<unknown> = async () => undefined): Promise<void> => {
    count.calls += 1
    if (!shouldFail(count.calls)) return
    await work()
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  const wrap = (file: Awaited<ReturnType<Files['create']>>) => ({
    append: async (bytes: Uint8Array) => {
      await maybe(() => file.append(bytes.subarray(0, Math.floor(bytes.length / 2))))
      await file.append(bytes)
    },
    datasync: async () => {
      await maybe()
      await file.datasync()
    },
    close: async () => {
      await maybe(() => file.close())
      await file.close()
    },
  })
  const wrapped: Files = {
    read: async path => {
      await maybe()
      return files.read(path)
    },
    exists: files.exists,
    openToAppend: async path => {
      await maybe()
      return wrap(await files.openToAppend(path))
    },
    create: async path => {
      await maybe()
      return wrap(await files.create(path))
    },
    copy: async (from, to) => {
      await maybe()
      await files.copy(from, to)
    },
    rename: async (from, to) => {
      await maybe()
      await files.rename(from, to)
    },
    syncFolder: async path => {
      await maybe()
      await files.syncFolder(path)
    },
  }
  return {
    files: wrapped,
    get calls() {
      return count.calls
    },
  }
}
