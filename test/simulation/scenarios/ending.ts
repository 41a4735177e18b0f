// How a story ended: what people saw and when, what is on record, what devices and monitors showed. Times are milliseconds since
// the beginning of the story.
import type { GatewayRecord } from '../../../gateway/core/record-types.ts'
import type { GatewayId, ResponderId } from '../../../protocol/ids.ts'
import type { NotificationMessage } from '../../../protocol/messages.ts'
import type { ObservationOf } from '../observation.ts'
import type { Run } from '../run.ts'
import { tellStory } from '../transcript.ts'
import { zentrale } from './town.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>
type Timed<Value> = Value & { readonly atMs: number }
type Indication = { readonly kind: 'indicate'; readonly state: 'off' | 'acknowledged' }

export class Ending {
  readonly #run: Run
  readonly #beganAt: number
  readonly #lines: Timed<{ readonly line: string }>[] = []
  readonly #seen: Timed<ObservationOf<'notificationSeen'>>[] = []
  readonly #records: { readonly gateway: GatewayId; readonly atMs: number; readonly record: GatewayRecord }[] = []
  readonly #indications: Timed<Indication>[] = []
  readonly #told: Timed<ObservationOf<'monitorTold'>>[] = []

  constructor(run: Run, beganAt: number) {
    this.#run = run
    this.#beganAt = beganAt
    const { world } = run
    tellStory(world, line => {
      if (this.#now >= 0) this.#lines.push({ line, atMs: this.#now })
    })
    world.observeWith({
      notificationSeen: seen => void this.#seen.push({ ...seen, atMs: this.#now }),
      recordAsked: ({ record, step }) => void this.#records.push({ gateway: step.gateway, atMs: this.#now, record }),
      monitorTold: told => void this.#told.push({ ...told, atMs: this.#now }),
      deviceStepped: ({ result }) => {
        for (const effect of result.effects)
          if (effect.kind === 'indicate') this.#indications.push({ ...effect, atMs: this.#now })
      },
    })
  }

  get #now(): number {
    return this.#run.world.agenda.now() - this.#beganAt
  }

  /** What happened since the beginning of the story, line by line. */
  transcript(untilMs: number): string {
    const lines = this.#lines.filter(({ atMs }) => atMs <= untilMs)
    return lines.map(({ line }) => `${line}\n`).join('')
  }

  lastLines(count: number): string {
    return this.#lines
      .slice(-count)
      .map(({ line }) => line)
      .join('\n')
  }

  /** What this person was told of alarms. */
  calls(person: ResponderId): readonly Timed<NotificationMessage>[] {
    return this.#tellings(person).filter(({ alarm }) => alarm !== null)
  }

  /** Why this person was called, in order. */
  reasons(person: ResponderId): readonly string[] {
    return this.calls(person).map(({ reason }) => reason)
  }

  /** What this person was told of faults, in words. */
  faultsSeen(person: ResponderId): readonly Timed<NotificationMessage>[] {
    return this.#tellings(person).filter(({ alarm }) => alarm === null)
  }

  #tellings(person: ResponderId): readonly Timed<NotificationMessage>[] {
    return this.#seen
      .filter(seen => seen.person === person && seen.atMs >= 0)
      .map(({ message, atMs }) => ({ ...message, atMs }))
  }

  /** What the gateway put on record since the beginning of the story. */
  records<Kind extends GatewayRecord['kind']>(kind: Kind, gateway = zentrale): readonly Timed<RecordOf<Kind>>[] {
    const isOfKind = (record: GatewayRecord): record is RecordOf<Kind> => record.kind === kind
    return this.#records.flatMap(({ gateway: at, atMs, record }) =>
      at === gateway && atMs >= 0 && isOfKind(record) ? [{ ...record, atMs }] : [],
    )
  }

  /** Every alarm of the story, as the gateway's disk tells it in the end. */
  alarms(gateway = zentrale) {
    const disk = this.#run.truth.ledgers.get(gateway)
    return [...(disk?.alarms.values() ?? [])].map(
      ({ button, kind, presses, late, takenBy, isUnanswered, isClosed }) => ({
        ...{ button, kind, presses: presses.length, late, takenBy, isUnanswered, isClosed },
      }),
    )
  }

  /** Every press that a device noticed, with the time until its receipt. */
  presses() {
    return [...this.#run.truth.presses.claims.values()].map(({ button, meaning, pressedAt, receiptedAt }) => ({
      ...{ button, meaning, atMs: pressedAt - this.#beganAt },
      receiptedAfterMs: receiptedAt === null ? Number.POSITIVE_INFINITY : receiptedAt - pressedAt,
    }))
  }

  /** Codes of the faults that the gateway put on record, in order. */
  faults(): readonly string[] {
    return this.records('faultRaised').map(({ code }) => code)
  }

  /** What the indicator of the device changed to, in order. */
  indications(): readonly Timed<Indication>[] {
    return this.#indications.filter(({ atMs }) => atMs >= 0)
  }

  /** What the monitor was shown of devices, in order. */
  deviceStates(): readonly string[] {
    return this.#told.flatMap(({ message, atMs }) =>
      message.kind === 'deviceState' && atMs >= 0 ? [message.state] : [],
    )
  }

  /** Most records that waited for the disk at once. */
  get yielded(): number {
    return this.records('recordsYielded').reduce((sum, { count }) => sum + count, 0)
  }
}
