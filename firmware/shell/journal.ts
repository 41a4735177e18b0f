// What the device owes, on its own disk: appended and synced before it counts as written. After any failure nothing of the old
// file is trusted again: a failed sync may have dropped pages that a second sync then calls written. So the next write makes
// a new file of everything that is owed and puts it in place of the old one.
import { join } from 'node:path'
import type { PressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { type Instant, instant } from '../../protocol/time.ts'
import type { JournalEntry, Press } from '../core/model.ts'
import { type Files, type OpenFile, systemFiles } from './files.ts'
import { encodeEntry, readEntries, type StoredEntry, type StoredPress } from './journal-format.ts'

export type JournalOptions = {
  readonly folder: string
  /** Identifies this start of the machine: stamps of the monotonic clock from another one mean nothing. */
  readonly machineBoot: string
  readonly now: () => Instant
  readonly onWritten: (entry: JournalEntry) => void
  /** The entry is not safe. @param reason the system's words */
  readonly onFailed: (entry: JournalEntry, reason: string) => void
  readonly files?: Files
}

/** What was found at the start. */
export type Recovery = {
  readonly presses: readonly Press[]
  /** One clause for the log: what could not be read, at this start or an earlier one; null: everything was. */
  readonly damage: string | null
  /** Bytes that the machine was writing when it stopped. */
  readonly tornBytes: number
}

const compactBytesMin = 64 * 1024

/** Opens or makes `journal` in the folder. @throws never: what cannot be read is told in the recovery, what cannot be written by each write. */
export async function openJournal(options: JournalOptions): Promise<{ journal: Journal; recovery: Recovery }> {
  const files = options.files ?? systemFiles
  const path = join(options.folder, 'journal')
  const found = await recover(files, path)
  const presses = [...found.owed.values()].map(stored => recovered(stored, options))
  const journal = new Journal(options, files, path, found.owed)
  return { journal, recovery: { presses, damage: found.damage, tornBytes: found.tornBytes } }
}

/** Entries are written in the order of asking; those that wait for the disk together share one sync. */
export class Journal implements AsyncDisposable {
  readonly #options: JournalOptions
  readonly #files: Files
  readonly #path: string
  /** What a new file would hold: presses on the disk that are not retired. */
  readonly #owed: Map<PressId, StoredPress>
  #file: OpenFile | null = null
  #bytes = 0
  #waiting: JournalEntry[] = []
  #writing: Promise<void> | null = null

  constructor(options: JournalOptions, files: Files, path: string, owed: Map<PressId, StoredPress>) {
    this.#options = options
    this.#files = files
    this.#path = path
    this.#owed = owed
  }

  /** Answered by `onWritten` or `onFailed`, later. */
  write(entry: JournalEntry): void {
    if (this.#waiting.length >= limits.journalQueueMax) {
      queueMicrotask(() => this.#options.onFailed(entry, 'the disk does not answer'))
      return
    }
    this.#waiting.push(entry)
    this.#writing ??= this.#writeAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing
    await this.#abandon()
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const entries = this.#waiting
      this.#waiting = []
      const failure = await this.#commit(entries)
      for (const entry of entries) {
        if (failure === null) this.#options.onWritten(entry)
        else this.#options.onFailed(entry, failure)
      }
    }
    this.#writing = null
  }

  /** Null, or why none of the entries is safe. */
  async #commit(entries: readonly JournalEntry[]): Promise<string | null> {
    const stored = entries.map(entry => storedEntry(entry, this.#options.machineBoot))
    const owed = applied(this.#owed, stored)
    try {
      if (this.#file === null || (this.#bytes > compactBytesMin && this.#bytes > compactAt(owed)))
        await this.#replace(owed)
      else await this.#append(this.#file, stored)
    } catch (error) {
      await this.#abandon()
      return error instanceof Error ? error.message : String(error)
    }
    this.#owed.clear()
    for (const [id, press] of owed) this.#owed.set(id, press)
    return null
  }

  async #append(file: OpenFile, stored: readonly StoredEntry[]): Promise<void> {
    const bytes = Buffer.concat(stored.map(encodeEntry))
    await file.append(bytes)
    await file.datasync()
    this.#bytes += bytes.length
  }

  /** Everything owed in a new file, in place of the old one; a cut at any moment leaves the one or the other. */
  async #replace(owed: ReadonlyMap<PressId, StoredPress>): Promise<void> {
    await this.#abandon()
    const temporary = `${this.#path}.tmp`
    const presses = [...owed.values()].map((press): StoredEntry => ({ kind: 'pressed', press }))
    // A full disk still takes an empty file: only bytes prove that it takes a press.
    const entries: readonly StoredEntry[] = presses.length > 0 ? presses : [{ kind: 'checked' }]
    const bytes = Buffer.concat(entries.map(encodeEntry))
    const file = await this.#files.create(temporary)
    try {
      await file.append(bytes)
      await file.datasync()
    } finally {
      await file.close()
    }
    await this.#files.rename(temporary, this.#path)
    await this.#files.syncFolder(this.#options.folder)
    this.#file = await this.#files.openToAppend(this.#path)
    this.#bytes = bytes.length
  }

  async #abandon(): Promise<void> {
    const file = this.#file
    this.#file = null
    // The file is given up already: that it does not close either changes nothing that is promised.
    await file?.close().catch(() => undefined)
  }
}

const compactAt = (owed: ReadonlyMap<PressId, StoredPress>): number => {
  const owedBytes = [...owed.values()].reduce((sum, press) => sum + encodeEntry({ kind: 'pressed', press }).length, 0)
  return Math.min(limits.journalBytesMax, Math.max(compactBytesMin, 2 * owedBytes))
}

function applied(owed: ReadonlyMap<PressId, StoredPress>, entries: readonly StoredEntry[]): Map<PressId, StoredPress> {
  const next = new Map(owed)
  for (const entry of entries) {
    if (entry.kind === 'pressed') next.set(entry.press.id, entry.press)
    else if (entry.kind === 'retired') next.delete(entry.press)
  }
  return next
}

type Found = { readonly owed: Map<PressId, StoredPress>; readonly damage: string | null; readonly tornBytes: number }

/** Damaged or unreadable files are kept aside, and told at every start until somebody has taken them away. */
async function recover(files: Files, path: string): Promise<Found> {
  const nothing = { owed: new Map<PressId, StoredPress>(), tornBytes: 0 }
  const earlier = await keptEarlier(files, path)
  try {
    const bytes = await files.read(path)
    if (bytes === null) return { ...nothing, damage: earlier }
    const { entries, damagedBytes, tornBytes } = readEntries(bytes)
    const owed = applied(new Map(), entries)
    if (damagedBytes === 0) return { owed, damage: earlier, tornBytes }
    const kept = await keepAside(() => files.copy(path, `${path}.damaged`), `${path}.damaged`)
    return { owed, tornBytes, damage: `${damagedBytes} bytes in the middle of ${path} are damaged${kept}` }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const kept = await keepAside(() => files.rename(path, `${path}.unreadable`), `${path}.unreadable`)
    return { ...nothing, damage: `${path} cannot be read (${reason})${kept}` }
  }
}

/** What an earlier start kept aside, and nobody has taken away since. */
async function keptEarlier(files: Files, path: string): Promise<string | null> {
  for (const kept of [`${path}.damaged`, `${path}.unreadable`])
    if (await files.exists(kept)) return `an earlier start kept ${kept}`
  return null
}

async function keepAside(keep: () => Promise<void>, where: string): Promise<string> {
  try {
    await keep()
    return `; kept as ${where}`
  } catch {
    return '' // the sentence says what is damaged; that it could not be kept aside as well helps nobody
  }
}

function storedEntry(entry: JournalEntry, machineBoot: string): StoredEntry {
  if (entry.kind !== 'pressed') return entry
  const { age, meaning, ...rest } = entry.press
  const clock =
    age.basis === 'monotonic' ? { pressedAt: age.pressedAt, machineBoot } : { pressedAt: 0, machineBoot: '' }
  return { kind: 'pressed', press: { ...rest, ...clock, meaning: { ...meaning } } }
}

function recovered({ pressedAt, machineBoot, ...rest }: StoredPress, options: JournalOptions): Press {
  const sameStart = machineBoot === options.machineBoot
  return {
    ...rest,
    age: sameStart
      ? { basis: 'monotonic', pressedAt: instant(pressedAt) }
      : { basis: 'wall', recoveredAt: options.now() },
  }
}
