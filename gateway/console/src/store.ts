// Holds the state, and tells who listens what it was and what it is.
import type { PageEvent, State } from './model.ts'
import { reduce } from './state.ts'

export type Listener = (previous: State, state: State) => void
export type Store = {
  readonly get: () => State
  readonly dispatch: (event: PageEvent) => void
  /** Returns what ends the subscription. */
  readonly subscribe: (listener: Listener) => () => void
}

export function createStore(first: State): Store {
  let state = first
  const listeners = new Set<Listener>()
  return {
    get: () => state,
    dispatch: event => {
      const previous = state
      state = reduce(previous, event)
      if (state !== previous) for (const listener of [...listeners]) listener(previous, state)
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
