// Logging in: the gateway's name, two fields, one button.
import { useState } from 'preact/hooks'
import type { Access } from '../model.ts'
import { useAction, usePage } from '../page.ts'
import { DoorCard } from './door-card.tsx'
import { PasswordInput } from './fields.tsx'
import { WarningIcon } from './icons.tsx'
import { ActionProblem } from './problem.tsx'

export function Login() {
  const { state, text } = usePage()
  if (state.access.kind !== 'loggedOut') return null
  const { gateway } = state.access
  return (
    <DoorCard title={gateway ?? text('logInTitle')}>
      <Ending access={state.access} />
      <LoginForm />
      <p class="login-hint">{text('logInHint')}</p>
    </DoorCard>
  )
}

/** Why the page that stood here before is gone. */
function Ending({ access: { why, alarmsOpen } }: { readonly access: Extract<Access, { kind: 'loggedOut' }> }) {
  const { text } = usePage()
  if (why.kind === 'asked') return null
  return (
    <p role="alert" class="hint attention">
      <WarningIcon />
      <span>
        {why.kind === 'replaced' ? text('logInReplaced', { name: why.by }) : text('logInEnded')} {text('logInAgain')}
        {alarmsOpen && <strong> {text('logInAlarmsOpen')}</strong>}
      </span>
    </p>
  )
}

function LoginForm() {
  const { text, dispatch } = usePage()
  const action = useAction('wrongPassword')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const logIn = (event: SubmitEvent): void => {
    event.preventDefault()
    action.run(
      api => api.logIn({ name: name.trim(), password }),
      session => dispatch({ kind: 'loggedIn', session, at: performance.now() }),
    )
  }
  return (
    <form onSubmit={logIn}>
      <label for="name">{text('accountName')}</label>
      <input
        id="name"
        autoComplete="username"
        autoCapitalize="none"
        spellcheck={false}
        maxLength={64}
        required
        value={name}
        onInput={event => setName(event.currentTarget.value)}
      />
      <label for="password">{text('password')}</label>
      <PasswordInput id="password" value={password} onText={setPassword} />
      <ActionProblem action={action} />
      <button type="submit" class="primary" aria-disabled={action.pending}>
        {text('logIn')}
      </button>
    </form>
  )
}
