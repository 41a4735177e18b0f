// Spreads work over turns of the event loop, so that a crowd that comes or goes at once delays no alarm [D12].
import { limits } from '../../../protocol/limits.ts'

export type Pace = (task: () => void) => void

/** Runs tasks in order, at most `limits.closingsPerTurn` before other events get their turn. */
export function createPace(): Pace {
  const waiting: (() => void)[] = []
  let first = 0

  function turn(): void {
    const last = Math.min(first + limits.closingsPerTurn, waiting.length)
    while (first < last) waiting[first++]?.()
    if (first < waiting.length) return void setImmediate(turn)
    waiting.length = 0
    first = 0
  }

  return task => {
    if (waiting.push(task) === 1) setImmediate(turn)
  }
}
