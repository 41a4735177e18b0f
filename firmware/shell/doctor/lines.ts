// The lines that the configuration names, contacts and outputs: where each is, whose it is, and what it does. While the device program
// runs, the lines are its own, and it is asked; otherwise each is opened as the program would open it, and closed again.
import { type BoardId, boards, pinAt } from '../../../hardware/boards.ts'
import { findPlace } from '../../../hardware/gpiochip-place.ts'
import { type SurveyedLine, surveyLines } from '../../../hardware/gpiod-survey.ts'
import { describeAddress } from '../../../hardware/line-address.ts'
import { type Level, type LineBackend, LineError, type LineTarget } from '../../../hardware/lines.ts'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { type Text, text } from '../../../protocol/text.ts'
import type { SeenLevel } from '../../core/report.ts'
import { openBackend } from '../backends.ts'
import type { Configuration, OutputSettings } from '../configuration.ts'
import { contactName, type InputSettings } from '../configuration-buttons.ts'
import type { OutputState } from '../output-switch.ts'
import type { ProgramReading } from './program.ts'

/** A line with the name that it has in the configuration. */
export type NamedLine =
  | {
      readonly kind: 'contact'
      readonly name: string
      readonly of: 'button' | 'case'
      readonly settings: InputSettings
    }
  | { readonly kind: 'output'; readonly name: string; readonly settings: OutputSettings }

export type LineReading = {
  readonly line: NamedLine
  readonly pin: number | null
  /** What the kernel tells of it; null: nothing. */
  readonly survey: SurveyedLine | null
  readonly found: Found
}
export type Found =
  /** A contact that was opened and read just now. */
  | { readonly kind: 'read'; readonly level: Level }
  /** An output that was opened just now, which puts it to rest. */
  | { readonly kind: 'opened' }
  /** It could not be opened or read; the sentence of whoever tried. */
  | { readonly kind: 'failed'; readonly reason: Text }
  /** What the running program says. */
  | { readonly kind: 'told'; readonly state: SeenLevel | OutputState }
  /** The running program says nothing to this account. */
  | { readonly kind: 'unknown' }

/** A text: why this machine has no such lines at all. */
export async function probeLines(
  configuration: Configuration,
  program: ProgramReading,
): Promise<readonly LineReading[] | Text> {
  const named = namedLines(configuration)
  const found = program.kind === 'stopped' ? await tryLines(named, configuration) : named.map(asked(program))
  if ('de' in found) return found
  const surveys = configuration.lines.backend === 'gpiochip' ? await surveyOf(named) : []
  return named.map((line, index) => ({
    line,
    pin: pinOn(configuration.board, line.settings.address),
    survey: surveys[index] ?? null,
    found: found[index] ?? { kind: 'unknown' },
  }))
}

function namedLines({ buttons, tamper, indicator, relay }: Configuration): readonly NamedLine[] {
  const outputs = [indicator, relay].filter(output => output !== null)
  return [
    ...buttons.flatMap(button =>
      button.inputs.map(
        (settings): NamedLine => ({ kind: 'contact', name: contactName(button, settings), of: 'button', settings }),
      ),
    ),
    ...(tamper?.inputs ?? []).map((settings): NamedLine => ({ kind: 'contact', name: 'tamper', of: 'case', settings })),
    ...outputs.map((settings): NamedLine => ({ kind: 'output', name: settings.name, settings })),
  ]
}

const asked =
  (program: ProgramReading) =>
  (line: NamedLine): Found => {
    if (program.kind !== 'runs') return { kind: 'unknown' }
    const { lines, outputs } = program.report
    const told =
      line.kind === 'contact'
        ? lines.find(each => each.line === line.settings.line)
        : outputs.find(({ name }) => name === line.name)
    return told === undefined ? { kind: 'unknown' } : { kind: 'told', state: told.state }
  }

async function tryLines(named: readonly NamedLine[], configuration: Configuration): Promise<readonly Found[] | Text> {
  try {
    await using backend = await openBackend(configuration)
    const found: Found[] = []
    for (const line of named) found.push(await tryLine(line, backend))
    return found
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.text
  }
}

async function tryLine(line: NamedLine, backend: LineBackend): Promise<Found> {
  try {
    return line.kind === 'contact'
      ? await readContact(line.settings, backend)
      : await openOutput(line.settings, backend)
  } catch (error) {
    if (error instanceof LineError) return { kind: 'failed', reason: error.text }
    throw error
  }
}

async function readContact(settings: InputSettings, backend: LineBackend): Promise<Found> {
  const ignore = (): void => undefined
  await using line = await backend.openInput({ ...settings, onEdge: ignore, onFailure: ignore, onRecovery: ignore })
  const level = await line.read()
  return level === null ? unreadable(settings.address) : { kind: 'read', level }
}

/** Opening sets it to rest, which it is while nothing runs: nobody sees or hears anything. */
async function openOutput(settings: OutputSettings, backend: LineBackend): Promise<Found> {
  await using _line = await backend.openOutput(settings)
  return { kind: 'opened' }
}

function unreadable(address: LineTarget): Found {
  const line = describeAddress(address)
  return {
    kind: 'failed',
    reason: text(
      `${line.de} lässt sich öffnen, aber nicht lesen. Anschluss des Boards prüfen.`,
      `${line.en} can be opened but not read. Check that the board is connected.`,
    ),
  }
}

/** Null for a line that cannot be found: opening it has said so in its own words. */
async function surveyOf(named: readonly NamedLine[]): Promise<readonly (SurveyedLine | null)[]> {
  const survey = await orNull(surveyLines())
  if (survey === null) return []
  const places = await Promise.all(named.map(({ settings }) => orNull(findPlace(settings.address))))
  return places.map(place => survey.find(({ chip, offset }) => chip === place?.chip && offset === place.offset) ?? null)
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof LineError) return null
    throw error
  }
}

const pinOn = (board: BoardId | null, address: LineTarget): number | null =>
  board === null || 'name' in address ? null : pinAt(boards[board], address)
