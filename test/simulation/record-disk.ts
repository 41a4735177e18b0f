// The disk of a gateway, and its record on it with the promises of gateway/shell/store: what is asked for while a commit is
// under way waits for the next one; a failed commit is tried again, in order. A crash leaves of a commit that was under way
// or in doubt a first part, or all, or nothing.
import type { GatewayRecord, RecordNumber } from '../../gateway/core/record-types.ts'
import type { AlarmId, PressId } from '../../protocol/ids.ts'
import type { Agenda, Appointment } from './agenda.ts'
import type { DiskFault } from './plan.ts'
import type { Random } from './random.ts'

export type StoreEvents = {
  readonly onRecorded: (through: RecordNumber) => void
  readonly onFailed: (reason: DiskFault) => void
}

const latencyMs = { least: 0.3, most: 60 } as const
const slowMs = { least: 250, most: 5000 } as const
const retryMs = { first: 100, last: 5000 } as const

export class RecordDisk {
  how: 'works' | DiskFault = 'works'
  /** What a crash leaves. */
  readonly records: GatewayRecord[] = []
  /** The presses among them, with the alarm each belongs to. */
  readonly presses = new Map<PressId, AlarmId>()
  readonly #agenda: Agenda
  readonly #random: Random
  readonly #onCommitted: (records: readonly GatewayRecord[]) => void
  #waiting: GatewayRecord[] = []
  /** How many of those that wait the present commit holds; they may be found after a crash. */
  #inDoubt = 0
  #appointment: Appointment | null = null

  constructor(agenda: Agenda, random: Random, onCommitted: (records: readonly GatewayRecord[]) => void) {
    this.#agenda = agenda
    this.#random = random
    this.#onCommitted = onCommitted
  }

  /** A database that cannot be written cannot be opened either: the program ends and is started again. */
  get canBeOpened(): boolean {
    return this.how === 'works' || this.how === 'slow'
  }

  get waiting(): number {
    return this.#waiting.length
  }

  open(events: StoreEvents): (records: readonly GatewayRecord[]) => void {
    let retryDelayMs: number = retryMs.first
    const commit = (): void => {
      const takesWrites = this.how !== 'full' && this.how !== 'readOnly'
      const batch = this.#waiting.slice()
      this.#inDoubt = takesWrites ? batch.length : this.#inDoubt
      this.#appointment = this.#agenda.after(this.#takesMs(), () => {
        this.#appointment = null
        if (takesWrites && this.canBeOpened) written(batch)
        else failed()
      })
    }
    const written = (batch: readonly GatewayRecord[]): void => {
      retryDelayMs = retryMs.first
      this.#waiting.splice(0, batch.length)
      this.#inDoubt = 0
      this.#keep(batch)
      const last = batch.at(-1)
      if (last !== undefined) events.onRecorded(last.number)
      if (this.#waiting.length > 0 && this.#appointment === null) commit()
    }
    const failed = (): void => {
      const { how } = this
      this.#appointment = this.#agenda.after(retryDelayMs, commit)
      retryDelayMs = Math.min(2 * retryDelayMs, retryMs.last)
      events.onFailed(how === 'works' ? 'full' : how)
    }
    return records => {
      this.#waiting.push(...records)
      if (this.#appointment === null) commit()
    }
  }

  crash(): void {
    this.#agenda.cancel(this.#appointment)
    this.#appointment = null
    const survivors = this.#waiting.slice(0, this.#random.whole(0, this.#inDoubt))
    this.#waiting = []
    this.#inDoubt = 0
    if (survivors.length > 0) this.#keep(survivors)
  }

  #takesMs(): number {
    if (this.how === 'slow') return this.#random.between(slowMs.least, slowMs.most)
    return this.#random.heavyTail(latencyMs.least, latencyMs.most)
  }

  #keep(records: readonly GatewayRecord[]): void {
    for (const record of records) {
      this.records.push(record)
      if (record.kind === 'alarmRaised') this.presses.set(record.message.id, record.alarm)
      if (record.kind === 'pressRepeated') this.presses.set(record.press, record.alarm)
    }
    this.#onCommitted(records)
  }
}
