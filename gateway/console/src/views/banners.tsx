// Two bars that stand above everything else: what the page cannot do, and who is waiting.
import { useArming } from '../arming.ts'
import { formatExactly } from '../format.ts'
import { gatewayNow } from '../model.ts'
import { usePage } from '../page.ts'
import { waitingCalls } from '../select.ts'
import { PressAge } from './age.tsx'
import { AlarmIcon, CutIcon, TestIcon } from './icons.tsx'
import { TakeButton } from './take-button.tsx'

/** The page never pretends: without a connection it says so, larger than anything else. */
export function LossBanner() {
  const { state, text } = usePage()
  const { connection } = state
  if (connection.kind === 'live') return <div role="alert" />
  if (connection.kind === 'connecting') return <p class="connecting-banner">{text('connectingDetail')}</p>
  const { lastContact, why } = connection
  const detail =
    lastContact === null
      ? text('lostNever')
      : text('lostDetail', { time: formatExactly(lastContact, gatewayNow(state), state.language) })
  return (
    <div role="alert" class="loss-banner">
      <CutIcon />
      <div>
        <strong>{text(why === null ? 'lostTitle' : 'refusedTitle')}</strong>
        <span>{why === null ? detail : why[state.language]}</span>
      </div>
    </div>
  )
}

/** For a person who looks at the page behind: every waiting alarm stays in sight and can be taken from here. */
export function CallBar() {
  const { state, text, dispatch } = usePage()
  const calls = waitingCalls(state)
  const armed = useArming(`${state.steppedBack} ${calls.map(call => call.alarm).join(' ')}`)
  if (calls.length === 0) return null
  return (
    <section class="call-bar" aria-label={text('waitingBar')}>
      <ul>
        {calls.map(call => (
          <li key={call.alarm} class={call.kind === 'test' ? 'of-test' : ''}>
            {call.kind === 'test' ? <TestIcon /> : <AlarmIcon />}
            <span class="call-bar-place">
              <strong>{text(call.kind === 'test' ? 'testAlarm' : 'alarm')}</strong> {call.place.room}, {call.place.site}
            </span>
            <span class="call-bar-age">
              <PressAge {...call} />
            </span>
            <TakeButton alarm={call.alarm} place={call.place} armed={armed} />
          </li>
        ))}
      </ul>
      <button type="button" class="show-large" onClick={() => dispatch({ kind: 'steppedForward' })}>
        {text('showLarge')}
      </button>
    </section>
  )
}
