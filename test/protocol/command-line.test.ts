// The edge that both programs share: which language is in force, and what is said in it.
import { Command } from 'commander'
import { Errors } from 'typebox/schema'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { ProvisioningError } from '../../gateway/provisioning/authority.ts'
import { LineError, type LineText } from '../../hardware/lines.ts'
import { systemReason as lineReason } from '../../hardware/system-reason.ts'
import { askedLanguage, optionIn } from '../../protocol/command-line/language.ts'
import { type CommanderError, commandMistake } from '../../protocol/command-line/mistakes.ts'
import { didYouMean, fieldText, foundText } from '../../protocol/command-line/problems.ts'
import { type CommandLine, runProgram } from '../../protocol/command-line/run-program.ts'
import { everyError, schemaProblems } from '../../protocol/command-line/schema-problems.ts'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { systemReason } from '../../protocol/command-line/system-reason.ts'
import { oneOf, wholeNumber } from '../../protocol/command-line/values.ts'
import { yamlReason } from '../../protocol/command-line/yaml-reason.ts'
import { type Language, same, type Text, text } from '../../protocol/text.ts'

test('a sentence in one language alone does not compile', () => {
  expectTypeOf<ConstructorParameters<typeof StartError>>().toEqualTypeOf<[Text]>()
  expectTypeOf<ConstructorParameters<typeof ProvisioningError>>().toEqualTypeOf<[Text]>()
  expectTypeOf<ConstructorParameters<typeof LineError>>().toEqualTypeOf<[LineText]>()
  expectTypeOf<LineText>().toEqualTypeOf<Text>()
  expectTypeOf<Text>().toEqualTypeOf<Readonly<Record<'de' | 'en', string>>>()
  expect(new StartError(text('Satz', 'Sentence'))).toMatchObject({ message: 'Sentence', text: { de: 'Satz' } })
  expect(new LineError(text('Satz', 'Sentence'))).toMatchObject({ message: 'Sentence', text: { de: 'Satz' } })
})

describe('the language', () => {
  const refused = text('Nein.', 'No.')

  const failing = (error: Error) =>
    new Command('x')
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => Promise.reject(error))

  /** What a program is told that refuses everything, and for which language it was made. */
  async function told(words: readonly string[], variable: string | undefined, configured: Language | null = null) {
    const sentences: string[] = []
    const made: (Language | null)[] = []
    const line: CommandLine = {
      words,
      environment: { STILLRUF_LANGUAGE: variable, LANG: 'en_GB.UTF-8' },
      create: language => {
        made.push(language)
        return failing(new StartError(refused))
      },
      configured: async () => configured,
      tell: sentence => sentences.push(sentence),
      written: async () => null,
    }
    expect(await runProgram(line)).toBe(2)
    return { said: sentences.join('\n'), made }
  }

  test.each<[string, readonly string[], string | undefined, Language | null, Language | null, string]>([
    ['German, if nobody says anything', [], undefined, null, null, refused.de],
    ['that of the configuration', [], undefined, 'en', null, refused.en],
    ['that of the environment before that', [], 'de', 'en', 'de', refused.de],
    ['that of the option before all', ['--language', 'en'], 'de', 'de', 'en', refused.en],
    ['that of the option with =', ['run', '--language=en'], undefined, null, 'en', refused.en],
    ['not that of an empty variable', [], '', 'en', null, refused.en],
    ['not that of a word after --', ['--', '--language', 'en'], undefined, null, null, refused.de],
    ['that of the configuration for a help page', ['run', '--help'], undefined, 'en', 'en', refused.en],
  ])('is %s', async (_, words, variable, configured, madeFor, said) => {
    expect(await told(words, variable, configured)).toEqual({ said, made: [madeFor] })
  })

  test('that is none of ours is refused in one sentence, and no command is made', async () => {
    expect(await told(['--language', 'fr'], undefined)).toEqual({
      said: '--language ist „fr“; möglich sind de (Deutsch) und en (Englisch).',
      made: [],
    })
    expect((await told(['--language', 'fr'], 'en')).said).toBe(
      '--language is “fr”; possible are de (German) and en (English).',
    )
    expect((await told([], 'DE', 'en')).said).toBe(
      'STILLRUF_LANGUAGE is “DE”; possible are de (German) and en (English).',
    )
  })

  test('of the machine decides nothing', () => {
    expect(askedLanguage(null, { LANG: 'en_GB.UTF-8', LC_ALL: 'en_GB.UTF-8', LANGUAGE: 'en' })).toBeNull()
  })

  test('a mistake of the program itself is no sentence', async () => {
    const create = () => failing(new TypeError('bug'))
    const [configured, written] = [async () => null, async () => null]
    const line: CommandLine = { words: [], environment: {}, create, configured, tell: () => {}, written }
    await expect(runProgram(line)).rejects.toThrow('bug')
  })
})

