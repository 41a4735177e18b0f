// The device's step in a small world of its own: a clock that the test moves, a disk, links and fingers. No real time passes.
import type { CircuitSettings, LineId, Wiring } from '../../firmware/core/circuit.ts'
import { deviceStep } from '../../firmware/core/device.ts'
import {
  type Effect,
  type Event,
  initialState,
  type JournalEntry,
  type LinkId,
  type Press,
  type Settings,
  type State,
} from '../../firmware/core/model.ts'
import { assert } from '../../protocol/assert.ts'
import { encode, type Unsigned } from '../../protocol/codec.ts'
import type { FaultCode } from '../../protocol/faults.ts'
import {
  type AlarmId,
  alarmOfPress,
  type BootId,
  type ButtonId,
  type DeviceId,
  type PressId,
  parseBootId,
  parseButtonId,
  parseDeviceId,
} from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { DeviceMessage, Message, PressMessage, ProgressMessage } from '../../protocol/messages.ts'
import { type Instant, instant, millis, wallTime } from '../../protocol/time.ts'

export const device = parseDeviceId('rathaus-1') as DeviceId
export const boot = parseBootId('0123456789abcdef') as BootId
export const tresen = parseButtonId('tresen') as ButtonId
export const kasse = parseButtonId('kasse') as ButtonId
/** The line of a button that has one. */
export const lineOf = (button: ButtonId): LineId => `${button}/normallyOpen` as LineId
export const circuit = (wiring: Wiring): CircuitSettings => ({
  wiring,
  timing: { confirmMs: limits.confirmMsDefault, releaseMs: limits.releaseMs },
  latching: false,
})
export const zentrale = 'mqtts://zentrale:8883' as LinkId
export const zweite = 'mqtts://zweite:8883' as LinkId
export const signature = 'A'.repeat(86)
/** The wall clock at the start. */
export const morning = 1_795_400_000_000

type Unstamped = Event extends infer Each ? (Each extends Event ? Omit<Each, 'at' | 'wall' | 'random'> : never) : never
export type Options = {
  readonly links?: readonly LinkId[]
  readonly recovered?: readonly Press[]
  /** Lines read open at the start, links connect on the first try, the disk works. */
  readonly calm?: boolean
  readonly random?: () => number
  readonly buttons?: Settings['buttons']
  readonly tamper?: CircuitSettings
}

/** Two buttons with one normally open contact each. */
const usual: Settings['buttons'] = [tresen, kasse].map(id => ({
  id,
  ...circuit({ kind: 'normallyOpen', line: lineOf(id) }),
}))

export class World {
  state: State
  now = instant(1000)
  /** Everything asked for since the last `forget`, in order. */
  effects: Effect[] = []
  disk: 'works' | 'fails' | 'hangs' = 'works'
  network: 'works' | 'fails' = 'works'
  /** Gateways that do not answer, though the network works. */
  readonly gone = new Set<LinkId>()
  /** Presses on the disk that are not retired. */
  readonly written = new Map<PressId, Press>()
  /** Sees each step before what it asks for is done. */
  onStep: ((event: Event, effects: readonly Effect[]) => void) | null = null
  readonly #random: () => number
  #wakeAt: Instant | null = null
  readonly #hanging: JournalEntry[] = []

  constructor(options: Options = {}) {
    const { buttons = usual, tamper = null, links = [zentrale] } = options
    const settings = { device, boot, program: '0.1.0', buttons, tamper, links }
    this.state = initialState(settings, this.now)
    this.#random = options.random ?? (() => 0.5)
    if (options.calm === false) return
    this.start(options.recovered)
    this.readAtRest()
    this.pass(2000)
    this.forget()
  }

  start(recovered: readonly Press[] = []): void {
    for (const press of recovered) this.written.set(press.id, press)
    this.happen({ kind: 'started', recovered })
  }

