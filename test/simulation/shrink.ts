// Makes a failing plan small: the fewest acts that still break the same oracle, by delta debugging (Zeller and Hildebrandt,
// "Simplifying and Isolating Failure-Inducing Input", 2002). Taking an act away changes no chance of the others, because each has
// a source of its own.
import type { Act, Plan } from './plan.ts'
import type { Outcome } from './run.ts'

type Broken = Extract<Outcome, { kind: 'broken' }>
export type Shrunk = { readonly plan: Plan; readonly outcome: Broken }

/**
 * @param plan breaks as `outcome` says.
 * @param run what becomes of a plan.
 * @param onSmaller is told of each smaller plan that still fails.
 */
export function shrink(
  plan: Plan,
  outcome: Broken,
  run: (plan: Plan) => Outcome,
  onSmaller: (acts: number) => void = () => undefined,
): Shrunk {
  let smallest: Shrunk = { plan, outcome }
  const stillFails = (acts: readonly Act[]): boolean => {
    const tried = run({ ...plan, acts })
    if (tried.kind !== 'broken' || tried.oracle !== outcome.oracle) return false
    smallest = { plan: { ...plan, acts }, outcome: tried }
    onSmaller(acts.length)
    return true
  }
  const untilThen = plan.acts.filter(({ at }) => at <= outcome.at)
  fewest(stillFails(untilThen) ? untilThen : plan.acts, stillFails)
  return smallest
}

/** Leaves out larger parts first, then smaller ones, until no single act can be left out. */
function fewest(acts: readonly Act[], stillFails: (acts: readonly Act[]) => boolean): void {
  let current = acts
  let parts = Math.min(2, current.length)
  while (parts > 0) {
    const without = complements(current, parts).find(stillFails)
    if (without !== undefined) {
      current = without
      parts = Math.min(current.length, Math.max(parts - 1, 2))
    } else if (parts >= current.length) return
    else parts = Math.min(2 * parts, current.length)
  }
}

/** The acts without each of so many parts, one after the other. */
function complements(acts: readonly Act[], parts: number): readonly (readonly Act[])[] {
  const bound = (part: number): number => Math.round((part * acts.length) / parts)
  return Array.from({ length: parts }, (_, part) => [...acts.slice(0, bound(part)), ...acts.slice(bound(part + 1))])
}
