// The whole page: who is logged in decides between login and console; an alarm stands in front of everything.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { api } from '../api.ts'
import type { State } from '../model.ts'
import { type Page, PageContext, usePage } from '../page.ts'
import { placeLine, waitingCalls } from '../select.ts'
import type { Store } from '../store.ts'
import { translator } from '../texts.ts'
import { AlarmDetailView } from './alarm-detail.tsx'
import { AlarmScreen } from './alarm-screen.tsx'
import { AlarmsView } from './alarms.tsx'
import { CallBar, LossBanner } from './banners.tsx'
import { DevicesView } from './devices.tsx'
import { Displaced } from './displaced.tsx'
import { FaultsView } from './faults.tsx'
import { Header } from './header.tsx'
import { IncidentView } from './incident.tsx'
import { Login } from './login.tsx'
import { LoginEnding } from './login-ending.tsx'
import { Notices } from './notices.tsx'

export function App({ store, sound }: { readonly store: Store; readonly sound: Page['sound'] }) {
  const state = useStore(store)
  const text = useMemo(() => translator(state.language), [state.language])
  return (
    <PageContext.Provider value={{ state, text, sound, dispatch: store.dispatch }}>
      <Announcement />
      {state.access.kind === 'unknown' && <Starting />}
      {state.access.kind === 'loggedOut' && <Login />}
      {state.access.kind === 'displaced' && <Displaced session={state.access.session} />}
      {state.access.kind === 'loggedIn' && <Console />}
    </PageContext.Provider>
  )
}

function useStore(store: Store): State {
  const [state, setState] = useState(store.get())
  useEffect(() => {
    setState(store.get())
    return store.subscribe((_, next) => setState(next))
  }, [store])
  return state
}

function Starting() {
  const { text } = usePage()
  return (
    <>
      <LossBanner />
      <p class="starting">{text('starting')}</p>
    </>
  )
}

function Console() {
  const { state } = usePage()
  useConfirmation(state)
  const alarmed = state.calls.size > 0 && !state.steppedBack
  return (
    <>
      <div class="console" inert={alarmed}>
        <div class="bars">
          <LossBanner />
          <CallBar />
          <LoginEnding />
        </div>
        <Header />
        {!alarmed && <Notices />}
        <Main />
      </div>
      {alarmed && <AlarmScreen />}
    </>
  )
}

/** A change of place moves the focus there, so that a screen reader follows; the first place is left alone. */
function Main() {
  const { state } = usePage()
  const main = useRef<HTMLElement>(null)
  const first = useRef(state.route)
  useEffect(() => {
    if (first.current === state.route) return
    scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [state.route])
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <Place />
    </main>
  )
}

function Place() {
  const { route } = usePage().state
  switch (route.kind) {
    case 'alarms':
      return <AlarmsView />
    case 'alarm':
      return <AlarmDetailView key={route.alarm} alarm={route.alarm} />
    case 'incident':
      return <IncidentView key={route.alarm} alarm={route.alarm} />
    case 'devices':
      return <DevicesView />
    case 'faults':
      return <FaultsView />
  }
}

/** Said aloud at once by a screen reader, once for every alarm. */
function Announcement() {
  const { state, text } = usePage()
  const calls = waitingCalls(state).map(call => {
    const place = placeLine(call.place)
    return text(call.kind === 'test' ? 'announceTest' : 'announceAlarm', { place })
  })
  return (
    <div role="alert" class="unseen">
      {calls.join(' ')}
    </div>
  )
}

const confirmAgainMs = 2000

/** Tells the gateway what has been on the screen. Effects run after the page has been drawn. */
function useConfirmation(state: State): void {
  const { dispatch } = usePage()
  const asked = useRef(new Set<string>())
  useEffect(() => {
    if (state.connection.kind !== 'live') return
    for (const notification of state.unconfirmed) {
      if (asked.current.has(notification)) continue
      asked.current.add(notification)
      void api.seen(notification).then(answer => {
        const again = answer.kind === 'unreachable' || (answer.kind === 'refused' && answer.status >= 500)
        if (again) setTimeout(() => asked.current.delete(notification), confirmAgainMs)
        else {
          dispatch({ kind: 'confirmed', notification })
          asked.current.delete(notification)
        }
      })
    }
  }, [state.unconfirmed, state.at, state.connection.kind])
}
