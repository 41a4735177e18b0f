// What the state asks of the world: stream, sound, title, icon, language. Each follows the state and nothing else.
import { api, speakFor } from './api.ts'
import { type Attention, createAttention } from './attention.ts'
import { createLive, type Live } from './connection.ts'
import type { State } from './model.ts'
import { session, sirenWanted } from './select.ts'
import { createSounder, type Sounder } from './sound.ts'
import type { Store } from './store.ts'

/** The only thing that this page keeps in the browser. */
const languageKey = 'stillruf.language'
const tickMs = 1000

export type Effects = { readonly enableSound: () => void; readonly muteSound: () => void }

export function startEffects(store: Store): Effects {
  const live = createLive(store.dispatch, api)
  const attention: Attention = createAttention(() =>
    store.dispatch({ kind: 'permissionChanged', permission: 'unsupported' }),
  )
  let sounder: Sounder | null = null

  /** Only once somebody is logged in: before that nothing may sound. */
  function soundOf(state: State): Sounder | null {
    if (sounder === null && state.access.kind === 'loggedIn')
      sounder = createSounder(sound => store.dispatch({ kind: 'soundChanged', sound }))
    return sounder
  }

  store.subscribe((previous, state) => {
    if (previous.language !== state.language) document.documentElement.lang = state.language
    if (previous.languageChosen !== state.languageChosen) rememberLanguage(state)
    speakFor(session(state)?.account ?? null)
    follow(live, previous, state)
    attention.update(previous, state)
    soundOf(state)?.siren(sirenWanted(state))
    if (newTest(previous, state)) sounder?.chime()
  })
  setInterval(() => store.dispatch({ kind: 'ticked', at: performance.now() }), tickMs)
  return {
    enableSound: () => soundOf(store.get())?.enable(),
    muteSound: () => soundOf(store.get())?.mute(),
  }
}

function follow(live: Live, previous: State, state: State): void {
  const [before, now] = [session(previous), session(state)]
  if (now === null) {
    if (before !== null) live.close()
  } else if (before === null) live.open(now)
  else if (previous.connection.kind !== 'lost' && state.connection.kind === 'lost') live.renew()
}

const newTest = (previous: State, state: State): boolean =>
  [...state.calls.values()].some(call => call.kind === 'test' && !previous.calls.has(call.alarm))

/** A browser may forbid to store anything; then the choice lasts as long as the page. */
function rememberLanguage(state: State): void {
  try {
    if (state.languageChosen !== null) localStorage.setItem(languageKey, state.languageChosen)
  } catch {
    return
  }
}

export function rememberedLanguage(): 'de' | 'en' | null {
  try {
    const language = localStorage.getItem(languageKey)
    return language === 'de' || language === 'en' ? language : null
  } catch {
    return null // a browser may forbid to read what is stored: German, then
  }
}
