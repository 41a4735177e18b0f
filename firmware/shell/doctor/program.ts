// Whether the device program runs, and what it says is wrong.
import { type FaultCode, faults } from '../../../protocol/faults.ts'
import { type Text, text } from '../../../protocol/text.ts'
import { isLocked } from '../lock.ts'
import { askStatus, type StatusReport } from '../status-socket.ts'
import { type Finding, findingsOf } from './finding.ts'
import type { ServiceReading } from './service.ts'

/** silent: it runs, but does not tell this account anything. */
export type ProgramReading =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'runs'; readonly pid: number; readonly report: StatusReport }

export async function probeProgram(dataFolder: string): Promise<ProgramReading> {
  const said = await askStatus(dataFolder)
  if (said !== null) return { kind: 'runs', pid: said.pid, report: said.report }
  return { kind: (await isLocked(dataFolder)) ? 'silent' : 'stopped' }
}

/** @param service where it is set up, the program is meant to run */
export function judgeProgram(reading: ProgramReading, service: ServiceReading | null): readonly Finding[] {
  const { ok, note } = findingsOf('program')
  if (reading.kind === 'stopped') return [stopped(service)]
  if (reading.kind === 'silent')
    return [
      note(
        'silent',
        text(
          'Das Geräteprogramm läuft, sagt diesem Konto aber nichts; was es an den Leitungen sieht, ist ungeprüft. Mit sudo noch einmal prüfen.',
          'The device program runs but tells this account nothing; what it sees at the lines was not examined. Examine again with sudo.',
        ),
      ),
    ]
  const { report, pid } = reading
  const owed = owedText(report.waiting)
  const found = ok(
    'runs',
    text(
      `Das Geräteprogramm ${report.program} läuft (Prozess ${pid}). ${owed.de}`,
      `The device program ${report.program} runs (process ${pid}). ${owed.en}`,
    ),
  )
  return [found, ...report.faults.filter(({ code }) => !ofLines.has(code)).map(faultFinding)]
}

/** What is wrong with a line is said of that line. */
const ofLines: ReadonlySet<FaultCode> = new Set(['lineFailed', 'indicatorFailed', 'relayFailed'])

function stopped(service: ServiceReading | null): Finding {
  const { note, failed } = findingsOf('program')
  if (service?.enabled === true)
    return failed(
      'stopped',
      text(
        'Das Geräteprogramm soll laufen und läuft nicht: So schützt kein Taster. „journalctl -u stillruf-device -n 20“ sagt, warum.',
        'The device program is meant to run and does not: no button protects like this. “journalctl -u stillruf-device -n 20” says why.',
      ),
    )
  return note(
    'notStarted',
    text(
      'Das Geräteprogramm läuft nicht: Bis es läuft, schützt kein Taster. Wenn alles andere in Ordnung ist, es starten.',
      'The device program does not run: until it does, no button protects. Once everything else is in order, start it.',
    ),
  )
}

/** As people read them in the console. */
function faultFinding({ code, subject }: StatusReport['faults'][number]): Finding {
  const { severity, text: what, whatToDo } = faults[code]
  const { note, failed } = findingsOf('program', subject)
  const sentence = text(`${what.de} ${whatToDo.de}`, `${what.en} ${whatToDo.en}`)
  return (severity === 'critical' ? failed : note)(code, sentence)
}

function owedText(waiting: number): Text {
  if (waiting === 0) return text('Kein Alarm wartet auf seine Empfangsbestätigung.', 'No alarm waits for its receipt.')
  return waiting === 1
    ? text('Ein Alarm wartet auf seine Empfangsbestätigung.', 'One alarm waits for its receipt.')
    : text(`${waiting} Alarme warten auf ihre Empfangsbestätigung.`, `${waiting} alarms wait for their receipts.`)
}
