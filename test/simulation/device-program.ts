// The device program at work: the real step in the real loop, and around it what firmware/shell does, in virtual time.
import type { LineId } from '../../firmware/core/circuit.ts'
import type { Level } from '../../firmware/core/debounce.ts'
import { type Effect, type Event, initialState, type LinkId, type State } from '../../firmware/core/model.ts'
import { assertNever } from '../../protocol/assert.ts'
import type { BootId, GatewayId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import { type Loop, startLoop } from '../../protocol/step.ts'
import { type Instant, type Millis, millis } from '../../protocol/time.ts'
import type { Contact, Wire } from './contact.ts'
import type { DeviceMachine } from './device.ts'
import type { Journal } from './journal-disk.ts'
import type { Ending } from './power.ts'
import type { UnstampedDevice } from './programs.ts'
import { createTimer, type Timer } from './timer.ts'
import { Uplink } from './uplink.ts'

/** From the edge to the program: the kernel, the pipe, a busy processor. */
const edgeMs = { least: 0.05, most: 60 } as const
const readingMs = { least: 0.1, most: 20 } as const
/** A contact that has not moved for this long has nothing more to tell. */
const settledMs = 2000
/** What a time server leaves in doubt. */
const clockErrorMs = millis(20)

/** What is known of a line, so that only changes are reported [firmware/shell/inputs.ts]. */
type Line = { readonly wire: Wire; hasBackendFailed: boolean; isReportedFailed: boolean; lastEdgeAt: number }

export class DeviceProgram {
  readonly #machine: DeviceMachine
  readonly #loop: Loop<State, Event>
  readonly #timer: Timer
  readonly #journal: Journal
  readonly #uplinks: ReadonlyMap<LinkId, Uplink>
  readonly #lines: ReadonlyMap<LineId, Line>
  #isRunning = true

  constructor(machine: DeviceMachine, boot: BootId) {
    const { world, plan, clock } = machine
    const { programs, observe, agenda } = world
    this.#machine = machine
    this.#lines = new Map([...machine.contacts.values()].flatMap(contact => this.#listen(contact)))
    this.#uplinks = new Map(
      world.plan.gateways.map(({ id }) => this.#uplink(id, boot)).map(uplink => [uplink.link, uplink]),
    )
    this.#timer = createTimer(agenda, clock, () => this.#restUntil())
    this.#journal = machine.disk.open({
      machineBoot: machine.machineBoot,
      now: clock.now,
      onWritten: entry => this.dispatch({ kind: 'journaled', entry }),
      onFailed: entry => this.dispatch({ kind: 'journalFailed', entry }),
    })
    const timing = { confirmMs: millis(plan.confirmMs), releaseMs: limits.releaseMs }
    const buttons = [...machine.contacts].map(([id, { wiring }]) => ({ id, wiring, timing, latching: false }))
    const settings = {
      device: plan.id,
      boot,
      program: 'simulated',
      buttons,
      tamper: null,
      links: [...this.#uplinks.keys()],
    }
    this.#loop = startLoop<State, Event, Effect>({
      initial: initialState(settings, clock.now()),
      step: (before, event) => {
        const result = programs.deviceStep(before, event)
        observe({ kind: 'deviceStepped', device: plan.id, before, event, result })
        return result
      },
      perform: effect => this.#perform(effect),
      wake: () => this.#stamped({ kind: 'woken' }),
      setTimer: (at, fire) => this.#timer.set(at, fire),
    })
    this.dispatch({ kind: 'started', recovered: this.#journal.presses })
  }

  get state(): State {
    return this.#loop.state()
  }

  dispatch(event: UnstampedDevice): void {
    if (!this.#isRunning) return
    this.#loop.dispatch(this.#stamped(event))
    this.#timer.stir()
  }

  end(how: Ending): void {
    if (how === 'stop') this.dispatch({ kind: 'stopping' })
    this.#isRunning = false
    this.#loop.stop()
    for (const contact of this.#machine.contacts.values()) contact.listener = null
    for (const uplink of this.#uplinks.values()) uplink.close(how)
  }

  #stamped(event: UnstampedDevice): Event {
    const { clock, random } = this.#machine
    return { ...event, at: clock.now(), wall: clock.wall(), random: random.next() } as Event
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'publish':
        this.#uplinks.get(effect.link)?.publish(effect.session, effect.message)
        break
      case 'journal':
        this.#journal.write(effect.entry)
        break
      case 'connect':
        this.#uplinks.get(effect.link)?.connect(effect.session)
        break
      case 'auditLevels':
        this.#auditAll()
        break
      case 'readClock':
        this.#readClock()
        break
      case 'indicate':
      case 'feedWatchdogs':
      case 'switchRelay':
      case 'reportFault':
      case 'reportYielded':
        break // seen by those who observe the steps
      default:
        assertNever(effect)
    }
  }

  #clockQuality(): { readonly clockErrorMs: Millis | null; readonly synchronised: boolean } {
    const { isClockSet } = this.#machine
    return { clockErrorMs: isClockSet ? clockErrorMs : null, synchronised: isClockSet }
  }

  #uplink(gateway: GatewayId, boot: BootId): Uplink {
    const { world, host, plan } = this.#machine
    return new Uplink({
      network: world.network,
      host,
      device: plan.id,
      gateway,
      boot,
      asBytes: world.plan.wire === 'bytes',
      observe: world.observe,
      dispatch: event => this.dispatch(event),
      onPuback: message => {
        const event = world.programs.pubackHeard(message)
        if (event !== null) this.dispatch(event)
      },
    })
  }

  #listen(contact: Contact): readonly (readonly [LineId, Line])[] {
    const lines = contact.wires.map((wire): readonly [LineId, Line] => [
      wire.id,
      { wire, hasBackendFailed: false, isReportedFailed: false, lastEdgeAt: 0 },
    ])
    const backend = (hasFailed: boolean): void => {
      for (const [id, line] of lines) {
        line.hasBackendFailed = hasFailed
        this.#judge(id, line, hasFailed)
      }
    }
    const own = new Map(lines)
    contact.listener = {
      onEdge: (id, level) => {
        const line = own.get(id)
        if (line !== undefined) this.#edge(id, line, level)
      },
      onFailure: () => backend(true),
      onRecovery: () => backend(false),
    }
    return lines
  }

  /** The kernel stamps the edge when it happens; the program hears of it a little later, in order. */
  #edge(id: LineId, line: Line, level: Level): void {
    const { world, clock, random, plan } = this.#machine
    const happenedAt = clock.now()
    line.lastEdgeAt = Math.max(line.lastEdgeAt, world.agenda.now() + random.heavyTail(edgeMs.least, edgeMs.most))
    world.agenda.at(line.lastEdgeAt, () => {
      const stampedAt = plan.timeSource === 'kernel' ? happenedAt : clock.now()
      this.dispatch({ kind: 'edgeSeen', line: id, level, stampedAt, timeSource: plan.timeSource })
    })
  }

  /** What happens between question and answer may happen. At rest there is no answer: no line has moved since all were read. */
  #auditAll(): void {
    const { world, clock, random } = this.#machine
    if (this.#restUntil() !== null) return
    const readAt = clock.now()
    let endAfterMs = 0
    for (const [id, line] of this.#lines) {
      const answerAfterMs = random.heavyTail(readingMs.least, readingMs.most)
      endAfterMs = Math.max(endAfterMs, answerAfterMs)
      world.agenda.after(answerAfterMs, () => this.#answerAudit(id, line, readAt))
    }
    const answered = [...this.#lines.keys()]
    world.agenda.after(endAfterMs, () => this.dispatch({ kind: 'levelsAudited', answered, silent: [] }))
  }

  /** At rest a clock that is as it was gives no answer. */
  #readClock(): void {
    const { clockErrorMs: known } = this.state
    const quality = this.#clockQuality()
    if (quality.clockErrorMs !== known || this.#restUntil() === null) this.dispatch({ kind: 'clockRead', ...quality })
  }

  #answerAudit(id: LineId, line: Line, readAt: Instant): void {
    if (!this.#isRunning) return
    const level = line.wire.reading
    this.#judge(id, line, level === null)
    if (level !== null) this.dispatch({ kind: 'levelRead', line: id, level, readAt })
  }

  /** Reports only changes. A line whose edges have failed stays failed even while its level can be read. */
  #judge(id: LineId, line: Line, isFailing: boolean): void {
    const failed = isFailing || line.hasBackendFailed
    if (failed === line.isReportedFailed) return
    line.isReportedFailed = failed
    this.dispatch({ kind: failed ? 'lineFailed' : 'lineRecovered', line: id })
  }

  /** World time until which nothing needs this program, its heartbeat apart; null: something may. */
  #restUntil(): number | null {
    const { world, clock, attention, lastMovedAt } = this.#machine
    const now = world.agenda.now()
    const next = attention(now)
    if (next === null || now - lastMovedAt < settledMs || !this.#isIdle()) return null
    return Math.min(next, clock.worldAt(this.#loop.state().nextHeartbeatAt))
  }

  #isIdle(): boolean {
    const { outbox, journal, links } = this.#loop.state()
    if (outbox.length > 0 || journal.underWay.length > 0 || journal.retryAt !== null) return false
    for (const { state } of links.values()) if (state !== 'up') return false
    for (const { wire, isReportedFailed } of this.#lines.values()) if (isReportedFailed || !wire.isAtRest) return false
    return true
  }
}
