// Findings as people read them in a terminal, and as programs read them.
import { styleText } from 'node:util'
import { type Language, type Text, text } from '../../../protocol/text.ts'
import { type Finding, type Grade, gradeOf, type Subject } from './finding.ts'

type Paper = {
  /** Characters in a line. */
  readonly width: number
  readonly coloured: boolean
}

const subjects: Readonly<Record<Subject, Text>> = {
  configuration: text('Konfiguration', 'Configuration'),
  program: text('Programm', 'Program'),
  line: text('Leitung', 'Line'),
  permissions: text('Rechte', 'Permissions'),
  system: text('System', 'System'),
  clock: text('Uhr', 'Clock'),
  watchdog: text('Überwachung', 'Watchdog'),
  disk: text('Speicher', 'Disk'),
  power: text('Strom, Wärme', 'Power, heat'),
  identity: text('Identität', 'Identity'),
  gateway: text('Zentrale', 'Gateway'),
}
const grades: Readonly<Record<Grade, Text>> = {
  ok: text('in Ordnung', 'ok'),
  note: text('Hinweis', 'note'),
  failed: text('Fehler', 'failed'),
}
const colours = { ok: 'green', note: 'yellow', failed: 'red' } as const
const widthLeast = 60
const indent = 12

/** One finding: its grade and subject on a line, its sentences below. */
export function printFindings(findings: readonly Finding[], language: Language, paper: Paper): string {
  return [
    ...findings.map(finding => printFinding(finding, language, paper)),
    '',
    conclusion(findings)[language],
    '',
  ].join('\n')
}

/** One JSON object for a whole device. */
export const jsonFindings = (device: string, findings: readonly Finding[], language: Language): string =>
  `${JSON.stringify({
    device,
    grade: gradeOf(findings),
    findings: findings.map(({ text: said, ...finding }) => ({ ...finding, text: said[language] })),
  })}\n`

function printFinding({ subject, about, grade, text: said }: Finding, language: Language, paper: Paper): string {
  const word = grades[grade][language].padEnd(indent)
  const head = `${subjects[subject][language]}${about === null ? '' : ` ${about}`}`
  const body = wrapped(said[language], Math.max(widthLeast, paper.width) - indent)
  const marked = paper.coloured ? styleText(colours[grade], word, { validateStream: false }) : word
  return [`${marked}${head}`, ...body.map(line => ' '.repeat(indent) + line)].join('\n')
}

function conclusion(findings: readonly Finding[]): Text {
  const count = (grade: Grade): number => findings.filter(finding => finding.grade === grade).length
  const [failed, noted] = [count('failed'), count('note')]
  const notes = text(noted === 1 ? '1 Hinweis' : `${noted} Hinweise`, noted === 1 ? '1 note' : `${noted} notes`)
  if (failed > 0)
    return text(
      `${failed} Fehler, ${notes.de}: Ein Druck käme vielleicht bei niemandem an. Die Fehler der Reihe nach beheben und noch einmal prüfen.`,
      `${failed} failed, ${notes.en}: a press might not reach a person. Put right what failed, one after the other, and examine again.`,
    )
  return text(
    `Kein Fehler, ${notes.de}. Jetzt jeden Taster einmal drücken: doctor --press.`,
    `Nothing failed, ${notes.en}. Now press every button once: doctor --press.`,
  )
}

/** Broken between words. */
function wrapped(sentence: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of sentence.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
