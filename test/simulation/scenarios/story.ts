// The words of the scenarios: what happens in the town, one thing after the other, and then how it ended. Every story is lived
// under all oracles.
import type { ButtonId, ResponderId } from '../../../protocol/ids.ts'
import { calmMs } from '../bounds.ts'
import { Violation } from '../oracle.ts'
import type { Act, ActKind, ActOf, Attack, ConfigurationChange, DiskFault, Plan } from '../plan.ts'
import { startRun } from '../run.ts'
import { Ending } from './ending.ts'
import { type Difference, minuteMs, rathaus, townOf, tresen, zentrale } from './town.ts'

/** When the story begins: the town has been calm for long enough that every press has to be seen at once. */
const beginningMs = Math.max(10 * minuteMs, 2 * calmMs)
/** After the last thing that happens, so that oracles can ask for everything that has to follow. */
const aftermathMs = 15 * minuteMs
const hourMs = 60 * minuteMs

type Sort<Kind extends ActKind> = ActOf<Kind> extends infer Each ? Omit<Each, 'at' | 'kind'> : never

export const town = (difference: Difference = {}): Story => new Story(townOf(difference))

export class Story {
  readonly #plan: Plan
  readonly #acts: Act[] = []
  #now = beginningMs

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** Time passes. */
  later(ms: number): this {
    this.#now += ms
    return this
  }

  press(button: ButtonId = tresen, holdMs = 300): this {
    return this.#happens('press', { device: rathaus, button, holdMs, bounces: 0 })
  }

  pressBouncing(bounces: number): this {
    return this.#happens('press', { device: rathaus, button: tresen, holdMs: 300, bounces })
  }

  pressTimes(times: number, gapMs: number, holdMs = 300): this {
    return this.#happens('pressAgain', { device: rathaus, button: tresen, holdMs, times, gapMs })
  }

  pressTogether(...buttons: readonly ButtonId[]): this {
    return this.#happens('pressTogether', { device: rathaus, buttons, holdMs: 300 })
  }

  everybodyPresses(presses: number): this {
    return this.#happens('storm', { presses })
  }

  brush(closedMs: number): this {
    return this.#happens('brush', { device: rathaus, button: tresen, closedMs })
  }

  /** Something is wrong with the button or its lines. */
  contact(what: 'chatter' | 'stuck' | 'deadInterrupt' | 'cutWire' | 'lineFailure', durationMs: number): this {
    const name = { device: rathaus, button: tresen, durationMs }
    if (what === 'chatter') return this.#happens('chatter', { ...name, periodMs: 20 })
    if (what === 'lineFailure') return this.#happens('lineFailure', { ...name, noticed: 'atOnce' })
    return this.#happens(what, name)
  }

  /** The button is held while its device starts, and for so long afterwards. */
  heldAtStart(durationMs: number, holdMs: number): this {
    return this.#happens('heldAtStart', { device: rathaus, button: tresen, durationMs, holdMs })
  }

  powerCut(machine: string, durationMs: number, again: ActOf<'powerCut'>['again'] = null): this {
    return this.#happens('powerCut', { machine, durationMs, again })
  }

  /** The program is killed, and stays down. */
  crash(machine: string, durationMs: number, again: ActOf<'crash'>['again'] = null): this {
    return this.#happens('crash', { machine, durationMs, again })
  }

  disk(machine: string, how: DiskFault, durationMs: number): this {
    return this.#happens('disk', { machine, how, durationMs })
  }

  clockWrong(machine: string, byMs: number, durationMs: number): this {
    return this.#happens('clockStep', { machine, byMs, durationMs })
  }

  /** Nothing passes between this client and the gateway; packets wait. */
  cutOff(client: string, durationMs: number, gateway = zentrale): this {
    return this.#happens('partition', { path: { client, gateway }, durationMs })
  }

  networkDown(durationMs: number, gateway = zentrale): this {
    return this.#happens('isolation', { gateway, durationMs })
  }

  /** The connection carries nothing any more, and this side does not know. */
  halfOpen(client: string, deaf: ActOf<'halfOpen'>['deaf']): this {
    return this.#happens('halfOpen', { path: { client, gateway: zentrale }, deaf })
  }

  connectionReset(client: string): this {
    return this.#happens('reset', { path: { client, gateway: zentrale } })
  }

  unruly(
    client: string,
    durationMs: number,
    chances: { loss?: number; duplication?: number; reordering?: number },
  ): this {
    const path = { client, gateway: zentrale }
    return this.#happens('unruly', { path, durationMs, loss: 0, duplication: 0, reordering: 0, ...chances })
  }

  slow(client: string, delayMs: number, durationMs: number): this {
    return this.#happens('slowPath', { path: { client, gateway: zentrale }, delayMs, durationMs })
  }

  away(person: ResponderId, durationMs: number): this {
    return this.#happens('away', { person, durationMs })
  }

  /** The person's program takes packets and reads none. */
  hangs(person: ResponderId, durationMs: number): this {
    return this.#happens('slowReader', { person, durationMs })
  }

  testMode(person: ResponderId, pressAfterMs: number): this {
    return this.#happens('testMode', { person, device: rathaus, button: tresen, pressAfterMs, durationMs: minuteMs })
  }

  reload(change: ConfigurationChange, durationMs: number): this {
    return this.#happens('reload', { change, durationMs })
  }

  removeDevice(durationMs: number): this {
    return this.#happens('deviceRemoved', { device: rathaus, durationMs })
  }

  attack(attack: Attack): this {
    return this.#happens('attack', { gateway: zentrale, device: rathaus, attack })
  }

  /** Somebody closes every alarm that has been open for long. */
  sweep(person: ResponderId): this {
    return this.#happens('sweep', { person })
  }

  /** Lives it to its end. @throws if an oracle finds a promise broken: its id and what it saw */
  ends(): Ending {
    const hours = (this.#now + aftermathMs) / hourMs
    const running = startRun({ ...this.#plan, hours, acts: this.#acts })
    const ending = new Ending(running, beginningMs)
    try {
      running.finish()
    } catch (error) {
      if (error instanceof Violation) error.message = `${error.oracle.id}: ${error.message}\n${ending.lastLines(40)}`
      throw error
    }
    return ending
  }

  #happens<Kind extends ActKind>(kind: Kind, what: Sort<Kind>): this {
    this.#acts.push({ at: this.#now, kind, ...what } as unknown as Act)
    return this
  }
}
