// Says in good time that the login ends, and prolongs it for whoever knows the password.
import { useState } from 'preact/hooks'
import type { Session } from '../../../../protocol/console.ts'
import { limits } from '../../../../protocol/limits.ts'
import { wallAfter } from '../../../../protocol/time.ts'
import { formatMoment } from '../format.ts'
import { gatewayNow } from '../model.ts'
import { useAction, usePage } from '../page.ts'
import { loginEnding, session } from '../select.ts'
import { PasswordInput } from './fields.tsx'
import { WarningIcon } from './icons.tsx'
import { ActionProblem } from './problem.tsx'

export function LoginEnding() {
  const { state, text } = usePage()
  const login = session(state)
  const ending = loginEnding(state)
  if (login === null || ending === 'later') return null
  const last = ending === 'soon' ? login.endsAt : wallAfter(login.endsAt, limits.sessionGraceMs)
  const time = formatMoment(last, gatewayNow(state), state.language)
  return (
    <section class="login-ending">
      <p role="status">
        <WarningIcon />
        <span>{text(ending === 'soon' ? 'loginEndsSoon' : 'loginOverdue', { time })}</span>
      </p>
      <Prolong login={login} />
    </section>
  )
}

function Prolong({ login }: { readonly login: Session }) {
  const { text, dispatch } = usePage()
  const action = useAction('wrongPassword')
  const [password, setPassword] = useState('')
  const prolong = (event: SubmitEvent): void => {
    event.preventDefault()
    action.run(
      api => api.logIn({ name: login.account, password }),
      known => dispatch({ kind: 'sessionKnown', session: known }),
    )
  }
  return (
    <form onSubmit={prolong}>
      <input name="username" autoComplete="username" value={login.account} readOnly hidden />
      <label for="prolong">{text('loginPassword', { name: login.name })}</label>
      <PasswordInput id="prolong" value={password} onText={setPassword} />
      <button type="submit" class="secondary" aria-disabled={action.pending}>
        {text('loginProlong')}
      </button>
      <ActionProblem action={action} />
    </form>
  )
}
