// What one gateway says on record, read by an account of its own: which alarms are open, how far each has come, which faults are
// active, who was told of what. After a crash it is what the disk has, and nothing else.

import type { Policy } from '../../../gateway/core/configuration.ts'
import type { GatewayRecord, StepReason } from '../../../gateway/core/record-types.ts'
import type { FaultCode } from '../../../protocol/faults.ts'
import type {
  AlarmId,
  ButtonId,
  DeviceId,
  GatewayId,
  NotificationId,
  PressId,
  ResponderId,
} from '../../../protocol/ids.ts'
import type { AlarmKind, PressMessage } from '../../../protocol/messages.ts'
import type { WallTime } from '../../../protocol/time.ts'
import type { Watch } from '../observation.ts'
import type { World } from '../world.ts'

type RecordOf<Kind extends GatewayRecord['kind']> = Extract<GatewayRecord, { kind: Kind }>

export type AlarmAccount = {
  readonly id: AlarmId
  readonly kind: AlarmKind
  readonly device: DeviceId
  readonly button: ButtonId
  readonly policy: Policy
  readonly late: boolean
  readonly pressedWall: WallTime
  readonly message: PressMessage
  /** World time of the record; null: it was found on the disk at a start. */
  readonly raisedAt: number | null
  /** World time of the last record of it. */
  changedAt: number
  /** In the order in which they were recorded: the first one raised it. */
  readonly presses: PressId[]
  readonly told: Set<ResponderId>
  step: number
  /** World time of the last step, or of the start of the program that found it on its disk. */
  steppedAt: number
  isSteppedInThisRun: boolean
  lastReason: StepReason | null
  takenBy: ResponderId | null
  isUnanswered: boolean
  isClosed: boolean
}

export type FaultAccount = {
  readonly key: string
  readonly code: FaultCode
  readonly source: RecordOf<'faultRaised'>['source']
  readonly subject: string
  readonly raisedAt: number
  /** Of whose tellings it was part. */
  readonly told: { readonly responder: ResponderId; readonly notification: NotificationId }[]
}

export class Ledger {
  readonly gateway: GatewayId
  readonly alarms = new Map<AlarmId, AlarmAccount>()
  readonly faults = new Map<string, FaultAccount>()
  readonly alarmOfPress = new Map<PressId, AlarmId>()
  /** World time of the last start of the program; null while it does not run. */
  runningSince: number | null = null
  readonly #world: World
  #isReadingDisk = false

  constructor(world: World, gateway: GatewayId) {
    this.#world = world
    this.gateway = gateway
  }

  readonly watch: Watch = {
    programStarted: ({ machine }) => {
      if (machine !== this.gateway) return
      this.#read()
      this.runningSince = this.#world.agenda.now()
    },
    programEnded: ({ machine }) => {
      if (machine !== this.gateway) return
      this.#read()
      this.runningSince = null
    },
    gatewayStepped: step => {
      if (step.gateway !== this.gateway) return
      for (const effect of step.result.effects) {
        if (effect.kind === 'notify' && effect.message.reason === 'repeat') this.#repeated(effect.message.alarm)
        if (effect.kind !== 'record') continue
        for (const record of effect.records) {
          this.#enter(record)
          this.#world.observe({ kind: 'recordAsked', record, step })
        }
      }
    },
  }

  /** The last step is entered once more: people hear of it even while its record yields [S6]. */
  #repeated(id: AlarmId | null): void {
    const alarm = id === null ? undefined : this.alarms.get(id)
    if (alarm !== undefined) alarm.steppedAt = this.#world.agenda.now()
  }

  /** What was only asked for is gone: the disk tells. */
  #read(): void {
    this.alarms.clear()
    this.faults.clear()
    this.alarmOfPress.clear()
    this.#isReadingDisk = true
    for (const record of this.#world.gateways.get(this.gateway)?.disk.records ?? []) this.#enter(record)
    this.#isReadingDisk = false
  }

  accountOf(press: PressId): AlarmAccount | undefined {
    const alarm = this.alarmOfPress.get(press)
    return alarm === undefined ? undefined : this.alarms.get(alarm)
  }

  get openAlarms(): readonly AlarmAccount[] {
    return [...this.alarms.values()].filter(({ isClosed }) => !isClosed)
  }

  #enter(record: GatewayRecord): void {
    switch (record.kind) {
      case 'alarmRaised':
        this.#raised(record)
        break
      case 'faultRaised':
      case 'faultCleared':
      case 'faultNotified':
        this.#enterFault(record)
        break
      default: {
        const alarm = 'alarm' in record ? this.alarms.get(record.alarm) : undefined
        if (alarm !== undefined) this.#enterOf(alarm, record)
      }
    }
  }

  #enterOf(alarm: AlarmAccount, record: GatewayRecord): void {
    alarm.changedAt = this.#world.agenda.now()
    switch (record.kind) {
      case 'pressRepeated':
        alarm.presses.push(record.press)
        this.alarmOfPress.set(record.press, alarm.id)
        break
      case 'stepEntered':
        alarm.step = record.step
        alarm.steppedAt = this.#world.agenda.now()
        alarm.isSteppedInThisRun = !this.#isReadingDisk
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

  #enterFault(record: RecordOf<'faultRaised' | 'faultCleared' | 'faultNotified'>): void {
    const { code, source, subject } = record
    const key = `${source}/${code}/${subject}`
    const known = this.faults.get(key)
    if (record.kind === 'faultCleared') this.faults.delete(key)
    if (record.kind === 'faultRaised' && known === undefined)
      this.faults.set(key, { key, code, source, subject, raisedAt: this.#world.agenda.now(), told: [] })
    if (record.kind === 'faultNotified')
      known?.told.push({ responder: record.responder, notification: record.notification })
  }

  #raised(record: RecordOf<'alarmRaised'>): void {
    const { alarm: id, alarmKind: kind, device, button, policy, late, pressedAt: pressedWall, message } = record
    const now = this.#world.agenda.now()
    this.alarmOfPress.set(message.id, id)
    this.alarms.set(id, {
      ...{ id, kind, device, button, policy, late, pressedWall, message },
      ...{ raisedAt: this.#isReadingDisk ? null : now, changedAt: now, presses: [message.id], told: new Set() },
      ...{ step: 0, steppedAt: now, isSteppedInThisRun: false, lastReason: null },
      ...{ takenBy: null, isUnanswered: false, isClosed: false },
    })
  }
}