test.each([
  [['--config', 'a'], 'a'],
  [['--config=a'], 'a'],
  [['--config', 'a', '--config', 'b'], 'b'],
  [['run', '--config', 'a', '--', '--config', 'b'], 'a'],
  [['--config'], null],
  [['--configuration', 'a'], null],
  [[], null],
])('of the command line %j the option is %j', (words, value) => {
  expect(optionIn(words, '--config')).toBe(value)
})

describe('reasons', () => {
  const systemError = (code: string) => Object.assign(new Error(`${code}: as the system says it`), { code })

  test.each(['EACCES', 'EADDRINUSE', 'ENOSPC', 'ENOENT', 'EROFS', 'ECONNREFUSED', 'EINVAL', 'EAFNOSUPPORT'])(
    '%s has words in both languages, and keeps its code',
    code => {
      const { de, en } = systemReason(systemError(code))
      for (const words of [de, en]) expect(words).toMatch(new RegExp(`^[^:]{8,} \\(${code}\\)$`))
      expect(de).not.toBe(en)
    },
  )

  test('a folder that cannot be made where a file is says so', () => {
    const error = Object.assign(systemError('EEXIST'), { syscall: 'mkdir' })
    expect(systemReason(error).en).toBe('it is a file, not a folder (EEXIST)')
    expect(systemReason(systemError('EEXIST')).en).toBe('it exists already (EEXIST)')
  })

  test('what has no words stays as the system says it', () => {
    expect(systemReason(systemError('EUNKNOWN'))).toEqual(same('EUNKNOWN: as the system says it'))
    expect(systemReason('odd')).toEqual(same('odd'))
    expect(lineReason(systemError('EUNKNOWN'))).toEqual(same('EUNKNOWN: as the system says it'))
    expect(lineReason(systemError('ENODEV'))).toEqual({
      de: 'der Chip ist nicht mehr da (ENODEV)',
      en: 'the chip is gone (ENODEV)',
    })
  })

  test('YAML has German words for what the library says in English', () => {
    const tab = { code: 'TAB_AS_INDENT', message: 'Tabs are not allowed as indentation' }
    expect(yamlReason(tab)).toEqual({
      de: 'die Zeile ist mit Tabulator eingerückt statt mit Leerzeichen (TAB_AS_INDENT)',
      en: tab.message,
    })
    expect(yamlReason({ code: 'IMPOSSIBLE', message: 'Odd' })).toEqual(same('Odd'))
  })
})

