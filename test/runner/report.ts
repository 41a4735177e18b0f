// What a stage came to: counted from Vitest's own report, with nothing lost when a file did not even load.
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export type Outcome = {
  readonly passed: number
  /** One line for each: which test, and why. */
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

/** As much of Vitest's JSON report as is read here. */
type Report = { readonly testResults: readonly File[] }
type File = {
  readonly name: string
  readonly status: string
  readonly message: string
  readonly assertionResults: readonly Test[]
}
type Test = {
  readonly status: string
  readonly fullName: string
  readonly failureMessages?: readonly string[] | null
}

/**
 * @param text Vitest's JSON report, or null if it wrote none.
 * @param status exit status of Vitest: a failure that no test carries, such as an error outside of one, counts as one.
 * @param root names of files are told from here.
 */
export function outcomeOf(text: string | null, status: number | null, root: string): Outcome {
  if (text === null) return { passed: 0, failed: [`Vitest ended with ${status} and wrote no report`], skipped: [] }
  const { testResults } = JSON.parse(text) as Report
  const tests = testResults.flatMap(file => file.assertionResults)
  const failed = testResults.flatMap(file => failuresIn(file, relative(root, file.name)))
  const unseen =
    failed.length === 0 && status !== 0 ? [`Vitest ended with ${status}: an error outside of all tests`] : []
  return {
    passed: tests.filter(test => test.status === 'passed').length,
    failed: [...failed, ...unseen],
    skipped: tests.filter(test => !['passed', 'failed'].includes(test.status)).map(test => test.fullName.trim()),
  }
}

function failuresIn({ status, message, assertionResults }: File, path: string): readonly string[] {
  const failed = assertionResults.filter(test => test.status === 'failed')
  if (status === 'failed' && failed.length === 0) return [`${path}: ${firstLine(message)}`]
  return failed.map(test => `${path} › ${test.fullName.trim()}: ${firstLine(test.failureMessages?.[0] ?? '')}`)
}

const firstLine = (message: string): string => stripVTControlCharacters(message).trim().split('\n')[0] ?? ''

export const sum = (outcomes: readonly Outcome[]): Outcome => ({
  passed: outcomes.reduce((total, each) => total + each.passed, 0),
  failed: outcomes.flatMap(each => each.failed),
  skipped: outcomes.flatMap(each => each.skipped),
})

/** `N passed, N failed`, and `, N skipped` if any were. */
export function closingLine({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed.length} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`
}
