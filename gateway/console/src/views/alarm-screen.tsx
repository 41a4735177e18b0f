// The alarm that fills the screen. All waiting alarms are on it, and only a person who takes them ends it.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useArming } from '../arming.ts'
import type { Call } from '../model.ts'
import { usePage } from '../page.ts'
import { sirenWanted, waitingCalls } from '../select.ts'
import { PressAge } from './age.tsx'
import { LossBanner } from './banners.tsx'
import { AlarmIcon, ClockIcon, RepeatIcon, SoundOffIcon, SoundOnIcon, TestIcon } from './icons.tsx'
import { Notices } from './notices.tsx'
import { TakeButton } from './take-button.tsx'

export function AlarmScreen() {
  const { state, text, dispatch } = usePage()
  const screen = useRef<HTMLElement>(null)
  const calls = waitingCalls(state)
  const composition = calls.map(call => call.alarm).join(' ')
  const armed = useArming(composition)
  useFocus(screen, composition)
  const [first, ...others] = calls
  if (first === undefined) return null
  const stepBack = (): void => dispatch({ kind: 'steppedBack' })
  return (
    <section
      ref={screen}
      tabIndex={-1}
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="alarm-headline"
      aria-describedby="alarm-place"
      class={first.kind === 'test' ? 'screen of-test' : 'screen'}
      onKeyDown={event => event.key === 'Escape' && stepBack()}
    >
      <LossBanner />
      <div class={others.length > 0 ? 'calls several' : 'calls'}>
        <FirstCall key={first.alarm} call={first} count={calls.length} armed={armed} />
        {others.length > 0 && (
          <div class="further">
            <h2>{text('furtherCalls')}</h2>
            <ul class="further-list">
              {others.map(call => (
                <FurtherCall key={call.alarm} call={call} armed={armed} />
              ))}
            </ul>
          </div>
        )}
      </div>
      <Notices />
      <div class="screen-bar">
        <SoundHint />
        <button type="button" class="step-back" onClick={stepBack}>
          {text('stepBack')}
        </button>
      </div>
    </section>
  )
}

type CallProps = { readonly call: Call; readonly armed: () => boolean }

function FirstCall({ call, count, armed }: CallProps & { readonly count: number }) {
  const { text } = usePage()
  return (
    <article class="first-call">
      <div class="first-head">
        <h1 id="alarm-headline">
          <Kind call={call} />
        </h1>
        {count > 1 && <strong class="screen-count">{text('callsCount', { count })}</strong>}
      </div>
      <div id="alarm-place" class="screen-place">
        <p class="screen-site">
          {call.place.site}
          {call.place.zone !== '' && <span> · {call.place.zone}</span>}
        </p>
        <p class="screen-room">{call.place.room}</p>
        <p class="screen-button">{call.place.button}</p>
      </div>
      <Marks call={call} />
      <TakeButton alarm={call.alarm} place={call.place} large armed={armed} />
    </article>
  )
}

function FurtherCall({ call, armed }: CallProps) {
  return (
    <li class={call.kind === 'test' ? 'further-call of-test' : 'further-call'}>
      <p class="further-kind">
        <Kind call={call} />
      </p>
      <p class="further-room">{call.place.room}</p>
      <p class="further-place">
        {call.place.site} · {call.place.zone} · {call.place.button}
      </p>
      <Marks call={call} />
      <TakeButton alarm={call.alarm} place={call.place} armed={armed} />
    </li>
  )
}

function Kind({ call }: { readonly call: Call }) {
  const { text } = usePage()
  return call.kind === 'test' ? (
    <span class="kind">
      <TestIcon /> {text('testAlarm')} <small>{text('testAlarmHint')}</small>
    </span>
  ) : (
    <span class="kind">
      <AlarmIcon /> {text('alarm')}
    </span>
  )
}

function Marks({ call }: { readonly call: Call }) {
  const { text } = usePage()
  return (
    <ul class="marks">
      <li class="mark-age">
        {text('pressed')} <PressAge {...call} />
      </li>
      {call.presses > 1 && (
        <li class="mark-urgent">
          <RepeatIcon /> {text('urgent')}: {text('pressedTimes', { count: call.presses })}
        </li>
      )}
      {call.late && (
        <li class="mark-late">
          <ClockIcon /> {text('late')}
        </li>
      )}
      {call.stepName !== '' && <li class="mark-step">{text('stepNamed', { step: call.step, name: call.stepName })}</li>}
    </ul>
  )
}

/** Whether the alarm can be heard, and the way to change that. */
function SoundHint() {
  const { state, text, sound, dispatch } = usePage()
  if (state.sound !== 'ready')
    return (
      <span class="sound-hint">
        <SoundOffIcon />
        {text(state.sound === 'blocked' ? 'soundBlocked' : 'soundMuted')}
        <button type="button" onClick={sound.enable}>
          {text('soundEnable')}
        </button>
      </span>
    )
  if (!sirenWanted(state)) return null
  return (
    <span class="sound-hint">
      <button type="button" onClick={() => dispatch({ kind: 'hushed' })}>
        <SoundOnIcon /> {text('soundHush')}
      </button>
    </span>
  )
}

/**
 * The focus goes to the screen, not to its button: who is typing must not take an alarm with the next key.
 * Afterwards it returns to where the person was.
 */
function useFocus(screen: { readonly current: HTMLElement | null }, composition: string): void {
  const before = useRef<Element | null>(null)
  useLayoutEffect(() => {
    if (screen.current === null || screen.current.contains(document.activeElement)) return
    before.current ??= document.activeElement
    screen.current.focus({ preventScroll: true })
  }, [composition])
  useEffect(
    () => () => {
      if (before.current instanceof HTMLElement && before.current.isConnected)
        before.current.focus({ preventScroll: true })
    },
    [],
  )
}
