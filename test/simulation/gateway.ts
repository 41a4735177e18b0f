// A gateway as a machine: its clocks, its disk, its configuration file and its power. What runs on it is gateway-program.ts.
import type { Configuration } from '../../gateway/core/configuration.ts'
import { isRecordedAlarm } from '../../gateway/core/records.ts'
import type { AlarmId } from '../../protocol/ids.ts'
import { text } from '../../protocol/text.ts'
import { type Attention, attentionTo } from './attention.ts'
import { settledMs } from './bounds.ts'
import { type Clock, createClock } from './clock.ts'
import { GatewayProgram } from './gateway-program.ts'
import type { Listener } from './network.ts'
import type { Host } from './path.ts'
import type { GatewayPlan } from './plan.ts'
import { type Ending, Power } from './power.ts'
import type { Random } from './random.ts'
import { RecordDisk } from './record-disk.ts'
import type { World } from './world.ts'

const bootMs = { least: 5000, most: 30_000 } as const
const restartMs = { least: 500, most: 2000 } as const
/** After an act: until everything that oracles ask of a calm world has been asked. */
const settlingMs = settledMs + 60_000
/** From the changed file to the program that has read it. */
const noticedMs = { least: 100, most: 1000 } as const

export class GatewayMachine {
  readonly plan: GatewayPlan
  readonly world: World
  readonly random: Random
  readonly clock: Clock
  readonly disk: RecordDisk
  readonly host: Host = { isUp: false }
  readonly listener: Listener
  readonly power: Power
  readonly attention: Attention
  program: GatewayProgram | null = null
  /** The file, as it is written now; a program that starts reads it. */
  configuration: Configuration

  constructor(world: World, plan: GatewayPlan, configuration: Configuration) {
    const { agenda, network, observe } = world
    this.world = world
    this.plan = plan
    this.configuration = configuration
    this.random = world.random.fork(plan.id)
    this.clock = createClock(agenda.now, plan.driftPpm)
    this.disk = new RecordDisk(agenda, this.random.fork('disk'), records =>
      observe({ kind: 'committed', gateway: plan.id, records }),
    )
    this.attention = attentionTo(world.plan, ({ kind }) => kind !== 'sweep', settlingMs)
    this.listener = network.listen(plan.id, this.host)
    this.power = new Power({
      agenda,
      host: this.host,
      bootMs: () => this.random.between(bootMs.least, bootMs.most),
      restartMs: () => this.random.between(restartMs.least, restartMs.most),
      onPower: () => undefined,
      onStart: () => this.#started(),
      onEnd: how => this.#ended(how),
    })
  }

  /** What its program remembers, or else its disk has. */
  isOnRecord(alarm: AlarmId): boolean {
    const remembers = this.program !== null && isRecordedAlarm(this.program.state.durable, alarm)
    return remembers || this.disk.records.some(record => record.kind === 'alarmRaised' && record.alarm === alarm)
  }

  /** Writes the configuration file; the program takes it over soon, or at its next start. */
  configure(configuration: Configuration): void {
    this.configuration = configuration
    this.world.agenda.after(this.random.between(noticedMs.least, noticedMs.most), () => {
      if (this.configuration === configuration) this.program?.emit({ kind: 'configured', configuration })
    })
  }

  /** Saves a file with a mistake in it, and the good one again later. */
  mistake(): void {
    const reason = text(
      'gateway.yaml, Zeile 12: policies[0].repeatSeconds: gefunden „often“',
      'gateway.yaml, line 12: policies[0].repeatSeconds: found “often”',
    )
    this.program?.emit({ kind: 'configurationRefused', reason })
  }

  /** Its monotonic clock, as Node tells it, begins with the program. */
  #started(): boolean {
    if (!this.disk.canBeOpened) return false
    this.clock.restart()
    this.world.observe({ kind: 'programStarted', machine: this.plan.id })
    this.program = new GatewayProgram(this)
    this.world.lookWhetherCalm()
    return true
  }

  #ended(how: Ending): void {
    const { program } = this
    this.program = null
    program?.end(how)
    this.disk.crash()
    if (program !== null) this.world.observe({ kind: 'programEnded', machine: this.plan.id, how })
    this.world.lookWhetherCalm()
  }
}
