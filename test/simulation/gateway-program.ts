// The gateway program at work: the real step in the real loop, and around it what gateway/shell does, in virtual time.
import { initialState } from '../../gateway/core/gateway.ts'
import type { Effect, Event, State } from '../../gateway/core/model.ts'
import { fold } from '../../gateway/core/records.ts'
import type { Unstamped } from '../../gateway/shell/ports.ts'
import { assertNever } from '../../protocol/assert.ts'
import { type Loop, startLoop } from '../../protocol/step.ts'
import { same } from '../../protocol/text.ts'
import { type Instant, instant } from '../../protocol/time.ts'
import { Broker } from './broker.ts'
import type { GatewayMachine } from './gateway.ts'
import { Pages } from './pages.ts'
import type { Ending } from './power.ts'
import { createTimer, type Timer } from './timer.ts'

/** How often a gateway to which nothing happens is woken. */
const restingMs = 60_000

export class GatewayProgram {
  readonly broker: Broker
  readonly pages: Pages
  readonly #machine: GatewayMachine
  readonly #loop: Loop<State, Event>
  readonly #append: (records: Extract<Effect, { kind: 'record' }>['records']) => void
  readonly #timer: Timer
  #isRunning = true

  constructor(machine: GatewayMachine) {
    const { world, plan, clock, disk, listener } = machine
    const { programs, observe, agenda } = world
    this.#machine = machine
    this.broker = new Broker(machine, event => this.emit(event))
    this.pages = new Pages(
      world.agenda,
      event => this.emit(event),
      () => this.state.durable.lastRecord,
    )
    this.#append = disk.open({
      onRecorded: through => {
        this.emit({ kind: 'recorded', through })
        this.pages.recorded(through)
      },
      onFailed: reason => {
        this.emit({ kind: 'recordFailed', reason: same(reason) })
        this.pages.failed()
      },
    })
    this.#timer = createTimer(agenda, clock, () => this.#restUntil())
    this.#loop = startLoop<State, Event, Effect>({
      initial: initialState(fold(disk.records)),
      step: (before, event) => {
        const result = programs.gatewayStep(before, event)
        observe({ kind: 'gatewayStepped', gateway: plan.id, before, event, result })
        return result
      },
      perform: effect => this.#perform(effect),
      wake: () => this.#stamped({ kind: 'woken' }),
      setTimer: (at, fire) => this.#timer.set(at, fire),
    })
    listener.accept = (end, hello) =>
      hello.role === 'page' ? this.pages.accept(end, hello.id) : this.broker.accept(end, hello)
    this.emit({ kind: 'started', configuration: machine.configuration })
  }

  get state(): State {
    return this.#loop.state()
  }

  emit(event: Unstamped): void {
    if (!this.#isRunning) return
    this.#loop.dispatch(this.#stamped(event))
    this.#timer.stir()
  }

  end(how: Ending): void {
    this.#isRunning = false
    this.#machine.listener.accept = null
    this.#loop.stop()
    this.broker.end(how)
    this.pages.end(how)
  }

  /** World time until which nothing needs this program, a sign of life now and then apart; null: something may. */
  #restUntil(): number | null {
    const { world, attention } = this.#machine
    const now = world.agenda.now()
    const next = attention(now)
    const { durable, live } = this.#loop.state()
    const isBusy = durable.alarms.size > 0 || live.pending.length > 0 || live.unreachable.size > 0
    return next === null || isBusy ? null : Math.min(next, now + restingMs)
  }

  /** Both clocks, in whole milliseconds [gateway/shell/runtime.ts]. */
  #stamped(event: Unstamped): Event {
    const { clock } = this.#machine
    return { ...event, at: whole(clock.now()), wall: clock.wall() }
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'notify':
        if (effect.channel === 'mqtt') this.broker.channel.notify(effect.message)
        else this.pages.channel.notify(effect.message)
        break
      case 'record':
        this.#append(effect.records)
        break
      case 'prepareReceipt':
        break // nothing of it can be seen
      case 'sendToDevice':
        this.broker.sendToDevice(effect.message)
        break
      case 'tellMonitors':
        this.broker.tellMonitors(effect)
        break
      case 'acknowledgeDelivery':
        this.broker.deliveries.acknowledge(effect.delivery)
        break
      case 'show':
        break // a picture for people who look; what they are told comes as a notification
      default:
        assertNever(effect)
    }
  }
}

const whole = (moment: Instant): Instant => instant(Math.round(moment))
