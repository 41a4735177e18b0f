// Runs the device's step: turns what happens into events, performs what the step asks for. Decides nothing itself.
import { randomBytes } from 'node:crypto'
import { monotonicNow } from '../../hardware/clock.ts'
import type { LineBackend } from '../../hardware/lines.ts'
import { assert, assertNever } from '../../protocol/assert.ts'
import { type BootId, parseBootId } from '../../protocol/ids.ts'
import { type Loop, remembering, startLoop } from '../../protocol/step.ts'
import { between, type Instant, instant, wallTime } from '../../protocol/time.ts'
import { deviceStep } from '../core/device.ts'
import { type Effect, type Event, initialState, type LinkId, type State } from '../core/model.ts'
import { reportOf } from '../core/report.ts'
import { readClockQuality, readMachineBoot } from './clock.ts'
import { type Configuration, inputsOf, type OutputSettings } from './configuration.ts'
import type { GatewayAddress } from './gateway-address.ts'
import type { Identity } from './identity.ts'
import { auditLines, type LineReports, WatchedLine } from './inputs.ts'
import { type Journal, openJournal } from './journal.ts'
import { logEffect, type RuntimeLog } from './log.ts'
import { OutputSwitch } from './output-switch.ts'
import type { Observed, SeenEdge, StatusReport } from './status-socket.ts'
import { setTimer } from './timer.ts'
import { Uplink } from './uplink.ts'

export type RuntimeOptions = {
  readonly configuration: Configuration
  readonly identity: Identity
  readonly backend: LineBackend
  readonly program: string
  readonly log: RuntimeLog
  /** Told again and again for as long as the step runs and the lines answer. */
  readonly feedWatchdogs: () => void
}

/** An event before both clocks and chance are stamped on it. */
type Unstamped = Event extends infer Each ? (Each extends Event ? Omit<Each, 'at' | 'wall' | 'random'> : never) : never

const now = (): Instant => instant(monotonicNow())
const linkTo = ({ url }: GatewayAddress): LinkId => url as LinkId
const stamped = (event: Unstamped): Event =>
  ({ ...event, at: now(), wall: wallTime(Date.now()), random: Math.random() }) as Event

/** A prepared event may be this far from its moment: the age of a press is told in whole milliseconds. */
const preparedMs = 0.5

/** A device at work. Starting never waits for a gateway, a line or a disk that works. */
export class Device implements AsyncDisposable, Observed {
  readonly #options: RuntimeOptions
  /** Remembers its last result, so that what was prepared is not worked out again. */
  readonly #step = remembering(deviceStep)
  readonly #loop: Loop<State, Event>
  readonly #journal: Journal
  readonly #lines: readonly WatchedLine[]
  readonly #indicator: OutputSwitch | null
  readonly #relay: OutputSwitch | null
  readonly #uplinks: ReadonlyMap<LinkId, Uplink>
  readonly #edgeListeners = new Set<(edge: SeenEdge) => void>()
  #prepared: Event | null = null
  #isCut = false

  static async start(options: RuntimeOptions): Promise<Device> {
    const { configuration, log } = options
    let device: Device | null = null
    const dispatch = (event: Unstamped): void => device?.dispatch(event)
    const { journal, recovery } = await openJournal({
      folder: configuration.data,
      machineBoot: readMachineBoot(),
      now,
      onWritten: entry => dispatch({ kind: 'journaled', entry }),
      onFailed: (entry, reason) => {
        log.warn({ entry: entry.kind, reason }, 'journal cannot be written')
        dispatch({ kind: 'journalFailed', entry })
      },
    })
    device = new Device(options, journal)
    if (recovery.tornBytes > 0) log.info({ bytes: recovery.tornBytes }, 'journal: the last write was cut short')
    dispatch({ kind: 'started', recovered: recovery.presses })
    if (recovery.damage !== null) {
      log.error({ damage: recovery.damage }, 'journal is damaged')
      dispatch({ kind: 'journalDamaged' })
    }
    return device
  }

