// Starts the console: asks who is logged in, and shows the page.
import { render } from 'preact'
import { api } from './api.ts'
import { permission } from './attention.ts'
import { rememberedLanguage, startEffects } from './effects.ts'
import { initialState } from './model.ts'
import { parseRoute } from './routes.ts'
import { createStore, type Store } from './store.ts'
import { App } from './views/app.tsx'

const retryMs = 2000

function start(root: Element): void {
  const language = rememberedLanguage()
  const store = createStore(initialState(language, parseRoute(location.hash), performance.now()))
  const effects = startEffects(store)
  document.documentElement.lang = store.get().language
  store.dispatch({ kind: 'permissionChanged', permission: permission() })
  addEventListener('hashchange', () => store.dispatch({ kind: 'routed', route: parseRoute(location.hash) }))
  render(<App store={store} sound={{ enable: effects.enableSound, mute: effects.muteSound }} />, root)
  void askSession(store)
}

/** Nobody is shown a login page only because the gateway does not answer. */
async function askSession(store: Store): Promise<void> {
  const answer = await api.session()
  if (answer.kind === 'answered') store.dispatch({ kind: 'loggedIn', session: answer.value, at: performance.now() })
  else if (answer.kind === 'refused' && answer.status === 401) {
    const { gateway = null, ended = false } = answer.problem
    store.dispatch({ kind: 'loggedOut', gateway, why: { kind: ended ? 'ended' : 'asked' } })
  } else {
    store.dispatch({ kind: 'connectionLost', why: null })
    setTimeout(() => void askSession(store), retryMs)
  }
}

const root = document.querySelector('#console')
if (root !== null) start(root)
