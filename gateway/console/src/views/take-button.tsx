// "Ich übernehme": the one button that ends the search for help, and so must never be pressed by accident.
import type { AlarmId } from '../../../../protocol/ids.ts'
import type { Place } from '../../../../protocol/messages.ts'
import { go, useAction, usePage } from '../page.ts'
import { mayAct, placeLine } from '../select.ts'
import { ActionProblem } from './problem.tsx'

type Props = {
  readonly alarm: AlarmId
  readonly place: Place
  readonly large?: boolean
  /** False while something has just moved under the pointer: then a click was meant for something else. */
  readonly armed?: () => boolean
}

export function TakeButton({ alarm, place, large = false, armed = () => true }: Props) {
  const { state, text, dispatch } = usePage()
  const action = useAction()
  if (!mayAct(state)) return null
  const take = (): void => {
    if (!armed()) return
    action.run(
      api => api.take(alarm),
      ({ result, alarm: view }) => {
        if (view !== null) dispatch({ kind: 'answered', alarm: view })
        if (result === 'done') go({ kind: 'alarm', alarm })
      },
    )
  }
  return (
    <span class={large ? 'take large' : 'take'}>
      <button
        type="button"
        class="take-button"
        aria-disabled={action.pending}
        aria-label={action.pending ? undefined : text('takeAlarmAt', { place: placeLine(place) })}
        onClick={take}
      >
        {text(action.pending ? 'taking' : 'take')}
      </button>
      <ActionProblem action={action} />
    </span>
  )
}
