// The lines that the configuration names: where each is, whose it is, and what its contact does. While the device program runs, the
// lines are its own, and it is asked; otherwise each is opened as the program would open it, and closed again.
import { type BoardId, boards, pinAt } from '../../../hardware/boards.ts'
import { findPlace } from '../../../hardware/gpiochip-place.ts'
import { type SurveyedLine, surveyLines } from '../../../hardware/gpiod-survey.ts'
import { describeAddress } from '../../../hardware/line-address.ts'
import { type Bias, type Level, type LineBackend, LineError, type LineTarget } from '../../../hardware/lines.ts'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import { same, type Text, text } from '../../../protocol/text.ts'
import type { DeviceReport } from '../../core/report.ts'
import { openBackend } from '../backends.ts'
import type { ButtonSettings, Configuration } from '../configuration.ts'
import { type Finding, findingsOf, sentences } from './finding.ts'
import type { ProgramReading } from './program.ts'

type LineState = DeviceReport['lines'][number]['state']
export type LineReading = {
  readonly button: string
  readonly address: LineTarget
  readonly pin: number | null
  /** As the configuration asks for it. */
  readonly bias: Bias | null
  /** What the kernel tells of it; null: nothing. */
  readonly survey: SurveyedLine | null
  readonly contact: /** Opened and read just now. */
    | { readonly kind: 'read'; readonly level: Level }
    /** It could not be opened or read; the sentence of whoever tried. */
    | { readonly kind: 'failed'; readonly reason: Text }
    /** What the running program says. */
    | { readonly kind: 'told'; readonly state: LineState }
    /** The running program says nothing to this account. */
    | { readonly kind: 'unknown' }
}

/** A text: why this machine has no such lines at all. */
export async function probeLines(
  { buttons, lines, board }: Configuration,
  program: ProgramReading,
): Promise<readonly LineReading[] | Text> {
  const contacts = program.kind === 'stopped' ? await tryLines(buttons, lines) : askedContacts(buttons, program)
  if ('de' in contacts) return contacts
  const surveys = lines.backend === 'gpiochip' ? await surveyOf(buttons) : []
  return buttons.map(({ id, address, bias }, index) => ({
    button: id,
    address,
    pin: pinOn(board, address),
    bias: bias ?? null,
    survey: surveys[index] ?? null,
    contact: contacts[index] ?? { kind: 'unknown' },
  }))
}

export const judgeLines = (readings: readonly LineReading[] | Text): readonly Finding[] =>
  'de' in readings ? [findingsOf('line').failed('noLines', readings)] : readings.map(judge)

function judge(reading: LineReading): Finding {
  const { ok, note, failed } = findingsOf('line', reading.button)
  const { contact } = reading
  const where = whereText(reading)
  const said = (code: string, sentence: Text, make: typeof ok): Finding => make(code, sentences(where, sentence))
  switch (contact.kind) {
    case 'failed':
      return failed('notUsable', sentences(contact.reason, userText(reading)))
    case 'unknown':
      return said('notExamined', unknownText, note)
    case 'read':
      return contact.level === 'open' ? said('open', openText, ok) : said('closed', closedText, note)
    case 'told':
      return told(contact.state, said, { ok, note, failed })
  }
}

type Makers = ReturnType<typeof findingsOf>
type Say = (code: string, sentence: Text, make: Makers['ok']) => Finding

function told(state: LineState, said: Say, { ok, note, failed }: Makers): Finding {
  switch (state) {
    case 'open':
      return said(
        'open',
        text('Das laufende Programm sieht den Kontakt offen.', 'The running program sees the contact open.'),
        ok,
      )
    case 'closed':
      return said(
        'closed',
        sentences(
          text('Das laufende Programm sieht den Kontakt geschlossen.', 'The running program sees the contact closed.'),
          closedAdvice,
        ),
        note,
      )
    case 'unseen':
      return said(
        'notSeenYet',
        text(
          'Das laufende Programm hat sie noch nicht gelesen. Gleich noch einmal prüfen.',
          'The running program has not read it yet. Examine again in a moment.',
        ),
        note,
      )
    case 'failed':
      return said(
        'failed',
        text(
          'Das laufende Programm kann sie nicht lesen; sein Protokoll sagt, warum. Anschluss und Leitung prüfen.',
          'The running program cannot read it; its log says why. Check connection and line.',
        ),
        failed,
      )
  }
}

