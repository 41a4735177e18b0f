// Form fields with their hints and complaints tied to them, so that a screen reader says both.
import type { ComponentChildren } from 'preact'
import { WarningIcon } from './icons.tsx'

export type Choice<Value> = { readonly value: Value; readonly label: string; readonly hint?: string }
type ChoicesProps<Value> = {
  readonly name: string
  readonly legend: string
  readonly hint?: string
  readonly choices: readonly Choice<Value>[]
  readonly value: Value | null
  readonly complaint: string | null
  readonly onChoose: (value: Value) => void
}

export function Choices<Value extends string | number>(props: ChoicesProps<Value>) {
  const { name, complaint } = props
  return (
    <fieldset class="choices" aria-describedby={`${name}-hint ${name}-complaint`}>
      <legend>{props.legend}</legend>
      {props.hint !== undefined && (
        <p class="soft" id={`${name}-hint`}>
          {props.hint}
        </p>
      )}
      {props.choices.map((choice, index) => (
        <label key={choice.value} class="choice">
          <input
            id={`${name}-${index}`}
            type="radio"
            name={name}
            value={choice.value}
            aria-invalid={complaint !== null}
            checked={props.value === choice.value}
            onChange={() => props.onChoose(choice.value)}
          />
          <span>
            <strong>{choice.label}</strong>
            {choice.hint !== undefined && <small>{choice.hint}</small>}
          </span>
        </label>
      ))}
      <Complaint id={`${name}-complaint`}>{complaint}</Complaint>
    </fieldset>
  )
}

type TextProps = {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly maxLength: number
  readonly rows?: number
  readonly complaint?: string | null
  readonly onText: (value: string) => void
}

/** A field of one line without `rows`, of several with. */
export function TextField(props: TextProps) {
  const shared = {
    id: props.id,
    value: props.value,
    maxLength: props.maxLength,
    'aria-describedby': `${props.id}-hint ${props.id}-complaint`,
    'aria-invalid': (props.complaint ?? null) !== null,
  }
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      {props.hint !== undefined && (
        <p class="soft" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.rows === undefined ? (
        <input {...shared} autoComplete="off" onInput={event => props.onText(event.currentTarget.value)} />
      ) : (
        <textarea {...shared} rows={props.rows} onInput={event => props.onText(event.currentTarget.value)} />
      )}
      <Complaint id={`${props.id}-complaint`}>{props.complaint ?? null}</Complaint>
    </div>
  )
}

type PasswordProps = { readonly id: string; readonly value: string; readonly onText: (value: string) => void }

export function PasswordInput({ id, value, onText }: PasswordProps) {
  return (
    <input
      id={id}
      type="password"
      autoComplete="current-password"
      maxLength={200}
      required
      value={value}
      onInput={event => onText(event.currentTarget.value)}
    />
  )
}

function Complaint({ id, children }: { readonly id: string; readonly children: ComponentChildren }) {
  if (children === null) return null
  return (
    <p class="problem" id={id} role="alert">
      <WarningIcon />
      <span>{children}</span>
    </p>
  )
}
