// What many seeds came to together.
import { createHash } from 'node:crypto'
import type { SeedReport } from './seed-run.ts'
import { columnsMs } from './statistics.ts'

export type Failure = { readonly seed: number; readonly outcome: Extract<SeedReport['outcome'], { kind: 'broken' }> }

export class Tally {
  seeds = 0
  hours = 0
  presses = 0
  readonly failures: Failure[] = []
  readonly injected = new Map<string, number>()
  readonly visited = new Set<string>()
  readonly calm: number[] = columnsMs.map(() => 0)
  readonly disturbed: number[] = columnsMs.map(() => 0)
  readonly #digests = new Map<number, string>()

  add(report: SeedReport): void {
    const { seed, outcome } = report
    this.seeds += 1
    this.hours += report.hours
    this.presses += report.presses
    if (outcome.kind === 'broken') this.failures.push({ seed, outcome })
    for (const [kind, count] of report.injected) this.injected.set(kind, (this.injected.get(kind) ?? 0) + count)
    for (const transition of report.visited) this.visited.add(transition)
    for (const index of columnsMs.keys()) {
      this.calm[index] = (this.calm[index] ?? 0) + (report.calm[index] ?? 0)
      this.disturbed[index] = (this.disturbed[index] ?? 0) + (report.disturbed[index] ?? 0)
    }
    this.#digests.set(seed, report.digest)
  }

  /** Of all records of all seeds, in the order of the seeds: two machines that ran the same seeds print the same one [S7]. */
  get digest(): string {
    const hash = createHash('sha256')
    for (const [seed, digest] of [...this.#digests].sort(([a], [b]) => a - b)) hash.update(`${seed} ${digest}\n`)
    return hash.digest('hex').slice(0, 16)
  }
}
