// What a running device says of itself to a person at the device: its lines, its connections, what it owes, what is wrong.
import type { BootId, DeviceId } from '../../protocol/ids.ts'
import { between, type Instant, type Millis } from '../../protocol/time.ts'
import { type Line, type LineId, levelOf } from './circuit.ts'
import type { Level } from './debounce.ts'
import type { ActiveFault, Link, LinkId, State } from './model.ts'

export type DeviceReport = {
  readonly device: DeviceId
  readonly boot: BootId
  readonly program: string
  readonly uptimeMs: Millis
  /** Every contact of every button, and that of the case. */
  readonly lines: readonly { readonly line: LineId; readonly state: SeenLevel }[]
  readonly gateways: readonly { readonly url: LinkId; readonly state: Link['state'] }[]
  /** Presses without a receipt. */
  readonly waiting: number
  readonly faults: readonly ActiveFault[]
}
/** Of the circuit. unseen: not read yet. */
export type SeenLevel = Level | 'failed' | 'unseen'

export const reportOf = (state: State, at: Instant): DeviceReport => ({
  device: state.settings.device,
  boot: state.settings.boot,
  program: state.settings.program,
  uptimeMs: between(state.startedAt, at),
  lines: linesOf(state).map(line => ({ line: line.id, state: seenLevel(line) })),
  gateways: [...state.links.values()].map(({ id, state: connection }) => ({ url: id, state: connection })),
  waiting: state.outbox.length,
  faults: [...state.faults.values()],
})

const linesOf = ({ buttons, tamper }: State): readonly Line[] => [
  ...[...buttons.values()].flatMap(({ circuit }) => circuit.lines),
  ...(tamper?.lines ?? []),
]

/** A line that failed before it was ever read has failed. */
function seenLevel(line: Line): SeenLevel {
  if (line.failed) return 'failed'
  return line.contact.phase.kind === 'unseen' ? 'unseen' : levelOf(line)
}
