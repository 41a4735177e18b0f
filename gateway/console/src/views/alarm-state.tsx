// The state of an alarm as shape and words.
import { assertNever } from '../../../../protocol/assert.ts'
import type { AlarmView } from '../../../../protocol/console.ts'
import type { Outcome } from '../../../../protocol/messages.ts'
import { usePage } from '../page.ts'
import { session } from '../select.ts'
import type { PlainKey, Translate } from '../texts.ts'
import { AlarmIcon, CheckIcon, PersonIcon, TestIcon } from './icons.tsx'

export const outcomeKeys = {
  incident: 'outcomeIncident',
  noIncident: 'outcomeNoIncident',
  falseAlarm: 'outcomeFalseAlarm',
  test: 'outcomeTest',
} as const satisfies Record<Outcome, PlainKey>

export function AlarmStateWords({ alarm }: { readonly alarm: AlarmView }) {
  const { state, text } = usePage()
  return (
    <span class={`alarm-state ${alarm.state} ${alarm.kind === 'test' ? 'of-test' : ''}`}>
      <StateIcon alarm={alarm} />
      <span>
        {alarm.kind === 'test' && <strong class="test-word">{text('testAlarm')}</strong>}{' '}
        {stateWords(alarm, text, session(state)?.account === alarm.acknowledgedBy?.id)}
      </span>
    </span>
  )
}

function StateIcon({ alarm }: { readonly alarm: AlarmView }) {
  if (alarm.state === 'closed') return <CheckIcon />
  if (alarm.state === 'acknowledged') return <PersonIcon />
  return alarm.kind === 'test' ? <TestIcon /> : <AlarmIcon />
}

function stateWords(alarm: AlarmView, text: Translate, own: boolean): string {
  switch (alarm.state) {
    case 'raised':
      return text('stateRaised')
    case 'notifying':
      return text('stateNotifying')
    case 'unanswered':
      return text('stateUnanswered')
    case 'acknowledged': {
      if (alarm.acknowledgedBy === null) return text('stateAcknowledgedUnnamed') // a monitor sees no person
      return text(own ? 'stateAcknowledgedByYou' : 'stateAcknowledged', { name: alarm.acknowledgedBy.name })
    }
    case 'closed': {
      const outcome = text(alarm.outcome === null ? 'outcomeUnknown' : outcomeKeys[alarm.outcome])
      return text('stateClosed', { outcome })
    }
    default:
      return assertNever(alarm.state)
  }
}
