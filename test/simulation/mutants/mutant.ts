// A mutant is the program with one bug planted in its text. That every one of them is caught proves that the oracles bite.
import { readFileSync } from 'node:fs'

export type Mutant = {
  readonly name: string
  /** What a person would notice of it. */
  readonly breaks: string
  /** Below the root of the repository. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** Shows the bug where the first seeds do not: looked at before the others, which takes less time. */
  readonly seed?: number
}

const root = new URL('../../../', import.meta.url)

export const urlOf = ({ file }: Mutant): string => new URL(file, root).href

/** @throws if the text has changed so that the bug cannot be planted any more: then the mutant has to be written anew */
export function mutated({ name, file, find, replace }: Mutant, text: string): string {
  const [before, after, ...more] = text.split(find)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${name}: ${file} has to contain exactly once:\n${find}`)
  return before + replace + after
}

/** The whole text of the mutated file. */
export const textOf = (mutant: Mutant): string => mutated(mutant, readFileSync(new URL(mutant.file, root), 'utf8'))
