// The shape of both programs [D3]: a pure step, and the small loop that drives it.
import type { Instant } from './time.ts'

export type Result<State, Effect> = {
  readonly state: State
  readonly effects: readonly Effect[]
  /** When the step wants to be woken if nothing happens before; null means never. */
  readonly wakeAt: Instant | null
}

/** Joins what is with what happened. Pure: time and randomness come in with the event. */
export type Step<State, Event, Effect> = (state: State, event: Event) => Result<State, Effect>

/** The same step, which works out the same state and event only once in a row: it is pure, so nobody can tell. */
export function remembering<State, Event, Effect>(step: Step<State, Event, Effect>): Step<State, Event, Effect> {
  let last: { readonly state: State; readonly event: Event; readonly result: Result<State, Effect> } | null = null
  return (state, event) => {
    if (last === null || last.state !== state || last.event !== event)
      last = { state, event, result: step(state, event) }
    return last.result
  }
}

export type Loop<State, Event> = {
  /** Runs the step for this event and performs its effects. Called from within an effect, it waits for its turn. */
  readonly dispatch: (event: Event) => void
  readonly state: () => State
  /** Ends the timer. Later events are not run. */
  readonly stop: () => void
}

export type LoopOptions<State, Event, Effect> = {
  readonly initial: State
  readonly step: Step<State, Event, Effect>
  readonly perform: (effect: Effect) => void
  /** The event that tells the step that its time has come. */
  readonly wake: () => Event
  /** Calls back once at the moment; the returned function cancels. */
  readonly setTimer: (at: Instant, fire: () => void) => () => void
}

/** Events run one after the other, each to its end: a step never sees half of another. */
export function startLoop<State, Event, Effect>(options: LoopOptions<State, Event, Effect>): Loop<State, Event> {
  let state = options.initial
  let running = false
  let stopped = false
  let cancelTimer: (() => void) | null = null
  let timerAt: Instant | null = null
  const waiting: Event[] = []

  function run(event: Event): void {
    const result = options.step(state, event)
    state = result.state
    for (const effect of result.effects) options.perform(effect)
    if (stopped || result.wakeAt === timerAt) return
    cancelTimer?.()
    timerAt = result.wakeAt
    cancelTimer = timerAt === null ? null : options.setTimer(timerAt, fire)
  }

  function fire(): void {
    cancelTimer = null
    timerAt = null
    dispatch(options.wake())
  }

  function dispatch(event: Event): void {
    waiting.push(event)
    if (running) return
    running = true
    try {
      while (!stopped) {
        const next = waiting.shift()
        if (next === undefined) break
        run(next)
      }
    } finally {
      running = false
    }
  }

  return {
    dispatch,
    state: () => state,
    stop: () => {
      stopped = true
      cancelTimer?.()
      cancelTimer = null
    },
  }
}
