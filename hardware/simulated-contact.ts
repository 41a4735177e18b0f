// One simulated contact: what its level is, how it moves, and what of that the open line hears. It moves whether or not a line is open.
import { monotonicNow } from './clock.ts'
import type { InputOptions, Level } from './lines.ts'
import type { Bounce } from './simulated-command.ts'

export type ContactListener = Pick<InputOptions, 'onEdge' | 'onFailure' | 'onRecovery'>
export type MotionEnd = 'finished' | 'replaced'

/** The level at `afterMs` from the beginning of a motion. Never earlier than the one before. */
export type Moment = { readonly afterMs: number; readonly level: Level }

type Motion = {
  readonly moments: Iterator<Moment, void>
  readonly startedAt: number
  readonly settle: (end: MotionEnd) => void
  next: Moment | null
  timer: NodeJS.Timeout | undefined
}

export class Contact implements Disposable {
  #level: Level
  #motion: Motion | null = null
  #stuck = false
  #interruptDead = false
  #failure: string | null = null
  #listener: ContactListener | null = null

  constructor(level: Level) {
    this.#level = level
  }

  get level(): Level {
    return this.#level
  }

  /** Why the line cannot be trusted, or null while it can. */
  get failure(): string | null {
    return this.#failure
  }

  /** From now on this listener, and no other, hears of the contact. */
  listen(listener: ContactListener | null): void {
    this.#listener = listener
  }

  /** Starts a motion; one that is under way ends as replaced. The first moments are carried out before this returns. */
  move(moments: Iterable<Moment, void>): Promise<MotionEnd> {
    this.#endMotion('replaced')
    return new Promise(settle => {
      const iterator = moments[Symbol.iterator]()
      const motion: Motion = {
        moments: iterator,
        startedAt: monotonicNow(),
        settle,
        next: takeFrom(iterator),
        timer: undefined,
      }
      this.#motion = motion
      this.#advance(motion)
    })
  }

  stick(): void {
    this.#endMotion('replaced')
    this.#goTo('closed', monotonicNow())
    this.#stuck = true
  }

  free(): void {
    this.#stuck = false
    void this.move([{ afterMs: 0, level: 'open' }])
  }

  setInterruptDead(dead: boolean): void {
    this.#interruptDead = dead
  }

  fail(reason: string): void {
    const before = this.#failure
    this.#failure = reason
    if (before === null) this.#listener?.onFailure({ de: reason, en: reason })
  }

  recover(): void {
    if (this.#failure === null) return
    this.#failure = null
    this.#listener?.onRecovery()
  }

  [Symbol.dispose](): void {
    this.#listener = null
    this.#endMotion('replaced')
  }

  #advance(motion: Motion): void {
    while (motion.next !== null) {
      const dueAt = motion.startedAt + motion.next.afterMs
      const waitMs = dueAt - monotonicNow()
      if (waitMs > 0) {
        motion.timer = setTimeout(() => this.#advance(motion), Math.ceil(waitMs))
        return
      }
      // Stamped with the moment it was due, as a kernel would, however late this program comes to it.
      this.#goTo(motion.next.level, dueAt)
      if (this.#motion !== motion) return // A listener has moved the contact itself.
      motion.next = takeFrom(motion.moments)
    }
    this.#endMotion('finished')
  }

  #endMotion(end: MotionEnd): void {
    const motion = this.#motion
    if (motion === null) return
    this.#motion = null
    clearTimeout(motion.timer)
    motion.settle(end)
  }

  #goTo(level: Level, at: number): void {
    if (level === this.#level || (this.#stuck && level === 'open')) return
    this.#level = level
    if (this.#interruptDead || this.#failure !== null) return
    this.#listener?.onEdge({ level, at, timeSource: 'kernel' })
  }
}

/** Closes, bounces until it settles closed, holds, opens; or, if it is closed at rest, the other way round. */
export function* pressMoments(
  holdMs: number,
  bounce: Bounce | undefined,
  atRest: Level = 'open',
): Generator<Moment, void> {
  const pressed = atRest === 'open' ? 'closed' : 'open'
  yield { afterMs: 0, level: pressed }
  let settledMs = 0
  if (bounce !== undefined) {
    const settling = bounce.edges + (bounce.edges % 2) // An even number of further edges leads back to pressed.
    for (let edge = 1; edge <= settling; edge++) {
      settledMs = edge * bounce.gapMs
      yield { afterMs: settledMs, level: edge % 2 === 1 ? atRest : pressed }
    }
  }
  yield { afterMs: settledMs + holdMs, level: atRest }
}

export function* bounceMoments(from: Level, bounce: Bounce): Generator<Moment, void> {
  for (let edge = 0; edge < bounce.edges; edge++) {
    yield { afterMs: edge * bounce.gapMs, level: (from === 'open') === (edge % 2 === 0) ? 'closed' : 'open' }
  }
}

export function* chatterMoments(periodMs: number, durationMs: number): Generator<Moment, void> {
  const halfMs = periodMs / 2
  for (let half = 0; half * halfMs < durationMs; half++) {
    yield { afterMs: half * halfMs, level: half % 2 === 0 ? 'closed' : 'open' }
  }
  yield { afterMs: durationMs, level: 'open' }
}

function takeFrom(moments: Iterator<Moment, void>): Moment | null {
  const taken = moments.next()
  return taken.done === true ? null : taken.value
}
