// What a command line is told that commander does not understand, in both languages. Commander's errors are English; each carries
// its kind as a code, and the names that it is about in quotation marks.
import { type Text, text } from '../text.ts'
import { termText } from './help.ts'
import { didYouMean } from './problems.ts'
import { StartError } from './start-error.ts'

/** As much of an error of commander as is read here. */
export type CommanderError = { readonly code: string; readonly message: string; readonly exitCode: number }

/** A program or command of commander. */
export type Commands = {
  name(): string
  readonly commands: readonly Commands[]
  readonly options: readonly { readonly long?: string | undefined }[]
  parseOptions(words: string[]): { readonly unknown: readonly string[] }
}

/** @param words the command line, without program name. */
export function commandMistake(error: CommanderError, program: Commands, words: readonly string[]): StartError {
  const path = pathTo(program, words)
  const sentence =
    misspeltOption(error, path.at(-1) ?? program, words) ??
    (sentences[error.code] ?? unforeseen)(namesIn(error.message), error.message)
  const page = `${path.map(command => command.name()).join(' ')} --help`
  return new StartError(
    text(`${sentence.de} „${page}“ zeigt, was möglich ist.`, `${sentence.en} “${page}” shows what is possible.`),
  )
}

/** What commander looks for before it looks for options that do not exist. */
const lookedForFirst = ['commander.missingMandatoryOptionValue', 'commander.conflictingOption']

/** An option that the command does not have is told before one that is missing: it may be this very one, misspelt. */
function misspeltOption({ code }: CommanderError, command: Commands, words: readonly string[]): Text | null {
  if (!lookedForFirst.includes(code)) return null
  const option = command.parseOptions([...words]).unknown[0]?.split('=')[0]
  if (option === undefined) return null
  const known = command.options.flatMap(({ long }) => long ?? [])
  const sentence = unknownOption(option)
  const question = didYouMean(option, known, text('', ''))
  return text(`${sentence.de} ${question.de}`.trimEnd(), `${sentence.en} ${question.en}`.trimEnd())
}

const unknownOption = (option: string): Text =>
  text(`Die Option „${option}“ gibt es hier nicht.`, `There is no option “${option}” here.`)

type Sentence = (names: readonly [string, string], message: string) => Text

const unforeseen: Sentence = (_, message) =>
  text(`Das geht so nicht (${message}).`, `This is not possible (${message}).`)

const sentences: Readonly<Record<string, Sentence>> = {
  'commander.help': () => text('Es fehlt ein Befehl.', 'A command is missing.'),
  'commander.unknownCommand': ([name], message) =>
    meant(text(`Den Befehl „${name}“ gibt es nicht.`, `There is no command “${name}”.`), message),
  'commander.unknownOption': ([option], message) => meant(unknownOption(option), message),
  'commander.missingArgument': ([name]) => {
    const term = termText(`<${name}>`)
    return text(`Die Angabe ${term.de} fehlt.`, `The argument ${term.en} is missing.`)
  },
  'commander.optionMissingArgument': ([option]) => {
    const term = termText(option)
    return text(`Der Wert der Option ${term.de} fehlt.`, `The value of the option ${term.en} is missing.`)
  },
  'commander.missingMandatoryOptionValue': ([option]) => {
    const term = termText(option)
    return text(`Die Option ${term.de} fehlt.`, `The option ${term.en} is missing.`)
  },
  'commander.conflictingOption': ([option, other]) => {
    const [term, otherTerm] = [termText(option), termText(other)]
    return text(
      `Von ${term.de} und ${otherTerm.de} ist nur eines möglich.`,
      `Only one of ${term.en} and ${otherTerm.en} is possible.`,
    )
  },
  'commander.excessArguments': (_, message) => {
    const [expected = '', found = ''] = message.match(/\d+/g)?.slice(-2) ?? []
    return text(
      `Zu viele Angaben: erwartet ${expected}, gefunden ${found}.`,
      `Too many arguments: expected ${expected}, found ${found}.`,
    )
  },
}

/** With the names that are written nearly alike, if commander has found any. */
function meant(sentence: Text, message: string): Text {
  const [, similar] = /\(Did you mean (?:one of )?(.+)\?\)/.exec(message) ?? []
  if (similar === undefined) return sentence
  const names = similar.split(', ')
  const german = names.map(name => `„${name}“`).join(' oder ')
  const english = names.map(name => `“${name}”`).join(' or ')
  return text(`${sentence.de} Ist ${german} gemeint?`, `${sentence.en} Did you mean ${english}?`)
}

function namesIn(message: string): readonly [string, string] {
  const [first = '', second = ''] = [...message.matchAll(/'([^']*)'/g)].map(([, name = '']) => name)
  return [first, second]
}

/** From the program to the command that is meant: its help page says more. */
function pathTo(program: Commands, words: readonly string[]): readonly Commands[] {
  const path = [program]
  let command = program
  for (const word of words) {
    const next = command.commands.find(candidate => candidate.name() === word)
    if (next === undefined) continue
    path.push(next)
    command = next
  }
  return path
}
