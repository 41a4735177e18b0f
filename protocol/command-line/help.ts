// How commander's help pages speak both languages. It has no translations of its own; each page passes through these functions
// while it is made. The words in brackets are written once, in English, where an option is declared.
import { type Language, type Text, text } from '../text.ts'

const german: Readonly<Record<string, string>> = {
  'Usage:': 'Aufruf:',
  'Arguments:': 'Angaben:',
  'Options:': 'Optionen:',
  'Commands:': 'Befehle:',
  '[options]': '[Optionen]',
  '[command]': '[Befehl]',
  '<file>': '<Datei>',
  '<folder>': '<Ordner>',
  '<language>': '<Sprache>',
  '<id>': '<Kennung>',
  '<name>': '<Name>',
  '<name...>': '<Name...>',
  '<number>': '<Zahl>',
  '<request>': '<Anfrage>',
  '<role>': '<Rolle>',
}

const inGerman = (term: string): string =>
  term
    .split(' ')
    .map(word => german[word] ?? word)
    .join(' ')

/** `--role <role>`, as each language's help page writes it. */
export const termText = (term: string): Text => text(inGerman(term), term)

/** As much of an option and of a command of commander as is shown. */
type Option = { readonly description: string; readonly mandatory: boolean; readonly defaultValue?: unknown }
type Command = { name(): string; readonly registeredArguments: readonly Argument[] }
type Argument = { name(): string }

/** For `configureHelp` of the program; its commands inherit it. */
export function helpIn(language: Language) {
  const shown = (term: string): string => termText(term)[language]
  const usual = text('Vorgabe', 'default')[language]
  const required = text('nötig', 'required')[language]
  return {
    styleTitle: (title: string): string => shown(title),
    styleUsage: shown,
    styleOptionTerm: shown,
    styleSubcommandTerm: shown,
    styleArgumentTerm: shown,
    argumentTerm,
    subcommandTerm: (command: Command): string =>
      [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    optionDescription: ({ description, mandatory, defaultValue }: Option): string => {
      if (mandatory) return `${description} (${required})`
      return defaultValue === undefined ? description : `${description} (${usual}: ${defaultValue})`
    },
  }
}

export const helpText = text('diese Seite zeigen', 'show this page')

/** For the end of a help page. */
export function examples(language: Language, ...lines: readonly string[]): string {
  const title = lines.length === 1 ? text('Beispiel', 'Example') : text('Beispiele', 'Examples')
  return ['', `${title[language]}:`, ...lines.map(line => `  ${line}`)].join('\n')
}

/** For the end of every help page: what `runProgram` returns, and Node when a mistake in the program is thrown. */
export const exitStatus = text(
  `
Exit-Status: 0 erledigt; 2 etwas ist in Ordnung zu bringen, der Satz auf stderr
sagt, was; 1 Fehler im Programm.`,
  `
Exit status: 0 done; 2 something has to be put right, the sentence on stderr
says what; 1 a mistake in the program.`,
)

const argumentTerm = (argument: Argument): string => `<${argument.name()}>`
