// Closing an alarm: an outcome, chosen by a person, and a note without data about visitors.
import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../protocol/console.ts'
import { limits } from '../../../../protocol/limits.ts'
import type { Outcome } from '../../../../protocol/messages.ts'
import { go, useAction, usePage } from '../page.ts'
import { outcomeKeys } from './alarm-state.tsx'
import { type Choice, Choices, TextField } from './fields.tsx'
import { ActionProblem } from './problem.tsx'

const hintKeys = {
  incident: 'outcomeIncidentHint',
  noIncident: 'outcomeNoIncidentHint',
  falseAlarm: 'outcomeFalseAlarmHint',
  test: 'outcomeTestHint',
} as const
const order = ['incident', 'noIncident', 'falseAlarm', 'test'] as const satisfies readonly Outcome[]

export function CloseForm({ alarm }: { readonly alarm: AlarmView }) {
  const { text, dispatch } = usePage()
  const action = useAction()
  const [outcome, setOutcome] = useState<Outcome | null>(alarm.kind === 'test' ? 'test' : null)
  const [note, setNote] = useState('')
  const [complaint, setComplaint] = useState(false)
  const possible = order.filter(value => alarm.kind === 'alarm' || value !== 'incident') // a test has no draft
  const choices: readonly Choice<Outcome>[] = possible.map(value => ({
    value,
    label: text(outcomeKeys[value]),
    hint: text(hintKeys[value]),
  }))
  const close = (event: SubmitEvent): void => {
    event.preventDefault()
    setComplaint(outcome === null)
    if (outcome === null) {
      document.querySelector<HTMLElement>('#outcome-0')?.focus()
      return
    }
    action.run(
      api => api.close(alarm.id, { outcome, note: note.trim() }),
      ({ result, alarm: view }) => {
        if (view !== null) dispatch({ kind: 'answered', alarm: view })
        if (result === 'done' && outcome === 'incident') go({ kind: 'incident', alarm: alarm.id })
      },
    )
  }
  return (
    <form onSubmit={close} noValidate>
      <Choices
        name="outcome"
        legend={text('outcome')}
        choices={choices}
        value={outcome}
        complaint={complaint && outcome === null ? text('outcomeMissing') : null}
        onChoose={setOutcome}
      />
      <TextField
        id="note"
        label={text('note')}
        hint={text('noteHint')}
        value={note}
        maxLength={limits.noteLengthMax}
        rows={4}
        onText={setNote}
      />
      <ActionProblem action={action} />
      <button type="submit" class="primary" aria-disabled={action.pending}>
        {text(action.pending ? 'closing' : 'close')}
      </button>
    </form>
  )
}
