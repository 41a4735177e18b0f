import { expect, test } from 'vitest'
import { type LoopOptions, type Result, remembering, startLoop } from '../../protocol/step.ts'
import { type Instant, instant } from '../../protocol/time.ts'

type Event = { readonly kind: 'said'; readonly text: string } | { readonly kind: 'woken' }
type State = readonly string[]

/** A loop whose state is the list of what it heard, with a clock that the test winds. */
function transcript(step: (state: State, event: Event) => Result<State, string>, perform = (_: string): void => {}) {
  const timers: { at: Instant; fire: () => void }[] = []
  const options: LoopOptions<State, Event, string> = {
    initial: [],
    step,
    perform: effect => perform(effect),
    wake: () => ({ kind: 'woken' }),
    setTimer: (at, fire) => {
      const timer = { at, fire }
      timers.push(timer)
      return () => timers.splice(timers.indexOf(timer), 1)
    },
  }
  const loop = startLoop(options)
  const fire = (): void => timers.shift()?.fire()
  return { loop, timers, fire, say: (text: string) => loop.dispatch({ kind: 'said', text }) }
}
const heard = (state: State, event: Event): State => [...state, event.kind === 'said' ? event.text : 'woken']

test('an event that an effect causes waits until the running one has ended', () => {
  const performed: string[] = []
  const { loop, say } = transcript(
    (state, event) => ({
      state: heard(state, event),
      effects: event.kind === 'said' && event.text === 'a' ? ['1', '2'] : ['3'],
      wakeAt: null,
    }),
    effect => {
      performed.push(`${effect} at ${loop.state().join('')}`)
      if (effect === '1') say('b')
    },
  )
  say('a')
  expect(loop.state()).toEqual(['a', 'b'])
  expect(performed).toEqual(['1 at a', '2 at a', '3 at ab'])
})

test('the step is woken at the moment it asked for, once', () => {
  const { loop, timers, fire, say } = transcript((state, event) => ({
    state: heard(state, event),
    effects: [],
    wakeAt: event.kind === 'said' ? instant(100) : null,
  }))
  say('a')
  expect(timers.map(timer => timer.at)).toEqual([100])
  fire()
  expect(loop.state()).toEqual(['a', 'woken'])
  expect(timers).toEqual([])
})

test('the same moment keeps its timer, another moment replaces it, none removes it', () => {
  let wakeAt: Instant | null = instant(100)
  const { timers, say } = transcript((state, event) => ({ state: heard(state, event), effects: [], wakeAt }))
  say('a')
  const [first] = timers
  say('b')
  expect(timers).toEqual([first])
  wakeAt = instant(50)
  say('c')
  expect(timers.map(timer => timer.at)).toEqual([50])
  wakeAt = null
  say('d')
  expect(timers).toEqual([])
})

test('a step that asks for the moment it was just woken at is woken again', () => {
  const { loop, timers, fire, say } = transcript((state, event) => ({
    state: heard(state, event),
    effects: [],
    wakeAt: instant(7),
  }))
  say('a')
  fire()
  expect(timers).toHaveLength(1)
  fire()
  expect(loop.state()).toEqual(['a', 'woken', 'woken'])
})

test('after the stop nothing runs any more, not even what was waiting', () => {
  const { loop, timers, say } = transcript(
    (state, event) => ({ state: heard(state, event), effects: ['effect'], wakeAt: instant(9) }),
    () => {
      say('b')
      loop.stop()
    },
  )
  say('a')
  say('c')
  expect(loop.state()).toEqual(['a'])
  expect(timers).toEqual([])
})

test('a step that fails does not block the events after it', () => {
  const { loop, say } = transcript((state, event) => {
    if (event.kind === 'said' && event.text === 'bad') throw new Error('assertion')
    return { state: heard(state, event), effects: [], wakeAt: null }
  })
  expect(() => say('bad')).toThrow('assertion')
  say('good')
  expect(loop.state()).toEqual(['good'])
})

test('what was worked out for a state and an event is not worked out again, and for any other it is', () => {
  let worked = 0
  const step = remembering((state: State, event: Event) => {
    worked += 1
    return { state: heard(state, event), effects: [], wakeAt: null }
  })
  const [start, event] = [[], { kind: 'woken' }] as const
  const prepared = step(start, event)
  expect(step(start, event)).toBe(prepared)
  expect(worked).toBe(1)
  expect(step(prepared.state, event).state).toEqual(['woken', 'woken'])
  expect(step(start, { kind: 'said', text: 'a' }).state).toEqual(['a'])
  expect(worked).toBe(3)
})
