// The planted bugs fit the programs as they are now. That each is caught is shown by `npm run simulate -- --mutants`.
import { expect, test } from 'vitest'
import { mutants } from './all.ts'
import { mutated, textOf } from './mutant.ts'

test.for(mutants)('$name can be planted', mutant => {
  expect(textOf(mutant)).toContain(mutant.replace)
  expect(mutant.replace).not.toBe(mutant.find)
})

test('every mutant has a name of its own, and says what it breaks', () => {
  const names = mutants.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { breaks } of mutants) expect(breaks).toMatch(/^[A-Z].*\.$/)
})

test('a bug that does not fit any more is a mistake, and so is one that fits twice', () => {
  const mutant = { name: 'x', breaks: 'Nothing.', file: 'x.ts', find: 'b', replace: 'c' }
  expect(mutated(mutant, 'abd')).toBe('acd')
  expect(() => mutated(mutant, 'ad')).toThrow('x: x.ts has to contain exactly once')
  expect(() => mutated(mutant, 'abab')).toThrow('exactly once')
})
