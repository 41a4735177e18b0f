// One alarm: where, what is to be done now, what is known, and its timeline from the record.
import { useEffect, useState } from 'preact/hooks'
import type { AlarmDetail, AlarmView, TimelineEntry } from '../../../../protocol/console.ts'
import type { AlarmId } from '../../../../protocol/ids.ts'
import { type Answer, api } from '../api.ts'
import { byDay, formatClock } from '../format.ts'
import { isTaken } from '../model.ts'
import { usePage } from '../page.ts'
import { routeHash } from '../routes.ts'
import { mayAct, session } from '../select.ts'
import { AlarmFacts } from './alarm-facts.tsx'
import { AlarmStateWords } from './alarm-state.tsx'
import { AlarmMarks } from './alarms.tsx'
import { CloseForm } from './close-form.tsx'
import { BackIcon } from './icons.tsx'
import { IncidentPanel } from './incident-panel.tsx'
import { TakeButton } from './take-button.tsx'

export function AlarmDetailView({ alarm: id }: { readonly alarm: AlarmId }) {
  const { state } = usePage()
  const answer = useAlarm(id)
  const detail = answer?.kind === 'answered' ? answer.value : null
  const alarm = state.alarms.get(id) ?? detail?.alarm
  return (
    <>
      <BackToAlarms />
      {alarm === undefined ? <Missing answer={answer} /> : <Alarm alarm={alarm} timeline={detail?.timeline ?? null} />}
    </>
  )
}

export function BackToAlarms() {
  const { text } = usePage()
  return (
    <a class="back" href={routeHash({ kind: 'alarms' })}>
      <BackIcon /> {text('alarms')}
    </a>
  )
}

/** The alarm as the gateway records it, asked for again whenever it changed. */
export function useAlarm(id: AlarmId): Answer<AlarmDetail> | null {
  const { state } = usePage()
  const [answer, setAnswer] = useState<Answer<AlarmDetail> | null>(null)
  const view = state.alarms.get(id)
  const live = state.connection.kind === 'live'
  useEffect(() => {
    let wanted = true
    void api.alarm(id).then(next => {
      if (wanted) setAnswer(known => (next.kind === 'unreachable' && known !== null ? known : next))
    })
    return () => {
      wanted = false
    }
  }, [id, view, live])
  return answer
}

export function Missing({ answer }: { readonly answer: Answer<AlarmDetail> | null }) {
  const { state, text } = usePage()
  if (answer === null || answer.kind === 'answered') return <p class="soft">{text('loading')}</p>
  if (answer.kind === 'unreachable') return <p role="alert">{text('unreachable')}</p>
  return <p role="alert">{answer.status === 404 ? text('notFound') : answer.problem.error[state.language]}</p>
}

/** `timeline` null: not loaded yet. */
type Props = { readonly alarm: AlarmView; readonly timeline: AlarmDetail['timeline'] | null }

function Alarm({ alarm, timeline }: Props) {
  return (
    <div class="detail">
      <header class="detail-head">
        <div role="status">
          <AlarmStateWords alarm={alarm} />
        </div>
        <h1>{alarm.place.room}</h1>
        <p class="detail-place">
          {alarm.place.site} · {alarm.place.zone} · {alarm.place.button}
        </p>
        <AlarmMarks alarm={alarm} />
      </header>
      <div class="detail-main">
        <Tasks alarm={alarm} />
        <Timeline timeline={timeline} />
      </div>
      <AlarmFacts alarm={alarm} />
    </div>
  )
}

/** What this person can do about the alarm now. */
function Tasks({ alarm }: { readonly alarm: AlarmView }) {
  const { state, text } = usePage()
  if (!mayAct(state)) return null
  if (alarm.state === 'closed')
    return alarm.outcome === 'incident' && alarm.kind === 'alarm' ? <IncidentPanel alarm={alarm} /> : null
  if (!isTaken(alarm)) return <TakeButton alarm={alarm.id} place={alarm.place} large />
  if (alarm.acknowledgedBy?.id === session(state)?.account)
    return (
      <>
        <Guidance alarm={alarm} />
        <section class="card">
          <h2>{text('closeTitle')}</h2>
          <CloseForm alarm={alarm} />
        </section>
      </>
    )
  return (
    <details class="card">
      <summary>{text('closeTitle')}</summary>
      {alarm.acknowledgedBy !== null && <p class="hint">{text('closeOthers', { name: alarm.acknowledgedBy.name })}</p>}
      <CloseForm alarm={alarm} />
    </details>
  )
}

function Guidance({ alarm }: { readonly alarm: AlarmView }) {
  const { text } = usePage()
  return (
    <section class="card guidance">
      <h2>{text('whatToDo')}</h2>
      {alarm.kind === 'test' ? (
        <p>{text('doTest')}</p>
      ) : (
        <ol>
          <li>{text('doGo')}</li>
          <li>{text('doQuiet')}</li>
          <li>{text('doSafe')}</li>
          <li>{text('doClose')}</li>
        </ol>
      )}
    </section>
  )
}

function Timeline({ timeline }: Pick<Props, 'timeline'>) {
  const { state, text } = usePage()
  return (
    <section class="timeline" aria-busy={timeline === null}>
      <h2>{text('timeline')}</h2>
      {timeline === null && <p class="soft">{text('loading')}</p>}
      {byDay(timeline ?? [], state.language).map(({ day, entries }) => (
        <section key={day}>
          <h3 class="soft">{day}</h3>
          <ol>
            {entries.map(entry => (
              <Entry key={entry.record} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </section>
  )
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const { language } = usePage().state
  return (
    <li>
      <time dateTime={new Date(entry.at).toISOString()}>{formatClock(entry.at, language)}</time>
      <span>{entry.text[language]}</span>
    </li>
  )
}
