// The fields of the draft. The level is never preselected: a person judges it.
import { useState } from 'preact/hooks'
import type { AlarmView, IncidentRequest } from '../../../../protocol/console.ts'
import { limits } from '../../../../protocol/limits.ts'
import { type Entered, nothingEntered } from '../model.ts'
import { useAction, usePage } from '../page.ts'
import { begunDraft, zemagAdvice } from '../select.ts'
import type { PlainKey, Translate } from '../texts.ts'
import { Choices, TextField } from './fields.tsx'
import { InfoIcon } from './icons.tsx'
import { ActionProblem } from './problem.tsx'

type Level = IncidentRequest['level']
type Ground = IncidentRequest['ground']

const groundKeys = {
  none: 'groundNone',
  houseBan: 'groundHouseBan',
  criminalComplaint: 'groundCriminalComplaint',
  applicationForProsecution: 'groundApplicationForProsecution',
} as const satisfies Record<Ground, PlainKey>
const grounds = ['houseBan', 'criminalComplaint', 'applicationForProsecution', 'none'] as const
const referenceLengthMax = 100

type Props = {
  readonly alarm: AlarmView
  readonly onSaved: (request: IncidentRequest) => void
}

export function IncidentForm({ alarm, onSaved }: Props) {
  const { state, text, dispatch } = usePage()
  const action = useAction()
  const entered = begunDraft(state, alarm.id) ?? nothingEntered
  const [tried, setTried] = useState(false)
  const change = (part: Partial<Entered>): void => dispatch({ kind: 'draftEdited', alarm: alarm.id, part })
  const save = (event: SubmitEvent): void => {
    event.preventDefault()
    setTried(true)
    const request = complete(entered)
    if (request === null) {
      focusFirstMissing(entered)
      return
    }
    action.run(
      api => api.writeIncident(alarm.id, request),
      ({ alarm: view }) => {
        if (view !== null) dispatch({ kind: 'answered', alarm: view })
        dispatch({ kind: 'draftEdited', alarm: alarm.id, part: null })
        onSaved(request)
      },
    )
  }
  return (
    <form class="card" onSubmit={save} noValidate>
      <LevelField entered={entered} tried={tried} onChange={change} />
      <DescriptionFields entered={entered} tried={tried} onChange={change} />
      <GroundFields entered={entered} tried={tried} onChange={change} />
      <AdviceLine entered={entered} />
      <ActionProblem action={action} />
      <button type="submit" class="primary" aria-disabled={action.pending}>
        {text(action.pending ? 'savingDraft' : 'saveDraft')}
      </button>
    </form>
  )
}

type FieldProps = {
  readonly entered: Entered
  readonly tried: boolean
  readonly onChange: (part: Partial<Entered>) => void
}

function LevelField({ entered, tried, onChange }: FieldProps) {
  const { state, text } = usePage()
  return (
    <Choices<Level>
      name="level"
      legend={text('level')}
      hint={text('levelHint')}
      choices={state.incidentLevels.map(({ level, text: words }) => ({
        value: level,
        label: text('levelNumber', { level }),
        hint: words[state.language],
      }))}
      value={entered.level}
      complaint={tried && entered.level === null ? text('levelMissing') : null}
      onChoose={level => onChange({ level })}
    />
  )
}

function DescriptionFields({ entered, tried, onChange }: FieldProps) {
  const { text } = usePage()
  return (
    <>
      <TextField
        id="summary"
        label={text('summary')}
        hint={text('summaryHint')}
        value={entered.summary}
        maxLength={limits.noteLengthMax}
        rows={5}
        complaint={tried && entered.summary.trim() === '' ? text('summaryMissing') : null}
        onText={summary => onChange({ summary })}
      />
      <TextField
        id="measures"
        label={text('measures')}
        hint={text('measuresHint')}
        value={entered.measures}
        maxLength={limits.noteLengthMax}
        rows={3}
        onText={measures => onChange({ measures })}
      />
    </>
  )
}

function GroundFields({ entered, tried, onChange }: FieldProps) {
  const { text } = usePage()
  return (
    <>
      <Choices<Ground>
        name="ground"
        legend={text('ground')}
        choices={grounds.map(value => ({ value, label: text(groundKeys[value]) }))}
        value={entered.ground}
        complaint={tried && entered.ground === null ? text('groundMissing') : null}
        onChoose={ground => onChange(ground === 'none' ? { ground, groundReference: '' } : { ground })}
      />
      {entered.ground !== null && entered.ground !== 'none' && (
        <TextField
          id="reference"
          label={text('groundReference')}
          value={entered.groundReference}
          maxLength={referenceLengthMax}
          onText={groundReference => onChange({ groundReference })}
        />
      )}
    </>
  )
}

function AdviceLine({ entered }: { readonly entered: Entered }) {
  const { text } = usePage()
  const words = adviceWords(entered, text)
  return (
    <div role="status">
      {words !== null && (
        <p class="hint advice">
          <InfoIcon /> <span>{words}</span>
        </p>
      )}
    </div>
  )
}

function adviceWords({ level, ground }: Entered, text: Translate): string | null {
  switch (zemagAdvice(level, ground)) {
    case 'none':
      return null
    case 'levelTooLow':
      return text('adviceLevelTooLow', { level: level ?? 0 })
    case 'noGround':
      return text('adviceNoGround')
    case 'houseBan':
      return text('adviceHouseBan')
    case 'reportable':
      return text('adviceReportable')
  }
}

function complete(entered: Entered): IncidentRequest | null {
  const { level, ground, summary } = entered
  if (level === null || ground === null || summary.trim() === '') return null
  return {
    level,
    ground,
    summary: summary.trim(),
    measures: entered.measures.trim(),
    groundReference: entered.groundReference.trim(),
  }
}

function focusFirstMissing({ level, summary }: Entered): void {
  const field = level === null ? '#level-0' : summary.trim() === '' ? '#summary' : '#ground-0'
  document.querySelector<HTMLElement>(field)?.focus()
}