  happen(event: Unstamped): readonly Effect[] {
    const wall = wallTime(morning + Math.floor(this.now))
    const stamped = { ...event, at: this.now, wall, random: this.#random() } as Event
    const { state, effects, wakeAt } = deviceStep(this.state, stamped)
    this.state = state
    this.#wakeAt = wakeAt
    this.effects.push(...effects)
    this.onStep?.(stamped, effects)
    for (const effect of effects) this.#perform(effect)
    return effects
  }

  /** Lets time pass, waking the step whenever it asked to be woken. */
  pass(ms: number): void {
    const until = this.now + ms
    for (let guard = 0; this.#wakeAt !== null && this.#wakeAt <= until; guard += 1) {
      assert(guard < 100_000, 'the step asks to be woken without end')
      this.now = instant(Math.max(this.now, this.#wakeAt))
      this.happen({ kind: 'woken' })
    }
    this.now = instant(until)
  }

  forget(): void {
    this.effects = []
  }

  /** Every contact is as nobody touches it. */
  readAtRest(): void {
    const circuits = [...this.state.buttons.values()].map(button => button.circuit)
    const lines = [...circuits, ...(this.state.tamper === null ? [] : [this.state.tamper])].flatMap(each => each.lines)
    for (const { id, pressed } of lines) this.read(id, pressed === 'open' ? 'closed' : 'open')
  }

  edge(button: ButtonId, level: 'closed' | 'open', stampedAt: number = this.now): readonly Effect[] {
    return this.lineEdge(lineOf(button), level, stampedAt)
  }

  lineEdge(line: LineId, level: 'closed' | 'open', stampedAt: number = this.now): readonly Effect[] {
    return this.happen({ kind: 'edgeSeen', line, level, stampedAt: instant(stampedAt), timeSource: 'kernel' })
  }

  read(line: LineId, level: 'closed' | 'open'): readonly Effect[] {
    return this.happen({ kind: 'levelRead', line, level, readAt: this.now })
  }

  /** A finger presses, holds and lets go; returns the message that it caused. */
  press(button: ButtonId = tresen, holdMs = 100): Unsigned<PressMessage> | undefined {
    const before = this.presses().length
    this.edge(button, 'closed')
    this.pass(holdMs)
    this.edge(button, 'open')
    this.pass(400)
    return this.presses()[before]
  }

  connect(link: LinkId = zentrale): void {
    const { session } = this.state.links.get(link) ?? { session: 0 }
    this.happen({ kind: 'connected', link, session })
  }

  disconnect(link: LinkId = zentrale): void {
    const { session } = this.state.links.get(link) ?? { session: 0 }
    this.happen({ kind: 'disconnected', link, session })
  }

  receipt(press: { readonly id: PressId }, alarm: AlarmId = alarmOfPress(press.id)): readonly Effect[] {
    const recordedAt = wallTime(morning)
    const message = { v: 1, kind: 'receipt', device, id: press.id, alarm, recordedAt, sig: signature } as const
    return this.happen({ kind: 'received', link: zentrale, message })
  }

  progress(
    alarm: AlarmId,
    state: ProgressMessage['state'],
    button: ButtonId = tresen,
    link: LinkId = zentrale,
  ): readonly Effect[] {
    const message = { v: 1, kind: 'progress', device, button, alarm, state, sig: signature } as const
    return this.happen({ kind: 'received', link, message })
  }

  command(command: 'startTest' | 'endTest', n: number, durationMs = 60_000, toBoot: BootId = boot): void {
    const duration = millis(durationMs)
    const body = { v: 1, kind: 'command', device, boot: toBoot, n, command, button: tresen } as const
    const message = { ...body, durationMs: duration, sig: signature }
    this.happen({ kind: 'received', link: zentrale, message })
  }

  config(heartbeatMs: number, indicator: 'off' | 'afterAcknowledgement', version = '7'): void {
    const heartbeat = millis(heartbeatMs)
    const message = {
      v: 1,
      kind: 'config',
      device,
      version,
      heartbeatMs: heartbeat,
      indicator,
      sig: signature,
    } as const
    this.happen({ kind: 'received', link: zentrale, message })
  }

  messages(): Unsigned<DeviceMessage>[] {
    return this.effects.flatMap(effect => (effect.kind === 'publish' ? [effect.message] : []))
  }

  presses(): Unsigned<PressMessage>[] {
    return this.messages().flatMap(message =>
      message.kind === 'alarm' || message.kind === 'repeatPress' || message.kind === 'testAlarm' ? [message] : [],
    )
  }

  of<Kind extends Effect['kind']>(kind: Kind): Extract<Effect, { kind: Kind }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind)
  }

  /** `raised buttonStuck tresen`, in order. */
  faults(): string[] {
    return this.of('reportFault').map(({ state, code, subject }) => `${state} ${code} ${subject}`)
  }

  hasFault(code: FaultCode): boolean {
    return [...this.state.faults.values()].some(fault => fault.code === code)
  }

  /** The disk comes back after hanging, and finishes what it was asked. */
  finishWriting(): void {
    this.disk = 'works'
    for (const entry of this.#hanging.splice(0)) this.#write(entry)
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'publish') encode({ ...effect.message, sig: signature } as Message) // throws if it breaks its schema
    if (effect.kind === 'journal') this.#write(effect.entry)
    if (effect.kind === 'connect') {
      const { link, session } = effect
      const reachable = this.network === 'works' && !this.gone.has(link)
      this.happen({ kind: reachable ? 'connected' : 'disconnected', link, session })
    }
  }

  #write(entry: JournalEntry): void {
    if (this.disk === 'hangs') {
      this.#hanging.push(entry)
      return
    }
    if (this.disk === 'fails') {
      this.happen({ kind: 'journalFailed', entry })
      return
    }
    if (entry.kind === 'pressed') this.written.set(entry.press.id, entry.press)
    if (entry.kind === 'retired') this.written.delete(entry.press)
    this.happen({ kind: 'journaled', entry })
  }
}
