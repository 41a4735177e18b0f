// What every view may use: the state, the words in the person's language, and ways to change something.
import { createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { assert } from '../../../protocol/assert.ts'
import type { Text } from '../../../protocol/text.ts'
import { type Answer, type Api, api } from './api.ts'
import type { PageEvent, State } from './model.ts'
import { type Route, routeHash } from './routes.ts'
import type { Translate } from './texts.ts'

export type Page = {
  readonly state: State
  readonly text: Translate
  readonly dispatch: (event: PageEvent) => void
  readonly sound: { readonly enable: () => void; readonly mute: () => void }
}

export const PageContext = createContext<Page | null>(null)

/** @throws outside of the page, a mistake in the program. */
export function usePage(): Page {
  const page = useContext(PageContext)
  assert(page !== null, 'a view stands inside the page')
  return page
}

export const go = (route: Route): void => {
  location.hash = routeHash(route)
}

export type Action = {
  readonly pending: boolean
  /** Why the last try did not work, in both languages. */
  readonly problem: Text | 'unreachable' | null
  readonly run: <Value>(ask: (api: Api) => Promise<Answer<Value>>, done: (value: Value) => void) => void
}

/**
 * One thing that a person asks the gateway to do: at most once at a time, and every failure has words.
 * @param ofUnauthorized what a 401 means here.
 */
export function useAction(ofUnauthorized: 'sessionEnded' | 'wrongPassword' = 'sessionEnded'): Action {
  const { dispatch } = usePage()
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Action['problem']>(null)
  const present = usePresence()
  return {
    pending,
    problem,
    run: (ask, done) => {
      if (pending) return
      setPending(true)
      setProblem(null)
      void ask(api).then(answer => {
        if (answer.kind === 'answered') done(answer.value)
        if (answer.kind === 'refused' && answer.status === 401 && ofUnauthorized === 'sessionEnded')
          dispatch({ kind: 'connectionLost', why: null })
        if (!present.current) return
        setPending(false)
        if (answer.kind === 'refused') setProblem(answer.problem.error)
        if (answer.kind === 'unreachable') setProblem('unreachable')
      })
    },
  }
}

/** Whether the view is still on the page when an answer comes. */
function usePresence(): { readonly current: boolean } {
  const present = useRef(true)
  useEffect(() => {
    present.current = true
    return () => {
      present.current = false
    }
  }, [])
  return present
}
