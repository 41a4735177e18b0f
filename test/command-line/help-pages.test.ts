// Every help page of every program, walked as commander has it: nothing of it may be left in the other language.
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram as createDevice } from '../../firmware/commands.ts'
import { createProgram as createGateway } from '../../gateway/commands/program.ts'
import type { Language } from '../../protocol/text.ts'
import { createProgram as createTownHall } from '../townhall/program.ts'

type Page = { readonly command: string; readonly text: string }

const pagesIn = (language: Language): readonly Page[] =>
  [createGateway(language), createDevice(language), createTownHall(language, async () => {})].flatMap(program =>
    pagesOf(program, program.name()),
  )

function pagesOf(command: Command, path: string): readonly Page[] {
  let text = ''
  command
    .configureOutput({
      writeOut: part => {
        text += part
      },
      getOutHelpWidth: () => 80,
    })
    .outputHelp()
  return [{ command: path, text }, ...command.commands.flatMap(each => pagesOf(each, `${path} ${each.name()}`))]
}

const german = pagesIn('de')
const english = pagesIn('en')
/** What the pages say beside what has to be typed. */
const prose = (text: string): string =>
  text.replace(/“[^”]*”|„[^“]*“|[-\w./]*\.(yaml|pem|csr)\b|stillruf-\w+[^\n]*/g, '')
const words = (text: string, banned: RegExp): readonly string[] => prose(text).match(banned) ?? []

test('all programs and commands are walked', () => {
  expect(german.map(({ command }) => command)).toEqual([
    'stillruf-gateway',
    'stillruf-gateway run',
    'stillruf-gateway setup',
    'stillruf-gateway account',
    'stillruf-gateway account add',
    'stillruf-gateway account list',
    'stillruf-gateway account password',
    'stillruf-gateway account remove',
    'stillruf-gateway sign',
    'stillruf-gateway revoke',
    'stillruf-gateway monitor',
    'stillruf-gateway records',
    'stillruf-device',
    'stillruf-device identity',
    'stillruf-device doctor',
    'stillruf-device run',
    'stillruf-device press',
    'npm start --',
  ])
})

describe.each(german)('$command in German', ({ text }) => {
  test('has German headings and says what the exit status means', () => {
    expect(text).toMatch(/^Aufruf: (stillruf-(gateway|device)|npm start)/)
    expect(text).toContain('\nOptionen:\n')
    expect(text).toContain('\nExit-Status: 0 ')
    expect(text).toMatch(/--language <Sprache> +Sprache, de oder en; /)
  })

  test('has no word of English', () => {
    expect(
      words(
        text,
        /\b(usage|options?:|commands?:|arguments?:|examples?|default|required|choices|env:|display|show|the|and|with|of|for|its|else|this|folder|file|name of|help for)\b/gi,
      ),
    ).toEqual([])
    expect(text).not.toMatch(/[<[][a-z]/) // <file>, [options]
    expect(text).not.toContain('“stillruf')
  })
})

describe.each(english)('$command in English', ({ text }) => {
  test('has English headings and says what the exit status means', () => {
    expect(text).toMatch(/^Usage: (stillruf-(gateway|device)|npm start)/)
    expect(text).toContain('\nOptions:\n')
    expect(text).toContain('\nExit status: 0 ')
  })

  test('has no word of German', () => {
    expect(
      words(text, /[äöüß„]|\b(Aufruf|Optionen|Befehle?|Angaben|Vorgabe|nötig|Beispiele?|und|der|die|das)\b/gi),
    ).toEqual([])
  })
})

test('the pages of both languages tell of the same options', () => {
  const flags = ({ text }: Page): readonly string[] => text.match(/^ +(-h, )?--[a-z-]+/gm) ?? []
  expect(german.map(flags)).toEqual(english.map(flags))
  expect(german.flatMap(flags).length).toBeGreaterThan(60)
})

test('a terminal of the usual width shows every line whole', () => {
  const long = [...german, ...english].flatMap(({ text }) => text.split('\n').filter(line => line.length > 80))
  expect(long).toEqual([])
})
