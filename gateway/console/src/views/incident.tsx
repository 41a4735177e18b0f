// The incident draft: a person starts it, judges the level and completes it. Nothing is sent anywhere [D10].
import { useState } from 'preact/hooks'
import type { AlarmView, IncidentRequest } from '../../../../protocol/console.ts'
import type { AlarmId } from '../../../../protocol/ids.ts'
import { usePage } from '../page.ts'
import { routeHash } from '../routes.ts'
import { begunDraft, mayAct } from '../select.ts'
import { BackToAlarms, Missing, useAlarm } from './alarm-detail.tsx'
import { CheckIcon, InfoIcon } from './icons.tsx'
import { IncidentForm } from './incident-form.tsx'
import { DownloadLink } from './incident-panel.tsx'

export function IncidentView({ alarm: id }: { readonly alarm: AlarmId }) {
  const { state, text } = usePage()
  const answer = useAlarm(id)
  const alarm = state.alarms.get(id) ?? (answer?.kind === 'answered' ? answer.value.alarm : undefined)
  return (
    <>
      <BackToAlarms />
      {alarm === undefined ? (
        <Missing answer={answer} />
      ) : (
        <div class="incident">
          <header class="detail-head">
            <h1>{text('incidentDraft')}</h1>
            <p class="detail-place">
              {alarm.place.room} · {alarm.place.site} · {alarm.place.button}
            </p>
          </header>
          {alarm.outcome === 'incident' && mayAct(state) ? (
            <Draft alarm={alarm} />
          ) : (
            <p class="soft">{text('incidentNotIncident')}</p>
          )}
        </div>
      )}
    </>
  )
}

/** What is on record is shown first; another draft is written only by who wants one, and can still leave it. */
function Draft({ alarm }: { readonly alarm: AlarmView }) {
  const { state } = usePage()
  const [saved, setSaved] = useState<IncidentRequest | null>(null)
  const isWriting = !alarm.incident || begunDraft(state, alarm.id) !== null
  return (
    <div class="incident-columns">
      {isWriting ? (
        <div class="incident-writing">
          {alarm.incident && <OnRecord alarm={alarm} />}
          <IncidentForm alarm={alarm} onSaved={setSaved} />
        </div>
      ) : (
        <Saved alarm={alarm} saved={saved} />
      )}
      <Explanation />
    </div>
  )
}

function OnRecord({ alarm }: { readonly alarm: AlarmView }) {
  const { text, dispatch } = usePage()
  return (
    <section class="card">
      <p>{text('incidentOnRecord')}</p>
      <div class="actions">
        <button
          type="button"
          class="secondary"
          onClick={() => dispatch({ kind: 'draftEdited', alarm: alarm.id, part: null })}
        >
          {text('incidentKeep')}
        </button>
      </div>
    </section>
  )
}

type SavedProps = {
  readonly alarm: AlarmView
  /** As this page saved it; null: it was written before, or elsewhere. */
  readonly saved: IncidentRequest | null
}

function Saved({ alarm, saved }: SavedProps) {
  const { text, dispatch } = usePage()
  return (
    <section class="card">
      <p class="confirmation" role="status">
        <CheckIcon /> <span>{text('incidentSaved')}</span>
      </p>
      <div class="actions">
        <DownloadLink alarm={alarm} />
        <button
          type="button"
          class="secondary"
          onClick={() => dispatch({ kind: 'draftEdited', alarm: alarm.id, part: saved ?? {} })}
        >
          {text('incidentRewrite')}
        </button>
        <a class="button secondary" href={routeHash({ kind: 'alarm', alarm: alarm.id })}>
          {text('incidentToAlarm')}
        </a>
      </div>
    </section>
  )
}

function Explanation() {
  const { text } = usePage()
  return (
    <aside class="explanation">
      <h2>
        <InfoIcon /> {text('zemagTitle')}
      </h2>
      <p>
        <strong>{text('zemagNothingSent')}</strong>
      </p>
      <p>{text('zemagThreshold')}</p>
      <p>{text('zemagNoVisitors')}</p>
    </aside>
  )
}