describe('mistakes on a command line', () => {
  const program = new Command('prog')
  program.command('list').requiredOption('--role <role>').option('--all')
  program.command('account').command('list')
  const mistake = (code: string, message: string, ...words: readonly string[]): Text => {
    const error: CommanderError = { code: `commander.${code}`, message: `error: ${message}`, exitCode: 1 }
    return commandMistake(error, program, words).text
  }

  test('name the help page of the command that was meant', () => {
    expect(mistake('unknownOption', "unknown option '--x'", 'account', 'list', '--x').de).toBe(
      'Die Option „--x“ gibt es hier nicht. „prog account list --help“ zeigt, was möglich ist.',
    )
    expect(mistake('unknownOption', "unknown option '--x'", '--x', 'list').en).toBe(
      'There is no option “--x” here. “prog list --help” shows what is possible.',
    )
  })

  test('name all that is written alike', () => {
    const similar = "unknown option '--al'\n(Did you mean one of --alarm, --all?)"
    expect(mistake('unknownOption', similar).de).toContain('Ist „--alarm“ oder „--all“ gemeint?')
    expect(mistake('unknownOption', similar).en).toContain('Did you mean “--alarm” or “--all”?')
  })

  test('name an option that does not exist before one that is missing, and the one that may be meant', () => {
    const missing = "required option '--role <role>' not specified"
    const told = (...words: readonly string[]) => mistake('missingMandatoryOptionValue', missing, ...words).en
    const page = '“prog list --help” shows what is possible.'
    expect(told('list', '--rol=boss/of/all')).toBe(`There is no option “--rol” here. Did you mean “--role”? ${page}`)
    expect(told('list', '--colour', 'red')).toBe(`There is no option “--colour” here. ${page}`)
    expect(told('list', '--all', 'x')).toBe(`The option --role <role> is missing. ${page}`)
    expect(mistake('conflictingOption', "option '--all' …", 'list', '--al').en).toContain('Did you mean “--all”?')
  })

  test('that nobody foresaw are told all the same', () => {
    expect(mistake('new', 'something else').de).toBe(
      'Das geht so nicht (error: something else). „prog --help“ zeigt, was möglich ist.',
    )
  })

  test('of values say what is possible', () => {
    expect(wholeNumber('--limit', 1, 9)('9')).toBe(9)
    for (const wrong of ['0', '10', '1.5', '', ' 5', '5e0', '0x5', 'five'])
      expect(() => wholeNumber('--limit', 1, 9)(wrong), wrong).toThrow(`--limit is “${wrong}”`)
    expect(oneOf('--role', ['a', 'b'])('b')).toBe('b')
    expect(() => oneOf('--role', ['a', 'b'])('c')).toThrow('--role is “c”; possible are a, b.')
  })
})

test('found values are named in both languages, long ones are cut', () => {
  expect([null, [], [1], {}, 7, 'x'].map(foundText)).toEqual([
    { de: 'nichts', en: 'nothing' },
    { de: 'eine leere Liste', en: 'an empty list' },
    { de: 'eine Liste', en: 'a list' },
    { de: 'eine Gruppe von Feldern', en: 'a group of fields' },
    { de: '7', en: '7' },
    { de: '„x“', en: '“x”' },
  ])
  expect(foundText('x'.repeat(100)).de).toBe(`„${'x'.repeat(60)}…“`)
  expect(didYouMean('hartbeat', ['heartbeat', 'data'], same('-'))).toEqual({
    de: 'Ist „heartbeat“ gemeint?',
    en: 'Did you mean “heartbeat”?',
  })
  expect(didYouMean('colour', ['heartbeat', 'data'], same('-'))).toEqual(same('-'))
})

describe('a file that does not fit its schema', () => {
  const inner = { type: 'object', properties: { known: { type: 'string' } }, additionalProperties: false }
  const schema = { type: 'object', properties: { group: inner }, meaning: text('die Datei', 'the file') }
  const unknown = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`field${at}`, 1]))
  const told = (value: unknown) =>
    schemaProblems(everyError(() => Errors(schema, value))[1], schema, value).map(({ path }) => fieldText(path))

  test('never lacks a problem, however many unknown fields fill the list of errors', () => {
    for (const count of [1, 8, 100]) expect(told({ group: unknown(count) })).toHaveLength(count)
    expect(told({ group: unknown(10_000) })).toContain('group.field0')
  })

  test('is told as a whole where no error says more', () => {
    expect(schemaProblems([], schema, { group: 1 })).toMatchObject([
      { path: [], found: { en: 'a group of fields' }, expected: { en: 'the field group (the file)' } },
    ])
  })
})
