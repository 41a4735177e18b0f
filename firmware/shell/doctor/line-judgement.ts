// What the state of each line comes to: a contact should be as nobody touches it, an output should be usable.
import type { Bias, Level } from '../../../hardware/lines.ts'
import { same, type Text, text } from '../../../protocol/text.ts'
import { type Finding, findingsOf, sentences } from './finding.ts'
import type { LineReading, NamedLine } from './lines.ts'

export const judgeLines = (readings: readonly LineReading[] | Text): readonly Finding[] =>
  'de' in readings ? [findingsOf('line').failed('noLines', readings)] : readings.map(judge)

function judge(reading: LineReading): Finding {
  const { line, found } = reading
  const { ok, note, failed } = findingsOf('line', line.name)
  const broken = line.kind === 'contact' && line.of === 'button' ? failed : note // No press needs the others.
  const where = whereText(reading)
  switch (found.kind) {
    case 'failed':
      return broken('notUsable', sentences(found.reason, userText(reading)))
    case 'unknown':
      return note('notExamined', sentences(where, unknownText))
    case 'opened':
      return ok('opened', sentences(where, openedText))
    case 'read':
      return judgeLevel(line, found.level, sentences(where, levelText(found.level)))
    case 'told':
      break
  }
  switch (found.state) {
    case 'open':
    case 'closed':
      return judgeLevel(line, found.state, sentences(where, seenText(found.state)))
    case 'works':
      return ok('works', sentences(where, worksText))
    case 'unseen':
      return note('notSeenYet', sentences(where, unseenText))
    case 'failed':
      return broken('failed', sentences(where, line.kind === 'contact' ? failedText : outputFailedText))
  }
}

/** @param found what was found of it, in words */
function judgeLevel(line: NamedLine, level: Level, found: Text): Finding {
  const { ok, note } = findingsOf('line', line.name)
  const atRest = line.kind === 'contact' ? line.settings.atRest : level
  if (level === atRest) return ok(level, found)
  return note(level, sentences(found, line.kind === 'contact' && line.of === 'case' ? caseAdvice : advice[level]))
}

const levelText = (level: Level): Text =>
  level === 'open'
    ? text('Der Kontakt ist offen.', 'The contact is open.')
    : text('Der Kontakt ist geschlossen.', 'The contact is closed.')
const seenText = (level: Level): Text =>
  level === 'open'
    ? text('Das laufende Programm sieht den Kontakt offen.', 'The running program sees the contact open.')
    : text('Das laufende Programm sieht den Kontakt geschlossen.', 'The running program sees the contact closed.')

/** For a contact of a button that is not as nobody touches it. */
const advice: Readonly<Record<Level, Text>> = {
  closed: text(
    'Wenn der Taster gerade nicht gedrückt ist, „closedLevel“, Verdrahtung und Taster prüfen: So löst jeder Start einen Alarm oder eine Störung aus.',
    'If the button is not pressed right now, check “closedLevel”, wiring and button: like this, every start raises an alarm or a fault.',
  ),
  open: text(
    'Wenn der Taster gerade nicht gedrückt ist, „closedLevel“, „wiring“, Verdrahtung und Taster prüfen: So sieht ein unterbrochener Draht aus, und jeder Start löst einen Alarm oder eine Störung aus.',
    'If the button is not pressed right now, check “closedLevel”, “wiring”, wiring and button: a cut wire looks like this, and every start raises an alarm or a fault.',
  ),
}
const caseAdvice = text(
  'Wenn das Gehäuse geschlossen ist, „closedLevel“, Verdrahtung und Deckelkontakte prüfen: So meldet das Gerät ein offenes Gehäuse.',
  'If the case is closed, check “closedLevel”, wiring and lid contacts: like this, the device reports an open case.',
)
const openedText = text('Der Ausgang lässt sich benutzen und ist in Ruhe.', 'The output can be used, and is at rest.')
const worksText = text('Das laufende Programm schaltet den Ausgang.', 'The running program sets the output.')
const unseenText = text(
  'Das laufende Programm hat sie noch nicht benutzt. Gleich noch einmal prüfen.',
  'The running program has not used it yet. Examine again in a moment.',
)
const failedText = text(
  'Das laufende Programm kann sie nicht lesen; sein Protokoll sagt, warum. Anschluss und Leitung prüfen.',
  'The running program cannot read it; its log says why. Check connection and line.',
)
const outputFailedText = text(
  'Das laufende Programm kann sie nicht schalten; sein Protokoll sagt, warum. Anschluss und Leitung prüfen.',
  'The running program cannot set it; its log says why. Check connection and line.',
)
const unknownText = text(
  'Sie gehört dem laufenden Programm, das diesem Konto nichts sagt. Mit sudo noch einmal prüfen.',
  'It belongs to the running program, which tells this account nothing. Examine again with sudo.',
)

/** "Line 17 of pinctrl-bcm2711 (GPIO17, pin 11), pull-up, in use by gpiomon." */
function whereText(reading: LineReading): Text {
  const { survey, found } = reading
  const place = placeText(reading)
  const resistor = resistorOf(reading)
  const isFree = found.kind === 'read' || found.kind === 'opened'
  const use = survey === null ? none : useText(isFree ? null : survey.user)
  return text(`${place.de}${resistor.de}${use.de}.`, `${place.en}${resistor.en}${use.en}.`)
}

function placeText({ line, pin, survey }: LineReading): Text {
  const { address } = line.settings
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

/** Of a contact: as the kernel has it, else as the configuration asks for it. */
function resistorOf({ line, survey }: LineReading): Text {
  if (line.kind === 'output') return none
  const bias = survey?.bias ?? line.settings.bias ?? null
  return survey === null && bias === null ? none : resistorText(bias)
}

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