const openText = text('Der Kontakt ist offen.', 'The contact is open.')
const closedAdvice = text(
  'Wenn der Taster gerade nicht gedrückt ist, „closedLevel“, Verdrahtung und Taster prüfen: So löst jeder Start einen Alarm aus.',
  'If the button is not pressed right now, check “closedLevel”, wiring and button: like this, every start raises an alarm.',
)
const closedText = sentences(text('Der Kontakt ist geschlossen.', 'The contact is closed.'), closedAdvice)
const unknownText = text(
  'Sie gehört dem laufenden Programm, das diesem Konto nichts sagt. Mit sudo noch einmal prüfen.',
  'It belongs to the running program, which tells this account nothing. Examine again with sudo.',
)

/** "Line 17 of pinctrl-bcm2711 (GPIO17, pin 11), pull-up, in use by gpiomon." */
function whereText(reading: LineReading): Text {
  const { bias, survey, contact } = reading
  const place = placeText(reading)
  const known = survey === null && bias === null ? none : resistorText(survey?.bias ?? bias)
  const use = survey === null ? none : contact.kind === 'read' ? useText(null) : useText(survey.user)
  return text(`${place.de}${known.de}${use.de}.`, `${place.en}${known.en}${use.en}.`)
}

function placeText({ address, pin, survey }: LineReading): Text {
  if ('name' in address) return text(`Leitung ${address.name}`, `Line ${address.name}`)
  const { chip, offset } = address
  const inside = (pinWord: string): string => {
    const parts = [survey?.name ?? null, pin === null ? null : `${pinWord} ${pin}`].filter(part => part !== null)
    return parts.length === 0 ? '' : ` (${parts.join(', ')})`
  }
  return text(`Leitung ${offset} von ${chip}${inside('Stift')}`, `Line ${offset} of ${chip}${inside('pin')}`)
}

const none = text('', '')
const useText = (user: string | null): Text =>
  user === null ? text(', frei', ', free') : text(`, belegt von ${user}`, `, in use by ${user}`)

function resistorText(bias: Bias | null): Text {
  if (bias === null) return text(', Widerstand wie vom Board vorgegeben', ', resistor as the board has it')
  return {
    'pull-up': same(', Pull-up'),
    'pull-down': same(', Pull-down'),
    disabled: text(', ohne Widerstand des Chips', ', without the chip’s resistor'),
  }[bias]
}

/** Said of a line that could not be opened, if somebody else has it. */
const userText = ({ survey }: LineReading): Text | null =>
  survey?.user == null ? null : text(`Sie gehört gerade: ${survey.user}.`, `It belongs to: ${survey.user}.`)

function askedContacts(buttons: readonly ButtonSettings[], program: ProgramReading): readonly LineReading['contact'][] {
  if (program.kind !== 'runs') return buttons.map(() => ({ kind: 'unknown' }))
  return buttons.map(({ id }) => {
    const found = program.report.lines.find(({ button }) => button === id)
    return found === undefined ? { kind: 'unknown' } : { kind: 'told', state: found.state }
  })
}

async function tryLines(
  buttons: readonly ButtonSettings[],
  lines: Configuration['lines'],
): Promise<readonly LineReading['contact'][] | Text> {
  try {
    await using backend = await openBackend(lines)
    const contacts: LineReading['contact'][] = []
    for (const button of buttons) contacts.push(await tryLine(button, backend))
    return contacts
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.text
  }
}

async function tryLine(button: ButtonSettings, backend: LineBackend): Promise<LineReading['contact']> {
  const ignore = (): void => undefined
  try {
    await using line = await backend.openInput({ ...button, onEdge: ignore, onFailure: ignore, onRecovery: ignore })
    const level = await line.read()
    return level === null ? unreadable(button) : { kind: 'read', level }
  } catch (error) {
    if (error instanceof LineError) return { kind: 'failed', reason: error.text }
    throw error
  }
}

function unreadable({ address }: ButtonSettings): LineReading['contact'] {
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
async function surveyOf(buttons: readonly ButtonSettings[]): Promise<readonly (SurveyedLine | null)[]> {
  const survey = await orNull(surveyLines())
  if (survey === null) return []
  const places = await Promise.all(buttons.map(({ address }) => orNull(findPlace(address))))
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
