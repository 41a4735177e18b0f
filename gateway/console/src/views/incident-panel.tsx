// After closing as an incident: whether there is a draft, and the way to write or download it.
import type { AlarmView } from '../../../../protocol/console.ts'
import { incidentAddress } from '../api.ts'
import { usePage } from '../page.ts'
import { routeHash } from '../routes.ts'
import { CheckIcon } from './icons.tsx'

export function IncidentPanel({ alarm }: { readonly alarm: AlarmView }) {
  const { text } = usePage()
  const form = routeHash({ kind: 'incident', alarm: alarm.id })
  return (
    <section class="card incident-panel">
      <h2>{text('incidentDraft')}</h2>
      {alarm.incident ? (
        <>
          <p class="confirmation">
            <CheckIcon /> <span>{text('incidentSaved')}</span>
          </p>
          <div class="actions">
            <DownloadLink alarm={alarm} />
            <a class="button secondary" href={form}>
              {text('incidentRewrite')}
            </a>
          </div>
        </>
      ) : (
        <>
          <p>{text('incidentOffer')}</p>
          <div class="actions">
            <a class="button primary" href={form}>
              {text('incidentWrite')}
            </a>
          </div>
        </>
      )}
    </section>
  )
}

export function DownloadLink({ alarm }: { readonly alarm: AlarmView }) {
  const { text } = usePage()
  return (
    <a class="button primary" href={incidentAddress(alarm.id)} download={`${alarm.id}.json`}>
      {text('incidentDownload')}
    </a>
  )
}
