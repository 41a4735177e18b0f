// What a stage came to: counted from Vitest's own report, with nothing lost when a file did not even load.

export type Outcome = { readonly passed: number; readonly failed: number; readonly skipped: readonly string[] }

/** As much of Vitest's JSON report as is read here. */
type Report = {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/**
 * @param text Vitest's JSON report, or null if it wrote none.
 * @param status exit status of Vitest: a failure that no test carries, such as an error outside of one, counts as one.
 */
export function outcomeOf(text: string | null, status: number | null): Outcome {
  if (text === null) return { passed: 0, failed: 1, skipped: [] }
  const { testResults } = JSON.parse(text) as Report
  const tests = testResults.flatMap(file => file.assertionResults)
  const count = (wanted: string): number => tests.filter(test => test.status === wanted).length
  const unloaded = testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  ).length
  const failed = count('failed') + unloaded
  return {
    passed: count('passed'),
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: tests.filter(test => !['passed', 'failed'].includes(test.status)).map(test => test.fullName.trim()),
  }
}

export const sum = (outcomes: readonly Outcome[]): Outcome => ({
  passed: outcomes.reduce((total, each) => total + each.passed, 0),
  failed: outcomes.reduce((total, each) => total + each.failed, 0),
  skipped: outcomes.flatMap(each => each.skipped),
})

/** `N passed, N failed`, and `, N skipped` if any were. */
export function closingLine({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`
}
