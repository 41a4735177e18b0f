// What a device sends, with numbers that only grow. The gateway's core gets messages decoded, so the signature is a dummy.
import { alarmOfPress, type BootId, type ButtonId, type DeviceId, type PressId, pressId } from '../../protocol/ids.ts'
import type { HeartbeatMessage, PressMessage, ReleasedMessage } from '../../protocol/messages.ts'
import { millis, wallTime } from '../../protocol/time.ts'
import { boot, desk, device } from './townhall.ts'

export const signature = 'A'.repeat(86)

/** What devices count; they go on counting while a gateway is down. */
export type Counters = { sequence: number; readonly numbers: Map<BootId, number> }

export type PressOptions = {
  readonly kind?: PressMessage['kind']
  readonly button?: ButtonId
  readonly device?: DeviceId
  readonly boot?: BootId
  readonly ageMs?: number
  /** Sends this press again instead of a new one. */
  readonly id?: PressId
  readonly n?: number
  readonly sender?: DeviceId
  readonly authentic?: boolean
}

/** The number of this boot's next sending. */
export function nextNumber(counters: Counters, of: BootId): number {
  const n = (counters.numbers.get(of) ?? 0) + 1
  counters.numbers.set(of, n)
  return n
}

export function pressMessageOf(counters: Counters, how: PressOptions): PressMessage {
  const from = how.device ?? device
  const current = how.boot ?? boot
  const kind = how.kind ?? 'alarm'
  const common = {
    v: 1,
    device: from,
    boot: current,
    n: how.n ?? nextNumber(counters, current),
    clockErrorMs: millis(20),
    button: how.button ?? desk,
    id: how.id ?? pressId(from, current, ++counters.sequence),
    pressedAt: wallTime(7),
    ageMs: millis(how.ageMs ?? 40),
    ageBasis: 'monotonic',
    contact: { wiring: 'normallyOpen', edges: 2, heldMs: millis(30), confirmedBy: 'held', timeSource: 'kernel' },
    sig: signature,
  } as const
  return kind === 'repeatPress' ? { ...common, kind, alarm: alarmOfPress(common.id) } : { ...common, kind }
}

export const releasedOf = (counters: Counters, id: PressId, how: Partial<ReleasedMessage> = {}): ReleasedMessage => ({
  v: 1,
  kind: 'released',
  device,
  boot,
  n: nextNumber(counters, how.boot ?? boot),
  clockErrorMs: null,
  id,
  heldMs: millis(840),
  sig: signature,
  ...how,
})

export function heartbeatOf(counters: Counters, how: Partial<HeartbeatMessage>): HeartbeatMessage {
  const current = how.boot ?? boot
  return {
    v: 1,
    kind: 'heartbeat',
    device,
    boot: current,
    n: nextNumber(counters, current),
    clockErrorMs: null,
    session: 1,
    uptimeMs: millis(1000),
    waiting: 0,
    configVersion: '',
    program: '0.1.0',
    lines: [],
    faults: [],
    sig: signature,
    ...how,
  }
}
