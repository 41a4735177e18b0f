// What the page has to say besides alarms: who took one, that one ended, that something is out of order.
import type { NamedFault, Notice } from '../model.ts'
import { usePage } from '../page.ts'
import { type Route, routeHash } from '../routes.ts'
import { faultDetail, faultPlace, faultTexts, placeSign, session } from '../select.ts'
import { CheckIcon, CloseIcon, PersonIcon, WarningIcon } from './icons.tsx'

export function Notices() {
  const { state, text } = usePage()
  return (
    <section class="notices" aria-live="polite" aria-label={text('notices')}>
      {state.notices.map(notice => (
        <NoticeBar key={notice.key} notice={notice} />
      ))}
    </section>
  )
}

function NoticeBar({ notice }: { readonly notice: Notice }) {
  const { text, dispatch } = usePage()
  const target: Route = 'alarm' in notice ? { kind: 'alarm', alarm: notice.alarm } : { kind: 'faults' }
  return (
    <div class={`notice of-${notice.kind}`}>
      <NoticeIcon kind={notice.kind} />
      <p>
        <strong>
          <Headline notice={notice} />
        </strong>
        <span>{'alarm' in notice ? placeSign(notice.place) : <FaultWords {...notice} />}</span>
      </p>
      <a href={routeHash(target)} onClick={() => dispatch({ kind: 'noticeDismissed', key: notice.key })}>
        {text('alarm' in notice ? 'toAlarm' : 'toFaults')}
      </a>
      <button
        type="button"
        class="plain"
        aria-label={text('dismiss')}
        title={text('dismiss')}
        onClick={() => dispatch({ kind: 'noticeDismissed', key: notice.key })}
      >
        <CloseIcon />
      </button>
    </div>
  )
}

function NoticeIcon({ kind }: { readonly kind: Notice['kind'] }) {
  if (kind === 'taken') return <PersonIcon />
  return kind === 'fault' ? <WarningIcon /> : <CheckIcon />
}

function Headline({ notice }: { readonly notice: Notice }) {
  const { state, text } = usePage()
  switch (notice.kind) {
    case 'taken': {
      if (notice.by === null) return <>{text('noticeTakenUnnamed')}</>
      const own = notice.by.id === session(state)?.account
      return <>{text(own ? 'noticeTakenByYou' : 'noticeTaken', { name: notice.by.name })}</>
    }
    case 'closed':
      return <>{text('noticeClosed')}</>
    case 'fault':
      return <>{text('noticeFault')}</>
    case 'faultCleared':
      return <>{text('noticeFaultCleared')}</>
  }
}

type FaultWordsProps = { readonly kind: 'fault' | 'faultCleared'; readonly fault: NamedFault | null }

/** Where it is and what it means; what is to be done only while it lasts. */
function FaultWords({ kind, fault }: FaultWordsProps) {
  const { state, text } = usePage()
  if (fault === null) return <>{text('noticeFaults')}</>
  const texts = faultTexts(fault)
  const source = fault.source === 'gateway' ? text('faultGateway') : fault.source
  const place = faultPlace(state, fault)
  const detail = faultDetail(fault, state.language)
  return (
    <>
      {place !== null && `${place}, `}
      {source}: {texts.text[state.language]} {detail !== '' && `(${detail}) `}
      {kind === 'fault' && texts.whatToDo[state.language]}
    </>
  )
}
