// Who waits for the disk: a person hears that something is done only when it is on record, and hears the truth when it is not.
import type { Millis } from '../../../protocol/time.ts'
import type { RecordNumber } from '../../core/record-types.ts'

/** notYet: the write failed, takes too long, or the gateway is stopping. The store goes on trying in every case. */
export type Commitment = 'recorded' | 'notYet'
/** Answers once this record and all before it are on disk, or when that is in doubt. */
export type WhenRecorded = (record: RecordNumber) => Promise<Commitment>

export type Commits = {
  readonly whenRecorded: WhenRecorded
  /** The store has these and all before them on disk. */
  readonly recorded: (through: RecordNumber) => void
  /** The store could not write what it was asked for so far. */
  readonly failed: () => void
} & Disposable

type Waiting = { readonly record: RecordNumber; readonly answer: (commitment: Commitment) => void }

/** @param patience a wait that takes longer is answered `notYet`. Disposed of, it answers all that wait, and nobody waits any more. */
export function createCommits(patience: Millis): Commits {
  const waiting = new Set<Waiting>()
  let through = 0
  let ended = false

  function answer(which: (record: RecordNumber) => boolean, commitment: Commitment): void {
    for (const each of waiting) if (which(each.record)) each.answer(commitment)
  }

  function whenRecorded(record: RecordNumber): Promise<Commitment> {
    if (record <= through) return Promise.resolve('recorded')
    if (ended) return Promise.resolve('notYet')
    const { promise, resolve } = Promise.withResolvers<Commitment>()
    const own: Waiting = {
      record,
      answer: commitment => {
        clearTimeout(timer)
        waiting.delete(own)
        resolve(commitment)
      },
    }
    const timer = setTimeout(own.answer, patience, 'notYet')
    waiting.add(own)
    return promise
  }

  return {
    whenRecorded,
    recorded: last => {
      through = last
      answer(record => record <= last, 'recorded')
    },
    failed: () => answer(() => true, 'notYet'),
    [Symbol.dispose]: () => {
      ended = true
      answer(() => true, 'notYet')
    },
  }
}