  private constructor(options: RuntimeOptions, journal: Journal) {
    const { configuration, backend, program, log } = options
    const boot = newBoot()
    this.#options = options
    this.#journal = journal
    this.#lines = inputsOf(configuration).map(input => new WatchedLine(input, backend, this.#lineReports()))
    this.#indicator = this.#output(configuration.indicator)
    this.#relay = this.#output(configuration.relay)
    this.#uplinks = new Map(configuration.gateways.map(gateway => [linkTo(gateway), this.#uplink(gateway, boot)]))
    const settings = { ...configuration, boot, program, links: [...this.#uplinks.keys()] }
    this.#loop = startLoop({
      initial: initialState(settings, now()),
      step: this.#step,
      perform: effect => this.#perform(effect),
      wake: () => this.#wake(),
      setTimer: (at, fire) => setTimer(at, fire, () => this.#prepare(at)),
    })
    log.info({ device: configuration.device, boot, program, buttons: configuration.buttons.length }, 'device started')
  }

  dispatch(event: Unstamped): void {
    this.#loop.dispatch(stamped(event))
  }

  report = (): StatusReport => ({
    ...reportOf(this.#loop.state(), now()),
    outputs: [this.#indicator, this.#relay]
      .filter(output => output !== null)
      .map(({ name, state }) => ({ name, state })),
  })

  onEdge = (listener: (edge: SeenEdge) => void): (() => void) => {
    this.#edgeListeners.add(listener)
    return () => void this.#edgeListeners.delete(listener)
  }

  /** For demonstrations: cuts every connection and lets none be made until called again. Returns whether it is cut now. */
  toggleCut(): boolean {
    this.#isCut = !this.#isCut
    for (const uplink of this.#uplinks.values()) uplink.setCut(this.#isCut)
    this.#options.log.warn({ cut: this.#isCut }, this.#isCut ? 'network cut, simulated' : 'network restored, simulated')
    return this.#isCut
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dispatch({ kind: 'stopping' })
    this.#loop.stop()
    await Promise.all(this.#lines.map(line => line[Symbol.asyncDispose]()))
    for (const output of [this.#indicator, this.#relay]) await output?.[Symbol.asyncDispose]()
    await Promise.all([...this.#uplinks.values()].map(uplink => uplink[Symbol.asyncDispose]()))
    await this.#journal[Symbol.asyncDispose]()
    this.#options.log.info({}, 'device stopped')
  }

  /**
   * The step is pure: what it will say at this moment can be worked out before, and what it will publish can be signed and
   * encoded. If nothing else happens until then, that very result is used, and the press leaves at once [D20].
   * Returns whether a press is about to be sent.
   */
  #prepare(at: Instant): boolean {
    const due = { ...stamped({ kind: 'woken' }), at, wall: wallTime(Math.round(Date.now() + between(now(), at))) }
    this.#prepared = due
    const { effects } = this.#step(this.#loop.state(), due)
    const presses = effects.filter(effect => effect.kind === 'publish' && 'contact' in effect.message)
    for (const effect of presses) if (effect.kind === 'publish') this.#uplinks.get(effect.link)?.prepare(effect.message)
    return presses.length > 0
  }

  /** The event that was prepared for this moment. One whose moment has passed would say what is not true any more. */
  #wake(): Event {
    const prepared = this.#prepared
    this.#prepared = null
    const isNow = prepared !== null && Math.abs(between(prepared.at, now())) < preparedMs
    return isNow ? prepared : stamped({ kind: 'woken' })
  }

  #perform(effect: Effect): void {
    logEffect(this.#options.log, effect)
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
        void auditLines(this.#lines).then(audited => this.dispatch({ kind: 'levelsAudited', ...audited }))
        break
      case 'feedWatchdogs':
        this.#options.feedWatchdogs()
        break
      case 'readClock':
        this.dispatch({ kind: 'clockRead', ...readClockQuality() })
        break
      case 'indicate':
        this.#indicator?.set(effect.state === 'acknowledged')
        break
      case 'switchRelay':
        this.#relay?.set(effect.state === 'closed')
        break
      case 'reportFault':
      case 'reportYielded':
        break // logged above
      default:
        assertNever(effect)
    }
  }

  #lineReports(): LineReports {
    return {
      now,
      onEdge: (line, { level, at, timeSource }) => {
        this.dispatch({ kind: 'edgeSeen', line, level, stampedAt: instant(at), timeSource })
        for (const listener of this.#edgeListeners) listener({ line, level, at, timeSource })
      },
      onLevel: (line, level, readAt) => this.dispatch({ kind: 'levelRead', line, level, readAt }),
      onFailed: (line, reason) => {
        this.#options.log.warn({ line, reason }, 'line failed')
        this.dispatch({ kind: 'lineFailed', line })
      },
      onRecovered: line => this.dispatch({ kind: 'lineRecovered', line }),
    }
  }

  #output(settings: OutputSettings | null): OutputSwitch | null {
    if (settings === null) return null
    const { backend, log } = this.#options
    const { name: output } = settings
    return new OutputSwitch(settings, backend, failure => {
      if (failure !== null) log.warn({ output, reason: failure }, 'output failed')
      this.dispatch({ kind: 'outputAnswered', output, works: failure === null })
    })
  }

  #uplink(gateway: GatewayAddress, boot: BootId): Uplink {
    const { configuration, identity, log } = this.#options
    const link = linkTo(gateway)
    return new Uplink({
      gateway,
      device: configuration.device,
      boot,
      identity,
      onConnected: session => {
        log.info({ gateway: link, session }, 'connected')
        this.dispatch({ kind: 'connected', link, session })
      },
      onDisconnected: (session, reason) => {
        log.info({ gateway: link, session, reason }, 'not connected')
        this.dispatch({ kind: 'disconnected', link, session })
      },
      onMessage: message => {
        log.debug({ gateway: link, message: message.kind }, 'received')
        this.dispatch({ kind: 'received', link, message })
      },
      onSetAside: reason => log.warn({ gateway: link, reason }, 'message set aside'),
    })
  }
}

function newBoot(): BootId {
  const boot = parseBootId(randomBytes(8).toString('hex'))
  assert(boot !== null, 'eight bytes are sixteen hexadecimal digits')
  return boot
}
