// Board and kernel: what this machine is, and whether that is what the configuration takes it for.
import { type BoardId, boardOfModel, boards } from '../../../hardware/boards.ts'
import { text } from '../../../protocol/text.ts'
import type { LineSettings } from '../configuration.ts'
import { type Finding, findingsOf } from './finding.ts'
import { namesIn, type Roots, readFact } from './roots.ts'

export type SystemReading = {
  readonly kernel: string
  readonly architecture: string
  readonly node: string
  /** As the board calls itself; null: it does not. */
  readonly model: string | null
  readonly chips: number
}

/** Since then the kernel stamps edges with its monotonic clock: Linux 5.7, drivers/gpio/gpiolib.c. */
const monotonicStamps = [5, 7] as const

export async function probeSystem(roots: Roots): Promise<SystemReading> {
  return {
    kernel: (await readFact(roots.proc, 'sys/kernel/osrelease')) ?? '',
    architecture: process.arch,
    node: process.versions.node,
    model: await readFact(roots.proc, 'device-tree/model'),
    chips: (await namesIn(roots.dev)).filter(name => /^gpiochip\d+$/.test(name)).length,
  }
}

export function judgeSystem(
  reading: SystemReading,
  board: BoardId | null,
  backend: LineSettings['backend'],
): readonly Finding[] {
  return [versions(reading, backend), ...boardFindings(reading.model, board)]
}

function versions(reading: SystemReading, backend: LineSettings['backend']): Finding {
  const { ok, note } = findingsOf('system')
  const { kernel, architecture, node, model, chips } = reading
  const what = `${model ?? architecture}, Linux ${kernel}, Node ${node}`
  if (backend === 'gpiochip' && !isAtLeast(kernel, monotonicStamps))
    return note(
      'oldKernel',
      text(
        `${what}. Vor Linux 5.7 trägt eine Flanke die Wanduhr; der Zeitpunkt eines Drucks wird dann erst im Programm bestimmt. System aktualisieren.`,
        `${what}. Before Linux 5.7 an edge carries the wall clock; the moment of a press is then only taken in the program. Update the system.`,
      ),
    )
  const found = text(
    `${what}, ${chips === 1 ? 'ein GPIO-Chip' : `${chips} GPIO-Chips`}.`,
    `${what}, ${chips === 1 ? 'one GPIO chip' : `${chips} GPIO chips`}.`,
  )
  return ok('versions', found)
}

function boardFindings(model: string | null, configured: BoardId | null): readonly Finding[] {
  if (configured === null || model === null) return []
  const { failed } = findingsOf('system')
  const { name } = boards[configured]
  const real = boardOfModel(model)
  if (real === configured) return []
  return [
    failed(
      'otherBoard',
      text(
        `Unter „board“ steht ${name}, dieses Board nennt sich „${model}“: Stiftnummern führen zu anderen Leitungen. ${real === null ? '„board“ entfernen und Leitungen mit „chip“ und „offset“ angeben.' : `„board: ${real}“ eintragen.`}`,
        `The configuration says board ${name}, this one calls itself “${model}”: pin numbers lead to other lines. ${real === null ? 'Remove “board”, and give lines by chip and offset.' : `Write “board: ${real}”.`}`,
      ),
    ),
  ]
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, foundMajor = '0', foundMinor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? []
  return Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor)
}
