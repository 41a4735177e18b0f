// What a running device says of itself to a person at the device: its lines, its connections, what it owes, what is wrong.
import type { BootId, ButtonId, DeviceId } from '../../protocol/ids.ts'
import type { HeartbeatMessage } from '../../protocol/messages.ts'
import { between, type Instant, type Millis } from '../../protocol/time.ts'
import type { ActiveFault, Button, Link, LinkId, State } from './model.ts'
import { lineState } from './supervision.ts'

export type DeviceReport = {
  readonly device: DeviceId
  readonly boot: BootId
  readonly program: string
  readonly uptimeMs: Millis
  /** unseen: not read yet. */
  readonly lines: readonly { readonly button: ButtonId; readonly state: LineState | 'unseen' }[]
  readonly gateways: readonly { readonly url: LinkId; readonly state: Link['state'] }[]
  /** Presses without a receipt. */
  readonly waiting: number
  readonly faults: readonly ActiveFault[]
}
type LineState = HeartbeatMessage['lines'][number]['state']

export const reportOf = (state: State, at: Instant): DeviceReport => ({
  device: state.settings.device,
  boot: state.settings.boot,
  program: state.settings.program,
  uptimeMs: between(state.startedAt, at),
  lines: [...state.buttons.values()].map(button => ({ button: button.id, state: stateOf(state, button) })),
  gateways: [...state.links.values()].map(({ id, state: connection }) => ({ url: id, state: connection })),
  waiting: state.outbox.length,
  faults: [...state.faults.values()],
})

/** A line that failed before it was ever read has failed. */
function stateOf(state: State, button: Button): LineState | 'unseen' {
  const found = lineState(state, button)
  return found !== 'failed' && button.contact.phase.kind === 'unseen' ? 'unseen' : found
}
