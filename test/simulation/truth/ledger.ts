// What one gateway says on record, read by an account of its own: which alarms are open, how far each has come, which presses
// belong to it. After a crash it is what the disk has, and nothing else.
import type { GatewayRecord, Policy, StepReason } from '../../../gateway/core/model.ts'
import type { AlarmId, ButtonId, DeviceId, GatewayId, PressId, ResponderId } from '../../../protocol/ids.ts'
import type { AlarmKind } from '../../../protocol/messages.ts'
import type { World } from '../world.ts'

export type AlarmAccount = {
  readonly id: AlarmId
  readonly kind: AlarmKind
  readonly device: DeviceId
  readonly button: ButtonId
  readonly policy: Policy
  readonly late: boolean
  /** In the order in which they were recorded: the first one raised it. */
  readonly presses: PressId[]
  readonly told: Set<ResponderId>
  step: number
  /** World time of the last step, or of the start of the program that found it on its disk. */
  steppedAt: number
  lastReason: StepReason | null
  takenBy: ResponderId | null
  isUnanswered: boolean
  isClosed: boolean
}

export class Ledger {
  readonly gateway: GatewayId
  readonly alarms = new Map<AlarmId, AlarmAccount>()
  readonly alarmOfPress = new Map<PressId, AlarmId>()
  /** World time of the last start of the program; null while it does not run. */
  runningSince: number | null = null
  readonly #world: World

  constructor(world: World, gateway: GatewayId) {
    this.#world = world
    this.gateway = gateway
  }

  started(records: readonly GatewayRecord[]): void {
    this.alarms.clear()
    this.alarmOfPress.clear()
    for (const record of records) this.enter(record)
    this.runningSince = this.#world.agenda.now()
    for (const alarm of this.alarms.values()) alarm.steppedAt = this.runningSince
  }

  accountOf(press: PressId): AlarmAccount | undefined {
    const alarm = this.alarmOfPress.get(press)
    return alarm === undefined ? undefined : this.alarms.get(alarm)
  }

  enter(record: GatewayRecord): void {
    if (record.kind === 'alarmRaised') return this.#raised(record)
    if (!('alarm' in record)) return
    const alarm = this.alarms.get(record.alarm)
    if (alarm === undefined) return
    switch (record.kind) {
      case 'pressRepeated':
        alarm.presses.push(record.press)
        this.alarmOfPress.set(record.press, alarm.id)
        break
      case 'stepEntered':
        alarm.step = record.step
        alarm.steppedAt = this.#world.agenda.now()
        alarm.lastReason = record.reason
        break
      case 'notified':
        alarm.told.add(record.responder)
        break
      case 'acknowledged':
        alarm.takenBy = record.responder
        break
      case 'unanswered':
        alarm.isUnanswered = true
        break
      case 'closed':
        alarm.isClosed = true
        break
      default:
        break
    }
  }

  #raised({
    alarm,
    alarmKind,
    device,
    button,
    policy,
    late,
    message,
  }: Extract<GatewayRecord, { kind: 'alarmRaised' }>): void {
    this.alarmOfPress.set(message.id, alarm)
    this.alarms.set(alarm, {
      ...{ id: alarm, kind: alarmKind, device, button, policy, late, presses: [message.id], told: new Set() },
      ...{ step: 0, steppedAt: this.#world.agenda.now(), lastReason: null },
      ...{ takenBy: null, isUnanswered: false, isClosed: false },
    })
  }
}
