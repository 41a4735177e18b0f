// The edge of both programs: a command line in, an exit status out, and whatever has to be put right as a sentence in the
// language in force.
import { type Language, text } from '../text.ts'
import {
  askedLanguage,
  type Environment,
  languageNamed,
  languageVariable,
  optionIn,
  usualLanguage,
} from './language.ts'
import { type CommanderError, type Commands, commandMistake } from './mistakes.ts'
import { StartError } from './start-error.ts'
import { systemReason } from './system-reason.ts'

/** A program of commander that throws instead of ending the process. */
export type Program = Commands & {
  parseAsync(words: readonly string[], options: { readonly from: 'user' }): Promise<unknown>
}

export type CommandLine = {
  /** Without the program's name. */
  readonly words: readonly string[]
  readonly environment: Environment
  /** @param language null: nobody asked for one, and the command decides by its configuration. */
  readonly create: (language: Language | null) => Program
  /** The language of the configuration that the command line is about; null if there is none. */
  readonly configured: () => Promise<Language | null>
  /** For the person in front: a sentence, or several on a line each; without the last line break. */
  readonly tell: (sentence: string) => void
  /** Waits until all that was printed is written; the error if it could not be. */
  readonly written: () => Promise<Error | null>
}

/** @returns the exit status: 0 done, 2 after a sentence. A mistake in the program itself is thrown. */
export async function runProgram(line: CommandLine): Promise<0 | 2> {
  const { words, environment } = line
  let asked = languageNamed(environment[languageVariable])
  const inForce = async (): Promise<Language> => asked ?? (await line.configured()) ?? usualLanguage
  try {
    asked = askedLanguage(optionIn(words, '--language'), environment)
    await perform(line.create(asksForHelp(words) ? await inForce() : asked), words)
    const failure = await line.written()
    if (failure !== null) throw notWritten(failure)
    return 0
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    line.tell(error.text[await inForce()])
    return 2
  }
}

const asksForHelp = (words: readonly string[]): boolean => words.includes('--help') || words.includes('-h')

async function perform(program: Program, words: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!isOfCommander(error)) throw error
    if (error.exitCode !== 0) throw commandMistake(error, program, words) // 0: a help page was shown
  }
}

function notWritten(failure: Error): StartError {
  const reason = systemReason(failure)
  return new StartError(
    text(
      `Die Ausgabe konnte nicht geschrieben werden: ${reason.de}. Was der Befehl sonst zu tun hat, ist getan. Platz schaffen oder die Ausgabe woandershin leiten.`,
      `The output could not be written: ${reason.en}. Whatever else the command has to do is done. Make room, or send the output elsewhere.`,
    ),
  )
}

const isOfCommander = (error: unknown): error is Error & CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')
