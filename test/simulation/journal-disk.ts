// The memory card of a device, and its journal on it with the promises of firmware/shell/journal.ts: an append counts once it
// is synced; after a failure a new file of everything owed takes the place of the old one. A program that crashes leaves
// what it wrote; a power cut leaves what was synced, and of the rest a part.
import type { JournalEntry, Press } from '../../firmware/core/model.ts'
import type { PressId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { Instant } from '../../protocol/time.ts'
import type { Agenda, Appointment } from './agenda.ts'
import type { DiskFault } from './plan.ts'
import type { Random } from './random.ts'

/** @param machineBoot which start of the machine the press's monotonic stamp belongs to; null: to none that is known. */
type Stored = { readonly press: Press; readonly machineBoot: number | null }
type Entry =
  | { readonly kind: 'pressed'; readonly stored: Stored }
  | { readonly kind: 'retired'; readonly press: PressId }

export type Journal = { readonly presses: readonly Press[]; readonly write: (entry: JournalEntry) => void }
export type JournalOptions = {
  readonly machineBoot: number
  readonly now: () => Instant
  readonly onWritten: (entry: JournalEntry) => void
  readonly onFailed: (entry: JournalEntry) => void
}

type Commit = {
  readonly entries: readonly Entry[]
  readonly replaces: ReadonlyMap<PressId, Stored> | null
  readonly done: Appointment
}

const latencyMs = { least: 2, most: 250 } as const
const slowMs = { least: 300, most: 5000 } as const

export class JournalDisk {
  how: 'works' | DiskFault = 'works'
  readonly #agenda: Agenda
  readonly #random: Random
  /** What a power cut leaves: presses that are not retired. */
  #platter: ReadonlyMap<PressId, Stored> = new Map()
  /** Written and not known to be synced, in order. */
  #written: readonly Entry[] = []
  #commit: Commit | null = null

  constructor(agenda: Agenda, random: Random) {
    this.#agenda = agenda
    this.#random = random
  }

  /** True if the press survives a power cut now. */
  holds(press: PressId): boolean {
    return this.#platter.has(press)
  }

  /** True if a program that starts now finds the press. */
  remembers(press: PressId): boolean {
    return applied(this.#platter, this.#written).has(press)
  }

  open(options: JournalOptions): Journal {
    let owed = applied(this.#platter, this.#written)
    const presses = [...owed.values()].map(stored => recovered(stored, options))
    let waiting: JournalEntry[] = []
    let isNew = true

    const next = (): void => {
      if (this.#commit !== null || waiting.length === 0) return
      const asked = waiting
      waiting = []
      const entries = asked.flatMap(entry => storedEntry(entry, options.machineBoot))
      const after = applied(owed, entries)
      this.#begin(entries, isNew ? after : null, isWritten => {
        isNew = !isWritten
        if (isWritten) owed = after
        for (const entry of asked) (isWritten ? options.onWritten : options.onFailed)(entry)
        next()
      })
    }
    return {
      presses,
      write: entry => {
        if (waiting.length >= limits.journalQueueMax) {
          this.#agenda.after(0, () => options.onFailed(entry))
          return
        }
        waiting.push(entry)
        next()
      },
    }
  }

  /** The program is gone; of what it was writing a part was written, and a new file has taken its place or not. */
  crash(): void {
    const commit = this.#commit
    this.#commit = null
    if (commit === null) return
    this.#agenda.cancel(commit.done)
    if (commit.replaces === null) this.#written = this.#without(commit.entries)
    else if (this.#random.chance(0.5)) this.#put(commit.replaces)
  }

  cutPower(): void {
    this.crash()
    this.#platter = applied(this.#platter, this.#written.slice(0, this.#random.whole(0, this.#written.length)))
    this.#written = []
  }

  #begin(
    entries: readonly Entry[],
    replaces: ReadonlyMap<PressId, Stored> | null,
    onDone: (isWritten: boolean) => void,
  ): void {
    const takesMs =
      this.how === 'slow'
        ? this.#random.between(slowMs.least, slowMs.most)
        : this.#random.heavyTail(latencyMs.least, latencyMs.most)
    const takesWrites = this.how !== 'full' && this.how !== 'readOnly'
    if (replaces === null && takesWrites) this.#written = [...this.#written, ...entries]
    const done = this.#agenda.after(takesMs, () => {
      this.#commit = null
      const isWritten = takesWrites && (this.how === 'works' || this.how === 'slow')
      if (isWritten) this.#put(replaces ?? applied(this.#platter, this.#written))
      onDone(isWritten)
    })
    this.#commit = { entries, replaces, done }
  }

  #put(content: ReadonlyMap<PressId, Stored>): void {
    this.#platter = content
    this.#written = []
  }

  /** What is written, with only a first part of these entries, which were the last. */
  #without(entries: readonly Entry[]): readonly Entry[] {
    const before = this.#written.filter(entry => !entries.includes(entry))
    return [...before, ...entries.slice(0, this.#random.whole(0, entries.length))]
  }
}

function applied(owed: ReadonlyMap<PressId, Stored>, entries: readonly Entry[]): ReadonlyMap<PressId, Stored> {
  if (entries.length === 0) return owed
  const next = new Map(owed)
  for (const entry of entries) {
    if (entry.kind === 'pressed') next.set(entry.stored.press.id, entry.stored)
    else next.delete(entry.press)
  }
  return next
}

function storedEntry(entry: JournalEntry, machineBoot: number): readonly Entry[] {
  switch (entry.kind) {
    case 'pressed':
      return [
        {
          kind: 'pressed',
          stored: { press: entry.press, machineBoot: entry.press.age.basis === 'monotonic' ? machineBoot : null },
        },
      ]
    case 'retired':
      return [entry]
    case 'checked':
      return []
  }
}

/** The monotonic stamp of a press means something only while the machine has not been restarted. */
function recovered({ press, machineBoot }: Stored, { machineBoot: current, now }: JournalOptions): Press {
  return machineBoot === current ? press : { ...press, age: { basis: 'wall', recoveredAt: now() } }
}
