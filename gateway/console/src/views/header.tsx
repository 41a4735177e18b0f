// The bar on top: where you are, whether the page is connected and audible, and who is logged in.
import { useAction, usePage } from '../page.ts'
import { routeHash } from '../routes.ts'
import { mayAct, openAlarms, session } from '../select.ts'
import { CutIcon, LinkIcon, Mark, SoundOffIcon, SoundOnIcon } from './icons.tsx'
import { ActionProblem } from './problem.tsx'

export function Header() {
  const { state, text } = usePage()
  return (
    <header class="header">
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('#main')?.focus()}>
        {text('skipToContent')}
      </button>
      <div class="identity">
        <Mark />
        <span class="gateway-name">{session(state)?.gateway}</span>
      </div>
      <Navigation />
      <div class="tools">
        <ConnectionState />
        {mayAct(state) && <SoundSwitch />}
        <LanguageSwitch />
        <Account />
      </div>
    </header>
  )
}

function Navigation() {
  const { state, text } = usePage()
  const open = openAlarms(state).length
  const faults = state.faults.length
  const here = state.route.kind
  return (
    <nav aria-label={text('navigation')}>
      <a href={routeHash({ kind: 'alarms' })} aria-current={current(here !== 'devices' && here !== 'faults')}>
        {text('alarms')}
        {open > 0 && <Badge kind="alarm" count={open} words={text('openAlarms', { count: open })} />}
      </a>
      <a href={routeHash({ kind: 'devices' })} aria-current={current(here === 'devices')}>
        {text('devices')}
      </a>
      <a href={routeHash({ kind: 'faults' })} aria-current={current(here === 'faults')}>
        {text('faults')}
        {faults > 0 && (
          <Badge kind={worst(state.faults)} count={faults} words={text('openFaults', { count: faults })} />
        )}
      </a>
    </nav>
  )
}

const current = (here: boolean): 'page' | undefined => (here ? 'page' : undefined)
const worst = (faults: readonly { readonly severity: string }[]): string =>
  faults.some(fault => fault.severity === 'critical') ? 'critical' : 'warning'

function Badge({ kind, count, words }: { readonly kind: string; readonly count: number; readonly words: string }) {
  return (
    <span class={`badge ${kind}`}>
      <span aria-hidden="true">{count}</span>
      <span class="unseen">{words}</span>
    </span>
  )
}

function ConnectionState() {
  const { state, text } = usePage()
  const kind = state.connection.kind
  return (
    <span class={`connection ${kind}`}>
      {kind === 'live' ? <LinkIcon /> : <CutIcon />}
      {text(kind === 'live' ? 'connected' : kind === 'connecting' ? 'connecting' : 'disconnected')}
    </span>
  )
}

function SoundSwitch() {
  const { state, text, sound } = usePage()
  const on = state.sound === 'ready'
  return (
    <button type="button" class="tool" onClick={on ? sound.mute : sound.enable}>
      {on ? <SoundOnIcon /> : <SoundOffIcon />}
      {text(on ? 'soundOn' : state.sound === 'blocked' ? 'soundEnable' : 'soundOff')}
    </button>
  )
}

export function LanguageSwitch() {
  const { state, text, dispatch } = usePage()
  return (
    <fieldset class="languages">
      <legend class="unseen">{text('language')}</legend>
      {(['de', 'en'] as const).map(language => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-label={language === 'de' ? 'Deutsch' : 'English'}
          aria-pressed={state.language === language}
          onClick={() => dispatch({ kind: 'languageChosen', language })}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </fieldset>
  )
}

function Account() {
  const { state, text, dispatch } = usePage()
  const action = useAction()
  const who = session(state)
  const logOut = (): void =>
    action.run(
      api => api.logOut(),
      () => dispatch({ kind: 'loggedOut', gateway: null, why: { kind: 'asked' } }),
    )
  return (
    <span class="account">
      <span class="account-name">
        {who?.name}
        {who?.role === 'monitor' && <small> {text('readOnly')}</small>}
      </span>
      <button type="button" class="tool" aria-disabled={action.pending} onClick={logOut}>
        {text('logOut')}
      </button>
      <ActionProblem action={action} />
    </span>
  )
}
