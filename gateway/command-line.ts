// The edge of stillruf-gateway: a command line in, an exit status out.
import { optionIn } from '../protocol/command-line/language.ts'
import { watched } from '../protocol/command-line/output.ts'
import { runProgram } from '../protocol/command-line/run-program.ts'
import type { Language } from '../protocol/text.ts'
import { createProgram } from './commands/program.ts'

/** Runs one command line, without program name. @returns the exit status: 0, or 2 after a sentence on stderr. */
export const runCommandLine = (words: readonly string[]): Promise<0 | 2> =>
  runProgram({
    words,
    environment: process.env,
    create: createProgram,
    configured: () => configuredLanguage(words),
    tell: sentence => process.stderr.write(`${sentence}\n`),
    written: watched(process.stdout),
  })

/** Asked only for help and mistakes: a command that runs reads the configuration itself. */
async function configuredLanguage(words: readonly string[]): Promise<Language | null> {
  const [config, data] = [optionIn(words, '--config'), optionIn(words, '--data')]
  const { configuredLanguage } = await import('./shell/cli/place.ts')
  return configuredLanguage({ ...(config !== null && { config }), ...(data !== null && { data }) })
}
