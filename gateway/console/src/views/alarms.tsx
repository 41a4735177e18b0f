// The list: what is open and needs a person, whether this page is ready for the next one, and what was closed lately.
import { useEffect } from 'preact/hooks'
import type { AlarmView } from '../../../../protocol/console.ts'
import { api } from '../api.ts'
import { useArming } from '../arming.ts'
import { isTaken } from '../model.ts'
import { usePage } from '../page.ts'
import { routeHash } from '../routes.ts'
import { mayAct, openAlarms, placeLine } from '../select.ts'
import { Moment, PressAge } from './age.tsx'
import { AlarmStateWords } from './alarm-state.tsx'
import { ArrowIcon, CheckIcon, ClockIcon, RepeatIcon, UnknownIcon } from './icons.tsx'
import { Readiness } from './readiness.tsx'
import { TakeButton } from './take-button.tsx'

export function AlarmsView() {
  const { state, text } = usePage()
  const open = openAlarms(state)
  const armed = useArming(`${state.steppedBack} ${open.map(alarm => alarm.id).join(' ')}`)
  return (
    <>
      <h1 class={open.length === 0 ? 'unseen' : ''}>{text('openTitle')}</h1>
      {open.length === 0 ? (
        <NoneOpen />
      ) : (
        <ul class="open-alarms">
          {open.map(alarm => (
            <OpenAlarm key={alarm.id} alarm={alarm} armed={armed} />
          ))}
        </ul>
      )}
      {mayAct(state) && <Readiness />}
      <ClosedAlarms />
    </>
  )
}

function NoneOpen() {
  const { state, text } = usePage()
  const live = state.connection.kind === 'live'
  return (
    <section class={live ? 'none-open' : 'none-open unknown'}>
      {live ? <CheckIcon /> : <UnknownIcon />}
      <h2>{text(live ? 'noneOpen' : 'noneKnown')}</h2>
      {live && <p>{text(mayAct(state) ? 'noneOpenDetail' : 'noneOpenMonitor')}</p>}
    </section>
  )
}

type OpenAlarmProps = { readonly alarm: AlarmView; readonly armed: () => boolean }

function OpenAlarm({ alarm, armed }: OpenAlarmProps) {
  const { text } = usePage()
  const classes = ['open-alarm', isTaken(alarm) ? 'taken' : 'waiting', alarm.kind === 'test' ? 'of-test' : '']
  return (
    <li class={classes.join(' ')}>
      <AlarmStateWords alarm={alarm} />
      <div class="open-alarm-place">
        <strong>{alarm.place.room}</strong>
        <span>
          {alarm.place.site} · {alarm.place.zone} · {alarm.place.button}
        </span>
      </div>
      <AlarmMarks alarm={alarm} />
      <div class="open-alarm-actions">
        {!isTaken(alarm) && <TakeButton alarm={alarm.id} place={alarm.place} armed={armed} />}
        <a
          class="button secondary"
          href={routeHash({ kind: 'alarm', alarm: alarm.id })}
          aria-label={text('openAlarmAt', { place: placeLine(alarm.place) })}
        >
          {text('open')}
        </a>
      </div>
    </li>
  )
}

export function AlarmMarks({ alarm }: { readonly alarm: AlarmView }) {
  const { text } = usePage()
  return (
    <ul class="marks">
      <li class="mark-age">
        {text('pressed')} <PressAge {...alarm} />
      </li>
      {alarm.presses > 1 && (
        <li class="mark-urgent">
          <RepeatIcon /> {text('pressedTimes', { count: alarm.presses })}
        </li>
      )}
      {alarm.late && (
        <li class="mark-late">
          <ClockIcon /> {text('late')}
        </li>
      )}
      {!isTaken(alarm) && alarm.step > 0 && (
        <li class="mark-step">{text('stepNamed', { step: alarm.step, name: alarm.stepName })}</li>
      )}
    </ul>
  )
}

const pageSize = 20

function ClosedAlarms() {
  const { state, text } = usePage()
  const load = useHistory()
  const { alarms, state: loaded, complete, oldest } = state.history
  return (
    <section class="closed-alarms" aria-busy={loaded === 'stale'}>
      <h2>{text('closedTitle')}</h2>
      {alarms.length === 0 && loaded === 'loaded' && <p class="soft">{text('noneClosed')}</p>}
      <ul>
        {alarms.map(alarm => (
          <ClosedAlarm key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      {loaded === 'failed' && (
        <p class="soft">
          {text('unreachable')}{' '}
          <button type="button" class="secondary" onClick={() => load(null)}>
            {text('tryAgain')}
          </button>
        </p>
      )}
      {loaded === 'loaded' && !complete && (
        <button type="button" class="secondary" onClick={() => load(oldest)}>
          {text('more')}
        </button>
      )}
    </section>
  )
}

function ClosedAlarm({ alarm }: { readonly alarm: AlarmView }) {
  return (
    <li>
      <a href={routeHash({ kind: 'alarm', alarm: alarm.id })}>
        <span class="closed-place">
          <strong>{alarm.place.room}</strong>
          <span>
            {alarm.place.site} · {alarm.place.button}
          </span>
        </span>
        <AlarmStateWords alarm={alarm} />
        <span class="closed-time">{alarm.closedAt !== null && <Moment at={alarm.closedAt} />}</span>
        <ArrowIcon />
      </a>
    </li>
  )
}

/** Closed alarms are asked for when they are looked at, and again after every new connection. */
function useHistory(): (before: number | null) => void {
  const { state, dispatch } = usePage()
  const load = async (before: number | null): Promise<void> => {
    const answer = await api.closedAlarms(before, pageSize)
    if (answer.kind !== 'answered') return dispatch({ kind: 'historyFailed' })
    dispatch({ kind: 'historyLoaded', before, alarms: answer.value, complete: answer.value.length < pageSize })
  }
  const wanted = state.history.state === 'stale' && state.connection.kind === 'live'
  useEffect(() => {
    if (wanted) void load(null)
  }, [wanted])
  return before => void load(before)
}
