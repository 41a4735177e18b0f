// The gateway program at work: the real step in the real loop, and around it what gateway/shell does, in virtual time.
import { initialState } from '../../gateway/core/gateway.ts'
import type { Effect, Event, State } from '../../gateway/core/model.ts'
import { fold } from '../../gateway/core/records.ts'
import type { Unstamped } from '../../gateway/shell/ports.ts'
import { assertNever } from '../../protocol/assert.ts'
import { type Loop, startLoop } from '../../protocol/step.ts'
import { type Instant, instant } from '../../protocol/time.ts'
import { Broker } from './broker.ts'
import type { GatewayMachine } from './gateway.ts'
import { Pages } from './pages.ts'
import type { Ending } from './power.ts'
import { createTimer } from './timer.ts'

export class GatewayProgram {
  readonly broker: Broker
  readonly pages: Pages
  readonly #machine: GatewayMachine
  readonly #loop: Loop<State, Event>
  readonly #append: (records: Extract<Effect, { kind: 'record' }>['records']) => void
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
        this.emit({ kind: 'recordFailed', reason })
        this.pages.failed()
      },
    })
    const timer = createTimer(agenda, clock, () => null)
    this.#loop = startLoop<State, Event, Effect>({
      initial: initialState(fold(disk.records)),
      step: (before, event) => {
        const result = programs.gatewayStep(before, event)
        observe({ kind: 'gatewayStepped', gateway: plan.id, before, event, result })
        return result
      },
      perform: effect => this.#perform(effect),
      wake: () => this.#stamped({ kind: 'woken' }),
      setTimer: timer.set,
    })
    listener.accept = (end, hello) =>
      hello.role === 'page' ? this.pages.accept(end, hello.id) : this.broker.accept(end, hello)
    this.emit({ kind: 'started', configuration: machine.configuration })
  }

  get state(): State {
    return this.#loop.state()
  }

  emit(event: Unstamped): void {
    if (this.#isRunning) this.#loop.dispatch(this.#stamped(event))
  }

  end(how: Ending): void {
    this.#isRunning = false
    this.#machine.listener.accept = null
    this.#loop.stop()
    this.broker.end(how)
    this.pages.end(how)
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
