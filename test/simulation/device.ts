// A device as a machine: its clocks, its memory card, its contacts and its power. What runs on it is device-program.ts.
import { type ButtonId, parseBootId } from '../../protocol/ids.ts'
import { type Attention, attentionTo } from './attention.ts'
import { type Clock, createClock } from './clock.ts'
import { Contact } from './contact.ts'
import { DeviceProgram } from './device-program.ts'
import { JournalDisk } from './journal-disk.ts'
import type { Host } from './path.ts'
import { type DevicePlan, isAbout } from './plan.ts'
import { type Ending, Power } from './power.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

const bootMs = { least: 4000, most: 20_000 } as const
/** After an act: connections are back, what was owed has been sent. */
const settlingMs = 60_000
const restartMs = { least: 500, most: 2000 } as const
/** Without a battery the clock goes on at a start from where it was last saved, until a time server has set it. */
const clockSavedMs = 3_600_000
const clockSetMs = { least: 1000, most: 90_000 } as const

export class DeviceMachine {
  readonly plan: DevicePlan
  readonly world: World
  readonly random: Random
  readonly clock: Clock
  readonly disk: JournalDisk
  readonly contacts: ReadonlyMap<ButtonId, Contact>
  readonly host: Host = { isUp: false }
  readonly power: Power
  /** When the device may not be taken for one at rest, because of what is going to happen to it. */
  readonly attention: Attention
  program: DeviceProgram | null = null
  /** Counts the starts of the machine: stamps of its monotonic clock from another one mean nothing. */
  machineBoot = 0
  isClockSet = true
  lastMovedAt = Number.NEGATIVE_INFINITY
  #starts = 0
  #darkSince = 0

  constructor(world: World, plan: DevicePlan) {
    const { agenda } = world
    this.world = world
    this.plan = plan
    this.random = world.random.fork(plan.id)
    this.clock = createClock(agenda.now, plan.driftPpm)
    this.disk = new JournalDisk(agenda, this.random.fork('disk'))
    this.attention = attentionTo(world.plan, act => isAbout(world.plan, act, plan.id), settlingMs)
    this.contacts = new Map(plan.buttons.map(button => [button, this.#contact(button)]))
    this.power = new Power({
      agenda,
      host: this.host,
      bootMs: () => this.random.between(bootMs.least, bootMs.most),
      restartMs: () => this.random.between(restartMs.least, restartMs.most),
      onPower: () => this.#powered(),
      onStart: () => this.#started(),
      onEnd: how => this.#ended(how),
    })
  }

  #contact(button: ButtonId): Contact {
    return new Contact({ device: this.plan.id, button }, this.plan.wiring, contact => {
      this.lastMovedAt = this.world.agenda.now()
      this.world.observe({ kind: 'contactMoved', contact })
    })
  }

  #powered(): void {
    this.machineBoot += 1
    this.clock.restart()
    if (this.machineBoot > 1 && !this.plan.hasClockBattery) this.#loseTime()
  }

  #loseTime(): void {
    const { agenda } = this.world
    const { machineBoot } = this
    this.clock.step(this.#darkSince - agenda.now() - this.random.between(0, clockSavedMs))
    this.isClockSet = false
    agenda.after(this.random.between(clockSetMs.least, clockSetMs.most), () => {
      if (machineBoot !== this.machineBoot) return
      this.clock.step(-this.clock.error())
      this.isClockSet = true
    })
  }

  #started(): boolean {
    this.#starts += 1
    const boot = parseBootId(this.#bootText())
    if (boot === null) throw new Error('sixteen hexadecimal digits are a boot id')
    this.world.observe({ kind: 'programStarted', machine: this.plan.id })
    this.program = new DeviceProgram(this, boot)
    this.world.lookWhetherCalm()
    return true
  }

  #bootText(): string {
    const random = this.random.fork(`boot ${this.#starts}`)
    return Array.from({ length: 16 }, () => random.whole(0, 15).toString(16)).join('')
  }

  #ended(how: Ending): void {
    const { program } = this
    this.program = null
    program?.end(how)
    if (how === 'powerCut') {
      this.#darkSince = this.world.agenda.now()
      this.disk.cutPower()
    } else this.disk.crash()
    if (program !== null) this.world.observe({ kind: 'programEnded', machine: this.plan.id, how })
    this.world.lookWhetherCalm()
  }
}
