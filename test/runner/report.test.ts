import { expect, test } from 'vitest'
import { closingLine, outcomeOf } from './report.ts'

const report = (...testResults: readonly object[]): string => JSON.stringify({ testResults })
const file = (name: string, ...assertionResults: readonly object[]) => ({
  ...{ name: `/project/${name}`, status: 'passed', message: '' },
  assertionResults,
})
const passed = { status: 'passed', fullName: 'is well', failureMessages: [] }

test('a failed test is named with its file and the first line of its reason', () => {
  const failed = { status: 'failed', fullName: 'holds ', failureMessages: ['\u001b[31mError: 1 is not 2\n  at x'] }
  const outcome = outcomeOf(report(file('a.test.ts', passed, failed)), 1, '/project')
  expect(outcome.failed).toEqual(['a.test.ts › holds: Error: 1 is not 2'])
  expect(closingLine(outcome)).toBe('1 passed, 1 failed')
})

test('nothing that failed is lost: a file that did not load, an error outside of all tests, no report at all', () => {
  const unloaded = { ...file('b.test.ts'), status: 'failed', message: 'SyntaxError: x\n at y' }
  expect(outcomeOf(report(unloaded), 1, '/project').failed).toEqual(['b.test.ts: SyntaxError: x'])
  expect(outcomeOf(report(file('a.test.ts', passed)), 1, '/project').failed).toHaveLength(1)
  expect(outcomeOf(null, 1, '/project').failed).toHaveLength(1)
  expect(outcomeOf(report(file('a.test.ts', passed)), 0, '/project').failed).toEqual([])
})
